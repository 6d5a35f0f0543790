"""Verifies the audit trail against its seals: every event in its place, every seal signed, nothing cut where an anchor
remembers more. Reads one snapshot as a stream; memory does not grow with the trail.
"""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

import asyncpg

from hub.audit.anchor import Anchor
from hub.audit.chain import CANONICAL, COLUMNS, GENESIS, HASH_BYTES, Seal, body, signed_text
from hub.audit.faults import Broken, Fault, Kind, inserted, named
from hub.audit.sealing import SEAL_COLUMNS
from hub.audit.signing import Keyring

AT_ONCE = 5000  # events fetched by one statement
MOST_BROKEN = 100_000  # broken events remembered, to tell which stand in each other's place

_SEALS = f"SELECT {SEAL_COLUMNS} FROM audit_seals ORDER BY seal_id"  # noqa: S608
_SEALS_BACK = f"SELECT {SEAL_COLUMNS} FROM audit_seals WHERE seal_id <= $1 ORDER BY seal_id DESC"  # noqa: S608
_TAIL = """
SELECT count(*) AS events, min(at) AS oldest, max(event_id) AS last FROM audit_events
WHERE event_id > $1 AND NOT EXISTS (
    SELECT FROM (SELECT unnest(event_ids) AS event_id FROM audit_seals WHERE highest_id > $1) AS sealed
    WHERE sealed.event_id = audit_events.event_id
)
"""

Progress = Callable[[int, int], None]
"""Told how many events were verified, of how many."""
Bodies = Mapping[int, str]


@dataclass(frozen=True)
class Verified:
    """What was found. `fault` is the first in the order of the chain, None where all is whole; `faults` their number.

    `unsealed` events came after the last seal, the `oldest` of them at that time. `head` is the last seal's, in
    hexadecimal, empty before the first.
    """

    events: int
    seals: int
    head: str
    sealed_at: datetime.datetime | None
    anchors: int
    unsealed: int
    oldest: datetime.datetime | None
    fault: Fault | None
    faults: int
    seconds: float


async def verify(
    connection: asyncpg.Connection,
    trusted: Keyring,
    anchors: Sequence[Anchor] = (),
    progress: Progress = lambda done, total: None,
) -> Verified:
    """Verify everything there is. What is wrong with the trail is in the answer; raises only asyncpg's errors."""
    started = time.monotonic()
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        await connection.execute(CANONICAL)
        walk = _Walk(connection, [anchor for anchor in anchors if anchor.good(trusted)])
        await walk.go(progress)
        newest = walk.newest
        tail = await connection.fetchrow(_TAIL, newest.settled_id if newest else 0)
        assert tail is not None
        fault, faults = await _judged(connection, trusted, walk, anchors, tail["last"] or 0)
        return Verified(
            walk.position,
            walk.seals,
            newest.head.hex() if newest else "",
            newest.sealed_at if newest else None,
            len(anchors),
            tail["events"],
            tail["oldest"],
            fault,
            faults,
            time.monotonic() - started,
        )


