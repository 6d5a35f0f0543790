"""What the states tell and ask each other about a child."""

from __future__ import annotations

import strawberry

from permissions.grants import Grant as G
from resolvers.mutations import notice
from schema.contact import SetContactsInput, SetContactsPayload
from schema.data_request import AnswerDataRequestInput, DataRequestPayload, RequestDataInput
from schema.move_notice import MoveNoticePayload, ReplyToMoveNoticeInput, SendMoveNoticeInput
from schema.payload import change


@strawberry.type(description="What the states tell and ask each other about a child.")
class NoticeMutations:
    set_contacts: SetContactsPayload | None = change(
        notice.SET_CONTACTS,
        SetContactsInput,
        SetContactsPayload,
        "Set whom the viewer's state, or one of its districts, wants told of what concerns its children.",
        G.STATE_SETTINGS,
    )
    send_move_notice: MoveNoticePayload | None = change(
        notice.SEND_MOVE_NOTICE,
        SendMoveNoticeInput,
        MoveNoticePayload,
        "Tell another state or district that a child arrives or leaves. An answer is due within 24 hours.",
        G.NOTICE_SEND,
    )
    reply_to_move_notice: MoveNoticePayload | None = change(
        notice.REPLY_TO_MOVE_NOTICE,
        ReplyToMoveNoticeInput,
        MoveNoticePayload,
        "Reply to a move notice, from either side.",
        G.NOTICE_SEND,
    )
    request_data: DataRequestPayload | None = change(
        notice.REQUEST_DATA,
        RequestDataInput,
        DataRequestPayload,
        "Ask another state for what is missing of a child. An upload that brings it answers by itself.",
        G.NOTICE_SEND,
    )
    answer_data_request: DataRequestPayload | None = change(
        notice.ANSWER_DATA_REQUEST,
        AnswerDataRequestInput,
        DataRequestPayload,
        "Answer a data request to the viewer's state by hand.",
        G.UPLOAD_WRITE,
    )
