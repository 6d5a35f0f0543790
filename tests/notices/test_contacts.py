"""Contacts: a state keeps its own and its districts', whole lists at once."""

from __future__ import annotations

from typing import Any

import pytest

from hub.notices.receivers import Receiver, receivers_of
from hub.store.engine import connect
from tests.http.hub import DATA_ADMIN, DATA_ADMIN_TX, PRIMARY, SECONDARY, Hub, events
from tests.identity.country import codes, payload

pytestmark = pytest.mark.anyio

SET = (
    "mutation S($input: SetContactsInput!) { setContacts(input: $input)"
    " { contactList { id state districtId version contacts { name email language matters } }"
    " errors { code field message } } }"
)
ANN = {"name": "Ann Ames", "email": "ann@tn.gov", "language": "ES", "matters": ["MOVE_NOTICE", "DATA_REQUEST"]}
BO = {"name": "Bo", "email": "bo@tn.gov", "matters": ["DATA_REQUEST"]}


async def set_contacts(hub: Hub, contacts: list[dict[str, Any]], by: str = DATA_ADMIN, **more: Any) -> Any:
    """The payload of `setContacts`."""
    given = {"state": "TN", "contacts": contacts, **more}
    return payload(await hub.ask(SET, {"input": given}, by=by))


async def test_a_state_sets_its_list_and_everybody_who_sends_notices_reads_it(hub: Hub) -> None:
    made = await set_contacts(hub, [ANN, BO], expectedVersion=0)
    assert made["errors"] == []
    assert made["contactList"]["version"] == 1
    await set_contacts(hub, [BO], districtId="4700012")
    asked = 'query { contacts(state: "TN") { state districtId contacts { name email language matters } } }'
    for by in (SECONDARY, PRIMARY, DATA_ADMIN_TX):
        lists = payload(await hub.ask(asked, by=by))
        assert [(each["districtId"], len(each["contacts"])) for each in lists] == [(None, 2), ("4700012", 1)]
        assert lists[0]["contacts"][0] == ANN
    assert payload(await hub.ask(asked.replace("TN", "TX"), by=PRIMARY)) == []
    emptied = await set_contacts(hub, [], expectedVersion=1)
    assert emptied["contactList"]["contacts"] == []
    found = await events(hub.url, "state:contacts")
    assert [event["state"] for event in found] == ["TN", "TN", "TN"]
    assert "ann@tn.gov" not in str([event["detail"] for event in found])


async def test_a_list_that_changed_meanwhile_is_not_overwritten(hub: Hub) -> None:
    await set_contacts(hub, [ANN])
    for version in (0, 2):
        found = await set_contacts(hub, [BO], expectedVersion=version)
        assert codes(found) == ["CONFLICT"]
    await set_contacts(hub, [BO], expectedVersion=1)


@pytest.mark.parametrize("by", [SECONDARY, PRIMARY, "STATE_USER_ADMINISTRATOR.TN", "PRIVACY_ACT_ADMINISTRATOR"])
async def test_who_sets_no_policies_sets_no_contacts(hub: Hub, by: str) -> None:
    answer = await hub.ask(SET, {"input": {"state": "TN", "contacts": [ANN]}}, by=by)
    assert answer.code == "FORBIDDEN"


async def test_another_states_list_is_not_there_to_be_set(hub: Hub) -> None:
    assert codes(await set_contacts(hub, [ANN], by=DATA_ADMIN_TX)) == ["NOT_FOUND"]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"email": "not an address"}, "contacts.0.email"),
        ({"email": "a@b.gov\r\nBcc: c@d.gov"}, "contacts.0.email"),
        ({"name": "  "}, "contacts.0.name"),
        ({"name": "two\nlines"}, "contacts.0.name"),
        ({"name": "x" * 201}, "contacts.0.name"),
        ({"matters": []}, "contacts.0.matters"),
    ],
)
async def test_a_contact_that_cannot_be_told_is_refused_with_its_field(
    hub: Hub, changed: dict[str, Any], field: str
) -> None:
    found = await set_contacts(hub, [{**ANN, **changed}])
    assert [(error["code"], error["field"]) for error in found["errors"]] == [("INVALID_INPUT", field)]


async def test_a_list_is_of_one_place_and_names_an_address_once(hub: Hub) -> None:
    twice = await set_contacts(hub, [ANN, {**BO, "email": "ANN@tn.gov"}])
    assert twice["errors"][0]["field"] == "contacts.1.email"
    for district in ("4800001", "47", "4700012; --"):
        wrong = await set_contacts(hub, [ANN], districtId=district)
        assert [(each["code"], each["field"]) for each in wrong["errors"]] == [("INVALID_INPUT", "districtId")]
    many = await set_contacts(hub, [{**ANN, "email": f"a{number}@tn.gov"} for number in range(51)])
    assert many["errors"][0]["field"] == "contacts"


async def test_the_district_is_told_then_the_state_then_its_administrators(hub: Hub) -> None:
    await set_contacts(hub, [ANN, BO])
    await set_contacts(hub, [{**BO, "email": "office@district.org"}], districtId="4700012")
    connection = await connect(hub.url)
    places: list[tuple[str, str | None]] = [
        ("TN", None),
        ("TN", "4700012"),
        ("TN", "4700099"),
        ("TX", None),
        ("GA", None),
    ]
    requests = await receivers_of(connection, places, "DATA_REQUEST")
    moves = await receivers_of(connection, places, "MOVE_NOTICE")
    await connection.close()
    ann, bo = Receiver("ann@tn.gov", "es"), Receiver("bo@tn.gov")
    administrator = Receiver("STATE_DATA_ADMINISTRATOR.TX@agency.gov")
    assert requests == {
        ("TN", None): [ann, bo],
        ("TN", "4700012"): [Receiver("office@district.org")],
        ("TN", "4700099"): [ann, bo],
        ("TX", None): [administrator],
        ("GA", None): [],
    }
    assert moves["TN", "4700012"] == [ann], "the district's contact is not told of moves, so the state's is"
