"""Door two: graphql-core executes, and root fields that are compiled hand it ready JSON.

The executor passes a ready fragment through as it is, and resolves no field whose grant the viewer lacks; the error of
such a field comes from the plan.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
from graphql import GraphQLObjectType, GraphQLSchema, is_non_null_type
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from permissions.declare import Declaration, declaration_of
from permissions.plan import Selected, record_type
from resolvers.compiler.record import source_of
from resolvers.compiler.source import Connection, Count, Keyed, Lookup, Nodes, Relation
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


def _resolver(declaration: Declaration, name: str) -> Any:
    """The resolver of a compiled field; `name` is the attribute that holds the key of a `Keyed` one."""

    async def resolve(source: Any, info: Any, **_arguments: Any) -> orjson.Fragment | None:
        context: Context = info.context
        key: Any = getattr(source, name) if isinstance(declaration.source, Keyed) else ()
        if key is None:
            return None
        if isinstance(declaration.source, Keyed) and declaration.source.many:
            key = [list(key)]
        selected = _selected(context.reading.plan.roots, info.path.as_list())
        data = await context.reading.read(selected, key if isinstance(key, list | tuple) else (key,))
        return None if data == NULL else orjson.Fragment(data)

    return resolve


def _selected(roots: Sequence[Selected], path: Sequence[str | int]) -> Selected:
    """The planned field at a path. Objects that are not compiled, above it, are of one type each."""
    first, *deeper = path
    found = next(root for root in roots if root.key == first)
    for key in (step for step in deeper if isinstance(step, str)):
        found = next(child for child in found.only_children() if child.key == key)
    return found


def join_compiler(schema: GraphQLSchema) -> None:
    """Give every compiled field that graphql-core may come to its resolver: root fields, and those of payloads."""
    for type_ in schema.type_map.values():
        if not isinstance(type_, GraphQLObjectType) or source_of(record_type(type_)) is not None:
            continue
        for field in type_.fields.values():
            declaration = declaration_of(field)
            if declaration is not None and isinstance(
                declaration.source, Connection | Count | Keyed | Lookup | Nodes | Relation
            ):
                field.resolve = _resolver(declaration, field.extensions["strawberry-definition"].python_name)
