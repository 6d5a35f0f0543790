"""What subscriptions follow: the events of the outbox by topic, as those who publish them write them."""

from __future__ import annotations

from resolvers.compiler.source import Followed

NOTIFICATIONS = Followed({"notified": "for"}, own=True)
WORKLIST = Followed({"worklist_changed": "items"})
STUDENT = Followed(
    {"student_changed": "students", "identity_changed": "students"},
    argument="msixId",
    find="""
        SELECT watched, current_id FROM students, LATERAL unnest(ARRAY[student_id, current_id]) AS watched
        WHERE msix_id = $1
    """,
)
"""A retired ID is followed with its survivor: what becomes of either may change with whom it answers."""
