"""Contacts, move notices and data requests."""

from hub.notices import (
    AnswerDataRequest,
    ReplyToMoveNotice,
    RequestData,
    SendMoveNotice,
    SetContacts,
    answer_data_request,
    reply_to_move_notice,
    request_data,
    send_move_notice,
    set_contacts,
)
from permissions.policies import notice as policies
from resolvers.writing import Change

SET_CONTACTS = Change("setContacts", SetContacts, policies.can_set_contacts, set_contacts)
SEND_MOVE_NOTICE = Change("sendMoveNotice", SendMoveNotice, policies.can_send_move_notice, send_move_notice)
REPLY_TO_MOVE_NOTICE = Change(
    "replyToMoveNotice", ReplyToMoveNotice, policies.can_reply_to_move_notice, reply_to_move_notice
)
REQUEST_DATA = Change("requestData", RequestData, policies.can_request_data, request_data)
ANSWER_DATA_REQUEST = Change(
    "answerDataRequest", AnswerDataRequest, policies.can_answer_data_request, answer_data_request
)
