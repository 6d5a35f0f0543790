"""`/oidc/start` and `/oidc/callback`: the console's way in by single sign-on.

The browser that comes back must be the one that left, once and within minutes. What it brings is worth nothing until
the provider has answered for it, and every refusal of the callback is recorded.
"""

from __future__ import annotations

from html import escape
from urllib.parse import urlencode

import orjson
from starlette.datastructures import Headers, QueryParams
from starlette.types import Receive, Scope, Send

from hub.accounts.factor_challenge import GOOD_FOR as CHALLENGE_GOOD_FOR
from hub.accounts.oidc_attempt import GOOD_FOR, Attempt, begin_attempt, take_attempt
from hub.accounts.oidc_provider import MOST_CHARACTERS, NotBelieved, OidcProvider
from hub.accounts.oidc_sign_in import BY
from hub.accounts.sign_in import Challenged
from hub.audit.event import Event, Tag
from hub.browser import cookies, is_secure, set_cookie
from hub.endpoint import answer_fault, client_address, respond
from hub.errors import Code, HubError
from hub.session_route import CHALLENGE_COOKIE, challenge_facts, session_cookie
from hub.settings import Settings
from resolvers.context import Services

OIDC_COOKIE = "hub_oidc"
_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Single sign-on</title>
<meta http-equiv="refresh" content="0;url={there}"></head><body><a href="{there}">Go on</a></body></html>"""
_PAGE_HEADERS = (
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
)


class OidcRoute:
    """Answers `GET` of both addresses."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def start(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the browser to the provider, with a secret to come back with."""
        services: Services = scope["app"].state.services
        provider = _provider(services)
        attempt = await begin_attempt(services.writes, client_address(scope))
        if attempt is None:
            refusal = HubError(Code.TOO_MANY_REQUESTS, Code.TOO_MANY_REQUESTS.description)
            await answer_fault(send, refusal)
            return
        address = await provider.address(state=attempt.state, nonce=attempt.nonce, verifier=attempt.verifier)
        kept = self._cookie(scope, attempt.browser, int(GOOD_FOR.total_seconds()))
        there = (b"location", address.encode("ascii"))
        await respond(send, 302, b"{}", there, (b"referrer-policy", b"no-referrer"), kept)

    async def callback(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take the browser back, and give it a session where the provider vouches for somebody who may have one."""
        services: Services = scope["app"].state.services
        gone = self._cookie(scope, "", 0)
        try:
            provider = _provider(services)
            claims = await self._claims(scope, services, provider)
            outcome = await services.oidc_sign_in(
                claims, address=client_address(scope), user_agent=Headers(scope=scope).get("user-agent")
            )
            if outcome is None:
                raise HubError(Code.SIGN_IN_REFUSED, Code.SIGN_IN_REFUSED.description)
        except HubError as error:
            await answer_fault(send, error, gone)
            return
        # A page, and no redirect: the browser goes on from a page of the hub's own, and the Strict cookie comes along.
        if isinstance(outcome, Challenged):
            kept, there = self._challenge(scope, outcome), f"/#{urlencode({'challenge': _text(outcome)})}"
        else:
            kept, there = session_cookie(outcome, scope, self._settings), "/"
        page = _PAGE.format(there=escape(there)).encode()
        await respond(send, 200, page, kept, gone, *_PAGE_HEADERS, media=b"text/html; charset=utf-8")

    def _challenge(self, scope: Scope, asked: Challenged) -> tuple[bytes, bytes]:
        """The challenge is in a cookie; what the console asks with is in the fragment, which no browser sends."""
        secure, seconds = is_secure(scope, self._settings), int(CHALLENGE_GOOD_FOR.total_seconds())
        return set_cookie(CHALLENGE_COOKIE, asked.token, secure=secure, same_site="Strict", max_age=seconds)

    async def _claims(self, scope: Scope, services: Services, provider: OidcProvider) -> dict[str, object]:
        attempt, code, issuer = await self._returned(scope, services)
        why = "STATE" if attempt is None else "PROVIDER" if code is None else None
        if attempt is not None and code is not None:
            try:
                return dict(await provider.claims(code, nonce=attempt.nonce, verifier=attempt.verifier, issuer=issuer))
            except NotBelieved:
                why = "NOT_BELIEVED"
        detail = {"by": BY, "reason": why}
        await services.audit.record(Event(Tag.LOGIN_FAILURE, address=client_address(scope), detail=detail))
        raise HubError(Code.SSO_FAILED, Code.SSO_FAILED.description)

    async def _returned(self, scope: Scope, services: Services) -> tuple[Attempt | None, str | None, str | None]:
        """The attempt of this browser that comes back, with the code, and who the browser says that it comes from."""
        asked = QueryParams(scope["query_string"])
        kept = cookies(Headers(scope=scope), OIDC_COOKIE, secure=is_secure(scope, self._settings))
        states, codes, issuers = (asked.getlist(name) for name in ("state", "code", "iss"))
        if len(kept) != 1 or len(states) != 1 or len(codes) > 1 or len(issuers) > 1:
            return None, None, None
        attempt = await take_attempt(services.writes, kept[0], states[0])
        usable = codes and "error" not in asked and 0 < len(codes[0]) <= MOST_CHARACTERS
        return attempt, codes[0] if usable else None, issuers[0] if issuers else None

    def _cookie(self, scope: Scope, value: str, seconds: int) -> tuple[bytes, bytes]:
        """Lax: the browser comes back from another site, by a link that is followed."""
        secure = is_secure(scope, self._settings)
        return set_cookie(OIDC_COOKIE, value, secure=secure, same_site="Lax", max_age=seconds)


def _text(asked: Challenged) -> str:
    return orjson.dumps(challenge_facts(asked)).decode()


def _provider(services: Services) -> OidcProvider:
    if services.oidc is None:
        raise HubError(Code.SSO_OFF, Code.SSO_OFF.description)
    return services.oidc
