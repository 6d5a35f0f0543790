"""Ad hoc reports over the API: exact for the own state, whatever PostgreSQL says of its tables; protected or nothing
for everybody else; audited; wrong questions refused with a stable code."""

from __future__ import annotations

import json
from typing import Any

import pytest

from hub.permit import Permit
from hub.reports import running
from hub.store.engine import connect
from permissions.roles import Role
from tests.http.hub import DATA_ADMIN, DATA_ADMIN_TX, Hub, events, user_of
from tests.reports.asking import ask, report, standard, table

pytestmark = pytest.mark.anyio

GOVERNMENT = user_of(Role.GOVERNMENT_ADMINISTRATOR)
REGIONAL = user_of(Role.REGIONAL_DATA_ADMINISTRATOR)
USER_ADMIN = user_of(Role.STATE_USER_ADMINISTRATOR)


async def _fetch(hub: Hub, query: str) -> list[Any]:
    connection = await connect(hub.url)
    try:
        return [tuple(row) for row in await connection.fetch(query)]
    finally:
        await connection.close()


async def test_counts_of_the_own_state_are_what_its_tables_hold(hub: Hub) -> None:
    found = await report(hub, DATA_ADMIN_TX, measures=["STUDENTS", "STATE_RECORDS"], dimensions=["SEX"])
    assert found["disclosure"]["mode"] == "EXACT"
    expected = await _fetch(
        hub,
        """
        SELECT sex, count(DISTINCT student_id), count(*) FROM state_records JOIN demographics USING (state_record_id)
        WHERE state = 'TX' AND status = 'ACTIVE' AND review_scopes IS NULL GROUP BY ROLLUP (sex)
        """,
    )
    assert table(found) == {("TOTAL" if sex is None else sex,): [students, rows] for sex, students, rows in expected}
    assert sum(rows for _, _, rows in expected) > 20, "the country has no children in Texas"


async def test_a_state_sees_no_exact_count_of_another_or_of_the_nation(hub: Hub) -> None:
    for scope in ({"state": "TX"}, {"nation": True}, {"region": "South"}, {"state": "TX", "stateRegion": "East"}):
        answer = await ask(hub, DATA_ADMIN, measures=["STATE_RECORDS"], scope=scope)
        report_ = answer.data["report"]
        assert report_ is None or report_["disclosure"]["mode"] != "EXACT"


async def test_without_disclosure_control_nobody_else_gets_a_number(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub.app.state.services.reports, "_protection", None)
    for by, scope in ((GOVERNMENT, {"state": "TX"}), (DATA_ADMIN, {"state": "TX"}), (DATA_ADMIN, {"nation": True})):
        answer = await ask(hub, by, measures=["STATE_RECORDS"], scope=scope)
        assert answer.codes == ["UNAVAILABLE"]
        assert answer.data == {"report": None}


async def test_a_regional_administrator_gets_the_own_region_exactly(hub: Hub) -> None:
    found = await report(hub, REGIONAL, measures=["STATE_RECORDS"], dimensions=["STATE", "STATE_REGION"])
    assert found["disclosure"]["mode"] == "EXACT"
    assert {row["values"][1] for row in found["rows"]} <= {"East"}
    beyond = await ask(hub, REGIONAL, measures=["STATE_RECORDS"], scope={"state": "TN"})
    assert beyond.data["report"] is None or beyond.data["report"]["disclosure"]["mode"] != "EXACT"


async def test_who_holds_no_report_grant_is_refused(hub: Hub) -> None:
    for by in (user_of(Role.SECONDARY_USER), user_of(Role.HELP_DESK), user_of(Role.PRIVACY_ACT_ADMINISTRATOR)):
        answer = await ask(hub, by, measures=["STATE_RECORDS"])
        assert answer.codes == ["FORBIDDEN"] and answer.data == {"report": None}
    # may run the reports of accounts, and counts nobody
    answer = await ask(hub, USER_ADMIN, measures=["STATE_RECORDS"])
    assert answer.codes == ["FORBIDDEN"] and answer.data == {"report": None}


