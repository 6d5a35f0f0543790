"""Notifications: what the hub tells its users, and how they want to be told."""

from __future__ import annotations

import datetime

import strawberry
from strawberry.types import Info

from hub.notices.preferences import preferences_of
from hub.tables import DIGESTS, LANGUAGES, NOTIFICATION_KINDS, NotificationRow
from permissions.declare import argument, guarded, public
from permissions.grants import Grant as G
from resolvers.compiler.source import Column
from resolvers.context import Context
from resolvers.sources import notification as source
from schema.base import PAGE_ARGUMENTS, Json, Node, described_enum, record
from schema.payload import INPUT, PAYLOAD, MutationError, errors_field, key_field
from schema.rules import Language
from schema.state_record import StateRecord
from schema.student import Student

NotificationKind = described_enum("NotificationKind", NOTIFICATION_KINDS, "What a notification tells.")
DigestChoice = described_enum("DigestChoice", DIGESTS, "How often notifications are told by mail.")
assert set(LANGUAGES) == {member.name for member in Language}

_SELF = G.ACCOUNT_SELF
_PREFERENCE = "It is the viewer's own; the field that leads to it is guarded."


@record(source.NOTIFICATIONS, _SELF, "Something that the hub told the viewer.")
class Notification(Node):
    kind: NotificationKind | None = guarded(_SELF, Column(NotificationRow.kind), "What it tells.")  # type: ignore[valid-type]
    created_at: datetime.datetime | None = guarded(_SELF, Column(NotificationRow.created_at), "When it was told.")
    read_at: datetime.datetime | None = guarded(_SELF, Column(NotificationRow.read_at), "When it was read.")
    parameters: Json | None = guarded(
        _SELF, source.PARAMETERS, "What else it tells: codes, moments and counts, no value of a child."
    )
    object_id: strawberry.ID | None = guarded(_SELF, source.OBJECT_ID, "Id of what it is about beside the child.")
    student: Student | None = guarded(G.STUDENT_READ, source.STUDENT_OF_NOTIFICATION, "The child that it is about.")
    state_record: StateRecord | None = guarded(
        G.STUDENT_READ, source.RECORD_OF_NOTIFICATION, "The state record that it is about."
    )


@strawberry.input(description="Which notifications.")
class NotificationFilter:
    kind: list[NotificationKind] | None = guarded(  # type: ignore[valid-type]
        _SELF, source.KIND, "Of one of these kinds.", default=strawberry.UNSET
    )
    unread: bool | None = guarded(_SELF, source.IS_UNREAD, "Not read yet, or read.", default=strawberry.UNSET)
    since: datetime.datetime | None = guarded(
        _SELF, source.SINCE, "Told at this moment or later.", default=strawberry.UNSET
    )


NOTIFICATION_ARGUMENTS = (
    argument("filter", NotificationFilter | None, "Which notifications; all unless said."),
    *PAGE_ARGUMENTS,
)


@strawberry.input(description="Which notifications are read: some, or all that are older than a moment.")
class MarkReadInput:
    ids: list[strawberry.ID] | None = public(INPUT, None, "Their ids, 1,000 at most.", default=None)
    before: datetime.datetime | None = public(INPUT, None, "All that were told before this moment.", default=None)
    idempotency_key: str | None = key_field()


@strawberry.type(description="How many notifications were marked, or why none was.")
class MarkReadPayload:
    marked: int | None = public(PAYLOAD, None, "How many that were not read before.")
    errors: list[MutationError] = errors_field()


@strawberry.type(description="How the viewer is told by mail.")
class NotificationPreferences:
    digest: DigestChoice = public(_PREFERENCE, None, "How often.")  # type: ignore[valid-type]
    language: Language = public(_PREFERENCE, None, "In which language.")


@strawberry.input(description="How the viewer wants to be told by mail.")
class SetNotificationPreferencesInput:
    digest: DigestChoice = public(INPUT, None, "How often.")  # type: ignore[valid-type]
    language: Language = public(INPUT, None, "In which language.")
    idempotency_key: str | None = key_field()


@strawberry.type(description="What holds from now on, or why nothing was changed.")
class SetNotificationPreferencesPayload:
    digest: DigestChoice | None = public(PAYLOAD, None, "How often.")  # type: ignore[valid-type]
    language: Language | None = public(PAYLOAD, None, "In which language.")
    errors: list[MutationError] = errors_field()


async def resolve_preferences(info: Info[Context, None]) -> NotificationPreferences | None:
    """The viewer's own."""
    viewer = info.context.viewer
    if viewer.account_id is None:
        return None
    found = await preferences_of(info.context.services.writes, viewer.account_id)
    return NotificationPreferences(digest=DigestChoice[found.digest], language=Language[found.language])
