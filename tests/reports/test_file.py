"""`POST /reports/file`: any report as a file, for whoever may run it, with the numbers that it shows and no others."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import httpx
import pyarrow.parquet as pq
import pytest

from permissions.roles import Role
from tests.http.hub import DATA_ADMIN_TX, OWING, SECONDARY, Hub, answer_of, events, user_of
from tests.identity.country import rows
from tests.reports.asking import report, standard

pytestmark = pytest.mark.anyio

GOVERNMENT = user_of(Role.GOVERNMENT_ADMINISTRATOR)
BY_GRADE = {"measures": ["STATE_RECORDS"], "dimensions": ["GRADE"], "orderBy": [{"measure": "STATE_RECORDS"}]}
MEDIA = {
    "CSV": ("text/csv; charset=utf-8", b"\xef\xbb\xbf"),
    "XLSX": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK"),
    "PARQUET": ("application/vnd.apache.parquet", b"PAR1"),
    "SVG": ("image/svg+xml", b"<svg"),
    "PNG": ("image/png", b"\x89PNG"),
}


async def _file(hub: Hub, by: str | None, sent: Any, **headers: str) -> httpx.Response:
    if by is not None:
        headers["authorization"] = f"Bearer {await hub.token(by)}"
    return await hub.http.post("/reports/file", json=sent, headers=headers)


async def test_every_format_of_both_kinds_of_report_leaves_as_what_it_is(hub: Hub) -> None:
    for format_, (media, begins) in MEDIA.items():
        for sent, name in (({"report": BY_GRADE}, "report"), ({"standard": "CHILD_COUNT"}, "child-count")):
            found = await _file(hub, DATA_ADMIN_TX, {"format": format_, **sent})
            assert found.status_code == 200, found.text
            assert found.headers["content-type"] == media and found.content.startswith(begins)
            assert re.fullmatch(
                rf'attachment; filename="{name}-\d{{4}}-\d\d-\d\d\.{format_.lower()}"',
                found.headers["content-disposition"],
            )
            assert found.headers["cache-control"] == "no-store"
    (run, *_) = await events(hub.url, "report:run")
    assert json.loads(run["detail"])["format"] == "CSV" and run["user_id"] == DATA_ADMIN_TX
    assert (await rows(hub.url, "SELECT count(*) FROM report_runs"))[0]["count"] == 2 * len(MEDIA)


async def test_a_file_has_the_numbers_of_the_answer(hub: Hub) -> None:
    asked = await report(hub, DATA_ADMIN_TX, **BY_GRADE)
    found = await _file(hub, DATA_ADMIN_TX, {"format": "PARQUET", "report": BY_GRADE})
    table = pq.read_table(io.BytesIO(found.content))
    both = list(zip(table.column("GRADE").to_pylist(), table.column("STATE_RECORDS").to_pylist(), strict=True))
    assert both == [tuple(row["values"]) for row in (*asked["rows"], asked["totals"])]


async def test_a_hidden_number_is_in_no_file(hub: Hub) -> None:
    hidden = (await standard(hub, GOVERNMENT, "STUDENT_COUNTS", {"scope": {"state": "TX"}})).data["standardReport"]
    assert hidden["disclosure"]["suppressed"] > 0
    sent = {"standard": "STUDENT_COUNTS", "parameters": {"scope": {"state": "TX"}}}
    whole = await _file(hub, GOVERNMENT, {"format": "CSV", **sent})
    lines = list(csv.reader(io.StringIO(whole.content.decode("utf-8-sig"))))
    numbers = {field for line in lines[1 : lines.index([])] for field in line if field.isdigit()}
    assert numbers and all(int(number) >= 10 for number in numbers)
    assert sum(line.count("*") for line in lines) == hidden["disclosure"]["suppressed"]
    exact = await _file(hub, DATA_ADMIN_TX, {"format": "CSV", **sent})
    assert exact.content != whole.content and b"*" not in exact.content
    drawn = await _file(hub, GOVERNMENT, {"format": "SVG", **sent})
    shown = set(re.findall(r">(\d+)</text>", drawn.text)) & {str(number) for number in range(1, 10)}
    assert not shown


async def test_who_may_not_run_it_gets_no_file(hub: Hub) -> None:
    sent = {"format": "CSV", "report": BY_GRADE}
    for by, status, code in (
        (None, 400, "FORBIDDEN"),
        (SECONDARY, 400, "FORBIDDEN"),
        (user_of(Role.STATE_USER_ADMINISTRATOR), 400, "FORBIDDEN"),
        (OWING, 400, "TRAINING_REQUIRED"),
    ):
        answer = answer_of(await _file(hub, by, sent))
        assert (answer.status, answer.code) == (status, code), by
    accounts = await _file(hub, DATA_ADMIN_TX, {"format": "CSV", "standard": "ACCOUNTS"})
    assert answer_of(accounts).code == "FORBIDDEN"
    assert await events(hub.url, "report:run") == []


WRONG: list[tuple[Any, str]] = [
    ([], "INVALID_REQUEST"),
    ({"report": BY_GRADE}, "INVALID_ARGUMENT"),
    ({"format": "DOCX", "report": BY_GRADE}, "INVALID_ARGUMENT"),
    ({"format": "CSV"}, "INVALID_ARGUMENT"),
    ({"format": "CSV", "report": BY_GRADE, "standard": "CHILD_COUNT"}, "INVALID_ARGUMENT"),
    ({"format": "CSV", "report": BY_GRADE, "more": 1}, "INVALID_ARGUMENT"),
    ({"format": "CSV", "report": {"measures": "ALL"}}, "INVALID_ARGUMENT"),
    ({"format": "CSV", "report": {**BY_GRADE, "filters": [{"dimension": "SEX", "in": [3]}]}}, "INVALID_ARGUMENT"),
    ({"format": "CSV", "report": {**BY_GRADE, "asOf": "yesterday"}}, "INVALID_ARGUMENT"),
    ({"format": "CSV", "standard": "WORKLISTS", "parameters": {"year": 2025}}, "INVALID_ARGUMENT"),
    ({"format": "CSV", "standard": "CHILD_COUNT", "parameters": {"asOf": "2001-01-01"}}, "NO_SNAPSHOT"),
]


async def test_what_is_no_report_is_refused_with_a_code(hub: Hub) -> None:
    for sent, code in WRONG:
        answer = answer_of(await _file(hub, DATA_ADMIN_TX, sent))
        assert (answer.status, answer.code) == (400, code), sent
    refused = [json.loads(event["detail"])["code"] for event in await events(hub.url, "request:refused")]
    assert "NO_SNAPSHOT" in refused and await events(hub.url, "report:run") == []
