"""Adding second factors and answering with them, over GraphQL."""

from __future__ import annotations

from typing import Any

import pyotp

from hub import clock
from tests.accounts.asking import Person
from tests.accounts.authenticator import Authenticator
from tests.http.hub import PASSWORD, Hub

_SIGN_IN = """
mutation($user: String!, $password: String!) {
  signIn(input: {userId: $user, password: $password}) {
    token challenge { id methods passkeyOptions expiresAt } errors { code }
  }
}
"""
_COMPLETE = """
mutation($input: CompleteSignInInput!) {
  completeSignIn(input: $input) { token viewer { userId gate } errors { code field } }
}
"""
_ADD = """
mutation($challenge: String!, $credential: String!, $name: String!) {
  addPasskey(input: {challenge: $challenge, credential: $credential, name: $name}) {
    recoveryCodes errors { code field }
  }
}
"""


async def challenge(hub: Hub, user: str, password: str = PASSWORD) -> dict[str, Any]:
    """The challenge of a sign-in with the right password."""
    payload = (await hub.ask(_SIGN_IN, {"user": user, "password": password})).data["signIn"]
    assert payload["token"] is None
    assert payload["errors"] == []
    found: dict[str, Any] = payload["challenge"]
    return found


async def complete(hub: Hub, identity: str, **answer: str) -> tuple[str | None, list[str]]:
    """The token and the refusals of `completeSignIn`."""
    payload = (await hub.ask(_COMPLETE, {"input": {"challenge": identity, **answer}})).data["completeSignIn"]
    return payload["token"], [error["code"] for error in payload["errors"]]


def shown(secret: str, steps: int = 0) -> str:
    """What an authenticator app shows now, or so many steps later."""
    return pyotp.TOTP(secret).at(int(clock.now().timestamp()) + 30 * steps)


async def add_totp(person: Person) -> tuple[str, list[str] | None]:
    """Add an authenticator app; its secret, and the recovery codes if there were any."""
    started = f'mutation {{ startTotp(input: {{password: "{person.password}"}}) {{ secret uri errors {{ code }} }} }}'
    payload = (await person.ask(started)).data["startTotp"]
    assert payload["errors"] == []
    secret = payload["secret"]
    assert f"secret={secret}" in payload["uri"]
    confirm = f'mutation {{ confirmTotp(input: {{code: "{shown(secret)}"}}) {{ recoveryCodes errors {{ code }} }} }}'
    confirmed = (await person.ask(confirm)).data["confirmTotp"]
    assert confirmed["errors"] == []
    return secret, confirmed["recoveryCodes"]


async def start_passkey(person: Person) -> tuple[str, str]:
    """The challenge for a new passkey, and its options."""
    started = f'mutation {{ startPasskey(input: {{password: "{person.password}"}}) {{ challenge options }} }}'
    payload = (await person.ask(started)).data["startPasskey"]
    return payload["challenge"], payload["options"]


async def keep_passkey(person: Person, identity: str, credential: str, name: str = "Key") -> dict[str, Any]:
    """The payload of `addPasskey`."""
    answer = await person.ask(_ADD, {"challenge": identity, "credential": credential, "name": name})
    payload: dict[str, Any] = answer.data["addPasskey"]
    return payload


async def add_passkey(person: Person, authenticator: Authenticator) -> list[str] | None:
    """Add a passkey; the recovery codes if there were any."""
    identity, options = await start_passkey(person)
    payload = await keep_passkey(person, identity, authenticator.register(options))
    assert payload["errors"] == []
    codes: list[str] | None = payload["recoveryCodes"]
    return codes
