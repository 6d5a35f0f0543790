"""The mutations of watches."""

from hub.watches.unwatch import Unwatch, unwatch
from hub.watches.watch_search import WatchSearch, watch_search
from hub.watches.watch_student import WatchStudent, watch_student
from permissions.policies.watch import can_unwatch, can_watch_search, can_watch_student
from resolvers.writing import Change

WATCH_STUDENT = Change("watchStudent", WatchStudent, can_watch_student, watch_student)
WATCH_SEARCH = Change("watchSearch", WatchSearch, can_watch_search, watch_search)
UNWATCH = Change("unwatch", Unwatch, can_unwatch, unwatch)
