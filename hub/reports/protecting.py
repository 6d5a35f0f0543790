"""Asks for all that protecting a table takes, and has it protected: the only way a protected number leaves the engine.

A table that is published as it is, of the nation and once a month, is exact where it may be shown; reports of the same
numbers are cut from one such table, since two patterns of hidden cells open each other. For the same reason the table
of one state or region is perturbed, and that of any other day. Whatever is asked ad hoc is perturbed, and asked of the
engine again without its filters, in every choice of them: the place that it is of is a filter like others.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import combinations

from sqlalchemy import select

from hub.reports.catalog import Dimension, counted_rows
from hub.reports.cutting import cut
from hub.reports.disclosure import chosen, conditions, permitted
from hub.reports.engine.engine import Engine
from hub.reports.engine.statements import written
from hub.reports.engine.tabulate import Cells, cells_of, of_day, tabulate
from hub.reports.question import Filter, Question, Scope, subsets
from hub.reports.snapshot.manifest import Manifest
from hub.reports.table import TOTAL, Mode, ProtectedTable, Protection, RawTable, Value

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

KEPT_TABLES = 32
"""Published tables of one snapshot that a process keeps."""
_PUBLISHED = "published"


async def protected_table(
    engine: Engine, manifest: Manifest, question: Question, protection: Protection, *, published: Question | None
) -> ProtectedTable:
    """What may be shown of a question's table. `published`: the table that it is cut from, of a standard report.

    Raises HubError: INVALID_ARGUMENT for what may not be asked under protection, and what the engine raises.
    """
    if published is not None and question.scope == Scope():
        return cut(await _published(engine, manifest, published, protection), published, question)
    asked = permitted(question)
    raw = await _whole(engine, manifest, asked)
    among = conditions(asked)
    wider = await _wider(engine, manifest, asked, among)
    return chosen(question, await _aside(protection, replace(raw, filters=len(among), wider=wider), Mode.AD_HOC))


async def _published(engine: Engine, manifest: Manifest, published: Question, protection: Protection) -> ProtectedTable:
    """A whole published table. It never changes, and takes seconds to prove: some are kept."""
    filters = (f"{each.dimension.name}={each.values}" for each in published.filters)
    names = [*(each.name for each in published.measures), *(each.name for each in published.dimensions)]
    key = (_PUBLISHED, *names, *filters)
    if key not in manifest.known:
        table = await _aside(protection, await _whole(engine, manifest, published), Mode.STANDARD)
        kept = [each for each in manifest.known if each[0] == _PUBLISHED]
        for old in kept[: max(0, len(kept) - KEPT_TABLES + 1)]:
            manifest.known.pop(old, None)
        manifest.known[key] = [table]
    found: ProtectedTable = manifest.known[key][0]
    return found


async def _whole(engine: Engine, manifest: Manifest, question: Question) -> RawTable:
    raw = await tabulate(engine, manifest, question, protected=True)
    return replace(raw, parents=await _parents(engine, manifest, question))


async def _aside(protection: Protection, raw: RawTable, mode: Mode) -> ProtectedTable:
    """Protecting a large table takes long; the event loop goes on meanwhile."""
    return await asyncio.to_thread(protection.protect, raw, mode=mode)


async def _wider(
    engine: Engine, manifest: Manifest, question: Question, among: Sequence[Filter]
) -> dict[frozenset[int], Cells]:
    """The cells of the same table with only some of its filters, by which of them these are.

    Without the places that say themselves what a filter that is left out says: a state is in the state all the same.
    """
    told = [await _telling(engine, manifest, question, filter_) for filter_ in among]
    sets = subsets(len(question.dimensions))
    found: dict[frozenset[int], Cells] = {}
    for count in range(len(among)):
        for kept in combinations(range(len(among)), count):
            asked = replace(question, scope=Scope(), filters=tuple(among[number] for number in kept))
            cells = await cells_of(engine, manifest, asked, sets, protected=True)
            telling = [each for number in range(len(among)) if number not in kept for each in told[number]]
            found[frozenset(kept)] = {
                place: values
                for place, values in cells.items()
                if not any(place[at] is not TOTAL and place[at] in known for at, known in telling)
            }
    return found


async def _telling(
    engine: Engine, manifest: Manifest, question: Question, filter_: Filter
) -> list[tuple[int, Collection[Value]]]:
    """The dimensions, by place, of which everybody knows of these values what they are in the filter's dimension."""
    found: list[tuple[int, Collection[Value]]] = []
    for at, dimension in enumerate(question.dimensions):
        if dimension is filter_.dimension:
            found.append((at, filter_.values or ()))
        elif (dimension.name, filter_.dimension.name) in NESTED:
            found.append((at, await _belongs(engine, manifest, question, dimension, filter_.dimension)))
    return found


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
        key = (inner.name, outer.name, str(fact.name), "belongs")
        if key not in manifest.known:
            pairs = select(inner.of(fact), outer.of(fact)).where(counted_rows(fact)).distinct()
            manifest.known[key] = await engine.fetch(manifest, *written(pairs, **of_day(manifest)))
        for value, belongs in manifest.known[key]:
            met.setdefault(value, set()).add(belongs)
    return {value: next(iter(several)) for value, several in met.items() if len(several) == 1 and value is not None}
