"""Asking over GraphQL with a token at hand, at any time."""

from __future__ import annotations

from typing import Any

from tests.http.hub import PASSWORD, PRIMARY, Answer, Hub

SIGN_IN = """
mutation($user: String!, $password: String!) {
  signIn(input: {userId: $user, password: $password}) { token viewer { userId gate } errors { code field } }
}
"""


class Person:
    """Somebody with a user id and a password, and perhaps a token."""

    def __init__(self, hub: Hub, user_id: str = PRIMARY, password: str = PASSWORD) -> None:
        self.hub = hub
        self.user_id = user_id
        self.password = password
        self.token: str | None = None

    async def ask(self, document: str, variables: dict[str, Any] | None = None, **more: Any) -> Answer:
        headers = more.pop("headers", {})
        if self.token is not None:
            headers = {**headers, "authorization": f"Bearer {self.token}"}
        return await self.hub.ask(document, variables, headers=headers, **more)

    async def sign_in(self, **more: Any) -> dict[str, Any]:
        """The payload of `signIn`; keeps the token."""
        answer = await self.hub.ask(SIGN_IN, {"user": self.user_id, "password": self.password}, **more)
        payload: dict[str, Any] = answer.data["signIn"]
        self.token = payload["token"]
        return payload

    async def gate(self) -> str | None:
        found: str | None = (await self.ask("{ viewer { gate } }")).data["viewer"]["gate"]
        return found

    async def change(self, mutation: str, given: str = "") -> list[tuple[str, str | None]]:
        """The refusals of a mutation, as code and field."""
        answer = await self.ask(f"mutation {{ {mutation}{given} {{ errors {{ code field }} }} }}")
        return [(error["code"], error["field"]) for error in answer.data[mutation]["errors"]]
