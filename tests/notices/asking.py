"""Move notices and replies as clients send them."""

from __future__ import annotations

from typing import Any

from tests.http.hub import DATA_ADMIN, Hub
from tests.identity.country import payload

NOTICE = (
    "id kind msixId fromState fromDistrict toState toDistrict senderState receiverState receiverDistrict expectedDate"
    " message byTheHub sentBy sentTo copyTo sentAt dueAt answeredAt answerMinutes overdue"
    " replies { state sentBy answers message sentAt }"
)
ERRORS = "errors { code field message found offset length }"
SEND = (
    f"mutation S($input: SendMoveNoticeInput!) {{ sendMoveNotice(input: $input) {{ notice {{ {NOTICE} }} {ERRORS} }} }}"
)
REPLY = (
    "mutation R($input: ReplyToMoveNoticeInput!)"
    f" {{ replyToMoveNotice(input: $input) {{ notice {{ {NOTICE} }} {ERRORS} }} }}"
)
BOX = (
    "query B($box: MoveNoticeBox, $filter: MoveNoticeFilter)"
    f" {{ moveNotices(box: $box, filter: $filter) {{ totalCount nodes {{ {NOTICE} }} }} }}"
)


async def send(hub: Hub, student: str, *, by: str = DATA_ADMIN, **more: Any) -> Any:
    """The payload of `sendMoveNotice`: a departure for Texas unless said otherwise."""
    given = {"student": student, "kind": "DEPARTURE", "toState": "TX", "message": "The child leaves on Monday.", **more}
    return payload(await hub.ask(SEND, {"input": given}, by=by))


async def reply(hub: Hub, notice: str, *, by: str, message: str = "Thank you, the seat is kept.", **more: Any) -> Any:
    """The payload of `replyToMoveNotice`."""
    return payload(await hub.ask(REPLY, {"input": {"notice": notice, "message": message, **more}}, by=by))


async def box(hub: Hub, name: str, *, by: str, **filter_: Any) -> list[dict[str, Any]]:
    """The notices of a box, the newest first."""
    found: list[dict[str, Any]] = payload(await hub.ask(BOX, {"box": name, "filter": filter_ or None}, by=by))["nodes"]
    return found
