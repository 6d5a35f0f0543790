"""How often one source address may do what is open to the public: shared by all workers, so kept in the database.

A source may do a thing `most` times at once and gets that back evenly over a time. One row a source says when all of it
is back; a row whose time has come says nothing, and is swept away by those that come after. Whoever is let in may not
have been counted yet, so as many more as are judged at once, one a core, may slip through.

An IPv6 source is its /56: the smallest network that one subscriber is given as a rule. What comes without an address
is one source together.
"""

from __future__ import annotations

import datetime
import ipaddress
from dataclasses import dataclass

import asyncpg

from hub import clock
from hub.settings import Settings

NO_ADDRESS = "none"
_SITE = 56  # bits of an IPv6 address that tell one subscriber from another
_SWEPT = 10  # rows that are forgotten with each one that is counted

_COUNT = """
INSERT INTO source_tries AS known (kind, source, free_at) VALUES ($1, $2, $3::timestamptz + $4::interval)
ON CONFLICT (kind, source) DO UPDATE SET free_at = greatest(known.free_at, $3) + $4
"""
_SWEEP = """
DELETE FROM source_tries WHERE ctid = ANY (
    ARRAY(SELECT ctid FROM source_tries WHERE free_at < $1 ORDER BY free_at LIMIT $2 FOR UPDATE SKIP LOCKED))
"""


@dataclass(frozen=True, slots=True)
class Throttle:
    """`most` times of `kind` at once, back again evenly over `over`."""

    kind: str
    most: int
    over: datetime.timedelta

    async def is_spent(self, connection: asyncpg.Connection, address: str | None) -> bool:
        """Whether this source has no try left. `address` is an IP address."""
        free_at = await connection.fetchval(
            "SELECT free_at FROM source_tries WHERE kind = $1 AND source = $2", self.kind, source_of(address)
        )
        # One try's worth must be back before the next: each adds its share, and all of them together reach `over`.
        return free_at is not None and free_at - clock.now() > self.over - self._share

    async def count(self, connection: asyncpg.Connection, address: str | None) -> None:
        """Count one try, in the connection's open transaction. Holds the source's row until that ends."""
        now = clock.now()
        await connection.execute(_COUNT, self.kind, source_of(address), now, self._share)
        await connection.execute(
            _SWEEP, now, _SWEPT
        )  # last, and waiting for nobody, so that no two wait for each other

    @property
    def _share(self) -> datetime.timedelta:
        return self.over / self.most


def wrong_tries(kind: str, settings: Settings) -> Throttle:
    """How many wrong tries of a kind (`sign_in`, `one_time_code`) a source address has."""
    return Throttle(kind, settings.wrong_tries_per_address, datetime.timedelta(minutes=settings.wrong_tries_minutes))


def source_of(address: str | None) -> str:
    """What is counted together: an IPv4 address, the /56 of an IPv6 address."""
    if address is None:
        return NO_ADDRESS
    known = ipaddress.ip_address(address)
    if isinstance(known, ipaddress.IPv6Address):
        mapped = known.ipv4_mapped
        return str(mapped or ipaddress.ip_network((known.packed, _SITE), strict=False))
    return str(known)
