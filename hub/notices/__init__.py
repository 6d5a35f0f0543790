"""What the states tell and ask each other about a child, and what the hub tells its users.

Other capabilities use the names below and no others.
"""

from hub.notices.notify import Audience, Notice, notify
from hub.notices.reply_to_move_notice import ReplyToMoveNotice, reply_to_move_notice
from hub.notices.screening import Family, Finding, FindingKind, Relative, family_of, refuse_findings, screen
from hub.notices.send_move_notice import SendMoveNotice, send_move_notice
from hub.notices.set_contacts import Contact, SetContacts, set_contacts
from hub.notices.system import SystemNotice, post_system_notices

__all__ = [
    "Audience",
    "Contact",
    "Family",
    "Finding",
    "FindingKind",
    "Notice",
    "Relative",
    "ReplyToMoveNotice",
    "SendMoveNotice",
    "SetContacts",
    "SystemNotice",
    "family_of",
    "notify",
    "post_system_notices",
    "refuse_findings",
    "reply_to_move_notice",
    "screen",
    "send_move_notice",
    "set_contacts",
]
