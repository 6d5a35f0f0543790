"""Delivers the mail that is due: at least once, never lost, and shared by any number of workers without doubling.

A batch of rows is locked (`FOR UPDATE SKIP LOCKED`), sent one by one, and marked before its transaction ends. So
whoever is killed lets go of what it held, and another sends it under the same `Message-ID`. No mail of a batch is begun
later than a second after its first, so that a kill makes few mails come twice. Logs name mails by their id.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

import asyncpg
import structlog

from hub import clock
from hub.outbox.letter import Letter
from hub.outbox.outcome import Outcome, delivered, held_up, mark, refused
from hub.outbox.post import TOPIC
from hub.outbox.sending import Refused, Sender, ServerTrouble
from hub.outbox.server import MailServer
from hub.settings import Settings

BATCH = 20
MARK_SECONDS = 1.0

# A worker whose machine vanished holds its rows until PostgreSQL finds it idle.
_LET_GO = "SET LOCAL idle_in_transaction_session_timeout = '5min'"
_TAKE = """
SELECT outbox_id, message_id, payload::text AS payload, created_at, attempts FROM outbox_messages
WHERE topic = $1 AND delivered_at IS NULL AND dead_at IS NULL AND due_at <= $2
    AND (expires_at IS NULL OR expires_at > $2)
ORDER BY due_at, outbox_id LIMIT $3 FOR UPDATE SKIP LOCKED
"""

_log = structlog.get_logger("hub.outbox")


@dataclass(frozen=True, slots=True)
class Delivery:
    """Takes mail out of the database behind `pool` and hands it to `server`, until `stopping` is set."""

    pool: asyncpg.Pool
    server: MailServer
    settings: Settings
    stopping: asyncio.Event

    async def deliver_due(self) -> None:
        """Deliver until nothing is due or the server is in trouble. Raises asyncpg.PostgresError, OSError, HubError."""
        lanes = [self._lane() for _ in range(self.settings.mail_connections)]
        # One that fails must not break off the others in the middle of a mail.
        for failed in await asyncio.gather(*lanes, return_exceptions=True):
            if failed is not None:
                raise failed

    async def _lane(self) -> None:
        async with Sender(self.server) as sender:
            while not self.stopping.is_set() and await self._batch(sender):
                pass

    async def _batch(self, sender: Sender) -> bool:
        """Whether another batch makes sense."""
        outcomes: list[Outcome] = []
        interrupted: BaseException | None = None
        async with self.pool.acquire() as connection, connection.transaction():
            await connection.execute(_LET_GO)
            rows = await connection.fetch(_TAKE, TOPIC, clock.now(), BATCH)
            try:
                more = await self._send([Letter.of(row) for row in rows], sender, outcomes)
            except BaseException as error:  # noqa: BLE001 (a cancelled task too: what has left is marked first)
                interrupted = error
            await mark(connection, outcomes)
        if interrupted is not None:
            raise interrupted
        return more and bool(rows)

    async def _send(self, letters: list[Letter], sender: Sender, outcomes: list[Outcome]) -> bool:
        """Send letters until a second has passed, adding what came of each; False where the server is in trouble."""
        until = time.monotonic() + MARK_SECONDS
        for place, letter in enumerate(letters):
            if place and (time.monotonic() > until or self.stopping.is_set()):
                break
            try:
                outcomes.append(await self._one(letter, sender))
            except ServerTrouble as trouble:
                outcomes += (held_up(each, trouble.code, self.settings) for each in letters[place:])
                _log.error("mail server in trouble", error=trouble.code, waiting=len(letters) - place)
                return False
        return True

    async def _one(self, letter: Letter, sender: Sender) -> Outcome:
        try:
            await sender.send(letter)
        except Refused as refusal:
            outcome = refused(letter, refusal, self.settings)
        except ServerTrouble:
            raise
        except Exception as fault:  # noqa: BLE001 (one mail that breaks the hub must not stop the others)
            outcome = refused(letter, Refused(f"FAULT_{type(fault).__name__}", permanent=False), self.settings)
        else:
            _log.debug("mail delivered", mail=letter.outbox_id)
            return delivered(letter)
        told = "mail is a dead letter" if outcome.dead_at else "mail put off"
        _log.warning(told, mail=letter.outbox_id, error=outcome.error, attempts=letter.attempts + 1)
        return outcome
