"""Asks a question of a snapshot and fills the raw table: each cell with all that is behind its numbers."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from hub.errors import Code, HubError
from hub.reports.catalog import AS_OF_DATE, AS_OF_DAY, Dimension, Measure, counted_rows
from hub.reports.engine.engine import Engine, Rows
from hub.reports.engine.statements import Asked, children, counted, ranked, told_apart, written
from hub.reports.question import Margins, Question, Scope, subsets
from hub.reports.snapshot.manifest import Extremes, Manifest
from hub.reports.table import (
    TOTAL,
    Aggregate,
    Coordinates,
    Count,
    RawMeasure,
    RawTable,
    RawValue,
    Value,
    empty,
)

FEWEST = 10
"""Children from which on a cell's contributors need not be known exactly, as long as they are this many."""
RECKONED_FROM = 100
"""Children, as many as there usually are of so many rows, from which on they are reckoned and not told apart."""
MOST_CELLS = 50_000
WRAP = 2**64

Found = dict[Coordinates, dict[str, Any]]
Cells = Mapping[Coordinates, tuple[RawValue, ...]]


async def tabulate(
    engine: Engine, manifest: Manifest, question: Question, *, protected: bool, margins: Margins = Margins.NONE
) -> RawTable:
    """The raw table of a question as of a snapshot.

    Where it is to be `protected`, with every margin and all that disclosure control needs; else with the margins asked
    for and the total. Raises HubError: TOO_COSTLY for more than `MOST_CELLS` cells, and what the engine raises.
    """
    domains: tuple[tuple[Value, ...], ...] = ()
    if protected:
        domains = tuple([tuple(await domain(engine, manifest, question, each)) for each in question.dimensions])
        if math.prod(len(values) for values in domains) > MOST_CELLS:
            raise _too_many()
    count = len(question.dimensions)
    sets = subsets(count) if protected else list(dict.fromkeys([*margins.sets(count), ()]))
    cells = await cells_of(engine, manifest, question, sets, protected=protected)
    if len(cells) > MOST_CELLS * (2 if protected else 1):
        raise _too_many()
    return RawTable(
        tuple(dimension.shown() for dimension in question.dimensions),
        tuple(RawMeasure(each.shown(), not each.children, each.beside) for each in question.measures),
        domains,
        cells,
        manifest.as_of,
    )


async def cells_of(
    engine: Engine, manifest: Manifest, question: Question, sets: Sequence[tuple[int, ...]], *, protected: bool
) -> Cells:
    """Every cell of some margins that has a row behind it; the total, if it is among them, whatever is behind it.
    `sets` are the dimensions that each of the margins keeps, by place."""
    found: dict[Coordinates, dict[str, RawValue]] = {}
    for fact in question.facts:
        asked = Asked(question, fact, tuple(question.measures_of(fact)), tuple(sets), protected)
        for place, values in (await _OneFact(engine, manifest, asked).values()).items():
            found.setdefault(place, {}).update(values)
    if () in sets:
        found.setdefault((TOTAL,) * len(question.dimensions), {})
    return {
        place: tuple(values.get(measure.name) or empty(measure.shown()) for measure in question.measures)
        for place, values in found.items()
    }


def _too_many() -> HubError:
    return HubError(Code.TOO_COSTLY, f"The report has more than {MOST_CELLS} cells; filter it, or split it by less.")


async def domain(engine: Engine, manifest: Manifest, question: Question, dimension: Dimension) -> list[Value]:
    """The values that a dimension has within the question's scope, whatever its other filters, in order, null last."""
    if dimension.values is not None:
        values = list(dimension.values)
    else:
        found: set[Value] = set()
        for fact in question.facts:
            found.update(await _distinct(engine, manifest, question.scope, dimension, fact))
        values = ordered(found)
    own = [filter_ for filter_ in question.filters if filter_.dimension is dimension]
    return [value for value in values if all(filter_.keeps(value) for filter_ in own)]


def ordered(values: set[Value]) -> list[Value]:
    """Values of one dimension in order, null last."""
    known: list[Any] = sorted(value for value in values if value is not None)
    return [*known, None] if None in values else known


async def _distinct(engine: Engine, manifest: Manifest, scope: Scope, dimension: Dimension, fact: Any) -> list[Value]:
    key = (dimension.name, str(fact.name), str(scope))
    if key not in manifest.known:
        where = [counted_rows(fact), *(fact.c[column] == value for column, value in scope.columns.items())]
        sql, parameters = written(select(dimension.of(fact)).where(*where).distinct(), **of_day(manifest))
        manifest.known[key] = [value for (value,) in await engine.fetch(manifest, sql, parameters)]
    return manifest.known[key]


def of_day(manifest: Manifest) -> dict[str, int]:
    """The parameters that say on which day a snapshot is."""
    day = manifest.as_of.date()
    return {AS_OF_DAY: day.toordinal() - EPOCH, AS_OF_DATE: day.year * 10_000 + day.month * 100 + day.day}


EPOCH = 719_163
"""1 January 1970, as Python counts days."""


