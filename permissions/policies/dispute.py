"""Who may enter, answer and end disputes, and who deals with parents' requests for a correction.

Privacy Act Administrators do so for all states; a state answers for its own records, by the verbs' own look at them.
"""

from __future__ import annotations

import asyncpg

from hub.disputes.answer_dispute import AnswerDispute
from hub.disputes.decide_correction import DecideCorrection
from hub.disputes.end_dispute import EndDispute
from hub.disputes.file_dispute import FileDispute
from hub.disputes.forward_correction import ForwardCorrection
from hub.disputes.record_correction import RecordCorrection
from hub.permit import Permit
from hub.refusal import Refusal, RefusalCode
from hub.viewer import Reach, Viewer
from permissions.grants import Grant


async def can_file_dispute(connection: asyncpg.Connection, viewer: Viewer, command: FileDispute) -> Permit:
    return Permit("file_dispute", viewer)


async def can_answer_dispute(connection: asyncpg.Connection, viewer: Viewer, command: AnswerDispute) -> Permit:
    """Somebody of a state; whether it is one whose record is disputed, the verb looks at."""
    if viewer.state is None:
        raise Refusal(RefusalCode.NOT_FOUND, field="dispute")
    return Permit("answer_dispute", viewer)


async def can_resolve_dispute(connection: asyncpg.Connection, viewer: Viewer, command: EndDispute) -> Permit:
    return Permit("resolve_dispute", viewer)


async def can_withdraw_dispute(connection: asyncpg.Connection, viewer: Viewer, command: EndDispute) -> Permit:
    return Permit("withdraw_dispute", viewer)


async def can_record_correction(connection: asyncpg.Connection, viewer: Viewer, command: RecordCorrection) -> Permit:
    _check_reach(viewer)
    return Permit("record_correction", viewer)


async def can_decide_correction(connection: asyncpg.Connection, viewer: Viewer, command: DecideCorrection) -> Permit:
    _check_reach(viewer)
    return Permit("decide_correction", viewer)


async def can_forward_correction(connection: asyncpg.Connection, viewer: Viewer, command: ForwardCorrection) -> Permit:
    _check_reach(viewer)
    return Permit("forward_correction", viewer)


def _check_reach(viewer: Viewer) -> None:
    """The verbs take an account of no state to deal with every state's requests; only one that reaches all may."""
    if viewer.state is None and viewer.grants.get(Grant.CORRECTION_WRITE) is not Reach.ALL:
        raise Refusal(RefusalCode.NOT_FOUND)
