"""Working days: holidays, what states list themselves, and what follows for clocks that run."""

from __future__ import annotations

import datetime
from typing import Any

import anyio.to_thread
import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.states.calendar import works
from hub.states.working_days import days_of, keep_working_days, rewrite_working_days
from hub.tables import JURISDICTIONS
from tests.clocks.running import clocks_of, kid, sends, told, turn
from tests.http.hub import DATA_ADMIN, DATA_ADMIN_TX, PRIMARY, Hub, events
from tests.identity.country import codes, msix_of, payload, rows

pytestmark = pytest.mark.anyio
SET = (
    "mutation S($input: SetStateCalendarInput!) { setStateCalendar(input: $input)"
    " { version errors { code field message } } }"
)
POLICY = "mutation P($input: SetStatePolicyInput!) { setStatePolicy(input: $input) { value errors { code field } } }"
SHOWN = "query C($year: Int!) { stateCalendar(state: %s, year: $year) { version days { day works name own } } }"
SNOW = {"day": "2026-11-23", "works": False, "name": "Snow"}


async def list_days(hub: Hub, *days: Any, by: str = DATA_ADMIN, **more: Any) -> Any:
    return payload(await hub.ask(SET, {"input": {"state": "TN", "days": list(days), **more}}, by=by))


async def shown(hub: Hub, year: int = 2026, state: str = "TN") -> Any:
    return payload(await hub.ask(SHOWN % f'"{state}"', {"year": year}, by=PRIMARY))


async def test_a_state_lists_its_own_days_and_gives_them_up_again(hub: Hub) -> None:
    before = await shown(hub)
    assert before["version"] == 0
    assert {"day": "2026-11-26", "works": False, "name": "Thanksgiving Day", "own": False} in before["days"]
    thanksgiving = {"day": "2026-11-26", "works": True, "name": "We work"}
    assert await list_days(hub, SNOW, thanksgiving, expectedVersion=0) == {"version": 1, "errors": []}
    after = await shown(hub)
    assert {**SNOW, "own": True} in after["days"] and {**thanksgiving, "own": True} in after["days"]
    assert codes(await list_days(hub, SNOW, expectedVersion=0)) == ["CONFLICT"]
    await list_days(hub, {"day": "2026-11-23"}, {"day": "2026-11-26"}, expectedVersion=1)
    assert await shown(hub) == {**before, "version": 2}
    assert (await shown(hub, state="TX"))["version"] == 0
    found = await events(hub.url, "state:calendar")
    assert [event["user_id"] for event in found] == [DATA_ADMIN] * 2 and '"2026-11-23"' in str(found[0]["detail"])


@pytest.mark.parametrize(
    ("days", "field"),
    [
        ([], "days"),
        ([SNOW, SNOW], "days"),
        ([{**SNOW, "name": " "}], "days.0.name"),
        ([{**SNOW, "name": "n" * 101}], "days.0.name"),
        ([SNOW, {**SNOW, "day": "1989-12-31"}], "days.1.day"),
    ],
)
async def test_a_calendar_takes_only_days_with_names(hub: Hub, days: list[Any], field: str) -> None:
    found = await list_days(hub, *days)
    assert [(error["code"], error["field"]) for error in found["errors"]] == [("INVALID_INPUT", field)]
    assert await rows(hub.url, "SELECT FROM calendar_days") == []


async def test_only_a_states_own_data_administrators_change_its_calendar(hub: Hub) -> None:
    assert codes(await list_days(hub, SNOW, by=DATA_ADMIN_TX)) == ["NOT_FOUND"]
    answer = await hub.ask(SET, {"input": {"state": "TN", "days": [SNOW]}}, by=PRIMARY)
    assert answer.code == "FORBIDDEN"
    assert payload(await hub.ask(SHOWN % '"XX"', {"year": 2026}, by=PRIMARY)) is None
    assert (await hub.ask(SHOWN % '"TN"', {"year": 1066}, by=PRIMARY)).code == "INVALID_ARGUMENT"


