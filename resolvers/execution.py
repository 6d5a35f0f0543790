"""Door two: graphql-core executes, and root fields that are compiled hand it ready JSON.

The executor passes a ready fragment through as it is, and resolves no field whose grant the viewer lacks; the error of
such a field comes from the plan.
"""

from __future__ import annotations

from typing import Any

import orjson
from graphql import GraphQLSchema, is_non_null_type
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from permissions.declare import declaration_of
from resolvers.context import Context
from resolvers.reader import NULL


class HubExecutor(StrawberryGraphQLCoreExecutionContext):
    """The executor of every operation that is not answered at door one."""

    def execute_field(
        self, parent_type: Any, source: Any, field_details_list: Any, path: Any, position_context: Any
    ) -> Any:
        name = field_details_list[0].node.name.value
        field = self.schema.get_field(parent_type, name)
        declaration = declaration_of(field) if field is not None and not name.startswith("__") else None
        if declaration is not None and declaration.grant is not None:
            context: Context = self.context_value
            if not context.viewer.can(declaration.grant):
                return None
        return super().execute_field(parent_type, source, field_details_list, path, position_context)

    def complete_value(
        self, return_type: Any, field_details_list: Any, info: Any, path: Any, result: Any, position_context: Any
    ) -> Any:
        if isinstance(result, orjson.Fragment):
            return result
        if result is None and is_non_null_type(return_type) and _is_compiled_root(info):
            raise AlreadyRefused
        return super().complete_value(return_type, field_details_list, info, path, result, position_context)


class AlreadyRefused(Exception):
    """A root field that may not be null is: the null climbs as by GraphQL's rule; why is among the errors already."""


def _is_compiled_root(info: Any) -> bool:
    return info.path.prev is None and info.path.key in info.context.roots


async def _compiled(_source: Any, info: Any, **_arguments: Any) -> orjson.Fragment | None:
    context: Context = info.context
    data = await context.reading.read(context.roots[info.path.key])
    return None if data == NULL else orjson.Fragment(data)


def join_compiler(schema: GraphQLSchema) -> None:
    """Give the compiled root fields of the running schema their resolver."""
    assert schema.query_type is not None
    for field in schema.query_type.fields.values():
        declaration = declaration_of(field)
        if declaration is not None and declaration.source is not None:
            field.resolve = _compiled
