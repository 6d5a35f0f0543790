"""The outbox: mail and events that leave the hub if, and only if, the change that causes them is committed.

Capabilities use the names below and no others; `hub.worker` delivers.
"""

from hub.outbox.events import publish
from hub.outbox.mail import Mail, can_be_mailed
from hub.outbox.post import post_mail, post_mails

__all__ = ["Mail", "can_be_mailed", "post_mail", "post_mails", "publish"]
