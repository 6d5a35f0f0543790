"""An OpenID Connect provider that runs over HTTP on loopback: discovery, keys, authorization code with PKCE, ID tokens.

It is as strict as real ones are. What it signs can be made wrong in single points, for the attacks.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.http.hub import PRIMARY

CLIENT = "hub of the tests"
SECRET = "s3cret/of+the client"
CALLBACK = "http://hub.test/oidc/callback"


@dataclass
class Provider:
    """`person` is signed in at the provider; `differently` replaces claims, or leaves those that are None out."""

    issuer: str = ""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one", "use": "sig"}))
    published: list[RSAKey] = field(default_factory=list)
    person: dict[str, Any] = field(default_factory=dict)
    differently: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    signs: str = "RS256"
    fails: bool = False
    codes: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.published = [self.key]
        self.person = {
            "sub": "248289761001",
            "email": f"{PRIMARY}@agency.gov",
            "email_verified": True,
            "preferred_username": PRIMARY,
        }

    def application(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self.discovery),
                Route("/jwks", self.jwks),
                Route("/authorize", self.authorize),
                Route("/token", self.token, methods=["POST"]),
            ]
        )

    async def discovery(self, request: Request) -> Response:
        self.asked.append("discovery")
        if self.fails:
            return Response("out of order", 500)
        facts = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "code_challenge_methods_supported": ["S256"],
            **self.facts,
        }
        return JSONResponse(facts)

    async def jwks(self, request: Request) -> Response:
        self.asked.append("jwks")
        return JSONResponse({"keys": [key.as_dict(private=False) for key in self.published]})

    async def authorize(self, request: Request) -> Response:
        """Whoever comes is signed in already, and is sent back with a code."""
        asked = request.query_params
        if asked["client_id"] != CLIENT or asked["redirect_uri"] != CALLBACK:
            return Response("unknown client", 400)
        right = (
            asked["response_type"] == "code"
            and "openid" in asked["scope"].split()
            and asked["code_challenge_method"] == "S256"
            and len(asked["code_challenge"]) == 43
        )
        if not right:
            return RedirectResponse(f"{CALLBACK}?{urlencode({'error': 'invalid_request', 'state': asked['state']})}")
        code = secrets.token_urlsafe(24)
        self.codes[code] = {"nonce": asked["nonce"], "challenge": asked["code_challenge"]}
        back = {"code": code, "state": asked["state"], "iss": self.issuer}
        return RedirectResponse(f"{CALLBACK}?{urlencode(back)}", 302)

    async def token(self, request: Request) -> Response:
        if self.fails:
            return Response("out of order", 503)
        sent = dict(parse_qsl((await request.body()).decode()))
        scheme, _, pair = request.headers.get("authorization", "").partition(" ")
        client = base64.b64decode(pair).decode().split(":") if scheme == "Basic" else []
        if [unquote(part) for part in client] != [CLIENT, SECRET]:
            return JSONResponse({"error": "invalid_client"}, 401)
        begun = self.codes.pop(str(sent.get("code")), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(str(sent.get("code_verifier")).encode()).digest())
        if (
            begun is None
            or sent.get("grant_type") != "authorization_code"
            or sent.get("redirect_uri") != CALLBACK
            or challenge.decode().rstrip("=") != begun["challenge"]
        ):
            return JSONResponse({"error": "invalid_grant"}, 400)
        access = secrets.token_urlsafe(24)
        half = hashlib.sha256(access.encode()).digest()[:16]
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": begun["nonce"],
            "at_hash": base64.urlsafe_b64encode(half).decode().rstrip("="),
            **self.person,
            **self.differently,
        }
        id_token = self._signed({name: value for name, value in claims.items() if value is not None})
        return JSONResponse({"access_token": access, "token_type": "Bearer", "expires_in": 300, "id_token": id_token})

    def _signed(self, claims: dict[str, Any]) -> str:
        if self.signs == "RS256":
            return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)
        if self.signs == "no token":
            return ""
        if self.signs == "none":
            return f"{_part({'alg': 'none', 'kid': 'one'})}.{_part(claims)}."
        if self.signs == "changed afterwards":
            head, _, signature = jwt.encode({"alg": "RS256", "kid": "one"}, {**claims, "sub": "2"}, self.key).split(".")
            return f"{head}.{_part(claims)}.{signature}"
        if self.signs == "another key under the same name":
            other = RSAKey.generate_key(2048, {"kid": "one"})
            return jwt.encode({"alg": "RS256", "kid": "one"}, claims, other)
        if self.signs == "an unknown key":
            other = RSAKey.generate_key(2048, {"kid": "two"})
            return jwt.encode({"alg": "RS256", "kid": "two"}, claims, other)
        if self.signs == "a key that the token brings along":
            other = RSAKey.generate_key(2048)
            header = {"alg": "RS256", "jwk": other.as_dict(private=False)}
            return jwt.encode(header, claims, other)
        shared = SECRET.encode() if self.signs == "the client's secret" else self.key.as_pem(private=False)
        head, body = _part({"alg": "HS256", "kid": "one"}), _part(claims)
        return f"{head}.{body}.{_hs256(shared, f'{head}.{body}')}"


def _part(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def _hs256(secret: bytes, text: str) -> str:
    return base64.urlsafe_b64encode(hmac.new(secret, text.encode(), "sha256").digest()).decode().rstrip("=")


@contextmanager
def running_provider() -> Iterator[Provider]:
    """A provider that listens on a port of this machine, in a thread of its own."""
    provider = Provider()
    config = uvicorn.Config(provider.application(), port=0, log_config=None, lifespan="off", loop="asyncio", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, name="provider", daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started:
        assert time.monotonic() < deadline, "the provider did not start"
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    provider.issuer = f"http://127.0.0.1:{port}"
    try:
        yield provider
    finally:
        server.should_exit = True
        thread.join(20)
