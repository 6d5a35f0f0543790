"""Snapshots: of one moment, of what changed only, whole or not there, kept by the month; and they name no child."""

from __future__ import annotations

import asyncio
import datetime
import json
from pathlib import Path
from typing import Any

import asyncpg
import duckdb
import pytest

from hub import clock
from hub.errors import HubError
from hub.jobs import Work
from hub.reports.snapshot.build import DATABASE, Built, build_snapshot
from hub.reports.snapshot.manifest import KEPT_MONTHS, Manifest, Shelf, is_published, to_keep
from hub.settings import Settings
from hub.worker import jobs
from permissions.roles import Role
from tests.commands.run import hub as command
from tests.http.hub import DATA_ADMIN_TX, Hub, events, user_of
from tests.identity.country import rows
from tests.reports.asking import report, standard

pytestmark = pytest.mark.anyio

GOVERNMENT = user_of(Role.GOVERNMENT_ADMINISTRATOR)


_COUNTED = """
WITH counted AS (SELECT state_record_id FROM state_records WHERE status = 'ACTIVE' AND review_scopes IS NULL)
SELECT count(*) FROM enrollments JOIN counted USING (state_record_id)
UNION ALL SELECT count(*) FROM courses JOIN counted USING (state_record_id)
UNION ALL SELECT count(*) FROM qualifying_moves JOIN counted USING (state_record_id)
"""


def _rows(built: Built, fact: str, query: str) -> list[tuple[Any, ...]]:
    paths = [str(built.shelf.files / file.path) for file in built.manifest.facts[fact].values()]
    with duckdb.connect() as database:
        return database.execute(query.replace("FACT", "read_parquet($1)"), [paths]).fetchall()


def _spools(folder: Path) -> list[Path]:
    return list(folder.rglob("*.csv"))


async def test_a_snapshot_holds_every_record_that_counts_and_no_other(demo_url: str, tmp_path: Path) -> None:
    ((locked,),) = [
        (row["student_id"],)
        for row in await rows(demo_url, "SELECT student_id FROM state_records WHERE state = 'TX' LIMIT 1")
    ]
    await rows(demo_url, "UPDATE state_records SET review_scopes = '{TX}' WHERE student_id = $1", locked)
    built = await build_snapshot(demo_url, tmp_path)
    expected = await rows(
        demo_url,
        """
        SELECT count(*) AS records, count(DISTINCT student_id) AS students FROM state_records
        WHERE status = 'ACTIVE' AND review_scopes IS NULL
        """,
    )
    found = _rows(built, "students", "SELECT count(*), count(DISTINCT child), count(DISTINCT row_key) FROM FACT")
    records, students = expected[0]["records"], expected[0]["students"]
    assert found == [(records, students, records)]
    for (counted,), fact in zip(await rows(demo_url, _COUNTED), ("enrollments", "courses", "moves"), strict=True):
        assert _rows(built, fact, "SELECT count(*) FROM FACT") == [(counted,)]


async def test_no_name_and_no_id_is_in_a_snapshot(demo_url: str, tmp_path: Path) -> None:
    built = await build_snapshot(demo_url, tmp_path)
    known = await rows(
        demo_url,
        "SELECT first_name, last_name1, state_student_id, msix_id FROM demographics "
        "JOIN state_records USING (state_record_id) LIMIT 40",
    )
    values = {value for row in known for value in row if value is not None and len(value) > 3}
    for fact in built.manifest.facts:
        texts = {str(value) for row in _rows(built, fact, "SELECT * FROM FACT") for value in row}
        assert not values & texts, fact
    assert not _spools(tmp_path)


async def test_keys_are_the_same_in_every_snapshot(demo_url: str, tmp_path: Path) -> None:
    query = "SELECT child, row_key FROM FACT ORDER BY ALL"
    first = await build_snapshot(demo_url, tmp_path / "a")
    second = await build_snapshot(demo_url, tmp_path / "b")
    assert _rows(first, "enrollments", query) == _rows(second, "enrollments", query)


