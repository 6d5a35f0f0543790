"""What the states tell and ask each other about a child: contacts, move notices, data requests.

Other capabilities use the names below and no others.
"""

from hub.notices.system import SystemNotice, post_system_notices

__all__ = ["SystemNotice", "post_system_notices"]
