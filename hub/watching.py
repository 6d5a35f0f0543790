"""The worker's job of watches: finds the children that changed, and tells whoever follows them or a search for them.

Some children at a time: that they were seen, what is told of them, and the trail of it are one transaction. Whoever is
killed leaves none of that, and the next finds the same children.
"""

from __future__ import annotations

from hub import clock
from hub.jobs import Work
from hub.watches.changed import begin_look, changed_students, end_look
from hub.watches.tell_of_children import tell_of_children
from hub.watches.tell_of_searches import tell_of_searches
from permissions.roles import grants_of
from resolvers.searching import Searching
from schema.build import build_schema


class Watching:
    """One a worker; it keeps the statements of the searches."""

    def __init__(self) -> None:
        self._searching = Searching(build_schema())

    async def look(self, work: Work) -> None:
        """One look: at every child that changed before it began."""
        began, last = clock.now(), 0
        while not work.stopping.is_set():
            async with work.pool.acquire() as connection, connection.transaction():
                changed, seen = await changed_students(connection, await begin_look(connection), last)
                if seen is None:
                    await end_look(connection, began)
                    return
                last = seen
                if changed:
                    await tell_of_children(connection, changed, grants_of)
                    await tell_of_searches(connection, changed, grants_of, self._searching.find)