@pytest.mark.parametrize(
    "given",
    [
        {"measures": []},
        {"measures": ["STUDENTS", "STUDENTS"]},
        {"measures": ["STUDENTS"], "dimensions": ["SEX", "SEX"]},
        {"measures": ["STUDENTS"], "dimensions": ["FROM_STATE"]},
        {"measures": ["MOVES", "STUDENTS"], "dimensions": ["SCHOOL_YEAR"]},
        {"measures": ["STUDENTS"], "dimensions": ["STATE", "SEX", "GRADE", "AGE", "PFS"]},
        {"measures": ["STUDENTS"], "filters": [{"dimension": "SCHOOL_YEAR", "in": ["2025"]}]},
        {"measures": ["MOVES"], "filters": [{"dimension": "SCHOOL_YEAR", "in": ["now"]}]},
        {"measures": ["STUDENTS"], "filters": [{"dimension": "SEX", "in": ["FEMALE"], "notIn": ["MALE"]}]},
        {"measures": ["STUDENTS"], "filters": [{"dimension": "SEX", "atLeast": 3}]},
        {"measures": ["STUDENTS"], "filters": [{"dimension": "IEP", "in": ["maybe"]}]},
        {"measures": ["STUDENTS"], "scope": {"state": "ZZ"}},
        {"measures": ["STUDENTS"], "scope": {"state": "TX", "region": "South"}},
        {"measures": ["STUDENTS"], "scope": {"stateRegion": "East"}},
        {"measures": ["STUDENTS"], "limit": 0},
        {"measures": ["STUDENTS"], "orderBy": [{"measure": "MOVES"}]},
        {"measures": ["STUDENTS"], "orderBy": [{"descending": True}]},
    ],
)
async def test_a_question_that_does_not_fit_is_refused(hub: Hub, given: dict[str, Any]) -> None:
    answer = await ask(hub, DATA_ADMIN_TX, **given)
    assert answer.codes == ["INVALID_ARGUMENT"], answer.text


async def test_a_day_before_all_snapshots_has_none(hub: Hub) -> None:
    answer = await ask(hub, DATA_ADMIN_TX, measures=["STUDENTS"], asOf="2001-01-01")
    assert answer.code == "NO_SNAPSHOT"


async def test_filters_choose_rows_and_null_is_a_value(hub: Hub) -> None:
    everything = await report(hub, DATA_ADMIN_TX, measures=["ENROLLMENTS"], dimensions=["GRADE", "SCHOOL_YEAR"])
    some = await report(
        hub,
        DATA_ADMIN_TX,
        measures=["ENROLLMENTS"],
        dimensions=["GRADE", "SCHOOL_YEAR"],
        filters=[
            {"dimension": "GRADE", "notIn": ["KG", None]},
            {"dimension": "SCHOOL_YEAR", "atLeast": 2024, "atMost": 2025},
        ],
    )
    expected = {
        place: numbers
        for place, numbers in table(everything).items()
        if "TOTAL" not in place and place[0] not in ("KG", None) and place[1] in (2024, 2025)
    }
    found = table(some)
    assert found.pop(("TOTAL", "TOTAL")) == [sum(numbers[0] for numbers in expected.values())]
    assert found == expected and expected


async def test_rows_come_in_the_order_asked_for_and_no_more_than_asked_for(hub: Hub) -> None:
    found = await report(
        hub,
        DATA_ADMIN_TX,
        measures=["ENROLLMENTS"],
        dimensions=["GRADE"],
        orderBy=[{"measure": "ENROLLMENTS", "descending": True}],
        limit=3,
    )
    counts = [row["values"][1] for row in found["rows"]]
    assert counts == sorted(counts, reverse=True) and len(counts) == 3
    assert any("first 3 of" in note for note in found["notes"])


async def test_margins_sum_up_what_is_below_them(hub: Hub) -> None:
    dimensions = ["GRADE", "SEX", "ENROLLMENT_TYPE"]
    found = table(
        await report(hub, DATA_ADMIN_TX, measures=["ENROLLMENTS"], dimensions=dimensions, margins="CROSSED", limit=9999)
    )
    cells = {place: numbers[0] for place, numbers in found.items() if "TOTAL" not in place}
    for place, numbers in found.items():
        below = [n for cell, n in cells.items() if all(a in (b, "TOTAL") for a, b in zip(place, cell, strict=True))]
        assert numbers[0] == sum(below), place
    nested = table(
        await report(hub, DATA_ADMIN_TX, measures=["ENROLLMENTS"], dimensions=dimensions, margins="NESTED", limit=9999)
    )
    patterns = {tuple(value == "TOTAL" for value in place) for place in nested}
    assert patterns == {(False,) * 3, (False, False, True), (False, True, True), (True,) * 3}
    assert nested.items() <= found.items()


async def test_notes_say_of_whom_the_numbers_are_and_rows_are_in_the_order_of_the_catalogue(hub: Hub) -> None:
    filters: list[dict[str, Any]] = [
        {"dimension": "SCHOOL_YEAR", "in": ["2025"]},
        {"dimension": "SEX", "notIn": [None]},
        {"dimension": "AGE", "atLeast": 3, "atMost": 21},
    ]
    found = await report(hub, DATA_ADMIN_TX, measures=["ENROLLMENTS"], dimensions=["GRADE"], filters=filters)
    only = "Only school year 2025-26; sex other than Not reported; age 3 to 21."
    assert found["notes"][:2] == ["Scope: TX.", only]
    grades = [row["values"][0] for row in found["rows"]]
    known = [f"P{age}" for age in range(6)] + ["PS", "KG", *(f"{grade:02}" for grade in range(1, 13)), "UG", "OS", None]
    assert grades == [grade for grade in known if grade in grades] and {"KG", "01"} <= set(grades)


