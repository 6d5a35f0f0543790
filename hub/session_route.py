"""`/session`: the console's way in and out. The session's token stays in a cookie that no script can read.

`POST` signs in and `DELETE` signs out, each only from a page of the hub's own. Whatever session the browser had
before, it gets a new one. Where the account has a second factor the first `POST` answers with a challenge and sets no
cookie; a second one answers it. Single sign-on leaves its challenge in a cookie: then `challenge` is null.
"""

from __future__ import annotations

from typing import Any

import orjson
from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from hub.accounts.complete_sign_in import Answer
from hub.accounts.end_sessions import EndReason
from hub.accounts.open_session import SignedIn
from hub.accounts.sign_in import Challenged
from hub.browser import SESSION_COOKIE, check_own_page, cookies, is_secure, set_cookie
from hub.endpoint import client_address, respond
from hub.errors import Code, HubError
from hub.refusal import Refusal
from hub.request import parse_object, read_body
from hub.settings import Settings
from resolvers.context import Services

CHALLENGE_COOKIE = "hub_challenge"


class SessionRoute:
    """Answers `POST` and `DELETE` of `/session`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers, services = Headers(scope=scope), scope["app"].state.services
        check_own_page(scope, headers, self._settings)
        if "authorization" in headers:
            raise HubError(Code.TWO_CREDENTIALS, "Expected the console's cookie alone.")
        if scope["method"] == "POST":
            await self._sign_in(scope, headers, receive, send, services)
        else:
            await self._sign_out(scope, headers, send, services)

    async def _sign_in(self, scope: Scope, headers: Headers, receive: Receive, send: Send, services: Services) -> None:
        sent = parse_object(await read_body(headers, receive, self._settings.max_body_bytes))
        who: dict[str, Any] = {"address": client_address(scope), "user_agent": headers.get("user-agent")}
        outcome: SignedIn | Challenged | Refusal
        if "challenge" in sent:
            challenge, answer = _answer(
                sent, cookies(headers, CHALLENGE_COOKIE, secure=is_secure(scope, self._settings))
            )
            outcome = await services.complete_sign_in(challenge, answer, **who)
        else:
            outcome = await services.sign_in(*_credentials(sent), **who)
        if isinstance(outcome, Challenged):
            await respond(send, 200, orjson.dumps({"challenge": {"id": outcome.token, **challenge_facts(outcome)}}))
            return
        if isinstance(outcome, Refusal):
            entry = {"message": outcome.message, "extensions": {"code": outcome.code}}
            await respond(send, 401, orjson.dumps({"errors": [entry]}))
            return
        await end_session_of(scope, headers, self._settings, services, EndReason.SIGNED_IN_ANEW)
        body = {"userId": outcome.viewer.user_id, "gate": outcome.viewer.gate, "expiresAt": outcome.expires_at}
        await respond(send, 200, orjson.dumps(body), session_cookie(outcome, scope, self._settings))

    async def _sign_out(self, scope: Scope, headers: Headers, send: Send, services: Services) -> None:
        await end_session_of(scope, headers, self._settings, services, EndReason.SIGNED_OUT)
        secure = is_secure(scope, self._settings)
        gone = set_cookie(SESSION_COOKIE, "", secure=secure, same_site="Strict", max_age=0)
        await respond(send, 200, b"{}", gone)


def session_cookie(signed_in: SignedIn, scope: Scope, settings: Settings) -> tuple[bytes, bytes]:
    """The header that gives the browser a new session."""
    return set_cookie(
        SESSION_COOKIE,
        signed_in.token,
        secure=is_secure(scope, settings),
        same_site="Strict",
        max_age=settings.session_max_hours * 3600,
    )


async def end_session_of(
    scope: Scope, headers: Headers, settings: Settings, services: Services, reason: EndReason
) -> None:
    """End the session that the browser has, if it goes on."""
    for token in cookies(headers, SESSION_COOKIE, secure=is_secure(scope, settings))[:1]:
        viewer = await services.sessions.resolve(token)
        if viewer is not None and viewer.session_id is not None:
            await services.sessions.end(viewer.session_id, reason)


def _answer(sent: dict[str, Any], kept: list[str]) -> tuple[str, Answer]:
    """A challenge, sent or `kept` in the cookie, and what answers it. Raises `INVALID_REQUEST`."""
    challenge = kept[0] if sent["challenge"] is None and len(kept) == 1 else sent["challenge"]
    given = {name: sent.get(key) for name, key in _ANSWERS.items()}
    if not isinstance(challenge, str) or not all(value is None or isinstance(value, str) for value in given.values()):
        raise HubError(Code.INVALID_REQUEST, "Expected `challenge` with `totp`, `recoveryCode` or `passkey`, as text.")
    return challenge, Answer(**given)


_ANSWERS = {"totp": "totp", "recovery_code": "recoveryCode", "passkey": "passkey"}


def challenge_facts(asked: Challenged) -> dict[str, Any]:
    """What the console asks the person with; the challenge itself is not in it."""
    return {
        "expiresAt": asked.expires_at,
        "methods": asked.methods,
        "passkeyOptions": asked.passkey_options,
    }


def _credentials(sent: dict[str, Any]) -> tuple[str, str]:
    """User id and password of a body. Raises `INVALID_REQUEST`."""
    user_id, password = sent.get("userId"), sent.get("password")
    if not isinstance(user_id, str) or not isinstance(password, str):
        raise HubError(Code.INVALID_REQUEST, "Expected one JSON object with `userId` and `password`.")
    return user_id, password
