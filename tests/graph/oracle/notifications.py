"""Notifications, read from plain rows."""

from __future__ import annotations

import base64

from hub.tables import NotificationRow
from tests.graph.oracle import filters
from tests.graph.oracle.ask import Ask, Read
from tests.graph.oracle.corrections import child, record
from tests.graph.oracle.pages import Order, Page
from tests.graph.oracle.shown import shown


def _told(ask: Ask, _: None) -> Page:
    asked = ask.asked

    def fits(told: NotificationRow) -> bool:
        return (
            shown(ask, told)
            and ("kind" not in asked or told.kind in asked["kind"])
            and asked.get("unread") in (None, told.read_at is None)
            and ("since" not in asked or told.created_at >= filters.moment(asked["since"]))
        )

    rows = ask.world.all(NotificationRow, fits)
    return ask.page(rows, Order("KEY", lambda told: (told.notification_id,), ascending=False))


def _object_id(ask: Ask, told: NotificationRow) -> str | None:
    if told.object_type is None:
        return None
    return base64.b64encode(f"{told.object_type}:{told.object_key}".encode()).decode()


NOTIFICATIONS: dict[str, Read] = {
    "Query.notifications": _told,
    "Notification.objectId": _object_id,
    "Notification.student": child,
    "Notification.stateRecord": record,
    "Viewer.unreadNotifications": lambda ask, _: len(
        ask.world.all(NotificationRow, lambda told: told.read_at is None and shown(ask, told))
    ),
}
