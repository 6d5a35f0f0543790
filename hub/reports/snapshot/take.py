"""Takes a snapshot as the hub does each night: builds it, copies it to where reports run, and puts it on the trail."""

from __future__ import annotations

import datetime
from collections.abc import Callable

from hub import clock
from hub.audit.event import Event, Tag
from hub.audit.record import record_in
from hub.reports.snapshot.build import DATABASE, Built, Progress, build_snapshot
from hub.reports.snapshot.copying import copy_snapshot
from hub.reports.snapshot.manifest import Shelf
from hub.settings import Settings
from hub.store.engine import connect


async def take_snapshot(
    url: str,
    settings: Settings,
    *,
    by: str,
    role: str | None = None,
    progress: Callable[[Progress], None] = lambda _: None,
) -> Built:
    """A snapshot of the database at `url`, as of now; `by` is named in the trail. Raises HubError like building."""
    built = await build_snapshot(url, settings.reports_folder, role=role, progress=progress)
    if settings.reports_url is not None:
        await copy_snapshot(settings.reports_url, built.shelf, built.manifest)
    detail = {"asOf": built.manifest.as_of.isoformat(), "rows": built.manifest.rows, "states": list(built.rebuilt)}
    connection = await connect(url, role=role)
    try:
        async with connection.transaction():
            await record_in(connection, Event(Tag.REPORT_SNAPSHOT, user_id=by, detail=detail))
    finally:
        await connection.close()
    return built


async def take_nightly(url: str, settings: Settings, *, role: str) -> None:
    """Take one where there is none yet since the hour of the day at which the night's is due."""
    connection = await connect(url, role=role)
    try:
        shelf = Shelf(settings.reports_folder, await connection.fetchval(DATABASE))
    finally:
        await connection.close()
    newest = shelf.as_of(None)
    if newest is None or newest.as_of < _last_due(clock.now(), settings.reports_hour):
        await take_snapshot(url, settings, by="hub", role=role)


def _last_due(now: datetime.datetime, hour: int) -> datetime.datetime:
    due = now.replace(hour=hour, minute=0, second=0, microsecond=0)
    return due if due <= now else due - datetime.timedelta(days=1)
