"""Sends a move notice: kept in the hub, mailed to whoever the other side names, and its answer's clock begins."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg

from hub import clock
from hub.audit.event import Event, Tag
from hub.audit.record import record_in
from hub.notices.letters import Letter, letters
from hub.notices.places import check_place
from hub.notices.receivers import Place, Receiver, receivers_of
from hub.notices.screening import refuse_findings
from hub.notices.students import subject_of
from hub.notices.system import ANSWER_CLOCK
from hub.notices.telling import tell_place
from hub.outbox import can_be_mailed, post_mails
from hub.outcome import Outcome
from hub.permit import Permit
from hub.refusal import Refusal, RefusalCode
from hub.states import due_after
from hub.viewer import Viewer
from hub.words import plain_text

MOST_COPIES = 10
FARTHEST_DAYS = 366


@dataclass(frozen=True)
class SendMoveNotice:
    """`student` is an MSIX ID. The child goes from `from_…` to `to_…`; the sender's own side may be left out, and is
    then where the sender's account belongs."""

    student: str
    kind: str
    message: str
    from_state: str | None = None
    from_district: str | None = None
    to_state: str | None = None
    to_district: str | None = None
    expected_date: datetime.date | None = None
    copy_to: tuple[str, ...] = ()

    def sender_state(self) -> tuple[str | None, str]:
        """The state that tells, and its field: an arrival is told by where the child comes to."""
        return (self.to_state, "toState") if self.kind == "ARRIVAL" else (self.from_state, "fromState")


async def send_move_notice(connection: asyncpg.Connection, permit: Permit, command: SendMoveNotice) -> Outcome:
    """Raises Refusal: NOT_FOUND, UNDER_REVIEW, INVALID_INPUT, SENSITIVE_TEXT, NO_CONTACT."""
    permit.check("send_move_notice")
    left, reached = await _places(connection, permit.viewer, command)
    told, field = (left, "fromState") if command.kind == "ARRIVAL" else (reached, "toState")
    message, copies = plain_text(command.message, "message"), _copies(command.copy_to)
    today = clock.today()
    if command.expected_date is not None and abs((command.expected_date - today).days) > FARTHEST_DAYS:
        raise Refusal(RefusalCode.INVALID_INPUT, "the date lies within a year of today", "expectedDate")
    student = await subject_of(connection, command.student)
    await refuse_findings(connection, student.student_id, {"message": message})
    receivers = (await receivers_of(connection, [told], "MOVE_NOTICE"))[told]
    if not receivers:
        raise Refusal(RefusalCode.NO_CONTACT, field=field)
    now = clock.now()
    due = await due_after(connection, {told[0]}, ANSWER_CLOCK, now)
    notice_id: int = await connection.fetchval(
        _SEND,
        command.kind,
        student.student_id,
        *left,
        *reached,
        command.expected_date,
        message,
        copies,
        [receiver.email for receiver in receivers],
        permit.viewer.account_id,
        now,
        due[told[0]],
    )
    everybody = [*receivers, *map(Receiver, copies)]
    about = [(student.msix_id, f"/move-notices/{notice_id}")]
    await post_mails(connection, letters(Letter.MOVE_NOTICE, everybody, about))
    await tell_place(connection, "MOVE_NOTICE", told, student.student_id, notice_id, permit.viewer.account_id)
    detail = {"notice": notice_id, "kind": command.kind, "to": told[0]}
    event = Event.by(permit.viewer, Tag.NOTICE_SEND, students=(student.student_id,), detail=detail)
    await record_in(connection, event)
    return Outcome(records={"notice": notice_id})


async def _places(connection: asyncpg.Connection, viewer: Viewer, command: SendMoveNotice) -> tuple[Place, Place]:
    """Where the child comes from and goes to; the own side is filled in from the viewer."""
    assert viewer.state is not None
    own, other = ("to", "from") if command.kind == "ARRIVAL" else ("from", "to")
    given = {
        "from": (command.from_state, command.from_district),
        "to": (command.to_state, command.to_district),
    }
    own_district = given[own][1] or (viewer.district_id if given[own][0] is None else None)
    given[own] = (viewer.state, own_district)
    if given[other][0] is None:
        raise Refusal(RefusalCode.INVALID_INPUT, "the state that is to be told is named", f"{other}State")
    places = {
        side: await check_place(connection, state or "", district, (f"{side}State", f"{side}District"))
        for side, (state, district) in given.items()
    }
    if places["from"] == places["to"]:
        said = "the child goes to another state or district than it comes from"
        raise Refusal(RefusalCode.INVALID_INPUT, said, f"{other}District")
    return places["from"], places["to"]


def _copies(addresses: Sequence[str]) -> list[str]:
    if len(addresses) > MOST_COPIES:
        raise Refusal(RefusalCode.INVALID_INPUT, f"copies go to {MOST_COPIES} addresses at most", "copyTo")
    for number, address in enumerate(addresses):
        if not can_be_mailed(address):
            raise Refusal(RefusalCode.INVALID_INPUT, "an e-mail address reads like name@agency.gov", f"copyTo.{number}")
    return list({address.lower(): address for address in addresses}.values())


_SEND = """
INSERT INTO move_notices (kind, student_id, from_state, from_district, to_state, to_district, expected_date, message,
    copy_to, receivers, account_id, sent_at, due_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) RETURNING notice_id
"""
