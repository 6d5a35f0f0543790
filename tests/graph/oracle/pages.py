"""Connections: a sorted whole, and the page of it that is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hub.tables import StudentRow
from tests.graph.oracle.rules import last_update
from tests.graph.oracle.world import World

DEFAULT_SIZE = 50
Key = tuple[Any, ...]


@dataclass(frozen=True)
class Order:
    """The name of an order and the values by which it sorts, the row's key last."""

    name: str
    key: Callable[[Any], Key]
    ascending: bool = True


@dataclass(frozen=True)
class Page:
    """A page of rows out of all. `cursor_of` names the place of a row in this order."""

    connection: str
    order: Order
    rows: Sequence[Any]
    total: int
    more_before: bool
    more_after: bool

    def cursor_of(self, row: Any) -> str:
        return f"cursor {self.connection} {self.order.name} {self.order.key(row)!r}"


@dataclass(frozen=True)
class Edge:
    """A row of a page."""

    page: Page
    row: Any


def cut(
    connection: str, rows: Sequence[Any], order: Order, arguments: Mapping[str, Any], places: Mapping[str, Key]
) -> Page:
    """The page that the arguments ask for. `places` gives the sort values behind cursors that were given out."""
    whole = sorted(rows, key=order.key, reverse=not order.ascending)
    total = len(whole)
    first, last, after, before = (arguments.get(name) for name in ("first", "last", "after", "before"))
    if after is not None:
        whole = [row for row in whole if _follows(order, order.key(row), places[after])]
    if before is not None:
        whole = [row for row in whole if _follows(order, places[before], order.key(row))]
    size = first or last or DEFAULT_SIZE
    backward = last is not None or (before is not None and first is None)
    shown = whole[-size:] if backward else whole[:size]
    more, resumed = len(whole) > size, after is not None or before is not None
    return Page(connection, order, shown, total, *((more, resumed) if backward else (resumed, more)))


def _follows(order: Order, one: Key, other: Key) -> bool:
    return one > other if order.ascending else one < other


def student_order(world: World, given: Mapping[str, Any] | None) -> Order:
    """The order that `orderBy` asks for: by name unless said."""
    given = {"field": "NAME", "direction": "ASC", **(given or {})}

    def key(student: StudentRow) -> Key:
        speaking = world.shown_records(student.student_id)[0]
        told = world.demographics(speaking)
        values: dict[str, Callable[[], Key]] = {
            "NAME": lambda: (told.last_name1_key, told.first_name_key),
            "BIRTH_DATE": lambda: (told.birth_date,),
            "LATEST_ACTIVITY": lambda: (speaking.latest_activity,),
            "UPDATED_AT": lambda: (last_update(world, student),),
            "MSIX_ID": lambda: (student.msix_id,),
        }
        return (*values[given["field"]](), student.student_id)

    return Order(given["field"], key, given["direction"] == "ASC")
