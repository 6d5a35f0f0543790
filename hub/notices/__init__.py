"""What the states tell and ask each other about a child, and what the hub tells its users.

Other capabilities use the names below and no others.
"""

from hub.notices.answer_data_request import ANSWERS, AnswerDataRequest, answer_data_request
from hub.notices.answered import screen_answers, tell_answered
from hub.notices.filling import answer_filled_requests
from hub.notices.notify import Audience, Notice, notify
from hub.notices.reminding import remind_of_data_requests
from hub.notices.reply_to_move_notice import ReplyToMoveNotice, reply_to_move_notice
from hub.notices.request_data import RequestData, request_data
from hub.notices.screening import Family, Finding, FindingKind, Relative, family_of, refuse_findings, screen
from hub.notices.send_move_notice import SendMoveNotice, send_move_notice
from hub.notices.set_contacts import Contact, SetContacts, set_contacts
from hub.notices.system import SystemNotice, post_system_notices

__all__ = [
    "ANSWERS",
    "AnswerDataRequest",
    "Audience",
    "Contact",
    "Family",
    "Finding",
    "FindingKind",
    "Notice",
    "Relative",
    "ReplyToMoveNotice",
    "RequestData",
    "SendMoveNotice",
    "SetContacts",
    "SystemNotice",
    "answer_data_request",
    "answer_filled_requests",
    "family_of",
    "notify",
    "post_system_notices",
    "refuse_findings",
    "remind_of_data_requests",
    "reply_to_move_notice",
    "request_data",
    "screen",
    "screen_answers",
    "send_move_notice",
    "set_contacts",
    "tell_answered",
]
