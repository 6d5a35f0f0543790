"""What the types of the schema share: scalars, the `Node` interface, record types and Relay connections."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, Generic, TypeVar, dataclass_transform

import strawberry

from permissions.declare import argument, public
from permissions.grants import Grant
from resolvers.compiler.source import Source

T = TypeVar("T")


class Code(str):
    """Marks a coded element; in the schema the scalar `Code`."""


class Decimal(str):
    """Marks an exact number; in the schema the scalar `Decimal`."""


class Json:
    """Marks a value of any shape; in the schema the scalar `Json`."""


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("Expected a string.")
    return value


SCALARS: Mapping[object, Any] = {
    Code: strawberry.scalar(
        name="Code",
        description="A code of an element's code list. Lists are data: `minimumDataElements` shows their codes.",
        serialize=str,
        parse_value=_text,
    ),
    Json: strawberry.scalar(
        name="Json",
        description="A JSON value of any shape; what it holds is said where it is used.",
        serialize=lambda value: value,
        parse_value=lambda value: value,
    ),
    Decimal: strawberry.scalar(
        name="Decimal",
        description="An exact decimal number, written as a string.",
        serialize=str,
        parse_value=_text,
    ),
}


@strawberry.interface(description="An object with an id of its own; `node` and `nodes` find it again by it.")
class Node:
    id: strawberry.ID = public(
        "Whoever sees an object sees its id; the object itself is guarded.",
        "id",
        "Opaque, and good for as long as the object is there.",
    )


@dataclass_transform(kw_only_default=True, field_specifiers=())
def record(source: Source, grant: Grant | None, description: str) -> Callable[[type[T]], type[T]]:
    """Declare a record type: compiled from `source`, and shown to nobody without `grant` (None: to everybody)."""

    def declare(class_: type[T]) -> type[T]:
        declared: Any = strawberry.type(class_, description=description)
        declared.__record_source__ = source
        declared.__record_grant__ = grant
        found: type[T] = declared
        return found

    return declare


_PAGE = "It is part of a page whose rows are guarded."


@strawberry.type(description="Where a page stands among all the rows.")
class PageInfo:
    has_next_page: bool = public(_PAGE, None, "Whether rows follow the page.")
    has_previous_page: bool = public(_PAGE, None, "Whether rows stand before the page.")
    start_cursor: str | None = public(_PAGE, None, "Cursor of the page's first row.")
    end_cursor: str | None = public(_PAGE, None, "Cursor of the page's last row.")


@strawberry.type(description="One row of a page, with its cursor.")
class Edge(Generic[T]):
    cursor: str = public(_PAGE, None, "The row's place in this order; opaque.")
    node: T = public(_PAGE, None, "The row.")


@strawberry.type(description="One page of rows, in the Relay way.")
class Connection(Generic[T]):
    nodes: list[T] = public(_PAGE, None, "The page's rows.")
    edges: list[Edge[T]] = public(_PAGE, None, "The page's rows with their cursors.")
    page_info: PageInfo = public(_PAGE, None, "Where the page stands.")
    total_count: int = public(_PAGE, None, "How many rows there are in all; counted only when asked for.")


PAGE_ARGUMENTS = (
    argument("first", int | None, "How many rows from the start, or after `after`: 1 to 200; 50 unless said."),
    argument("after", str | None, "The cursor after which to go on."),
    argument("last", int | None, "How many rows from the end, or before `before`: 1 to 200."),
    argument("before", str | None, "The cursor before which to go back."),
)


@strawberry.enum(description="Which way an order goes.")
class OrderDirection(Enum):
    ASC = strawberry.enum_value("ASC", description="From the least to the greatest.")
    DESC = strawberry.enum_value("DESC", description="From the greatest to the least.")


def described_enum(name: str, members: Mapping[str, str], description: str) -> Any:
    """An enum whose members and their descriptions are data elsewhere."""
    values = {member: strawberry.enum_value(member, description=text) for member, text in members.items()}
    make: Any = Enum
    return strawberry.enum(make(name, values), description=description)
