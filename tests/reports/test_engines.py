"""The same question has the same answer on DuckDB and on PostgreSQL, whatever is asked, to the last bit."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator

import pytest

from hub.reports.catalog import DIMENSIONS, MEASURES, completeness
from hub.reports.elements import ELEMENTS
from hub.reports.engine.duck import DuckEngine
from hub.reports.engine.engine import Engine
from hub.reports.engine.postgres import PostgresEngine
from hub.reports.engine.tabulate import tabulate
from hub.reports.question import Filter, Margins, Question, Scope
from hub.reports.snapshot.copying import copy_snapshot
from hub.reports.snapshot.manifest import Manifest, Shelf

pytestmark = pytest.mark.anyio

QUESTIONS = 120


@pytest.fixture
async def both(demo_url: str, shelf: Shelf) -> AsyncIterator[tuple[Manifest, Engine, Engine]]:
    manifest = shelf.as_of(None)
    assert manifest is not None
    await copy_snapshot(demo_url, shelf, manifest)
    duck = DuckEngine(shelf, at_once=1, timeout=60, memory="512MiB", threads=1)
    postgres = PostgresEngine(demo_url, at_once=1, timeout=60)
    yield manifest, duck, postgres
    await duck.close()
    await postgres.close()


def _question(rng: random.Random) -> Question:
    every = [*MEASURES.values(), *(completeness(element) for element in ELEMENTS.values())]
    fact = rng.choice(every).fact
    measures = rng.sample([each for each in every if each.fact is fact], k=2 if rng.random() < 0.7 else 1)
    fitting = [each for each in DIMENSIONS.values() if each.has(fact)]
    filters = []
    for dimension in rng.sample(fitting, k=rng.randrange(3)):
        if dimension.type == "integer":
            filters.append(Filter(dimension, at_least=3 if "YEAR" not in dimension.name else 2024))
        elif dimension.values:
            filters.append(
                Filter(
                    dimension, tuple(rng.sample(list(dimension.values), k=rng.choice((0, 1, 2)))), rng.random() < 0.5
                )
            )
        else:
            filters.append(Filter(dimension, ("TX", "08", "BASIC", None), rng.random() < 0.5))
    scope = rng.choice([Scope(), Scope("TX"), Scope(region="South")])
    return Question(tuple(measures), tuple(rng.sample(fitting, k=rng.randrange(4))), tuple(filters), scope)


async def test_both_engines_give_equal_tables(both: tuple[Manifest, Engine, Engine]) -> None:
    manifest, duck, postgres = both
    rng = random.Random(20261125)
    told = 0
    for _ in range(QUESTIONS):
        question, protected = _question(rng), rng.random() < 0.6
        margins = rng.choice(list(Margins))
        one = await tabulate(duck, manifest, question, protected=protected, margins=margins)
        other = await tabulate(postgres, manifest, question, protected=protected, margins=margins)
        assert one == other, question
        told += len(one.cells)
    assert told > 10 * QUESTIONS
