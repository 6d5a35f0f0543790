"""Runs reports: chooses the snapshot, asks the engine, has the table protected, and lays out the answer.

Whoever runs one comes with a permit, which says whether the counts may be exact. Everybody else's go through
disclosure control; where there is none, nobody else gets a number.
"""

from __future__ import annotations

import datetime
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from hub.errors import Code, HubError
from hub.permit import Permit
from hub.reports.asking import Request
from hub.reports.disclosure import Control
from hub.reports.engine.duck import DuckEngine
from hub.reports.engine.engine import Engine
from hub.reports.engine.postgres import PostgresEngine
from hub.reports.engine.tabulate import tabulate
from hub.reports.laying_out import lay_out
from hub.reports.protecting import protected_table
from hub.reports.question import Scope
from hub.reports.snapshot.manifest import Manifest, Shelf
from hub.reports.table import Answer, Exact, Mode, ProtectedTable, Protection
from hub.settings import Settings

EXACT_VERB = "run_report:exact"
PROTECTED_VERB = "run_report:protected"
"""The two permits to run a report."""


class Reports:
    """What answers reports over one shelf of snapshots."""

    def __init__(self, shelf: Shelf, engine: Engine, protection: Protection | None) -> None:
        self.shelf = shelf
        self.engine = engine
        self._protection = protection

    async def run(self, permit: Permit, request: Request) -> Answer:
        """The answer, exact or protected as the permit says.

        Raises HubError: NO_SNAPSHOT, and what asking and protecting raise.
        """
        exact = permit.verb == EXACT_VERB
        if not exact:
            permit.check(PROTECTED_VERB)
        of_nation = not exact and request.published is not None and request.question.scope == Scope()
        manifest = self._of_month(request.as_of) if of_nation else self.snapshot(request.as_of)
        table = await self._table(request, manifest, exact)
        before = None
        if request.compare_as_of is not None:
            earlier = self._of_month(request.compare_as_of) if of_nation else self.snapshot(request.compare_as_of)
            before = await self._table(request, earlier, exact)
        if of_nation and table.disclosure.mode is Mode.AD_HOC:
            request = self._noted(request, manifest)
        return lay_out(request, table, before)

    def _noted(self, request: Request, manifest: Manifest) -> Request:
        """Where the nation's table is perturbed a note says of which day it is exact."""
        if (published := self.shelf.published(manifest.as_of.date())) is None:
            return request
        note = f"This table is exact once a month: as of {published.as_of:%Y-%m-%d}."
        return replace(request, notes=(*request.notes, note))

    def _of_month(self, day: datetime.date | None) -> Manifest:
        """The snapshot of a report of the nation: the published one, unless a day is named that has another."""
        published, manifest = self.shelf.published(day), self.snapshot(day)
        named = day is not None and published is not None and published.as_of.date() != manifest.as_of.date()
        return manifest if published is None or named else published

    def snapshot(self, as_of: datetime.date | None) -> Manifest:
        """The snapshot of a day: the newest of it or before. Raises HubError (NO_SNAPSHOT)."""
        manifest = self.shelf.as_of(as_of)
        if manifest is None:
            raise HubError(Code.NO_SNAPSHOT, Code.NO_SNAPSHOT.description)
        return manifest

    async def _table(self, request: Request, manifest: Manifest, exact: bool) -> ProtectedTable:
        if exact:
            raw = await tabulate(self.engine, manifest, request.question, protected=False, margins=request.margins)
            return Exact().protect(raw, mode=Mode.EXACT)
        if self._protection is None:
            raise HubError(Code.UNAVAILABLE, "Protected reports are not available on this hub.")
        published = request.published if manifest.published else None
        return await protected_table(self.engine, manifest, request.question, self._protection, published=published)


@asynccontextmanager
async def open_reports(settings: Settings, database: str) -> AsyncIterator[Reports]:
    """Reports over the snapshots of the database of that name, by the engine that the settings name."""
    shelf = Shelf(settings.reports_folder, database)
    engine: Engine
    if settings.reports_url is not None:
        engine = PostgresEngine(
            settings.reports_url, at_once=settings.reports_at_once, timeout=settings.reports_timeout_seconds
        )
    else:
        engine = DuckEngine(
            shelf,
            at_once=settings.reports_at_once,
            timeout=settings.reports_timeout_seconds,
            memory=f"{settings.reports_memory_mib}MiB",
            threads=settings.reports_threads,
        )
    try:
        yield Reports(shelf, engine, Control())
    finally:
        await engine.close()
