"""Runs an operation over the plain rows: graphql-core executes, the oracle's fields answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLSchema, OperationDefinitionNode, build_schema, execute_sync, get_operation_ast, parse
from graphql.execution import get_variable_values

from hub.viewer import Viewer
from tests.graph.oracle.ask import Ask
from tests.graph.oracle.deciding import closed_to
from tests.graph.oracle.fields import read
from tests.graph.oracle.ids import TYPES
from tests.graph.oracle.law import GRANT_OF_TYPE, Denial, lacking, required, rule
from tests.graph.oracle.pages import Key
from tests.graph.oracle.reach import reaches
from tests.graph.oracle.world import World


@dataclass(frozen=True)
class Answer:
    """The data and the refusals of one operation: (code, coordinate, grant), or (code, whom to ask, until when)."""

    data: Any
    denials: set[Denial]


class Oracle:
    """Answers operations over one world and the printed schema. `places`: the sort values behind known cursors."""

    def __init__(self, world: World, sdl: str) -> None:
        self.world = world
        self.schema: GraphQLSchema = build_schema(sdl)
        self.places: dict[str, Key] = {}
        self._seen: dict[frozenset[int], World] = {}

    def seen_without(self, students: Iterable[int]) -> World:
        """The world without these students; the same one each time, since it remembers what it found."""
        closed = frozenset(students)
        seen = self._seen.get(closed)
        if seen is None or seen.rows is not self.world.rows:
            seen = self._seen[closed] = self.world.without(closed)
        return seen

    def answer(self, viewer: Viewer, text: str, variables: Mapping[str, Any]) -> Answer:
        """What the hub must answer. Cursors come out as the oracle's own names of places."""
        document = parse(text)
        operation = get_operation_ast(document)
        assert isinstance(operation, OperationDefinitionNode)
        values = get_variable_values(self.schema, operation.variable_definitions or (), dict(variables))
        assert not isinstance(values, list), values
        closed = closed_to(self.world, viewer)
        world = self.seen_without(closed)
        ruling = rule(self.schema, document, operation, values, viewer)

        def field(source: Any, info: Any, **arguments: Any) -> Any:
            parent, name = info.parent_type, info.field_name
            path = ".".join(str(key) for key in info.path.as_list()[:2])
            if lacking(parent.fields[name], viewer) or path in ruling.refused:
                return None
            if beyond(world, viewer, parent, name, source):
                return None
            ask = Ask(world, viewer, self.places, closed, ruling.denials, f"{parent.name}.{name}", arguments)
            return read(ask, source)

        result = execute_sync(
            self.schema,
            document,
            variable_values=dict(variables),
            field_resolver=field,
            type_resolver=lambda value, info, abstract: TYPES[type(value)],
        )
        assert not result.errors, result.errors
        return Answer(result.data, ruling.denials)


def beyond(world: World, viewer: Viewer, parent: Any, name: str, row: Any) -> bool:
    """Whether the grant of a field goes less far than that of its type, and not as far as this row."""
    grant, own = required(parent.fields[name]), GRANT_OF_TYPE.get(parent.name)
    return None not in (grant, own) and grant != own and not reaches(world, viewer, str(grant), row)
