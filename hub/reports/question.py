"""A question to the facts, in the catalogue's words: checked, and free of who asks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Table

from hub.errors import Code, HubError
from hub.reports.catalog import Dimension, Measure
from hub.reports.table import Value

MOST_DIMENSIONS = 4
MOST_MEASURES = 100
MOST_VALUES = 1000


@dataclass(frozen=True)
class Filter:
    """Rows of which the dimension is one of `values` (or none of them), and from `at_least` to `at_most`."""

    dimension: Dimension
    values: tuple[Value, ...] | None = None
    exclude: bool = False
    at_least: int | None = None
    at_most: int | None = None

    def keeps(self, value: Value) -> bool:
        """Whether a value of the dimension passes."""
        if self.values is not None and (value in self.values) is self.exclude:
            return False
        if self.at_least is None and self.at_most is None:
            return True
        if not isinstance(value, int):
            return False
        return (self.at_least is None or value >= self.at_least) and (self.at_most is None or value <= self.at_most)


@dataclass(frozen=True)
class Scope:
    """Of whom the report is: a state, a region of it, a national region, or the nation (all None)."""

    state: str | None = None
    state_region: str | None = None
    region: str | None = None

    def __post_init__(self) -> None:
        if self.region is not None and self.state is not None:
            raise HubError(Code.INVALID_ARGUMENT, "Expected a scope of a state or of a national region, not both.")
        if self.state_region is not None and self.state is None:
            raise HubError(Code.INVALID_ARGUMENT, "Expected the state of the region.")

    @property
    def columns(self) -> dict[str, str]:
        """The facts' columns that must have these values."""
        named = {"state": self.state, "state_region": self.state_region, "region": self.region}
        return {column: value for column, value in named.items() if value is not None}

    def __str__(self) -> str:
        return self.region or "/".join(filter(None, (self.state, self.state_region))) or "the nation"


class Margins(StrEnum):
    """Which sums an answer shows beside the cells: none, subtotals from the last dimension up, or all of them."""

    NONE = "NONE"
    NESTED = "NESTED"
    CROSSED = "CROSSED"

    def sets(self, count: int) -> list[tuple[int, ...]]:
        """The dimensions kept, by place, of each set of rows of an answer of so many; the whole cross first."""
        every = tuple(range(count))
        if self is Margins.NONE:
            return [every]
        if self is Margins.NESTED:
            return [every[:kept] for kept in range(count, 0, -1)] or [()]
        return [kept for kept in subsets(count) if kept] or [()]


def subsets(count: int) -> list[tuple[int, ...]]:
    """Every subset of so many places, the largest first."""
    found = [tuple(place for place in range(count) if bits >> place & 1) for bits in range(2**count)]
    return sorted(found, key=lambda kept: (-len(kept), kept))


@dataclass(frozen=True)
class Question:
    """What is counted, by what, of which rows. Raises HubError (INVALID_ARGUMENT) where the parts do not fit."""

    measures: tuple[Measure, ...]
    dimensions: tuple[Dimension, ...] = ()
    filters: tuple[Filter, ...] = ()
    scope: Scope = Scope()

    def __post_init__(self) -> None:
        _check_names("measures", [measure.name for measure in self.measures], 1, MOST_MEASURES)
        _check_names("dimensions", [dimension.name for dimension in self.dimensions], 0, MOST_DIMENSIONS)
        for each in (*self.dimensions, *(filter_.dimension for filter_ in self.filters)):
            for measure in self.measures:
                if not each.has(measure.fact):
                    raise HubError(Code.INVALID_ARGUMENT, f"{measure.name} cannot be split or filtered by {each.name}.")
        for filter_ in self.filters:
            if (filter_.at_least, filter_.at_most) != (None, None) and filter_.dimension.type != "integer":
                raise HubError(Code.INVALID_ARGUMENT, f"{filter_.dimension.name} has no order to be limited by.")
            if filter_.values is not None and len(filter_.values) > MOST_VALUES:
                raise HubError(Code.INVALID_ARGUMENT, f"Expected {MOST_VALUES} values of a filter at most.")

    @property
    def facts(self) -> list[Table]:
        """The facts that the measures are of, each once."""
        return list(dict.fromkeys(measure.fact for measure in self.measures))

    def measures_of(self, fact: Table) -> list[Measure]:
        return [measure for measure in self.measures if measure.fact is fact]


def _check_names(what: str, names: list[str], least: int, most: int) -> None:
    if not least <= len(names) <= most:
        raise HubError(Code.INVALID_ARGUMENT, f"Expected {least} to {most} {what}.")
    if len(set(names)) != len(names):
        raise HubError(Code.INVALID_ARGUMENT, f"Expected {what} that differ.")
