"""What changes how the viewer is told things, and what counts as read."""

from __future__ import annotations

import strawberry

from permissions.grants import Grant as G
from resolvers.mutations import notification
from schema.notification import (
    MarkReadInput,
    MarkReadPayload,
    SetNotificationPreferencesInput,
    SetNotificationPreferencesPayload,
)
from schema.payload import change


@strawberry.type(description="Changes of the viewer's notifications.")
class NotificationMutations:
    mark_read: MarkReadPayload | None = change(
        notification.MARK_READ, MarkReadInput, MarkReadPayload, "Mark notifications as read.", G.ACCOUNT_SELF
    )
    set_notification_preferences: SetNotificationPreferencesPayload | None = change(
        notification.SET_PREFERENCES,
        SetNotificationPreferencesInput,
        SetNotificationPreferencesPayload,
        "Choose whether a daily digest comes by mail, and in which language.",
        G.ACCOUNT_SELF,
    )
