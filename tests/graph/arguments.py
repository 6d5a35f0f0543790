"""Arguments of generated operations: literals, variables, variables within literals; pages that fit together."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from graphql import (
    GraphQLNonNull,
    get_named_type,
    get_nullable_type,
    is_enum_type,
    is_input_object_type,
    is_list_type,
    is_non_null_type,
    is_required_argument,
)

ABSENT = object()
_PLACE = re.compile(r"@([^@]+)@(\d+)@")
_PAGE = ("first", "after", "last", "before")
_BOUNDS = {"AuditEventFilter": "before"}
"""Filters that are always there with this member: every question makes the trail longer, but not before that moment."""

_USUAL_ORDER = {"Query.clocks": "DUE", "Query.worklist": "DUE"}
"""The order of a connection where none is asked for, if it is not by name."""


def place_of(connection: str, number: int) -> str:
    """Stands for a cursor until the country is there: one of those that the connection gave out in an order."""
    return f"@{connection}@{number}@"


def with_cursors(text: str, cursors: Mapping[str, list[str]]) -> str:
    """A text with cursors where places stood."""

    def cursor(place: re.Match[str]) -> str:
        known = cursors[place[1]]
        return known[int(place[2]) % len(known)]

    return _PLACE.sub(cursor, text)


@dataclass
class Arguments:
    """Draws arguments, and keeps the variables that they use: type, default, and two values each."""

    rng: Random
    pools: Mapping[str, list[Any]]
    variables: dict[str, tuple[str, str, tuple[Any, Any]]] = field(default_factory=dict)

    def of(self, coordinate: str, field_: Any) -> str:
        """The arguments of a field, in parentheses, or nothing."""
        written: dict[str, str] = {}
        usual = _USUAL_ORDER.get(coordinate, "NAME")
        order: str | None = usual if "orderBy" in field_.args else "KEY"
        for name, argument in field_.args.items():
            bounded = get_named_type(argument.type).name in _BOUNDS
            if name in _PAGE or not (bounded or is_required_argument(argument) or self._chance(45)):
                continue
            if name == "orderBy":
                written[name], order = self._order(argument.type, usual)
            else:
                type_ = GraphQLNonNull(argument.type) if bounded else argument.type
                written[name] = self._value(type_, coordinate if coordinate in self.pools else name)
        if "first" in field_.args:
            written |= self._page(f"{coordinate} {order}" if order else None)
        return f"({', '.join(f'{name}: {text}' for name, text in written.items())})" if written else ""

    def condition(self) -> str:
        """A variable for `@include` or `@skip`."""
        return self._variable("Boolean!", lambda: self.rng.choice((True, False)))

    def declared(self) -> str:
        """The declarations of all variables."""
        each = (f"${name}: {type_}{default}" for name, (type_, default, _) in self.variables.items())
        return f"({', '.join(each)})" if self.variables else ""

    def sets(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Two sets of values of all variables."""
        one, other = (
            {name: values[at] for name, (_, _, values) in self.variables.items() if values[at] is not ABSENT}
            for at in (0, 1)
        )
        return one, other

    def _chance(self, percent: int) -> bool:
        return self.rng.randrange(100) < percent

    def _order(self, type_: Any, usual: str) -> tuple[str, str | None]:
        """An order, with its name where it is the same for every set of variables."""
        if self._chance(25):
            return self._variable(str(type_), lambda: self._plain(type_, "")), None
        fields = get_nullable_type(type_).fields
        given = {name: self._plain(fields[name].type, "") for name in fields if self._chance(70)}
        return self._literal(type_, given), str(given.get("field", usual))

    def _page(self, connection: str | None) -> dict[str, str]:
        size, cursor = self.rng.choice([("first", "after"), ("last", "before")])
        written: dict[str, str] = {}
        if self._chance(85):
            written[size] = self._sized()
        if connection is not None and self._chance(35):
            written[cursor] = self._chosen("String", lambda: place_of(connection, self.rng.randint(0, 40)))
        return written

    def _sized(self) -> str:
        return self._chosen("Int", lambda: self.rng.randint(1, 6))

    def _chosen(self, type_: str, plain: Callable[[], Any]) -> str:
        return self._variable(type_, plain) if self._chance(30) else json.dumps(plain())

    def _value(self, type_: Any, name: str) -> str:
        """An argument, or a part of one, as it stands in the document."""
        if self._chance(25):
            return self._variable(str(type_), lambda: self._plain(type_, name), may_lack=not is_non_null_type(type_))
        nullable = get_nullable_type(type_)
        if not is_non_null_type(type_) and self._chance(5):
            return "null"
        if not is_input_object_type(nullable):
            return self._literal(type_, self._plain(type_, name))
        given = {each: self._value(type_, self._hint(name, each)) for each, type_ in self._some(nullable).items()}
        return "{" + ", ".join(f"{each}: {text}" for each, text in given.items()) + "}"

    def _variable(self, type_: str, plain: Callable[[], Any], *, may_lack: bool = False) -> str:
        name = f"v{len(self.variables)}"
        self.variables[name] = ("", "", (None, None))  # its place, before those that are drawn within
        values = [plain(), plain()]
        if may_lack and self._chance(20):
            values[self.rng.randint(0, 1)] = self.rng.choice([None, ABSENT])
        default = ""
        if type_ in ("Int", "Boolean!") and self._chance(20):
            default, values[1] = f" = {json.dumps(plain())}", ABSENT
        self.variables[name] = (type_, default, (values[0], values[1]))
        return f"${name}"

    def _plain(self, type_: Any, name: str) -> Any:
        """A value as variables carry it."""
        type_ = get_nullable_type(type_)
        if is_list_type(type_):
            return [self._plain(type_.of_type, name) for _ in range(self.rng.randint(0, 3))]
        if is_enum_type(type_):
            return self.rng.choice(sorted(type_.values))
        if is_input_object_type(type_):
            return {each: self._plain(kind, self._hint(name, each)) for each, kind in self._some(type_).items()}
        return self.rng.choice((True, False)) if type_.name == "Boolean" else self.rng.choice(self.pools[name])

    def _some(self, type_: Any) -> dict[str, Any]:
        """One or two fields of an input object with their types; seldom none. What bounds it is always there."""
        count = 0 if self._chance(4) else min(self.rng.choice((1, 1, 2)), len(type_.fields))
        chosen = {name: type_.fields[name].type for name in self.rng.sample(sorted(type_.fields), count)}
        if bound := _BOUNDS.get(type_.name):
            chosen[bound] = GraphQLNonNull(type_.fields[bound].type)
        return chosen

    def _hint(self, outer: str, inner: str) -> str:
        return inner if inner in self.pools else outer

    def _literal(self, type_: Any, value: Any) -> str:
        type_ = get_nullable_type(type_)
        if is_list_type(type_):
            return "[" + ", ".join(self._literal(type_.of_type, item) for item in value) + "]"
        if is_enum_type(type_):
            return str(value)
        if is_input_object_type(type_):
            return (
                "{"
                + ", ".join(f"{each}: {self._literal(type_.fields[each].type, v)}" for each, v in value.items())
                + "}"
            )
        return json.dumps(value, ensure_ascii=False)
