"""The hash chain over the audit trail: what each hash is over. Everything here is pure and may never change: what was
sealed must verify for ever. A new column of `audit_events` is a new form beside the old ones.

    link  = SHA-256(the link before it, or what the seal before it carries on; event id; body)
    head  = SHA-256(the seal's last link, the seal's own numbers), signed with Ed25519
    carry = SHA-256(head, key id, signature): where the next seal's first link begins

So one good signature vouches for every event, seal and signature before it.
"""

from __future__ import annotations

import datetime
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

HASH_BYTES = 32
GENESIS = bytes(HASH_BYTES)
"""What the first link of all begins with."""

FORM = 1
"""The form in which events are sealed now."""

COLUMNS: dict[int, tuple[str, ...]] = {
    1: (
        "at",
        "tag",
        "account_id",
        "user_id",
        "session_id",
        "state",
        "purpose",
        "operation",
        "students",
        "fields",
        "result_bytes",
        "address",
        "detail",
    )
}
"""The columns of an event's body by form: all but its id, in this order."""

CANONICAL = "SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO, YMD'"
"""What a transaction runs before it asks for bodies: they show times as these settings say."""

_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_MICROSECOND = datetime.timedelta(microseconds=1)
_HEAD = b"hub audit head\0"


def body(form: int) -> str:
    """The SQL expression of an event's body: PostgreSQL's text of the row, in which no two rows look alike."""
    return f"ROW({', '.join(COLUMNS[form])})::text"


def link(before: bytes, event_id: int, body: str) -> bytes:
    """The hash of an event in its place: after the one whose hash is `before`."""
    return sha256(b"".join((before, event_id.to_bytes(8, "big", signed=True), body.encode()))).digest()


def linked(before: bytes, events: Iterable[tuple[int, str]]) -> list[bytes]:
    """The links of events that follow each other; each is its id and its body."""
    links: list[bytes] = []
    for event_id, text in events:
        before = link(before, event_id, text)
        links.append(before)
    return links


@dataclass(frozen=True)
class Seal:
    """One seal; field by field as in `hub.tables.audit_seal`."""

    seal_id: int
    sealed_at: datetime.datetime
    form: int
    position: int
    settled_id: int
    highest_id: int
    event_ids: Sequence[int]
    links: bytes
    head: bytes
    key_id: str
    signature: bytes

    @property
    def first_position(self) -> int:
        """The place of its first event in the whole chain, counted from 1."""
        return self.position - len(self.event_ids) + 1

    def each_link(self) -> list[bytes]:
        """The links of its events, in their order."""
        return [self.links[start : start + HASH_BYTES] for start in range(0, len(self.links), HASH_BYTES)]

    def carry(self) -> bytes:
        """What the next seal's first link begins with."""
        return sha256(b"\0".join((self.head, self.key_id.encode(), self.signature))).digest()

    def reckoned_head(self, before: bytes, *, seal_id: int | None = None) -> bytes:
        """What the head must be where the seal before carries `before`; as if under another id, where one is given."""
        numbers = (
            self.seal_id if seal_id is None else seal_id,
            (self.sealed_at - _EPOCH) // _MICROSECOND,
            self.form,
            self.position,
            self.settled_id,
            self.highest_id,
        )
        last = self.links[-HASH_BYTES:] if self.links else before
        return sha256(_HEAD + last + struct.pack(">6q", *numbers)).digest()


def signed_text(head: bytes) -> bytes:
    """What the signature of a seal is over."""
    return b"hub audit seal\0" + head
