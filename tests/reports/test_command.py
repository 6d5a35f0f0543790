"""`hub reports run`: every format, protected unless it is the exact counts of a state that are asked for."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.commands.run import hub
from tests.http.hub import events

pytestmark = pytest.mark.anyio

BEGINS = {"csv": b"\xef\xbb\xbf", "xlsx": b"PK", "parquet": b"PAR1", "svg": b"<svg", "png": b"\x89PNG"}


@pytest.fixture
def places(demo_url: str, reports_dir: Path) -> dict[str, str]:
    """The database and the snapshots, as settings."""
    return {"HUB_DATABASE_URL": demo_url, "HUB_REPORTS_DIR": str(reports_dir)}


async def _run(places: dict[str, str], *words: str) -> CompletedProcess[str]:
    return await asyncio.to_thread(hub, "reports", "run", "STUDENT_COUNTS", *words, **places)


def _numbers(lines: list[list[str]]) -> list[int]:
    return [int(field) for line in lines[1:] for field in line if field.isdigit()]


async def test_every_format_is_written_and_put_on_record(places: dict[str, str], tmp_path: Path) -> None:
    for ending, begins in BEGINS.items():
        out = tmp_path / f"counts.{ending}"
        done = await _run(places, "-p", "state=TX", "--out", str(out))
        assert done.returncode == 0, done.stderr
        assert f"rows in {out}" in done.stdout.replace("\n", "") and out.read_bytes().startswith(begins)
    details = [json.loads(event["detail"]) for event in await events(places["HUB_DATABASE_URL"], "report:run")]
    assert [detail["format"] for detail in details] == [ending.upper() for ending in BEGINS]
    assert {detail["mode"] for detail in details} == {"AD_HOC"}


async def test_small_numbers_are_written_for_the_state_itself_alone(places: dict[str, str], tmp_path: Path) -> None:
    found = {}
    for name, words in {"protected": [], "exact": ["--exact"]}.items():
        out = tmp_path / f"{name}.csv"
        done = await _run(places, "-p", "state=TX", *words, "--out", str(out))
        assert done.returncode == 0, done.stderr
        found[name] = list(csv.reader(io.StringIO(out.read_text("utf-8-sig"))))
    assert min(_numbers(found["exact"])) < 10 <= min(_numbers(found["protected"]))
    assert sum(line.count("*") for line in found["protected"]) > 5
    told = json.loads((await _run(places, "-p", "state=TX", "--json")).stdout)
    shown = [row[name] for row in told["rows"] for name in ("STUDENTS", "STATE_RECORDS") if row[name] != "*"]
    assert told["mode"] == "AD_HOC" and min(shown) >= 10


async def test_exact_counts_of_the_nation_are_refused(places: dict[str, str], tmp_path: Path) -> None:
    for words in (["--exact"], ["-p", "region=South", "--exact"], ["--out", str(tmp_path / "counts.docx")]):
        done = await _run(places, *words)
        assert done.returncode == 2 and done.stdout == "", words
    assert await asyncio.to_thread(lambda: list(tmp_path.iterdir())) == []
