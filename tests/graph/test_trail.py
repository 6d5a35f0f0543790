"""The audit trail up to a moment before the questions: every field, like the oracle; and what of it a role reaches."""

from __future__ import annotations

import pytest

from hub.viewer import Viewer
from tests.graph.compare import Country, denials
from tests.graph.seed.people import HIDDEN, SURVIVOR, TWIN, msix_id
from tests.graph.seed.trail import UNTIL
from tests.graph.viewers import (
    DATA_ADMINISTRATOR_OF_TEXAS,
    EVERYTHING,
    PRIVACY_ACT_ADMINISTRATOR,
    SECONDARY_USER,
    STATE_DATA_ADMINISTRATOR,
    STATE_USER_ADMINISTRATOR,
)

pytestmark = pytest.mark.anyio
_EVENT = """{ eventId at tag userId name state purpose operation fields resultBytes address detail
students { msixId } }"""
_ACCOUNT_EVENT = _EVENT.replace("students { msixId }", "")


async def _events(country: Country, viewer: Viewer, event: str = _EVENT, named: str = "") -> int:
    text = f'{{ auditEvents(first: 200, filter: {{before: "{UNTIL}"{named}}}) {{ totalCount nodes {event} }} }}'
    count: int = (await country.data(viewer, text))["auditEvents"]["totalCount"]
    return count


async def test_administrators_read_the_trail_of_their_states_accounts_or_children(country: Country) -> None:
    every = await _events(country, EVERYTHING)
    of_accounts = await _events(country, STATE_USER_ADMINISTRATOR, _ACCOUNT_EVENT)
    of_children = await _events(country, STATE_DATA_ADMINISTRATOR)
    of_others = await _events(country, DATA_ADMINISTRATOR_OF_TEXAS)
    assert every > of_accounts > 3 and min(of_children, of_others) > 3


async def test_the_privacy_act_administrator_reads_it_child_by_child(country: Country) -> None:
    for student in (SURVIVOR, TWIN, HIDDEN, 41):
        named = f', msixId: "{msix_id(student)}"'
        for viewer in (PRIVACY_ACT_ADMINISTRATOR, STATE_DATA_ADMINISTRATOR, EVERYTHING):
            assert await _events(country, viewer, named=named) > 3
    assert await _events(country, PRIVACY_ACT_ADMINISTRATOR, named=', msixId: "999999999999"') == 0
    text = f'{{ auditEvents(filter: {{before: "{UNTIL}"}}) {{ totalCount }} }}'
    assert denials(await country.same(PRIVACY_ACT_ADMINISTRATOR, text)) == [("INVALID_ARGUMENT", "", "")]


async def test_the_log_of_a_child_and_ones_own_are_like_the_oracles(country: Country) -> None:
    log = f'accessLog(first: 50, filter: {{before: "{UNTIL}"}}) {{ totalCount nodes {_EVENT} }}'
    for viewer in (EVERYTHING, STATE_DATA_ADMINISTRATOR, DATA_ADMINISTRATOR_OF_TEXAS, PRIVACY_ACT_ADMINISTRATOR):
        nodes = (await country.data(viewer, f"{{ students(first: 20) {{ nodes {{ msixId {log} }} }} }}"))["students"]
        assert any(child["accessLog"] and child["accessLog"]["nodes"] for child in nodes["nodes"])
    own = (await country.data(SECONDARY_USER, f"{{ viewer {{ {log} }} }}"))["viewer"]["accessLog"]
    assert own["totalCount"] > 10
