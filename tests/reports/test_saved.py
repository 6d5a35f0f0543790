"""Saved reports: kept, replaced and given up by their owner; found by the office they are shared with alone."""

from __future__ import annotations

from typing import Any

import pytest

from permissions.roles import Role
from tests.http.hub import DATA_ADMIN, DATA_ADMIN_TX, Hub, events, user_of
from tests.identity.country import codes, payload
from tests.reports.asking import STANDARD, report

pytestmark = pytest.mark.anyio

REGIONAL = user_of(Role.REGIONAL_DATA_ADMINISTRATOR)
GOVERNMENT = user_of(Role.GOVERNMENT_ADMINISTRATOR)
SAVE = "mutation S($input: SaveReportInput!) { saveReport(input: $input) { id errors { code field message } } }"
DELETE = "mutation D($input: DeleteSavedReportInput!) { deleteSavedReport(input: $input) { id errors { code field } } }"
LIST = "{ savedReports { id name owner own sharedWith question } }"
BY_SEX = {"measures": ["STUDENTS"], "dimensions": ["SEX"]}


async def _save(hub: Hub, by: str, **given: Any) -> Any:
    return payload(await hub.ask(SAVE, {"input": given}, by=by))


async def _delete(hub: Hub, by: str, id_: str) -> Any:
    return payload(await hub.ask(DELETE, {"input": {"id": id_}}, by=by))


async def _listed(hub: Hub, by: str) -> dict[str, dict[str, Any]]:
    return {each["name"]: each for each in payload(await hub.ask(LIST, by=by))}


async def test_a_shared_report_is_found_within_its_state_alone(hub: Hub) -> None:
    shared = await _save(hub, DATA_ADMIN, name="Ours", sharedWith="OFFICE", report=BY_SEX)
    own = await _save(hub, DATA_ADMIN, name="Mine", report=BY_SEX)
    assert shared["errors"] == own["errors"] == []
    found = await _listed(hub, DATA_ADMIN)
    assert {name: (each["id"], each["own"]) for name, each in found.items()} == {
        "Ours": (shared["id"], True),
        "Mine": (own["id"], True),
    }
    beside = await _listed(hub, REGIONAL)
    assert {name: (each["id"], each["own"]) for name, each in beside.items()} == {"Ours": (shared["id"], False)}
    for other in (DATA_ADMIN_TX, GOVERNMENT):
        assert await _listed(hub, other) == {}
    assert "Ours" not in (await hub.ask(LIST, by=DATA_ADMIN_TX)).text


async def test_what_ome_shares_is_found_by_its_office_and_by_no_state(hub: Hub) -> None:
    await _save(hub, GOVERNMENT, name="Nation", sharedWith="OFFICE", report={**BY_SEX, "scope": {"nation": True}})
    assert set(await _listed(hub, user_of(Role.OME_USER_ADMINISTRATOR))) == {"Nation"}
    assert await _listed(hub, DATA_ADMIN) == {}


async def test_only_its_owner_gives_a_report_up(hub: Hub) -> None:
    saved = await _save(hub, DATA_ADMIN, name="Ours", sharedWith="OFFICE", report=BY_SEX)
    for other in (DATA_ADMIN_TX, REGIONAL, GOVERNMENT):
        refused = await _delete(hub, other, saved["id"])
        assert codes(refused) == ["NOT_FOUND"] and refused["id"] is None
    assert set(await _listed(hub, DATA_ADMIN)) == {"Ours"}
    assert await _delete(hub, DATA_ADMIN, saved["id"]) == {"id": saved["id"], "errors": []}
    assert await _listed(hub, DATA_ADMIN) == {} and codes(await _delete(hub, DATA_ADMIN, saved["id"])) == ["NOT_FOUND"]
    tags = [event["tag"] for event in await events(hub.url, "report:save", "report:delete")]
    assert tags == ["report:save", "report:delete"]


async def test_a_name_is_the_owners_own_and_replaces(hub: Hub) -> None:
    first = await _save(hub, DATA_ADMIN, name="Count", report=BY_SEX)
    again = await _save(hub, DATA_ADMIN, name=" Count ", standard="CHILD_COUNT", parameters={"year": 2025})
    other = await _save(hub, DATA_ADMIN_TX, name="Count", report=BY_SEX)
    assert again["id"] == first["id"] != other["id"]
    (kept,) = (await _listed(hub, DATA_ADMIN)).values()
    assert kept["question"]["standard"] == "CHILD_COUNT" and kept["question"]["year"] == 2025


@pytest.mark.parametrize(
    "given",
    [
        {"name": "x"},
        {"name": "x", "report": BY_SEX, "standard": "CHILD_COUNT"},
        {"name": "x", "report": BY_SEX, "parameters": {"year": 2025}},
        {"name": "x", "report": {"measures": ["STUDENTS"], "dimensions": ["FROM_STATE"]}},
        {"name": "x", "standard": "WORKLISTS", "parameters": {"year": 2025}},
        {"name": "  ", "report": BY_SEX},
        {"name": "y" * 201, "report": BY_SEX},
    ],
)
async def test_what_could_not_be_run_is_not_saved(hub: Hub, given: dict[str, Any]) -> None:
    assert codes(await _save(hub, DATA_ADMIN, **given)) == ["INVALID_INPUT"]
    assert await _listed(hub, DATA_ADMIN) == {}


async def test_a_saved_report_of_an_office_is_answered_by_who_asks_it(hub: Hub) -> None:
    """What is saved is a question without a place of its own: each asks it of what is theirs."""
    await _save(hub, DATA_ADMIN, name="Ours", sharedWith="OFFICE", report=BY_SEX)
    question = (await _listed(hub, REGIONAL))["Ours"]["question"]
    given = {key: value for key, value in question.items() if value is not None}
    mine, theirs = await report(hub, DATA_ADMIN, **given), await report(hub, REGIONAL, **given)
    assert mine["notes"][0] == "Scope: TN." and theirs["notes"][0] == "Scope: TN/East."


async def test_runs_of_both_kinds_are_listed_newest_first_and_as_many_as_asked_for(hub: Hub) -> None:
    await report(hub, DATA_ADMIN, **BY_SEX)
    await hub.ask(STANDARD, {"name": "CHILD_COUNT", "parameters": {"year": 2025}}, by=DATA_ADMIN)
    await report(hub, DATA_ADMIN, measures=["COURSES"], scope={"nation": True})
    query = "query R($n: Int!) { reportRuns(first: $n) { title mode question rows milliseconds } }"
    runs = payload(await hub.ask(query, {"n": 9}, by=DATA_ADMIN))
    assert [run["title"] for run in runs][::2] == ["Courses", "Students by sex"]
    assert runs[1]["question"]["standard"] == "CHILD_COUNT" and runs[1]["question"]["year"] == 2025
    assert [run["mode"] for run in runs] == ["AD_HOC", "EXACT", "EXACT"]
    assert payload(await hub.ask(query, {"n": 1}, by=DATA_ADMIN)) == runs[:1]
    assert payload(await hub.ask(query, {"n": 9}, by=DATA_ADMIN_TX)) == []


async def test_who_runs_no_reports_saves_and_finds_none(hub: Hub) -> None:
    secondary = user_of(Role.SECONDARY_USER)
    await _save(hub, DATA_ADMIN, name="Ours", sharedWith="OFFICE", report=BY_SEX)
    for query, variables in ((SAVE, {"input": {"name": "x", "report": BY_SEX}}), (LIST, None)):
        answer = await hub.ask(query, variables, by=secondary)
        assert answer.codes == ["FORBIDDEN"] and "Ours" not in answer.text
