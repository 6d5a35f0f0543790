"""Who gets exact counts and who gets protected ones, of the same report; a hidden number is nowhere in the response."""

from __future__ import annotations

import re
from typing import Any

import pytest

from permissions.roles import Role
from tests.http.hub import DATA_ADMIN, DATA_ADMIN_TX, Answer, Hub, user_of
from tests.identity.country import rows
from tests.reports.asking import ask, report, standard, table

pytestmark = pytest.mark.anyio

GOVERNMENT = user_of(Role.GOVERNMENT_ADMINISTRATOR)
_BY_GRADE = """
WITH newest AS (
    SELECT DISTINCT ON (state_record_id) state_record_id, grade_level FROM enrollments
    ORDER BY state_record_id, enrollment_date DESC NULLS LAST, position DESC
)
SELECT grade_level, count(DISTINCT student_id) AS students, count(*) AS records
FROM state_records LEFT JOIN newest USING (state_record_id)
WHERE state = 'TX' AND status = 'ACTIVE' AND review_scopes IS NULL GROUP BY 1
"""


def _numbers(answer: Answer) -> set[str]:
    """Every number that stands anywhere in the rows of a response."""
    found = next(iter(answer.data.values()))
    text = str([found["rows"], found["totals"]])
    return set(re.findall(r"(?<![\w.'])\d+(?![\w.'])", text))


async def test_a_states_administrator_gets_the_exact_counts_of_the_standard_report(hub: Hub) -> None:
    answer = await standard(hub, DATA_ADMIN_TX, "STUDENT_COUNTS")
    found = answer.data["standardReport"]
    assert found["disclosure"] == {"mode": "EXACT", "note": found["disclosure"]["note"], "suppressed": 0}
    placed = table(found)
    expected = await rows(hub.url, _BY_GRADE)
    assert {row["grade_level"]: [row["students"], row["records"]] for row in expected} == {
        place[1]: numbers for place, numbers in placed.items() if place[0] == "TX" and place[1] != "TOTAL"
    }
    assert any(row["students"] < 10 for row in expected), "the country has no small cell to hide"


@pytest.mark.parametrize("by", [GOVERNMENT, DATA_ADMIN])
async def test_everybody_else_gets_the_same_report_without_its_small_cells(hub: Hub, by: str) -> None:
    answer = await standard(hub, by, "STUDENT_COUNTS", {"scope": {"state": "TX"}})
    found = answer.data["standardReport"]
    assert found["disclosure"]["mode"] == "AD_HOC"
    placed = table(found)
    for row in await rows(hub.url, _BY_GRADE):
        if row["students"] < 10:
            assert placed.get(("TX", row["grade_level"]), [None, None]) == [None, None]
    secret = {str(row["students"]) for row in await rows(hub.url, _BY_GRADE) if row["students"] < 10}
    assert secret and not _numbers(answer) & {str(number) for number in range(10)}


@pytest.mark.parametrize("by", [GOVERNMENT, DATA_ADMIN, DATA_ADMIN_TX])
async def test_the_nations_table_hides_its_small_cells_from_all(hub: Hub, by: str) -> None:
    answer = await standard(hub, by, "STUDENT_COUNTS", {"scope": {"nation": True}})
    found = answer.data["standardReport"]
    assert found["disclosure"]["mode"] == "STANDARD" and found["disclosure"]["suppressed"] > 0
    assert not {number for number in _numbers(answer) if 0 < int(number) < 10}
    (total,) = await rows(
        hub.url,
        "SELECT count(DISTINCT student_id) FROM state_records WHERE status = 'ACTIVE' AND review_scopes IS NULL",
    )
    assert found["totals"]["values"][2] == total[0], "what is shown of a standard table is exact"


async def test_national_reports_of_the_same_children_hide_the_same(hub: Hub) -> None:
    nation = {"scope": {"nation": True}}
    found = {
        name: table((await standard(hub, GOVERNMENT, name, nation)).data["standardReport"])
        for name in (
            "STUDENT_COUNTS",
            "PRIORITY_FOR_SERVICES",
            "TIMELINESS",
            "TIMELINESS_BY_STATE",
            "MISSED_ENROLLMENT",
        )
    }
    students = {place[0]: numbers[0] for place, numbers in found["STUDENT_COUNTS"].items() if place[1] == "TOTAL"}
    assert students == {place[0]: numbers[0] for place, numbers in found["PRIORITY_FOR_SERVICES"].items()}
    assert students["TOTAL"] is not None and students["TX"] is None
    assert found["TIMELINESS"][("TOTAL",)][:1] == found["TIMELINESS_BY_STATE"][("TOTAL", "TOTAL")][:1]
    missed = {place[0]: numbers[0] for place, numbers in found["MISSED_ENROLLMENT"].items() if place[0] != "TOTAL"}
    by_clock = {
        place[0]: numbers[0] for place, numbers in found["TIMELINESS_BY_STATE"].items() if place[1] == "ENROLLMENT"
    }
    assert missed == by_clock


