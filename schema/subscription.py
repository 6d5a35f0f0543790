"""The root of everything that can be followed. What an event is about is read anew, as any read, by who follows it."""

from __future__ import annotations

import strawberry

from permissions.declare import argument, guarded
from permissions.grants import Grant as G
from resolvers.compiler.source import Keyed
from resolvers.sources import followed
from resolvers.sources.notification import NOTIFICATIONS
from resolvers.sources.student import STUDENTS
from resolvers.sources.worklist_item import WORKLIST_ITEMS
from schema.notification import Notification
from schema.student import Student
from schema.worklist_item import WorklistItem


@strawberry.type(description="A worklist item that was raised, assigned, escalated, decided or withdrawn.")
class WorklistChange:
    item: WorklistItem | None = guarded(G.WORKLIST_DECIDE, Keyed(WORKLIST_ITEMS), "The item as it is now.")


@strawberry.type(description="A change of what is held on a student, or of who the student is.")
class StudentChange:
    student: Student | None = guarded(G.STUDENT_READ, Keyed(STUDENTS), "The student as it is now.")


@strawberry.type(description="Something that the hub told the viewer.")
class NotificationReceived:
    notification: Notification | None = guarded(G.ACCOUNT_SELF, Keyed(NOTIFICATIONS), "What was told.")


@strawberry.type(
    description="Everything that can be followed, by graphql-transport-ws. Several changes that are close together may "
    "be told as one; what changed while nobody listened is not told later."
)
class Subscription:
    worklist_changed: WorklistChange | None = guarded(
        G.WORKLIST_DECIDE, followed.WORKLIST, "Changes of the decisions that the viewer may take."
    )
    notification_received: NotificationReceived | None = guarded(
        G.ACCOUNT_SELF,
        followed.NOTIFICATIONS,
        "What the hub tells the viewer, as it is told; nothing about a child that the viewer may not see now.",
    )
    student_changed: StudentChange | None = guarded(
        G.STUDENT_READ,
        followed.STUDENT,
        "Changes of one child's consolidated record. A retired MSIX ID follows its survivor. While the child is under "
        "review, only those who decide hear of it.",
        [argument("msix_id", str, "The MSIX ID, 12 digits.")],
    )
