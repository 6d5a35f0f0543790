"""What every second factor that comes or goes brings with it: recovery codes, an event, and news of the account."""

from __future__ import annotations

from typing import Literal

import asyncpg

from hub.accounts.end_sessions import announce
from hub.accounts.recovery_codes import forget_unless_needed, give_recovery_codes
from hub.audit.event import Event, Tag
from hub.audit.record import record_in
from hub.outcome import Outcome
from hub.refusal import Refusal, RefusalCode
from hub.viewer import Viewer

Factor = Literal["TOTP", "PASSKEY"]
WRONG_PASSWORD = Outcome(refusals=(Refusal(RefusalCode.INVALID_CREDENTIALS, field="password"),))


async def factor_added(connection: asyncpg.Connection, viewer: Viewer, account_id: int, factor: Factor) -> Outcome:
    """The viewer's account has the factor from now on; with its first it is shown its recovery codes."""
    codes = await give_recovery_codes(connection, account_id)
    await record_in(connection, Event.by(viewer, Tag.FACTOR_ADD, detail={"factor": factor}))
    await announce(connection, account_id)
    return Outcome(secrets={"recovery_codes": codes})


async def factor_removed(connection: asyncpg.Connection, viewer: Viewer, account_id: int, factor: Factor) -> Outcome:
    """The viewer's account has the factor no more; without any it has no recovery codes either."""
    await forget_unless_needed(connection, account_id)
    await record_in(connection, Event.by(viewer, Tag.FACTOR_REMOVE, detail={"factor": factor}))
    await announce(connection, account_id)
    return Outcome()