class _Walk:
    """One walk along the chain. `first` is the first fault that it met: of a seal, or an event that is broken."""

    def __init__(self, connection: asyncpg.Connection, anchors: Sequence[Anchor]) -> None:
        self._connection = connection
        self._anchored = {anchor.seal_id: anchor for anchor in anchors}
        self.first: Fault | Broken | None = None
        self.faults = 0
        self.broken: list[Broken] = []
        self.newest: Seal | None = None
        self.seals = 0
        self.position = 0
        self.last_present = 0
        self._last_id = 0
        self._start = 0

    async def go(self, progress: Progress) -> None:
        """Walk to the end."""
        total = await self._connection.fetchval("SELECT position FROM audit_seals ORDER BY seal_id DESC LIMIT 1") or 0
        group: list[Seal] = []
        async for row in self._connection.cursor(_SEALS, prefetch=100):
            seal = Seal(**dict(row))
            if group and (seal.form != group[0].form or sum(len(each.event_ids) for each in group) >= AT_ONCE):
                await self._check(group)
                progress(self.position, total)
                group = []
            group.append(seal)
        if group:
            await self._check(group)
        progress(self.position, total)

    async def _check(self, seals: list[Seal]) -> None:
        form = seals[0].form
        rows: list[asyncpg.Record] = []
        if form in COLUMNS:
            ids = [event_id for seal in seals for event_id in seal.event_ids]
            query = f"SELECT event_id, {body(form)} AS body FROM audit_events WHERE event_id = ANY ($1)"  # noqa: S608
            rows = await self._connection.fetch(query, ids)
        bodies = {row[0]: row[1] for row in rows}
        for seal in seals:
            self._seal(seal, bodies)

    def _seal(self, seal: Seal, bodies: Bodies) -> None:
        before = self.newest.carry() if self.newest else GENESIS
        self._start = self.position
        expected = self._last_id + 1
        number = len(seal.event_ids)
        head_is_good = seal.reckoned_head(before) == seal.head
        if seal.seal_id != expected:
            self._found(Kind.REMOVED, expected, None, f"seal {expected} is gone")
            self.position = seal.position - number
            before = b""
        elif not head_is_good and self.first is None and (place := self._place_of(seal, before)):
            self._found(Kind.REORDERED, seal.seal_id, seal, f"seal {place} stands in the place of seal {seal.seal_id}")
            before = b""
        elif seal.form not in COLUMNS or len(seal.links) != number * HASH_BYTES:
            self._found(Kind.CHANGED, seal.seal_id, seal, f"seal {seal.seal_id} is not as it was written")
            before = b""
        if seal.form in COLUMNS:
            self._events(seal, before, bodies)
        if before and (not head_is_good or seal.position != self.position):
            self._found(Kind.CHANGED, seal.seal_id, seal, f"seal {seal.seal_id} is not as it was written")
        anchor = self._anchored.get(seal.seal_id)
        if anchor is not None and anchor.head != seal.head.hex():
            message = f"the chain up to seal {seal.seal_id} is not the one that was anchored at {anchor.anchored_at}"
            self._found(Kind.CHANGED, seal.seal_id, seal, message)
        self._last_id, self.newest, self.seals, self.position = seal.seal_id, seal, self.seals + 1, seal.position

    def _events(self, seal: Seal, before: bytes, bodies: Bodies) -> None:
        """Every event of a seal in its place; the first is let pass where what it follows is not known."""
        for event_id, sealed in zip(seal.event_ids, seal.each_link(), strict=False):
            self.position += 1
            text = bodies.get(event_id)
            if text is not None:
                self.last_present = self.position
                pieces = (before, event_id.to_bytes(8, "big", signed=True), text.encode())
                if not before or sha256(b"".join(pieces)).digest() == sealed:
                    before = sealed
                    continue
            broken = Broken(self.position, event_id, seal.seal_id, seal.form, before, sealed, text is None)
            self.first = self.first or broken
            self.faults += 1
            if len(self.broken) < MOST_BROKEN:
                self.broken.append(broken)
            before = sealed

    def _found(self, kind: Kind, seal_id: int, seal: Seal | None, message: str) -> None:
        event_id = min(seal.event_ids, default=None) if seal else None
        self.first = self.first or Fault(kind, self._start + 1, event_id, seal_id, message)
        self.faults += 1

    def _place_of(self, seal: Seal, before: bytes) -> int | None:
        """The id that the seal was written under, where it bears another's now."""
        most = max(seal.seal_id, self.seals) + 1_000_000
        return next((n for n in range(1, most) if seal.reckoned_head(before, seal_id=n) == seal.head), None)


async def _judged(
    connection: asyncpg.Connection, trusted: Keyring, walk: _Walk, anchors: Sequence[Anchor], last_unsealed: int
) -> tuple[Fault | None, int]:
    """The first of all faults, and their number."""
    first, faults = walk.first, walk.faults
    found: list[Fault] = []
    if isinstance(first, Broken):
        to_end = first.position > walk.last_present and last_unsealed < first.event_id
        found.append(await named(connection, first, walk.broken, to_end=to_end))
    elif first is not None:
        found.append(first)
    number, put_in = await inserted(connection, walk.newest.settled_id if walk.newest else 0)
    faults += number
    if put_in is not None:
        found.append(put_in)
    for fault in (await _unsigned(connection, trusted, walk), *_unanchored(trusted, walk, anchors)):
        if fault is not None:
            faults += 1
            found.append(fault)
    return min(found, key=lambda fault: fault.position, default=None), faults


async def _unsigned(connection: asyncpg.Connection, trusted: Keyring, walk: _Walk) -> Fault | None:
    """The first seal without a good signature, before the first fault.

    A good signature vouches for all before it, so this goes back from the end, or from the fault, to the last good one.
    """
    if walk.newest is None:
        return None
    end = walk.newest.seal_id if walk.first is None else (walk.first.seal_id or 1) - 1
    bad: Seal | None = None
    async for row in connection.cursor(_SEALS_BACK, end, prefetch=100):
        seal = Seal(**dict(row))
        if trusted.good(seal.key_id, seal.signature, signed_text(seal.head)):
            break
        bad = seal
    if bad is None:
        return None
    message = f"no trusted key signed seal {bad.seal_id}"
    first_id = min(bad.event_ids, default=None)
    return Fault(Kind.BAD_SIGNATURE, bad.first_position, first_id, bad.seal_id, message)


def _unanchored(trusted: Keyring, walk: _Walk, anchors: Sequence[Anchor]) -> list[Fault]:
    """What the anchors remember and the chain has no longer, and anchors that are not to be believed."""
    last = walk.newest.seal_id if walk.newest else 0
    found: list[Fault] = []
    for anchor in anchors:
        if not anchor.good(trusted):
            message = f"no trusted key signed the anchor of {anchor.anchored_at}"
            found.append(Fault(Kind.BAD_SIGNATURE, anchor.position, None, anchor.seal_id, message))
        elif anchor.seal_id > last:
            message = f"the chain ends at event {walk.position}; at {anchor.anchored_at} it went to {anchor.position}"
            found.append(Fault(Kind.TAIL_CUT, walk.position + 1, None, last + 1, message))
    return found
