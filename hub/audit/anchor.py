"""Anchors: signed statements of where the chain stood, kept outside the database.

Whoever can cut events and seals from the end leaves a chain that is whole in itself; an anchor remembers how far it
went. A file of anchors is JSON Lines, and grows.
"""

from __future__ import annotations

import datetime
from base64 import b64decode, b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from hub import clock
from hub.audit.chain import Seal
from hub.audit.signing import AuditKey, Keyring
from hub.errors import Code, HubError

_PURPOSE = "hub audit anchor"


@dataclass(frozen=True)
class Anchor:
    """Seal `seal_id`, whose last event has the place `position` in the chain, had this head at that time."""

    seal_id: int
    position: int
    head: str
    sealed_at: str
    anchored_at: str
    key_id: str
    signature: str

    def signed(self) -> bytes:
        """What its signature is over."""
        return orjson.dumps(
            [_PURPOSE, self.seal_id, self.position, self.head, self.sealed_at, self.anchored_at, self.key_id]
        )

    def good(self, trusted: Keyring) -> bool:
        """Whether a trusted key signed it."""
        try:
            signature = b64decode(self.signature, validate=True)
        except ValueError:
            return False
        return trusted.good(self.key_id, signature, self.signed())

    def line(self) -> str:
        """The anchor as one line of JSON, without its end."""
        return orjson.dumps(self).decode()


def make_anchor(seal: Seal, key: AuditKey) -> Anchor:
    """An anchor of a seal, as of now."""
    sealed_at, now = seal.sealed_at.isoformat(), clock.now().isoformat()
    blank = Anchor(seal.seal_id, seal.position, seal.head.hex(), sealed_at, now, key.key_id, "")
    signature = b64encode(key.sign(blank.signed())).decode()
    return Anchor(seal.seal_id, seal.position, blank.head, sealed_at, now, key.key_id, signature)


def read_anchors(path: Path) -> list[Anchor]:
    """The anchors of a file. Raises `USAGE` naming the line that is none; signatures are not looked at."""
    lines = path.read_bytes().splitlines()
    anchors = [_anchor(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]
    if not anchors:
        raise HubError(Code.USAGE, f"{path} holds no anchor")
    return anchors


def _anchor(path: Path, number: int, line: bytes) -> Anchor:
    try:
        read: dict[str, Any] = orjson.loads(line)
        anchor = Anchor(**read)
        datetime.datetime.fromisoformat(anchor.sealed_at)
        if not all(isinstance(each, int) and each > 0 for each in (anchor.seal_id, anchor.position + 1)):
            raise ValueError
        bytes.fromhex(anchor.head)
    except (ValueError, TypeError):
        raise HubError(Code.USAGE, f"line {number} of {path} is no anchor; `hub audit anchor` writes them") from None
    return anchor
