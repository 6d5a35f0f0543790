"""What a stored filter of students finds among some children, as a viewer may search now: one statement.

The filter was sent in the schema's names and is read anew each time; a field of it that is gone, or that the viewer may
not read any more, makes it find nothing.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import asyncpg
from graphql import GraphQLSchema, Undefined
from graphql.utilities import coerce_input_value
from sqlalchemy import ARRAY, BigInteger, func

from hub.errors import HubError
from hub.viewer import Viewer
from permissions.grants import Grant
from permissions.inputs import refused_input
from resolvers.compiler.arguments import Binder, shape
from resolvers.compiler.record import Compiler
from resolvers.compiler.source import Rows
from resolvers.compiler.statement import Statement, statement_of
from resolvers.sources.student import STUDENTS

FILTER = "StudentFilter"
KEPT = 256


class Searching:
    """Keeps the statements of filters of the same shape, by the grants that shape them too."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._statements: dict[Hashable, Statement] = {}

    async def find(
        self, connection: asyncpg.Connection, viewer: Viewer, filter_: Mapping[str, Any], among: Sequence[int]
    ) -> list[int]:
        """The ids of those of `among` (current ids of students) that the filter finds, in order."""
        if not (viewer.can(Grant.STUDENT_SEARCH) and viewer.can(Grant.STUDENT_READ)):
            return []
        type_: Any = self._schema.type_map[FILTER]
        asked = coerce_input_value(filter_, type_)
        if asked is Undefined or refused_input(type_, asked, viewer.grants) is not None:
            return []
        arguments = ({"filter": asked},)
        key = (shape(arguments[0]), tuple(sorted(viewer.grants.items())))
        try:
            statement = self._statements.get(key) or self._keep(key, arguments, viewer)
            values = statement.values(arguments, viewer, (list(among),))
            async with connection.transaction():  # so that what cannot be compared breaks nothing else
                rows = await connection.fetch(statement.text, *values)
        except (HubError, asyncpg.DataError, asyncpg.CharacterNotInRepertoireError):
            return []
        return [row["student_id"] for row in rows]

    def _keep(self, key: Hashable, arguments: Sequence[Mapping[str, Any]], viewer: Viewer) -> Statement:
        binder = Binder()
        compiler = Compiler(self._schema, viewer.grants, arguments, binder)
        rows = Rows(STUDENTS, binder)
        rows.conditions.append(rows.c.student_id == func.any(binder.of_key(0, ARRAY(BigInteger()))))
        compiler.restrict_type(rows, self._schema.type_map["Student"])
        compiler.demand(rows, 0, "filter", self._schema.type_map[FILTER])
        found = rows.select([rows.c.student_id.label("student_id")]).order_by(rows.c.student_id)
        if len(self._statements) >= KEPT:
            self._statements.clear()
        statement = self._statements[key] = statement_of(found, binder)
        return statement