async def test_no_two_counts_of_the_nations_table_tell_of_fewer_than_ten(hub: Hub) -> None:
    answer = await standard(hub, GOVERNMENT, "CHILD_COUNT", {"year": 2025, "scope": {"nation": True}})
    placed = table(answer.data["standardReport"])
    assert placed[("TOTAL",)][0] is not None
    for counted, summer, eligible in placed.values():
        for one, other in ((counted, eligible), (counted, summer)):
            assert one is None or other is None or abs(one - other) >= 10


async def test_a_place_answers_the_same_however_it_is_said(hub: Hub) -> None:
    given: dict[str, Any] = {"measures": ["STATE_RECORDS"], "scope": {"nation": True}}
    texas = {"dimension": "STATE", "in": ["TX"]}
    scoped = await report(hub, GOVERNMENT, measures=["STATE_RECORDS"], scope={"state": "TX"})
    shown = await report(hub, GOVERNMENT, measures=["STATE_RECORDS"], scope={"state": "TX"}, dimensions=["STATE"])
    filtered = await report(hub, GOVERNMENT, **given, filters=[texas])
    split = await report(hub, GOVERNMENT, **given, dimensions=["STATE"])
    answers = {
        *(table(each)[()][0] for each in (scoped, filtered)),
        *(table(each)[("TX",)][0] for each in (shown, split)),
    }
    assert len(answers) == 1 and None not in answers


async def test_marks_say_of_each_number_what_was_done_to_it(hub: Hub) -> None:
    found = await report(hub, GOVERNMENT, measures=["STATE_RECORDS"], dimensions=["GRADE"], scope={"state": "TX"})
    for row in found["rows"]:
        hidden = row["values"][1] is None
        assert row["marks"] == ["SUPPRESSED" if hidden else "PROTECTED"]
    assert any(row["values"][1] is None for row in found["rows"])


async def test_no_order_tells_of_hidden_numbers(hub: Hub) -> None:
    """Hidden rows stand behind the others, as the catalogue names them, whichever way is asked for and however many."""
    given: dict[str, Any] = {"measures": ["STATE_RECORDS"], "dimensions": ["GRADE"], "scope": {"state": "TX"}}
    usual = await report(hub, GOVERNMENT, **given)
    hidden = [row["values"][0] for row in usual["rows"] if row["values"][1] is None]
    assert len(hidden) > 3
    for descending in (True, False):
        order = [{"measure": "STATE_RECORDS", "descending": descending}]
        found = await report(hub, GOVERNMENT, **given, orderBy=order)
        shown = [row["values"][1] for row in found["rows"] if row["values"][1] is not None]
        assert shown == sorted(shown, reverse=descending)
        assert [row["values"][0] for row in found["rows"][len(shown) :]] == hidden
        first = await report(hub, GOVERNMENT, **given, orderBy=order, limit=2)
        assert first["rows"] == found["rows"][:2] and first["totals"] == usual["totals"]


async def test_nobody_gets_more_of_another_state_by_a_filter(hub: Hub) -> None:
    """A state's administrator that names another state in a filter, not in the scope, asks of the own state."""
    filters: list[dict[str, Any]] = [{"dimension": "STATE", "in": ["TX"]}]
    found = await report(hub, DATA_ADMIN, measures=["STATE_RECORDS"], filters=filters)
    assert found["rows"][0]["values"] == [0], "there is nothing of Texas in Tennessee"
    nation = await ask(hub, DATA_ADMIN, measures=["STATE_RECORDS"], filters=filters, scope={"nation": True})
    assert nation.data["report"]["disclosure"]["mode"] == "AD_HOC"


async def test_a_report_that_takes_too_long_is_given_up(hub: Hub) -> None:
    reports = hub.app.state.services.reports
    reports.engine._timeout = 0.0
    answer = await ask(hub, DATA_ADMIN_TX, measures=["COURSES", "CREDITS_GRANTED"], dimensions=["STATE", "DISTRICT"])
    assert answer.code == "TIMEOUT" and answer.data == {"report": None}
    assert await rows(hub.url, "SELECT FROM report_runs") == []
    reports.engine._timeout = 60.0
    await report(hub, DATA_ADMIN_TX, measures=["COURSES"])
