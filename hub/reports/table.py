"""The tables that reports are made of: raw from the engine, protected by disclosure control, and as answered.

The engine fills a `RawTable`: every cell of the cross of the dimensions and of all its margins. Only two readers get
it whole: `Exact`, for who may see exact counts, and a `Protection`, for everybody else. What leaves is an `Answer`.

All numbers are whole: measures in hundredths or the like are held in their smallest unit (`Column.scale` of them make
one). So both engines give the same, to the last bit.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal
from enum import Enum, StrEnum
from typing import Any, Literal, Protocol

from hub.described import Described


class Margin(Enum):
    """Stands in a cell's coordinates for a dimension that is summed over."""

    TOTAL = "TOTAL"


TOTAL = Margin.TOTAL

Value = str | int | bool | None
"""A dimension's value: a code, a year, yes or no; None where the fact says nothing."""

Coordinate = Value | Margin
Coordinates = tuple[Coordinate, ...]
"""One a dimension, in the table's order."""


class Aggregate(StrEnum):
    """How a measure's number comes from the rows behind a cell."""

    COUNT = "COUNT"
    SUM = "SUM"
    MEAN = "MEAN"
    SHARE = "SHARE"
    MEDIAN = "MEDIAN"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an answer. `name` is the enum value of the catalogue; `unit` such as "students", "days", "%".

    `type` says what its values are: "text", "integer", "decimal" or "boolean". Of a measure, `aggregate` is how it is
    made, `scale` how many of its smallest unit make one, `decimals` how many are shown. `labels` are the words for a
    dimension's codes, where there are any.
    """

    name: str
    kind: Literal["dimension", "measure"]
    label: str
    unit: str = ""
    type: Literal["text", "integer", "decimal", "boolean"] = "text"
    aggregate: Aggregate | None = None
    scale: int = 1
    decimals: int = 0
    labels: Mapping[Value, str] = field(default_factory=dict, hash=False, compare=False)


def rank_of(column: Column) -> Callable[[Any], tuple[int, int, Any]]:
    """By what values of a column are ordered: as its labels name them, then others, then none, then margins."""
    places = {value: at for at, value in enumerate(column.labels)}

    def rank(value: Any) -> tuple[int, int, Any]:
        if value is TOTAL:
            return 3, 0, 0
        if value is None:
            return 2, 0, 0
        return (0, places[value], 0) if value in places else (1, 0, value)

    return rank


@dataclass(frozen=True, slots=True)
class Count:
    """So many rows, of so many different children. `key` is the cell key: the sum of the random 64-bit keys of the
    rows counted, modulo 2**64. A row's key is the same in every snapshot and on every engine, so the same rows make
    the same cell key however they were asked for. Where children are what is counted, the keys are the children's."""

    value: int
    contributors: int
    key: int


NOTHING = Count(0, 0, 0)


@dataclass(frozen=True, slots=True)
class RawValue:
    """What is behind one number. `whole`: the rows counted, summed, averaged, or of which the share or median is.

    `part` of a SHARE: those of the rows that count. `total` of a SUM or MEAN, in the smallest unit, and `largest` the
    two largest contributions of single children to it. `ranks` of a MEDIAN: the values at 45, 50 and 55 percent of the
    ordered rows (the lower one, where that falls between two), in the smallest unit; None without rows.
    """

    whole: Count
    part: Count | None = None
    total: int | None = None
    largest: tuple[int, int] | None = None
    ranks: tuple[int, int, int] | None = None


def empty(column: Column) -> RawValue:
    """What is behind a number that has nothing behind it."""
    share, amount = column.aggregate is Aggregate.SHARE, column.aggregate in (Aggregate.SUM, Aggregate.MEAN)
    return RawValue(NOTHING, NOTHING if share else None, 0 if amount else None, (0, 0) if amount else None)


@dataclass(frozen=True, slots=True)
class RawMeasure:
    """A measure of a raw table. `additive`: each of its rows is in one cell of the cross only, so that cells add up to
    margins. Counts of children are not where a child may be in several cells, such as those of two states.

    `beside` names another measure: what one of the two counts and the other does not, their difference tells.
    """

    column: Column
    additive: bool = True
    beside: str | None = None

    @property
    def aggregate(self) -> Aggregate:
        assert self.column.aggregate is not None, f"{self.column.name} is no measure"
        return self.column.aggregate


@dataclass(frozen=True)
class RawTable:
    """Unprotected: every cell that has a row behind it, of the cross and of each of its margins (every subset of the
    dimensions), by coordinates. A cell that is missing has nothing behind it: its count is zero.

    `domains` are, by dimension, the values that the snapshot knows within the report's scope, whatever the filters: a
    protected answer shows a row for each, so that whether there is one tells nothing. `cells[c][i]` is the value of
    `measures[i]`. The cell of all totals is there even where nothing is behind it.

    `parents[inner, outer]` (places of dimensions) says of each value of `inner` which one of `outer` it belongs to, as
    everybody knows: the state of a district. A value that is missing may meet any. Other pairs are impossible, and
    their zeros public; all other zeros are protected.

    `filters`: of how many filters the table is. `wider[kept]` are the cells of the same table with only those of them
    that are kept: an ad hoc answer must not tell, beside one with fewer filters, how few children a filter leaves out.
    Where a place is not in them, the filters that are left out leave nobody out there.
    """

    dimensions: tuple[Column, ...]
    measures: tuple[RawMeasure, ...]
    domains: tuple[tuple[Value, ...], ...]
    cells: Mapping[Coordinates, tuple[RawValue, ...]]
    as_of: datetime.datetime
    parents: Mapping[tuple[int, int], Mapping[Value, Value]] = field(default_factory=dict)
    filters: int = 0
    wider: Mapping[frozenset[int], Mapping[Coordinates, tuple[RawValue, ...]]] = field(default_factory=dict)


