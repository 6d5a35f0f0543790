"""What the states tell and ask each other about a child, and what the hub tells its users.

Other capabilities use the names below and no others.
"""

from hub.notices.notify import Audience, Notice, notify
from hub.notices.system import SystemNotice, post_system_notices

__all__ = ["Audience", "Notice", "SystemNotice", "notify", "post_system_notices"]
