"""From a service token to its viewer: never beyond what its account may at this moment, nor after either has closed.

What the database said is held for a minute at most, and dropped at once when the account or one of its tokens is
announced as changed; while this worker cannot hear that, it asks the database at each request. A token that is known
and yet not let in leaves an event.
"""

from __future__ import annotations

import datetime
import ipaddress
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import asyncpg

from hub import clock
from hub.accounts.account import ACCOUNT_COLUMNS, Account, GrantsOf, account_of
from hub.accounts.held_viewers import HeldViewers
from hub.accounts.tokens import SERVICE_PREFIX, hash_token
from hub.audit.event import Event, Tag
from hub.audit.writer import AuditWriter
from hub.errors import Code, HubError
from hub.settings import Settings
from hub.store.engine import AT_FAULT
from hub.viewer import Reach, TokenUsed, Viewer

HELD_FOR = datetime.timedelta(minutes=1)
MAX_HELD = 10_000  # tokens; a worker that sees more starts afresh

Networks = tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]

_READ = f"""
SELECT token_id, service_tokens.name AS token_name, grants, addresses, purpose, expires_at, revoked_at,
    accounts.status AS account_status, {ACCOUNT_COLUMNS}
FROM service_tokens JOIN accounts ON accounts.account_id = service_tokens.account_id
WHERE token_hash = $1
"""  # noqa: S608 (names of columns only)

_USED = """
UPDATE service_tokens SET last_used_at = $2::timestamptz
WHERE token_id = $1 AND (last_used_at IS NULL OR last_used_at < $2::timestamptz - interval '1 minute')
"""


@dataclass(frozen=True, slots=True)
class _Held:
    """What the database said at `read_at`; `closed` says why the token is worth nothing, if it is."""

    viewer: Viewer
    addresses: Networks
    expires_at: datetime.datetime
    read_at: datetime.datetime
    closed: str | None


class TokenStore:
    """One a worker. `of_tokens` are the grants that no role holds and an account may give to a token of its own."""

    def __init__(
        self,
        pool: asyncpg.Pool,
        audit: AuditWriter,
        is_listening: Callable[[], bool],
        *,
        grants_of: GrantsOf,
        of_tokens: Collection[str],
        settings: Settings,
    ) -> None:
        self._pool = pool
        self._audit = audit
        self._grants_of = grants_of
        self._of_tokens = frozenset(of_tokens)
        self._settings = settings
        self.held: HeldViewers[_Held] = HeldViewers(is_listening, MAX_HELD)

    async def resolve(self, token: str, address: str | None) -> Viewer | None:
        """The viewer (without purpose and address) of a token that may be used now from `address`, else None.

        Raises HubError(UNAVAILABLE) when the database cannot be asked.
        """
        held = await self._admitted(token, address)
        return None if held is None else held.viewer

    async def look(self, token: str, address: str | None) -> tuple[Viewer, datetime.datetime] | None:
        """As `resolve`, and until when that holds unless the account is announced as changed."""
        held = await self._admitted(token, address)
        return None if held is None else (held.viewer, min(held.expires_at, held.read_at + HELD_FOR))

    async def _admitted(self, token: str, address: str | None) -> _Held | None:
        now, key = clock.now(), hash_token(token)
        held = self.held.get(key)
        if held is None or now - held.read_at >= HELD_FOR:
            try:
                held = await self._read(key, now)
            except AT_FAULT as error:
                raise HubError(Code.UNAVAILABLE, "the token cannot be looked up now; try again") from error
        if held is None:
            return None
        why = held.closed or ("EXPIRED" if now >= held.expires_at else None)
        if why is None and not _is_within(address, held.addresses):
            why = "ADDRESS"
        if why is None:
            return held
        refused = Event.by(held.viewer, Tag.TOKEN_REFUSED, address=address, detail={"reason": why})
        await self._audit.record(refused)
        return None

    async def _read(self, key: bytes, now: datetime.datetime) -> _Held | None:
        reading = self.held.reading()
        self.held.drop(key)
        record = await self._pool.fetchrow(_READ, key)
        if record is None:
            return None
        viewer = self._viewer(account_of(record), record, now)
        closed = _closed(record, viewer)
        if closed is None:
            await self._pool.execute(_USED, record["token_id"], now)
        held = _Held(viewer, tuple(record["addresses"]), record["expires_at"], now, closed)
        if closed is None:
            self.held.keep(key, held, reading)
        return held

    def _viewer(self, account: Account, record: asyncpg.Record, now: datetime.datetime) -> Viewer:
        person = account.viewer(0, self._grants_of, now, self._settings)
        used = TokenUsed(record["token_id"], record["token_name"], record["purpose"])
        return replace(person, session_id=None, token=used, grants=self._grants(person, record["grants"]))

    def _grants(self, person: Viewer, given: Collection[str]) -> Mapping[str, Reach]:
        """What was given and is held now, as far as the person's roles reach now."""
        held = {grant: reach for grant, reach in person.grants.items() if grant in given}
        return MappingProxyType(held | {grant: Reach.ALL for grant in sorted(self._of_tokens.intersection(given))})


def _closed(record: asyncpg.Record, viewer: Viewer) -> str | None:
    if record["revoked_at"] is not None:
        return "REVOKED"
    if record["account_status"] != "ACTIVE":
        return f"ACCOUNT_{record['account_status']}"
    return viewer.gate


def _is_within(address: str | None, networks: Networks) -> bool:
    """Whether an address is in one of the networks; IPv4 that comes as IPv6 is IPv4."""
    if address is None:
        return False
    asked = ipaddress.ip_address(address)
    plain = getattr(asked, "ipv4_mapped", None) or asked
    return any(plain.version == network.version and plain in network for network in networks)


def is_service_token(token: str) -> bool:
    """Whether a token says that it is one; only then is it looked up."""
    return token.startswith(SERVICE_PREFIX)
