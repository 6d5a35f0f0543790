"""What the catalogue's entries say: a dimension, a measure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Table

from hub.reports.table import Aggregate, Column, Value

AS_OF_DAY = "as_of_day"
AS_OF_DATE = "as_of_date"
"""Parameters that every statement gets: the snapshot's day, since 1970 and as YYYYMMDD."""

Expression = Callable[[Table], ColumnElement[Any]]
Condition = Callable[[Table], ColumnElement[bool]]


@dataclass(frozen=True)
class Dimension:
    """What a report may be split or filtered by. `column` is the facts' own; `expression` is over a table that has it.

    `values`: all there are, with their words; where there are none only the snapshot knows them.
    """

    name: str
    description: str
    column: str
    type: Literal["text", "integer", "boolean"] = "text"
    values: Mapping[Value, str] | None = None
    labels: Mapping[Value, str] | None = None
    expression: Expression | None = None

    def of(self, table: Table) -> ColumnElement[Any]:
        """The dimension as SQL over a fact."""
        return table.c[self.column] if self.expression is None else self.expression(table)

    def has(self, table: Table) -> bool:
        """Whether a fact can be split by it."""
        return self.column in table.c

    def shown(self) -> Column:
        """The column of an answer."""
        return Column(self.name, "dimension", self.description, type=self.type, labels=self.words)

    @property
    def words(self) -> Mapping[Value, str]:
        return self.values or self.labels or {}


@dataclass(frozen=True)
class Measure:
    """A number of a report, of the rows of one fact: those that `where` holds of (all, unless said).

    A SHARE is of them the part that `part` holds of; SUM, MEAN and MEDIAN are of `amount`, of rows that have it.
    `children`: a count of different children, not of rows. `scale`, `decimals` and `unit` as in `Column`. `beside`
    names a measure of which this one is a part, or which is a part of it: in a published table this one is hidden where
    the difference of the two would tell of too few children.
    """

    name: str
    description: str
    fact: Table
    aggregate: Aggregate = Aggregate.COUNT
    unit: str = ""
    where: Condition | None = None
    part: Condition | None = None
    amount: Expression | None = None
    children: bool = False
    scale: int = 1
    decimals: int = 0
    beside: str | None = None

    def shown(self) -> Column:
        """The column of an answer."""
        number: Literal["integer", "decimal"] = "decimal" if self.decimals else "integer"
        return Column(
            self.name, "measure", self.description, self.unit, number, self.aggregate, self.scale, self.decimals
        )
