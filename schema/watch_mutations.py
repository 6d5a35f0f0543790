"""What the viewer follows."""

from __future__ import annotations

import strawberry

from permissions.grants import Grant as G
from resolvers.mutations import watch
from schema.payload import change
from schema.watch import UnwatchInput, UnwatchPayload, WatchPayload, WatchSearchInput, WatchStudentInput


@strawberry.type(description="Changes of what the viewer follows.")
class WatchMutations:
    watch_student: WatchPayload | None = change(
        watch.WATCH_STUDENT,
        WatchStudentInput,
        WatchPayload,
        "Follow a child: be told when what the viewer may see of it changes.",
        G.STUDENT_READ,
    )
    watch_search: WatchPayload | None = change(
        watch.WATCH_SEARCH,
        WatchSearchInput,
        WatchPayload,
        "Follow a search: be told when a child that it finds changes, or is new to it.",
        G.STUDENT_SEARCH,
    )
    unwatch: UnwatchPayload | None = change(
        watch.UNWATCH, UnwatchInput, UnwatchPayload, "Follow something no longer.", G.ACCOUNT_SELF
    )
