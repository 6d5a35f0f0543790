"""The broken uploads: each gets what was expected of it, and a refused one changes nothing."""

import csv
from typing import Any

import pytest

from hub.intake import Outcome, receive
from tests.intake.state import ACTOR, codes, found, send, snapshot, value
from tests.shared import SHARED, needs_shared

pytestmark = [pytest.mark.anyio, needs_shared]

BROKEN = SHARED / "data" / "broken"
STORED = {"good": 2, "bom": 2, "crlf-blank-lines": 3, "nul-in-names": 1, "deep-json": 1, "good-after": 1}
REFUSED = {
    "not-utf8": "NOT_UTF8",
    "truncated": "DAMAGED",
    "count-mismatch": "COUNT_MISMATCH",
    "header-missing": "HEADER_MISSING",
    "wrong-version": "UNKNOWN_FORMAT",
    "duplicate-header-keys": "HEADER_KEY_TWICE",
    "wrong-state": "WRONG_STATE",
    "unknown-state": "UNKNOWN_STATE",
    "long-line": "LINE_TOO_LONG",
    "csv-no-students": "MEMBER_MISSING",
    "csv-no-moves": "MEMBER_MISSING",
    "zip-traversal": "MEMBER_NAME",
    "zip-bomb": "LINE_TOO_LONG",
    "zip-bomb-bzip2": "MEMBER_UNREADABLE",
}


def _expected() -> list[dict[str, Any]]:
    if not BROKEN.is_dir():
        return []
    with (BROKEN / "expected.csv").open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("row", _expected(), ids=lambda row: row["file"])
async def test_a_broken_file_gets_what_is_expected(database_url: str, row: dict[str, Any]) -> None:
    name = row["file"].split(".")[0]
    if name != "good":
        await send(database_url, (BROKEN / "good.jsonl").read_bytes())
    before = await snapshot(database_url)
    held = await value(database_url, "SELECT count(*) FROM state_records")
    report = await receive(database_url, BROKEN / row["file"], file_name=row["file"], sender="TN", actor=ACTOR)
    if row["expect"] == "FILE":
        assert report.outcome is Outcome.REFUSED
        assert [each.code.value for each in await found(report)] == [REFUSED[name]]
        assert await snapshot(database_url) == before
    else:
        assert report.outcome is Outcome.ACCEPTED
        assert await codes(report) == {"nul-in-names": ["NUL"], "deep-json": ["TOO_DEEP"]}.get(name, [])
        assert await value(database_url, "SELECT count(*) FROM state_records") == held + STORED[name]


async def test_a_sound_file_is_taken_after_all_the_broken_ones(database_url: str) -> None:
    for row in _expected():
        report = await receive(database_url, BROKEN / row["file"], file_name=row["file"], sender="TN", actor=ACTOR)
        assert report.refused == (row["expect"] == "FILE")
    assert await value(database_url, "SELECT count(*) FROM state_records") == sum(STORED.values())
    assert await value(database_url, "SELECT count(*) FROM uploads WHERE status = 'REFUSED'") == len(REFUSED)
