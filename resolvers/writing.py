"""A change: policy, verb, audit and outbox in one transaction, committed at this edge and nowhere else.

A policy looks at the viewer and the object and hands out a permit, a verb does the work, and either may raise a
`Refusal`: then nothing of it is done, the refusal is audited, and it goes out as data. The outcome names records by
their keys; the payload's selection on them is compiled and read like any other read, after the commit.

An idempotency key is taken first. Whoever comes with the same key meanwhile waits for the outcome and gets the same.
"""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from enum import Enum
from typing import Any, Generic, TypeVar

import asyncpg
import orjson

from hub.audit.event import Event, Tag
from hub.audit.record import record_in
from hub.errors import Code, HubError
from hub.outcome import Outcome
from hub.permit import Permit
from hub.refusal import Refusal, RefusalCode
from hub.viewer import Viewer
from resolvers.context import Services

C = TypeVar("C")

MOST_TRIES = 5
"""How often a change is begun anew that PostgreSQL ended to resolve a deadlock."""
LONGEST_KEY = 200
_BEGIN_ANEW = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)


Policy = Callable[[asyncpg.Connection, Viewer, C], Awaitable[Permit]]
Verb = Callable[[asyncpg.Connection, Permit, C], Awaitable[Outcome]]


@dataclass(frozen=True)
class Change(Generic[C]):
    """One mutation: the verb's command (a dataclass), who may, and what is done.

    `verb` may need services of the process; then `bind` makes it from them. One that `hashes` passwords waits for its
    turn before it takes a connection: a flood of them takes neither the cores nor the pool.
    One that is about the `own` account counts at the viewer's next request: what is held of its sessions is forgotten.
    """

    name: str
    command: type[C]
    policy: Policy[C]
    verb: Verb[C] | None = None
    bind: Callable[[Services], Verb[C]] | None = None
    hashes: bool = False
    own: bool = False

    async def run(self, services: Services, viewer: Viewer, command: C, key: str | None) -> Outcome:
        """The outcome, committed. Raises `HubError`: UNAVAILABLE where the database ends every try, INVALID_ARGUMENT
        for what it cannot hold, such as a text with NUL."""
        verb = self.verb if self.bind is None else self.bind(services)
        assert verb is not None, f"{self.name} has no verb"
        for _ in range(MOST_TRIES):
            try:
                async with self._connection(services) as connection, connection.transaction():
                    outcome = await self._once(connection, viewer, command, key, verb)
            except _BEGIN_ANEW:
                continue
            except (asyncpg.DataError, asyncpg.CharacterNotInRepertoireError):
                raise HubError(Code.INVALID_ARGUMENT, "Expected an input that the database can keep.") from None
            if self.own:
                services.sessions.held.forget(str(viewer.account_id))
            return outcome
        raise HubError(Code.UNAVAILABLE, "Others change the same objects; try again.")

    @asynccontextmanager
    async def _connection(self, services: Services) -> AsyncIterator[asyncpg.Connection]:
        async with services.passwords.turn if self.hashes else nullcontext(), services.writes.acquire() as connection:
            yield connection

    async def _once(
        self, connection: asyncpg.Connection, viewer: Viewer, command: C, key: str | None, verb: Verb[C]
    ) -> Outcome:
        if key is None or viewer.account_id is None:
            return await self._attempt(connection, viewer, command, verb)
        if not key or len(key) > LONGEST_KEY or "\0" in key:
            refusal = Refusal(RefusalCode.INVALID_INPUT, f"a key has 1 to {LONGEST_KEY} characters", "idempotencyKey")
            return Outcome(refusals=(refusal,))
        hashed = hashlib.sha256(orjson.dumps([self.name, _plain(command)])).digest()
        taken = await connection.execute(
            "INSERT INTO idempotency_keys (account_id, key, mutation, input_hash) VALUES ($1, $2, $3, $4) "
            "ON CONFLICT DO NOTHING",
            viewer.account_id,
            key,
            self.name,
            hashed,
        )
        if taken.endswith(" 0"):
            return await _first_answer(connection, viewer.account_id, key, hashed)
        outcome = await self._attempt(connection, viewer, command, verb)
        await connection.execute(
            "UPDATE idempotency_keys SET outcome = $3::text::jsonb WHERE account_id = $1 AND key = $2",
            viewer.account_id,
            key,
            _encoded(outcome),
        )
        return outcome

    async def _attempt(self, connection: asyncpg.Connection, viewer: Viewer, command: C, verb: Verb[C]) -> Outcome:
        try:
            async with connection.transaction():
                permit = await self.policy(connection, viewer, command)
                return await verb(connection, permit, command)
        except Refusal as refusal:
            detail = {"change": self.name, "code": refusal.code.value}
            await record_in(connection, Event.by(viewer, Tag.CHANGE_REFUSED, detail=detail))
            return Outcome(refusals=(refusal, *refusal.also))


async def _first_answer(connection: asyncpg.Connection, account_id: int, key: str, hashed: bytes) -> Outcome:
    row = await connection.fetchrow(
        "SELECT input_hash, outcome::text FROM idempotency_keys WHERE account_id = $1 AND key = $2", account_id, key
    )
    if row is None or row["outcome"] is None:
        raise HubError(Code.UNAVAILABLE, "The same change is under way; try again.")
    if row["input_hash"] != hashed:
        return Outcome(refusals=(Refusal(RefusalCode.KEY_REUSED, field="idempotencyKey"),))
    return _decoded(row["outcome"])


def _plain(value: Any) -> Any:
    """A command as JSON can hold it, the same for the same input."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {part.name: _plain(getattr(value, part.name)) for part in dataclasses.fields(value)}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, datetime.date) else value


def _encoded(outcome: Outcome) -> str:
    refusals = [[refusal.code, refusal.message, refusal.field, refusal.place] for refusal in outcome.refusals]
    return orjson.dumps([dict(outcome.records), dict(outcome.values), refusals]).decode()


def _decoded(text: str) -> Outcome:
    records, values, refusals = orjson.loads(text)
    return Outcome(
        records,
        values,
        refusals=tuple(
            Refusal(RefusalCode(code), said, field, tuple(place) if place else None)
            for code, said, field, place in refusals
        ),
    )