async def test_a_changed_calendar_moves_the_clocks_that_run_and_no_other(hub: Hub) -> None:
    await sends(hub, "TN", "2026-11-18", kid(1, moves=[("2026-11-16", "TN"), ("2026-11-17", "TX")]))
    await sends(hub, "TX", "2026-11-18", kid(2, moves=[("2026-11-16", "TX"), ("2026-11-17", "TN")]))
    await turn(hub, "2026-11-18T03:00")
    met, runs = await msix_of(hub.url, "TN", "S1"), await msix_of(hub.url, "TX", "S2")

    async def due() -> dict[str, str]:
        found = {
            name: await clocks_of(hub, id_, "2026-11-20", "FIRST_MDES", state={"eq": "TN"})
            for name, id_ in (("met", met), ("runs", runs))
        }
        return {name: told(clocks[0])[1][:10] for name, clocks in found.items()}

    assert await due() == {"met": "2026-12-01", "runs": "2026-12-02"}
    await list_days(hub, SNOW)
    await turn(hub, "2026-11-20")
    assert await due() == {"met": "2026-12-01", "runs": "2026-12-03"}
    await list_days(hub, {"day": "2026-11-26", "works": True, "name": "We work"}, {"day": "2026-11-23"})
    await turn(hub, "2026-11-21")
    assert await due() == {"met": "2026-12-01", "runs": "2026-12-01"}


async def test_a_state_tightens_a_clock_and_never_loosens_it(hub: Hub) -> None:
    await sends(hub, "TX", "2026-11-18", kid(1, moves=[("2026-11-16", "TX"), ("2026-11-17", "TN")]))
    await turn(hub, "2026-11-18T03:00")
    msix_id = await msix_of(hub.url, "TX", "S1")

    async def choose(policy: str, **value: int) -> Any:
        return payload(await hub.ask(POLICY, {"input": {"policy": policy, **value}}, by=DATA_ADMIN))

    async def due() -> list[str]:
        await turn(hub, "2026-11-19")
        return [told(found)[1][:10] for found in await clocks_of(hub, msix_id, "2026-11-20", state={"eq": "TN"})]

    assert await due() == ["2026-11-27", "2026-12-02"]
    for policy, law in (("FIRST_MDES_DAYS", 10), ("TERM_END_UPDATE_DAYS", 30), ("WITHDRAWAL_UPDATE_DAYS", 14)):
        assert codes(await choose(policy, days=law + 1)) == ["INVALID_INPUT"]
        assert codes(await choose(policy, hours=1)) == ["INVALID_INPUT"]
    assert codes(await choose("MOVE_NOTICE_ANSWER_HOURS", hours=25)) == ["INVALID_INPUT"]
    assert (await choose("MOVE_NOTICE_ANSWER_HOURS", hours=12))["value"] == 12
    assert (await choose("FIRST_MDES_DAYS", days=5))["value"] == 5
    assert await due() == ["2026-11-24", "2026-11-27"]
    assert (await choose("FIRST_MDES_DAYS"))["value"] == 10
    assert await due() == ["2026-11-27", "2026-12-02"]


async def test_worklist_items_are_due_as_the_state_says(hub: Hub) -> None:
    await hub.ask(POLICY, {"input": {"policy": "WORKLIST_ITEM_DAYS", "days": 2}}, by=DATA_ADMIN)
    from hub import clock
    from tests.clocks.running import at

    with clock.frozen(at("2026-11-25T10:00")):
        await sends(hub, "TN", "2026-11-25", kid(1, demographics__parent1Email="no address"))
    (item,) = await rows(hub.url, "SELECT kind, due_at FROM worklist_items")
    assert (item["kind"], item["due_at"]) == ("DATA_QUALITY", at("2026-11-30T10:00"))


STATES = [each["code"] for each in JURISDICTIONS]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    state=st.sampled_from(STATES),
    year=st.integers(1991, 2060),
    own=st.dictionaries(st.dates(datetime.date(1991, 1, 1), datetime.date(2060, 12, 31)), st.booleans(), max_size=8),
    near=st.lists(st.tuples(st.integers(0, 364), st.booleans()), max_size=8),
)
def test_the_table_of_working_days_says_what_works_says(
    database_url: str, state: str, year: int, own: dict[datetime.date, bool], near: list[tuple[int, bool]]
) -> None:
    for day, works_then in near:
        own[datetime.date(year, 1, 1) + datetime.timedelta(days=day)] = works_then
    written = anyio.run(_written, database_url, state, year, own)
    assert written == [day for day in days_of(year) if works(state, day, own)]


async def _written(url: str, state: str, year: int, own: dict[datetime.date, bool]) -> list[datetime.date]:
    """The table's days of a year, written before the state lists its own, and anew after."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("DELETE FROM calendar_days; DELETE FROM working_days")
        await keep_working_days(connection, [(state, year)])
        await connection.executemany(
            "INSERT INTO calendar_days VALUES ($1, $2, $3, 'A day')", [(state, day, does) for day, does in own.items()]
        )
        await rewrite_working_days(connection, state)
        found = await connection.fetch("SELECT day FROM working_days ORDER BY day")
        return [row["day"] for row in found]
    finally:
        await connection.close()
