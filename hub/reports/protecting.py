"""Asks for all that protecting a table takes, and has it protected: the only way a protected number leaves the engine.

A table that is published as it is, of the nation, is exact where it may be shown. The same table of one state or region
is perturbed: its own complementary cells would be others than the nation's, and two patterns open each other. Whatever
is asked ad hoc is perturbed, and asked of the engine a second time without each of its filters.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import select

from hub.reports.catalog import Dimension, counted_rows
from hub.reports.disclosure import chosen, permitted
from hub.reports.engine.engine import Engine
from hub.reports.engine.statements import written
from hub.reports.engine.tabulate import of_day, tabulate
from hub.reports.question import Filter, Question, Scope
from hub.reports.snapshot.manifest import Manifest
from hub.reports.table import Mode, ProtectedTable, Protection, RawTable, Value

NESTED = (
    ("DISTRICT", "STATE_REGION"),
    ("DISTRICT", "STATE"),
    ("DISTRICT", "REGION"),
    ("STATE_REGION", "STATE"),
    ("STATE_REGION", "REGION"),
    ("STATE", "REGION"),
    ("AGE", "AGE_GROUP"),
)
"""Dimensions of which everybody knows which value of the second one of the first belongs to."""


async def protected_table(
    engine: Engine, manifest: Manifest, question: Question, protection: Protection, *, published: bool
) -> ProtectedTable:
    """What may be shown of a question's table. `published`: it is a standard report, not somebody's own question.

    Raises HubError: INVALID_ARGUMENT for what may not be asked under protection, and what the engine raises.
    """
    asked = question if published else permitted(question)
    raw = await tabulate(engine, manifest, asked, protected=True)
    raw = replace(raw, parents=await _parents(engine, manifest, asked))
    if published and question.scope == Scope():
        return await _aside(protection, raw, Mode.STANDARD)
    wider = [
        (await tabulate(engine, manifest, replace(asked, filters=_without(asked, number)), protected=True)).cells
        for number in range(len(asked.filters))
    ]
    table = await _aside(protection, replace(raw, wider=tuple(wider)), Mode.AD_HOC)
    return table if published else chosen(question, table)


async def _aside(protection: Protection, raw: RawTable, mode: Mode) -> ProtectedTable:
    """Protecting a large table takes long; the event loop goes on meanwhile."""
    return await asyncio.to_thread(protection.protect, raw, mode=mode)


def _without(question: Question, number: int) -> tuple[Filter, ...]:
    return question.filters[:number] + question.filters[number + 1 :]


async def _parents(
    engine: Engine, manifest: Manifest, question: Question
) -> dict[tuple[int, int], Mapping[Value, Value]]:
    names = [dimension.name for dimension in question.dimensions]
    found: dict[tuple[int, int], Mapping[Value, Value]] = {}
    for inner, outer in NESTED:
        if inner in names and outer in names:
            places = names.index(inner), names.index(outer)
            one, other = (question.dimensions[place] for place in places)
            found[places] = await _belongs(engine, manifest, question, one, other)
    return found


async def _belongs(
    engine: Engine, manifest: Manifest, question: Question, inner: Dimension, outer: Dimension
) -> Mapping[Value, Value]:
    """The one outer value of each inner one, of those that have only one in the whole snapshot."""
    met: dict[Value, set[Value]] = {}
    for fact in question.facts:
        pairs = select(inner.of(fact), outer.of(fact)).where(counted_rows(fact)).distinct()
        for value, belongs in await engine.fetch(manifest, *written(pairs, **of_day(manifest))):
            met.setdefault(value, set()).add(belongs)
    return {value: next(iter(several)) for value, several in met.items() if len(several) == 1 and value is not None}
