"""Random valid operations, drawn from the running schema.

Every feature of GraphQL's selection language comes up: aliases (short, long, and borrowed from other fields), merged
fields, named and inline fragments on objects and interfaces, `@include` and `@skip` by literal and by variable,
`__typename`, arguments and parts of arguments by variable, with defaults, null or absent. Each operation comes with
two sets of variables, so that what is cached for the first is used for the second.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import Any

from graphql import GraphQLSchema, get_named_type, is_abstract_type, is_leaf_type, is_object_type
from graphql.utilities.type_comparators import do_types_overlap
from hypothesis import strategies as st

from permissions.declare import declaration_of
from schema.build import build_schema
from tests.graph.arguments import Arguments, with_cursors
from tests.graph.pools import pools
from tests.graph.viewers import ALL

DEEPEST = 9
FIELDS = 45
OFTEN = 2 * ("student", "students", "node", "nodes")
"""Root fields that come up three times as often as the others: what hangs on children is most of the schema."""

_RESOLVED = "A resolver of its own answers; nothing is compiled."
LEFT_OUT: Mapping[str, str] = {
    **{
        f"Query.{root}": _RESOLVED
        for root in (
            *("rulesOfBehavior", "minimumDataElements", "userAdministrators", "statePolicies", "stateCalendar"),
            *("report", "standardReport", "reportCatalog", "reportSnapshots", "savedReports", "reportRuns"),
            *("serviceTokens", "mergePreview", "splitPreview", "worklistPreview"),
        )
    },
    **{
        f"Viewer.{name}": _RESOLVED
        for name in (*("purposes", "sessions", "serviceTokens", "secondFactor", "notificationPreferences"),)
    },
}
"""What no operation is drawn of, and why; a test holds it against the schema. All else is drawn."""
_LONG = "_so_long_that_no_identifier_of_PostgreSQL_may_be_of_this_length_which_is_63"


def _open(type_: Any) -> list[str]:
    """The fields of a type that may be asked."""
    names = [name for name in type_.fields if f"{type_.name}.{name}" not in LEFT_OUT]
    return [*names, *OFTEN] if type_.name == "Query" else names


@dataclass(frozen=True)
class Operation:
    """A document, two sets of variables for it, and the name of a viewer to ask it."""

    text: str
    variables: tuple[Mapping[str, Any], Mapping[str, Any]]
    viewer: str

    def with_cursors(self, cursors: Mapping[str, list[str]]) -> Operation:
        """The operation with cursors that were given out, where it leaves places for them."""
        variables = [json.loads(with_cursors(json.dumps(each), cursors)) for each in self.variables]
        return Operation(with_cursors(self.text, cursors), (variables[0], variables[1]), self.viewer)


@dataclass(frozen=True)
class Fragment:
    """A finished named fragment: how deep it nests, and its text."""

    name: str
    type_: Any
    height: int
    text: str


@dataclass
class Drawing:
    """One operation while it is drawn."""

    schema: GraphQLSchema
    rng: Random
    arguments: Arguments
    fragments: list[Fragment] = field(default_factory=list)
    signatures: dict[str, tuple[str, ...]] = field(default_factory=dict)
    roots: list[Any] = field(default_factory=list)
    fields: int = 0
    aliases: int = 0
    open_fragments: int = 0

    def chance(self, percent: int) -> bool:
        """True that often."""
        return self.rng.randrange(100) < percent

    def selection(self, type_: Any, depth: int) -> tuple[str, int]:
        """A selection set with its height."""
        parts: list[tuple[str, int]] = []
        emitted: list[tuple[str, str, Any]] = []
        for _ in range(self.rng.randint(1, 3 if depth > 2 else 5)):
            parts.append(self._part(type_, depth, emitted))
        return "{ " + " ".join(text for text, _ in parts) + " }", max(height for _, height in parts)

    def _part(self, type_: Any, depth: int, emitted: list[tuple[str, str, Any]]) -> tuple[str, int]:
        if self.chance(12):
            return f"__typename{self._directives()}", 1
        if self.chance(15):
            return self._leaves(type_)
        if self.chance(15) and self.fields < FIELDS:
            return self._inline(type_, depth)
        if self.chance(15) and (spread := self._spread(type_, depth)):
            return spread
        if emitted and self.chance(15):
            head, arguments, field_ = self.rng.choice(emitted)
            return self._written(head, arguments, field_, depth)
        return self._field(type_, depth, emitted)

    def _leaves(self, type_: Any) -> tuple[str, int]:
        """Several plain values at once."""
        names = [name for name in _open(type_) if is_leaf_type(get_named_type(type_.fields[name].type))]
        chosen = self.rng.sample(names, min(self.rng.randint(2, 6), len(names)))
        heads = ["".join(self._head(type_, name, type_.fields[name])) for name in chosen]
        return " ".join(heads) or "__typename", 1

    def _field(self, type_: Any, depth: int, emitted: list[tuple[str, str, Any]]) -> tuple[str, int]:
        names = _open(type_)
        leaves = [name for name in names if is_leaf_type(get_named_type(type_.fields[name].type))]
        nested = [name for name in names if name not in leaves]
        if depth >= DEEPEST or self.fields >= FIELDS:
            nested = nested if not leaves and type_.name.endswith(("Connection", "Edge")) else []
        names = nested if nested and (not leaves or self.chance(55)) else leaves
        if not names:
            return "__typename", 1
        name = self.rng.choice(names)
        field_ = type_.fields[name]
        head, arguments = self._head(type_, name, field_)
        emitted.append((head, arguments, field_))
        return self._written(head, arguments, field_, depth)

    def _written(self, head: str, arguments: str, field_: Any, depth: int) -> tuple[str, int]:
        self.fields += 1
        named: Any = get_named_type(field_.type)
        written = f"{head}{arguments}{self._directives()}"
        if is_leaf_type(named):
            return written, 1
        below, height = self.selection(named, depth + 1)
        return f"{written} {below}", height + 1

    def _head(self, type_: Any, name: str, field_: Any) -> tuple[str, str]:
        """The field with its alias, and its arguments. A key means the same thing wherever it stands."""
        coordinate = f"{type_.name}.{name}"
        if type_ is self.schema.query_type:
            self.roots.append(field_)
        signature = (str(field_.type), name, coordinate if field_.args else "")
        known = self.signatures.get(name)
        if not self.chance(25) and (known is None or known[:3] == signature):
            if known is None:
                known = self.signatures[name] = (*signature, self._arguments(coordinate, field_))
            return name, known[3]
        alias = self._alias()
        arguments = self._arguments(coordinate, field_)
        self.signatures[alias] = (*signature, arguments)
        return f"{alias}: {name}", arguments

    def _arguments(self, coordinate: str, field_: Any) -> str:
        return self.arguments.of(coordinate, field_) if field_.args else ""

    def _alias(self) -> str:
        self.aliases += 1
        borrowed = self.rng.choice(["id", "state", "msixId", "nodes", "n", "k0", "data", "r", "select"])
        if self.chance(20) and borrowed not in self.signatures:
            return str(borrowed)
        return f"a{self.aliases}{_LONG if self.chance(6) else ''}"

    def _directives(self) -> str:
        if not self.chance(15):
            return ""
        name = self.rng.choice(["include", "skip"])
        condition = self.arguments.condition() if self.chance(60) else self.rng.choice(["true", "false"])
        both = f" @skip(if: {self.arguments.condition()})" if name == "include" and self.chance(15) else ""
        return f" @{name}(if: {condition}){both}"

    def _inline(self, type_: Any, depth: int) -> tuple[str, int]:
        condition = self._condition(type_)
        body, height = self.selection(condition or type_, depth)
        return f"...{f' on {condition.name}' if condition else ''}{self._directives()} {body}", height

    def _condition(self, type_: Any) -> Any:
        if self.chance(15):
            return None
        return self.rng.choice(self._overlapping(type_))

    def _overlapping(self, type_: Any) -> list[Any]:
        found = [type_]
        if is_object_type(type_):
            found += type_.interfaces
        if is_abstract_type(type_):
            found += self.schema.get_possible_types(type_)
            interfaces = [self.schema.type_map[name] for name in ("Node", "StateReported")]
            found += [one for one in interfaces if one is not type_ and do_types_overlap(self.schema, one, type_)]  # type: ignore[arg-type]
        return found

    def _spread(self, type_: Any, depth: int) -> tuple[str, int] | None:
        fitting = [
            fragment
            for fragment in self.fragments
            if do_types_overlap(self.schema, fragment.type_, type_) and depth + fragment.height <= DEEPEST + 2
        ]
        if fitting and self.chance(60):
            chosen = self.rng.choice(fitting)
        elif self.fields < FIELDS and self.open_fragments < 3:
            chosen = self._new_fragment(type_, depth)
        else:
            return None
        self.fields += 1
        return f"...{chosen.name}{self._directives()}", chosen.height

    def _new_fragment(self, type_: Any, depth: int) -> Fragment:
        condition = self._condition(type_) or type_
        self.open_fragments += 1
        body, height = self.selection(condition, depth)
        self.open_fragments -= 1
        name = f"F{len(self.fragments)}"
        fragment = Fragment(name, condition, height, f"fragment {name} on {condition.name} {body}")
        self.fragments.append(fragment)
        return fragment


def operation_of(seed: int) -> Operation:
    """The operation that a number stands for: the same as long as the schema is the same."""
    schema, rng = build_schema(), Random(seed)
    arguments = Arguments(rng, _pools())
    drawing = Drawing(schema, rng, arguments)
    body, _ = drawing.selection(schema.query_type, 1)
    head = f"query Drawn{arguments.declared()}" if arguments.variables or drawing.chance(50) else "query"
    text = "\n".join([f"{head} {body}", *(fragment.text for fragment in drawing.fragments)])
    return Operation(text, arguments.sets(), _viewer(rng, drawing.roots))


def _viewer(rng: Random, roots: list[Any]) -> str:
    """Most often one of those who may ask the most of these root fields: a denied one tells little."""

    def opened(name: str) -> int:
        grants = [declaration.grant for root in roots if (declaration := declaration_of(root))]
        return sum(grant is None or grant in ALL[name].grants for grant in grants)

    if rng.randrange(100) < 35:
        return rng.choice(sorted(ALL))
    counts = {name: opened(name) for name in sorted(ALL) if name != "EVERYTHING"}
    return rng.choice([name for name, count in counts.items() if count == max(counts.values())])


_pools = cache(pools)
OPERATIONS: st.SearchStrategy[Operation] = st.integers(0, 2**31).map(operation_of)
"""Any operation on the running schema. Drawn evenly from a seed: hypothesis's own draws repeat themselves more."""