async def test_only_states_in_which_something_changed_are_made_anew(demo_url: str, tmp_path: Path) -> None:
    first = await build_snapshot(demo_url, tmp_path)
    assert "TX" in first.rebuilt
    second = await build_snapshot(demo_url, tmp_path)
    assert second.rebuilt == () and second.manifest.facts == first.manifest.facts
    (row,) = await rows(
        demo_url,
        "SELECT state_record_id, student_id FROM state_records AS record WHERE state = 'TX' AND status = 'ACTIVE' "
        "AND review_scopes IS NULL AND NOT EXISTS (SELECT FROM state_records AS other "
        "WHERE other.student_id = record.student_id AND other.state <> 'TX') LIMIT 1",
    )
    await rows(
        demo_url, "UPDATE state_records SET status = 'DELETED' WHERE state_record_id = $1", row["state_record_id"]
    )
    third = await build_snapshot(demo_url, tmp_path)
    assert third.rebuilt == ("TX",)
    assert third.manifest.facts["students"]["TX"].rows == first.manifest.facts["students"]["TX"].rows - 1
    assert third.manifest.facts["students"]["FL"] == first.manifest.facts["students"]["FL"]


async def test_reports_run_on_any_kept_snapshot(demo_url: str, hub: Hub, tmp_path: Path) -> None:
    asked: dict[str, Any] = {"measures": ["STATE_RECORDS"], "dimensions": ["SEX"]}
    before = await report(hub, DATA_ADMIN_TX, **asked)
    await rows(demo_url, "UPDATE state_records SET status = 'DELETED' WHERE state = 'TX'")
    reports = hub.app.state.services.reports
    tomorrow = clock.now() + datetime.timedelta(days=1)
    with clock.frozen(tomorrow):
        await build_snapshot(demo_url, reports.shelf.folder.parent)
    try:
        now = await report(hub, DATA_ADMIN_TX, **asked, compareAsOf=before["asOf"][:10])
        assert now["totals"]["values"][1:] == [0, before["totals"]["values"][1]]
        again = await report(hub, DATA_ADMIN_TX, **asked, asOf=before["asOf"][:10])
        assert again["rows"] == before["rows"] and again["asOf"] == before["asOf"]
    finally:
        newest = reports.shelf.kept()[0]
        assert newest.as_of == tomorrow
        (reports.shelf.folder / "snapshots" / f"{newest.name}.json").unlink()


def _at(*when: int) -> Manifest:
    return Manifest(datetime.datetime(*when, tzinfo=datetime.UTC), {}, {}, {})  # type: ignore[arg-type, misc]


async def test_the_last_thirteen_months_ends_are_kept() -> None:
    days = [datetime.datetime(2024, 1, 1, 7, tzinfo=datetime.UTC) + datetime.timedelta(days=n) for n in range(690)]
    kept = [each.as_of for each in to_keep([_at(*day.timetuple()[:6]) for day in reversed(days)])]
    assert kept[:2] == [days[-1], days[-2]]
    ends = [day for day in days if (day + datetime.timedelta(days=1)).month != day.month]
    assert kept[2:] == ends[::-1][:KEPT_MONTHS]


async def test_one_snapshot_a_month_is_published_and_kept_as_long() -> None:
    shelf: list[Manifest] = []
    found = []
    for day in (datetime.datetime(2024, 1, 20, 7, tzinfo=datetime.UTC) + datetime.timedelta(n) for n in range(500)):
        shelf = to_keep([Manifest(day, {}, {}, {}, is_published(day, shelf)), *shelf])
        found += [day] if shelf[0].published else []
        assert len(shelf) <= 2 * KEPT_MONTHS + 6
    assert [f"{day:%m-%d}" for day in found[:5]] == ["01-20", "02-09", "03-01", "04-01", "05-01"]
    assert set(found[-KEPT_MONTHS:]) <= {each.as_of for each in shelf}