class _OneFact:
    """One fact's part of a question, asked and put together."""

    def __init__(self, engine: Engine, manifest: Manifest, asked: Asked) -> None:
        self._engine = engine
        self._manifest = manifest
        self._asked = asked
        self._most: Extremes = manifest.extremes[str(asked.fact.name)]
        self._usual: int = asked.fact.info["rows_of_a_child"]
        self._small_below = max(FEWEST * self._most.rows, RECKONED_FROM * self._usual)
        self._counted: Found = {}
        self._apart: Found = {}
        self._ranks: Found = {}

    async def values(self) -> dict[Coordinates, dict[str, RawValue]]:
        measures = self._asked.measures
        different = self._of(lambda measure: measure.children)
        if self._asked.single or len(different.numbered) < len(measures):
            self._counted = await self._ask(counted(self._asked))
        if different.numbered:
            self._apart = await self._ask(children(different))
        others = self._of(lambda measure: not measure.children)
        if self._asked.protected and others.measures and self._any_small(others):
            small = await self._ask(told_apart(others, self._small_below))
            for place, found in small.items():
                self._apart.setdefault(place, {}).update(found)
        for median in [each for each in measures if each.aggregate is Aggregate.MEDIAN]:
            for place, found in (await self._ask(ranked(self._of(lambda measure, of=median: measure is of)))).items():
                self._ranks.setdefault(place, {}).update(found)
        places = {*self._counted, *self._apart}
        return {
            place: {measure.name: self._value(place, number, measure) for number, measure in enumerate(measures)}
            for place in places
        }

    def _of(self, wanted: Any) -> Asked:
        """The part of the question that is of these measures; they keep their numbers."""
        asked = self._asked
        numbered = {number: each for number, each in enumerate(asked.measures) if wanted(each)}
        return Asked(asked.question, asked.fact, asked.measures, asked.sets, asked.protected, tuple(numbered))

    def _any_small(self, others: Asked) -> bool:
        every = set(range(len(self._asked.question.dimensions)))
        for place, found in self._counted.items():
            if {number for number, at in enumerate(place) if at is not TOTAL} == every:
                counts = (found.get(f"{letter}{number}") or 0 for number, _ in others.numbered for letter in "np")
                if any(0 < count < self._small_below for count in counts):
                    return True
        return False

    async def _ask(self, statement: Any) -> Found:
        sql, parameters = written(statement, **of_day(self._manifest))
        names = [str(column.key) for column in statement.selected_columns]
        return dict(_by_place(names, len(self._asked.question.dimensions), await self._fetch(sql, parameters)))

    async def _fetch(self, sql: str, parameters: list[Any]) -> Rows:
        return await self._engine.fetch(self._manifest, sql, parameters)

    def _value(self, place: Coordinates, number: int, measure: Measure) -> RawValue:
        counts, apart = self._counted.get(place, {}), self._apart.get(place, {})
        if measure.children:
            return RawValue(self._children(counts, apart, number))
        whole = self._count(counts, apart, f"n{number}", f"k{number}", f"c{number}")
        part = None if measure.part is None else self._count(counts, apart, f"p{number}", f"q{number}", f"b{number}")
        if measure.aggregate is Aggregate.MEDIAN:
            x, y, z = (self._ranks.get(place, {}).get(f"{letter}{number}") for letter in "xyz")
            return RawValue(whole, ranks=None if x is None or y is None or z is None else (int(x), int(y), int(z)))
        if measure.amount is None:
            return RawValue(whole, part)
        total = int(counts.get(f"s{number}") or 0)
        return RawValue(whole, part, total, self._largest(whole.value, total, apart.get(f"t{number}"), measure))

    def _children(self, counts: Mapping[str, Any], apart: Mapping[str, Any], number: int) -> Count:
        """Children with one row are counted as rows, where the fact says which; the others were told apart."""
        value = int(counts.get(f"n{number}") or 0) + int(apart.get(f"c{number}") or 0)
        key = int(counts.get(f"k{number}") or 0) + int(apart.get(f"e{number}") or 0)
        return Count(value, value, key % WRAP)

    def _count(self, counts: Mapping[str, Any], apart: Mapping[str, Any], rows: str, keys: str, told: str) -> Count:
        """Of a small cell the children were told apart; so many rows as in a large one are never of too few."""
        value = int(counts.get(rows) or 0)
        if not self._asked.protected or not value:
            return Count(value, 0, 0)
        contributors = value // self._usual if value >= self._small_below else int(apart.get(told) or 0)
        return Count(value, contributors, int(counts.get(keys) or 0) % WRAP)

    def _largest(self, rows: int, total: int, told: Sequence[Any] | None, measure: Measure) -> tuple[int, int]:
        """The two largest sums of a child; in a large cell, at least as much as they can be."""
        if not self._asked.protected or not rows:
            return 0, 0
        if rows < self._small_below and told:
            return int(told[0]), int(told[1]) if len(told) > 1 else 0
        assert measure.amount is not None
        name = getattr(measure.amount(self._asked.fact), "name", "")
        most = min(total, self._most.sums.get(name, total))
        return most, most


def _by_place(names: Sequence[str], dimensions: int, rows: Rows) -> Iterator[tuple[Coordinates, dict[str, Any]]]:
    for row in rows:
        found = dict(zip(names, row, strict=True))
        margin = int(found["g"])
        # the first dimension is the highest bit; a bit says that it is summed over
        place = tuple(
            TOTAL if margin >> (dimensions - 1 - number) & 1 else found[f"d{number}"] for number in range(dimensions)
        )
        yield place, found