class Mark(Described):
    """What was done to a number before it was shown."""

    EXACT = "EXACT", "As it was counted."
    PROTECTED = "PROTECTED", "Changed a little, or rounded, so that nothing follows about one child."
    SUPPRESSED = "SUPPRESSED", "Hidden: too few children are behind it, or another hidden number would follow from it."
    EMPTY = "EMPTY", "There is nothing to show, such as the median of no rows."


Shown = str | int | Decimal | bool | None


@dataclass(frozen=True, slots=True)
class Cell:
    """One shown number (or nothing) and what was done to it. `value` is None when suppressed or empty."""

    value: Shown
    mark: Mark


class Mode(Described):
    """How a table is protected."""

    STANDARD = (
        "STANDARD",
        "Cells of fewer than 10 children are suppressed, and others so that no hidden one follows from what is shown.",
    )
    AD_HOC = "AD_HOC", "Besides, every count is perturbed by its cell key: the same cell always in the same way."
    EXACT = "EXACT", "Nothing: whoever asks may see the records behind it."


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What was done to a table, for whoever reads it."""

    mode: Mode
    note: str
    suppressed: int = 0


@dataclass(frozen=True)
class ProtectedTable:
    """What may be shown of a raw table, by coordinates as there: `cells[c][i]` of `measures[i]`.

    Every cell that is to have a row is here, zeros among them where they may be known.
    """

    dimensions: tuple[Column, ...]
    measures: tuple[Column, ...]
    cells: Mapping[Coordinates, tuple[Cell, ...]]
    disclosure: Disclosure
    as_of: datetime.datetime


class Protection(Protocol):
    """Disclosure control. It is a pure function of the table: the same table is protected the same way each time."""

    def protect(self, raw: RawTable, *, mode: Mode) -> ProtectedTable:
        """What may be shown of `raw`. Raises nothing that names a number of it."""
        ...


@dataclass(frozen=True, slots=True)
class Row:
    """One row of an answer: a coordinate a dimension (`TOTAL`: summed over), then a cell a measure."""

    coordinates: Coordinates
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Answer:
    """A finished report: what `report` answers and what is written to files.

    `rows` in the order asked for; `totals` is the row over everything, None where it is not shown. With a comparison,
    the measure columns come again as of then (`compared_as_of`), behind the first.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    totals: Row | None
    notes: tuple[str, ...]
    disclosure: Disclosure
    as_of: datetime.datetime
    compared_as_of: datetime.datetime | None = None


class Exact:
    """The protection of those who may see the records themselves: none."""

    def protect(self, raw: RawTable, *, mode: Mode) -> ProtectedTable:
        """Every number as it was counted; `mode` must be EXACT."""
        if mode is not Mode.EXACT:
            raise PermissionError(f"a table to be protected as {mode} would leave as it is")
        cells = {
            place: tuple(exact_cell(value, measure.column) for value, measure in zip(values, raw.measures, strict=True))
            for place, values in raw.cells.items()
        }
        disclosure = Disclosure(Mode.EXACT, Mode.EXACT.description)
        return ProtectedTable(
            raw.dimensions, tuple(measure.column for measure in raw.measures), cells, disclosure, raw.as_of
        )


def exact_cell(value: RawValue, column: Column) -> Cell:
    """The number as it is, rounded to the column's decimals (half to even)."""
    number = _number(value, column.aggregate)
    if number is None:
        return Cell(None, Mark.EMPTY)
    return Cell(shown(number, column), Mark.EXACT)


def shown(number: Decimal, column: Column) -> int | Decimal:
    """A number in the column's smallest unit (a SHARE: from 0 to 1) as the column shows it; shares in percent."""
    scaled = number * 100 if column.aggregate is Aggregate.SHARE else number / column.scale
    rounded = scaled.quantize(Decimal(1).scaleb(-column.decimals), ROUND_HALF_EVEN)
    return rounded if column.decimals else int(rounded)


def _number(value: RawValue, aggregate: Aggregate | None) -> Decimal | None:
    rows = value.whole.value
    if aggregate is Aggregate.COUNT:
        return Decimal(rows)
    if aggregate is Aggregate.SUM:
        return Decimal(value.total or 0)
    if not rows:
        return None
    if aggregate is Aggregate.MEAN:
        return Decimal(value.total or 0) / rows
    if aggregate is Aggregate.SHARE:
        assert value.part is not None
        return Decimal(value.part.value) / rows
    return None if value.ranks is None else Decimal(value.ranks[1])