async def test_the_nations_tables_are_exact_once_a_month_alone(demo_url: str, hub: Hub) -> None:
    """Of the snapshots of two days one after the other only the first has exact numbers, so they tell no difference."""
    shelf: Shelf = hub.app.state.services.reports.shelf
    first, tomorrow = shelf.kept()[0], clock.now() + datetime.timedelta(days=1)
    assert first.published
    with clock.frozen(tomorrow):
        await build_snapshot(demo_url, shelf.folder.parent)
    try:

        async def asked(**more: str) -> Any:
            given = {"scope": {"nation": True}, **more}
            return (await standard(hub, GOVERNMENT, "STUDENT_COUNTS", given)).data["standardReport"]

        usual, next_day = await asked(), await asked(asOf=f"{tomorrow:%Y-%m-%d}")
        assert (usual["disclosure"]["mode"], usual["asOf"][:10]) == ("STANDARD", f"{first.as_of:%Y-%m-%d}")
        assert (next_day["disclosure"]["mode"], next_day["asOf"][:10]) == ("AD_HOC", f"{tomorrow:%Y-%m-%d}")
        assert f"This table is exact once a month: as of {first.as_of:%Y-%m-%d}." in next_day["notes"]
        both = await asked(compareAsOf=f"{tomorrow:%Y-%m-%d}")
        assert "Of the earlier numbers: Numbers of fewer than 10 children" in both["disclosure"]["note"]
        ad_hoc = await report(hub, GOVERNMENT, measures=["STUDENTS"], scope={"nation": True})
        assert ad_hoc["asOf"][:10] == f"{tomorrow:%Y-%m-%d}"
    finally:
        (shelf.folder / "snapshots" / f"{shelf.kept()[0].name}.json").unlink()


async def test_two_builds_at_once_are_refused(demo_url: str, tmp_path: Path) -> None:
    import fcntl
    import os

    built = await build_snapshot(demo_url, tmp_path)
    lock = os.open(built.shelf.folder / "build.lock", os.O_RDWR)
    fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        with pytest.raises(HubError) as refused:
            await build_snapshot(demo_url, tmp_path)
        assert refused.value.code == "UNAVAILABLE"
    finally:
        os.close(lock)


async def test_a_half_written_manifest_is_no_snapshot(demo_url: str, tmp_path: Path) -> None:
    built = await build_snapshot(demo_url, tmp_path)
    folder = built.shelf.folder / "snapshots"
    (folder / "20991231T000000000000Z.json").write_text("{")
    (folder / "20991231T000000000001Z.new").write_text("{}")
    assert [each.name for each in Shelf(tmp_path, built.shelf.folder.name).kept()] == [built.manifest.name]


async def test_the_command_takes_one_and_puts_it_on_the_trail(demo_url: str, tmp_path: Path) -> None:
    done = await asyncio.to_thread(
        command, "reports", "snapshot", "--json", HUB_DATABASE_URL=demo_url, HUB_REPORTS_DIR=str(tmp_path)
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["facts"]["students"] > 100
    (event,) = await events(demo_url, "report:snapshot")
    assert list(event["students"]) == [] and event["user_id"].startswith("operator:")


async def test_the_worker_takes_one_a_night_once_its_hour_has_come(database_url: str, tmp_path: Path) -> None:
    settings = Settings(reports_dir=tmp_path, reports_hour=3)
    (nightly,) = (job for job in jobs(settings) if job.name == "report snapshot")
    taken: list[str] = []
    async with asyncpg.create_pool(database_url, min_size=1, max_size=2) as pool:
        work = Work(database_url, pool, settings, asyncio.Event())
        shelf = Shelf(tmp_path, str(await pool.fetchval(DATABASE)))
        for day, hour, minute in ((1, 2, 0), (1, 2, 50), (1, 3, 10), (1, 23, 0), (2, 2, 59), (2, 4, 0), (5, 1, 0)):
            with clock.frozen(datetime.datetime(2026, 6, day, hour, minute, tzinfo=datetime.UTC)):
                await nightly.run(work)
            newest = shelf.as_of(None)
            assert newest is not None
            taken.append(f"{newest.as_of:%d %H:%M}")
    assert taken == ["01 02:00", "01 02:00", "01 03:10", "01 03:10", "01 03:10", "02 04:00", "05 01:00"]
    assert [event["user_id"] for event in await events(database_url, "report:snapshot")] == ["hub"] * 4
