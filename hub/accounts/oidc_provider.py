"""An OpenID Connect provider, as far as the hub needs one: where to send a browser, and what to believe afterwards.

Nothing of a provider is believed that is not signed by a key of its own, for this client, in answer to this sign-in,
and of now. Signatures without a key, and with a shared one, are never taken. What it says of itself is read anew each
hour.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import httpx
import orjson
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from hub import clock
from hub.errors import Code, HubError
from hub.settings import Settings, is_unchangeable

CALLBACK = "/oidc/callback"
ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
GOOD_FOR_SECONDS = 3600
KEYS_ANEW_SECONDS = 60  # between two readings of the keys for a key that is unknown
LEEWAY_SECONDS = 60
OLDEST_SECONDS = 600  # of an ID token: the sign-in that it answers has begun in this time
MOST_BYTES = 1024 * 1024
MOST_CHARACTERS = 2048  # of an authorization code

_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class NotBelieved(Exception):
    """What came back from the provider does not prove who somebody is."""


@dataclass(frozen=True)
class _Known:
    """What the provider says of itself, and its keys, as read at `read_at` (seconds)."""

    facts: Mapping[str, Any]
    keys: KeySet
    read_at: float


class OidcProvider:
    """The provider that the settings name. `http` is opened and closed by whoever made it."""

    def __init__(self, settings: Settings, http: httpx.AsyncClient) -> None:
        assert settings.oidc_issuer and settings.oidc_client_id and settings.oidc_client_secret and settings.public_url
        self._issuer = settings.oidc_issuer
        self._client = settings.oidc_client_id
        self._secret = settings.oidc_client_secret.get_secret_value()
        self._callback = settings.public_url + CALLBACK
        self._http = http
        self._known: _Known | None = None

    async def address(self, *, state: str, nonce: str, verifier: str) -> str:
        """Where the browser goes to sign in. Raises HubError(UNAVAILABLE) when the provider cannot be asked."""
        known = await self._read()
        asked = {
            "response_type": "code",
            "client_id": self._client,
            "redirect_uri": self._callback,
            "scope": "openid email profile",
            "state": state,
            "nonce": nonce,
            "code_challenge": _base64url(hashlib.sha256(verifier.encode()).digest()),
            "code_challenge_method": "S256",
        }
        endpoint: str = known.facts["authorization_endpoint"]
        return f"{endpoint}{'&' if urlsplit(endpoint).query else '?'}{urlencode(asked)}"

    async def claims(self, code: str, *, nonce: str, verifier: str, issuer: str | None = None) -> Mapping[str, Any]:
        """What the provider says of whoever brought `code`. `issuer` is what the browser said that it came from.

        Raises `NotBelieved`, and HubError(UNAVAILABLE) when the provider cannot be asked.
        """
        if issuer is not None and issuer != self._issuer:
            raise NotBelieved
        known = await self._read()
        answer = await self._exchange(known, code, verifier)
        id_token, access_token = answer.get("id_token"), answer.get("access_token")
        if not isinstance(id_token, str):
            raise NotBelieved
        token = await self._verified(id_token, known)
        options: Any = {"iss": {"essential": True, "value": self._issuer}, "aud": {"value": self._client}}
        params = {"nonce": nonce, "client_id": self._client, "access_token": access_token}
        claims = CodeIDToken(token.claims, token.header, options=options, params=params)
        now = int(clock.now().timestamp())
        try:
            claims.validate(now=now, leeway=LEEWAY_SECONDS)
        except (JoseError, TypeError, ValueError, AttributeError) as error:
            raise NotBelieved from error
        if now - claims["iat"] > OLDEST_SECONDS:
            raise NotBelieved
        return dict(claims)

    async def _exchange(self, known: _Known, code: str, verifier: str) -> Mapping[str, Any]:
        sent = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._callback,
            "code_verifier": verifier,
        }
        methods = known.facts.get("token_endpoint_auth_methods_supported")
        headers = {}
        if not isinstance(methods, list) or "client_secret_basic" in methods:
            pair = f"{quote(self._client, safe='')}:{quote(self._secret, safe='')}"
            headers["authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        else:
            sent |= {"client_id": self._client, "client_secret": self._secret}
        return await self._ask("POST", known.facts["token_endpoint"], data=sent, headers=headers)

    async def _verified(self, id_token: str, known: _Known) -> jwt.Token:
        """The token, its signature proven by a key of the provider's; keys that have changed are read anew."""
        try:
            return _signed(id_token, known.keys)
        except NotBelieved:
            if clock.now().timestamp() - known.read_at < KEYS_ANEW_SECONDS:
                raise
        return _signed(id_token, (await self._read(anew=True)).keys)

    async def _read(self, *, anew: bool = False) -> _Known:
        now = clock.now().timestamp()
        if not anew and self._known is not None and now - self._known.read_at < GOOD_FOR_SECONDS:
            return self._known
        try:
            facts = await self._ask("GET", f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
            if facts.get("issuer") != self._issuer or not all(_is_safe(facts.get(name)) for name in _ENDPOINTS):
                raise NotBelieved
            keys: Any = await self._ask("GET", facts["jwks_uri"])
            self._known = _Known(facts, KeySet.import_key_set(keys), now)
        except (NotBelieved, JoseError, KeyError, TypeError, ValueError) as error:
            raise _unavailable() from error
        return self._known

    async def _ask(self, method: str, url: str, **sent: Any) -> dict[str, Any]:
        """A JSON object. Raises `NotBelieved` where the provider refuses, HubError(UNAVAILABLE) where it fails."""
        body = bytearray()
        try:
            async with self._http.stream(method, url, **sent) as response:
                async for part in response.aiter_bytes():
                    body += part
                    if len(body) > MOST_BYTES:
                        raise _unavailable()
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise _unavailable() from error
        if response.status_code >= 500:
            raise _unavailable()
        try:
            answer = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise NotBelieved from error
        if response.status_code != 200 or not isinstance(answer, dict):
            raise NotBelieved
        return answer


def _is_safe(url: object) -> bool:
    return isinstance(url, str) and is_unchangeable(url)


def _signed(id_token: str, keys: KeySet) -> jwt.Token:
    try:
        return jwt.decode(id_token, keys, algorithms=ALGORITHMS)
    except (JoseError, KeyError, TypeError, ValueError) as error:
        raise NotBelieved from error


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _unavailable() -> HubError:
    return HubError(Code.UNAVAILABLE, "The sign-in provider cannot be asked now; try again.")
