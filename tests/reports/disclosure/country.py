"""Small invented countries of children, and the raw tables that an engine would make of them."""

from __future__ import annotations

import datetime
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from hub.reports.table import (
    NOTHING,
    TOTAL,
    Aggregate,
    Column,
    Coordinates,
    Count,
    RawMeasure,
    RawTable,
    RawValue,
    Value,
)

AS_OF = datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC)
STUDENTS = Column("STUDENTS", "measure", "Students", "students", "integer", Aggregate.COUNT)


@dataclass(frozen=True)
class Child:
    """One record. `values` by dimension; `key` random and for ever; `amount` an amount of theirs."""

    key: int
    values: dict[str, Value]
    amount: int = 0
    marked: bool = False


Grouping = dict[str, Sequence[Value]]
Measure = Callable[[Iterable[Child]], RawValue]


def children(count: int, domains: Grouping, seed: int, *, skew: float = 1.0) -> list[Child]:
    """`count` children, the first values of each dimension likelier the larger `skew`."""
    chance = random.Random(seed)
    return [
        Child(
            chance.getrandbits(64),
            {name: values[int(len(values) * chance.random() ** skew)] for name, values in domains.items()},
            chance.randrange(0, 900),
            chance.random() < 0.4,
        )
        for _ in range(count)
    ]


def count(some: Iterable[Child]) -> Count:
    keys = [child.key for child in some]
    return Count(len(keys), len(keys), sum(keys) % 2**64) if keys else NOTHING


def value(some: Iterable[Child]) -> RawValue:
    """All that any measure might need of these children: the marked ones are the part, `amount` is summed."""
    some = list(some)
    amounts = sorted(child.amount for child in some)
    largest = (*amounts[::-1][:2], 0, 0)
    ranks = None
    if amounts:
        ranks = (
            amounts[(len(amounts) - 1) * 45 // 100],
            amounts[(len(amounts) - 1) // 2],
            amounts[len(amounts) * 55 // 100],
        )
    marked = count(child for child in some if child.marked)
    return RawValue(count(some), marked, sum(amounts), (largest[0], largest[1]), ranks)


def raw(
    some: Iterable[Child],
    domains: Grouping,
    *,
    parents: dict[tuple[int, int], dict[Value, Value]] | None = None,
    measures: Sequence[Column] = (STUDENTS,),
    conditions: Sequence[Callable[[Child], bool]] = (),
) -> RawTable:
    """The table of the children that meet all `conditions`, by all of `domains`, with every margin."""
    some = list(some)

    def cells(kept: Iterable[int]) -> dict[Coordinates, tuple[RawValue, ...]]:
        asked = [conditions[number] for number in kept]
        found: dict[Coordinates, list[Child]] = defaultdict(list)
        found[(TOTAL,) * len(domains)] = []
        for child in some:
            if all(condition(child) for condition in asked):
                place = tuple(child.values[name] for name in domains)
                for depth in range(len(place) + 1):
                    for crossed in combinations(range(len(place)), depth):
                        found[tuple(place[i] if i in crossed else TOTAL for i in range(len(place)))].append(child)
        return {place: (value(inside),) * len(measures) for place, inside in found.items()}

    return RawTable(
        tuple(Column(name, "dimension", name.title()) for name in domains),
        tuple(RawMeasure(column) for column in measures),
        tuple(tuple(values) for values in domains.values()),
        cells(range(len(conditions))),
        AS_OF,
        parents or {},
        len(conditions),
        {
            frozenset(kept): cells(kept)
            for count in range(len(conditions))
            for kept in combinations(range(len(conditions)), count)
        },
    )
