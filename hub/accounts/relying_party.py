"""The hub as a relying party of WebAuthn: options for browsers, and the judgement of what authenticators answer.

Origin and relying party id come from the settings and from nothing that a request says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import orjson
from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers.structs import PublicKeyCredentialDescriptor

from hub.settings import Settings

NAME = "Migrant student data hub"
LONGEST_ANSWER = 20_000  # characters of an authenticator's answer in JSON
MOST_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Registered:
    """A passkey as it is kept: its id, its public key in COSE form, and how often it says it signed."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """`rp_id` is the host that passkeys are made for, `origin` where their browsers must be."""

    rp_id: str
    origin: str

    def registration_options(self, challenge: bytes, account_id: int, user_id: str, known: Sequence[bytes]) -> str:
        """The argument of `navigator.credentials.create`, in JSON."""
        options = generate_registration_options(
            rp_id=self.rp_id,
            rp_name=NAME,
            user_id=str(account_id).encode(),
            user_name=user_id,
            challenge=challenge,
            timeout=MOST_SECONDS * 1000,
            exclude_credentials=[PublicKeyCredentialDescriptor(id=one) for one in known],
        )
        return options_to_json(options)

    def assertion_options(self, challenge: bytes, known: Sequence[bytes]) -> str:
        """The argument of `navigator.credentials.get`, in JSON."""
        options = generate_authentication_options(
            rp_id=self.rp_id,
            challenge=challenge,
            timeout=MOST_SECONDS * 1000,
            allow_credentials=[PublicKeyCredentialDescriptor(id=one) for one in known],
        )
        return options_to_json(options)

    def registered(self, answer: str, challenge: bytes) -> Registered | None:
        """The passkey that an authenticator made for this challenge, or None."""
        sent = _object(answer)
        if sent is None:
            return None
        try:
            made = verify_registration_response(
                credential=sent,
                expected_challenge=challenge,
                expected_rp_id=self.rp_id,
                expected_origin=self.origin,
            )
        except Exception:  # noqa: BLE001 (what a hostile client sends may fail at any step of its decoding)
            return None
        return Registered(made.credential_id, made.credential_public_key, made.sign_count)

    def sign_count(self, answer: str, challenge: bytes, passkey: Registered) -> int | None:
        """The sign count of an assertion by this passkey for this challenge; None where it is none, or counts back."""
        sent = _object(answer)
        if sent is None:
            return None
        try:
            made = verify_authentication_response(
                credential=sent,
                expected_challenge=challenge,
                expected_rp_id=self.rp_id,
                expected_origin=self.origin,
                credential_public_key=passkey.public_key,
                credential_current_sign_count=passkey.sign_count,
            )
        except Exception:  # noqa: BLE001 (what a hostile client sends may fail at any step of its decoding)
            return None
        return made.new_sign_count


def relying_party(settings: Settings) -> RelyingParty:
    """The relying party that HUB_PUBLIC_URL names; unset, the hub's port on this machine."""
    address: str = settings.public_url or f"http://localhost:{settings.port}"
    parts = urlsplit(address.lower())
    return RelyingParty(parts.hostname or "", f"{parts.scheme}://{parts.netloc}")


def credential_id_of(answer: str) -> bytes | None:
    """Which passkey an assertion says it is by."""
    sent = _object(answer)
    try:
        return base64url_to_bytes(sent["rawId"]) if sent is not None else None
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _object(answer: str) -> dict[str, Any] | None:
    if len(answer) > LONGEST_ANSWER:
        return None
    try:
        sent = orjson.loads(answer)
    except (orjson.JSONDecodeError, UnicodeEncodeError):
        return None
    return sent if isinstance(sent, dict) else None