async def test_each_run_is_audited_and_listed_without_a_number_or_a_child(hub: Hub) -> None:
    given = {"measures": ["STUDENTS"], "dimensions": ["SEX"], "filters": [{"dimension": "GRADE", "in": ["KG", "01"]}]}
    await report(hub, DATA_ADMIN_TX, **given)
    (event,) = await events(hub.url, "report:run")
    detail = json.loads(event["detail"])
    assert event["user_id"] == DATA_ADMIN_TX and list(event["students"]) == []
    assert detail["question"]["measures"] == ["STUDENTS"] and detail["question"]["dimensions"] == ["SEX"]
    assert detail["question"]["filters"][0]["in"] == ["KG", "01"] and detail["mode"] == "EXACT"
    runs = await hub.ask("{ reportRuns { title mode question asOf rows } }", by=DATA_ADMIN_TX)
    assert [run["mode"] for run in runs.data["reportRuns"]] == ["EXACT"]
    assert (await hub.ask("{ reportRuns { title } }", by=DATA_ADMIN)).data == {"reportRuns": []}


async def test_a_report_that_cannot_be_put_on_record_does_not_leave(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails(*_: Any) -> None:
        raise ConnectionError

    monkeypatch.setattr("resolvers.reports.record_run", fails)
    body = {"query": "{ report(input: {measures: [STATE_RECORDS]}) { totals { values } rows { values } } }"}
    answer = await hub.post(json.dumps(body).encode(), by=DATA_ADMIN_TX)
    assert answer.data == {"report": None} and len(answer.errors) == 1


async def test_standard_reports_answer_with_their_rules(hub: Hub) -> None:
    names = (await hub.ask("{ reportCatalog { standardReports { name rules takesYear } } }", by=DATA_ADMIN_TX)).data
    for entry in names["reportCatalog"]["standardReports"]:
        answer = await standard(hub, DATA_ADMIN_TX, entry["name"])
        if entry["name"] in ("ACCOUNTS", "ACCOUNT_REVIEWS"):
            assert answer.codes == ["FORBIDDEN"] and answer.data == {"standardReport": None}
            continue
        assert answer.errors == [], answer.text
        assert answer.data["standardReport"]["disclosure"]["mode"] == "EXACT"
        assert set(entry["rules"]) <= set(answer.data["standardReport"]["notes"])


async def test_a_year_is_refused_where_there_is_none(hub: Hub) -> None:
    assert (await standard(hub, DATA_ADMIN_TX, "WORKLISTS", {"year": 2025})).code == "INVALID_ARGUMENT"


async def test_reports_about_accounts_are_the_user_administrators(hub: Hub) -> None:
    answer = await standard(hub, USER_ADMIN, "ACCOUNTS")
    users = {row["values"][0] for row in answer.data["standardReport"]["rows"]}
    assert DATA_ADMIN in users and DATA_ADMIN_TX not in users
    assert (await standard(hub, USER_ADMIN, "UPLOADS")).codes == ["FORBIDDEN"]
    ome = await standard(hub, user_of(Role.OME_USER_ADMINISTRATOR), "ACCOUNTS")
    roles = {row["values"][2] for row in ome.data["standardReport"]["rows"]}
    assert roles == {"STATE_USER_ADMINISTRATOR"}


async def test_uploads_are_listed_for_the_own_state(hub: Hub) -> None:
    answer = await standard(hub, DATA_ADMIN_TX, "UPLOADS")
    expected = await _fetch(hub, "SELECT students, rejected FROM uploads WHERE state = 'TX' ORDER BY upload_id DESC")
    rows = answer.data["standardReport"]["rows"]
    assert [(row["values"][4], row["values"][8]) for row in rows] == expected and expected


async def test_only_the_two_permits_run_a_report(hub: Hub) -> None:
    reports: running.Reports = hub.app.state.services.reports
    from hub.reports.asking import ask as asked

    with pytest.raises(PermissionError):
        await reports.run(Permit("save_report", (await _viewer(hub))), asked({"measures": ["STUDENTS"]}))


async def _viewer(hub: Hub) -> Any:
    return await hub.app.state.services.sessions.resolve(await hub.token(DATA_ADMIN))
