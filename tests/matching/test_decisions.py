"""What people decide about near matches and conflicts holds for the files that come afterwards."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.http.hub import DATA_ADMIN, DATA_ADMIN_TX, PRIMARY, Hub, running, store_accounts
from tests.identity.country import msix_of, resolve, worklist
from tests.matching.people import sent
from tests.matching.test_intake import load

pytestmark = pytest.mark.anyio
SIBLING: dict[str, Any] = {"firstName": "Rutilio", "sex": "MALE", "birthDate": "2017-01-02"}


@pytest.fixture
async def hub(database_url: str) -> AsyncIterator[Hub]:
    await store_accounts(database_url)
    async with running(database_url) as started:
        yield started


async def test_a_near_match_that_is_the_same_child_becomes_one_student_and_stays_it(hub: Hub) -> None:
    await load(hub.url, "TX", sent("1", firstName="Marina"))
    await load(hub.url, "TN", sent("A", firstName="Mariana"))
    (item,) = await worklist(hub, DATA_ADMIN)
    assert (await resolve(hub, item["id"], "SAME", by=DATA_ADMIN))["errors"] == []
    child = await msix_of(hub.url, "TX", "1")
    assert await msix_of(hub.url, "TN", "A") == child
    await load(hub.url, "WA", sent("W", firstName="Mariana"))
    assert await msix_of(hub.url, "WA", "W") == child
    assert await worklist(hub, DATA_ADMIN) == []


async def test_a_near_match_of_two_children_never_comes_back(hub: Hub) -> None:
    await load(hub.url, "TX", sent("1", firstName="Marina"))
    await load(hub.url, "TN", sent("A", firstName="Mariana"))
    (item,) = await worklist(hub, DATA_ADMIN)
    assert (await resolve(hub, item["id"], "NOT_SAME", by=DATA_ADMIN))["errors"] == []
    for sequence, name in enumerate(("Marina", "Mariana Luz", "Marina"), 2):
        await load(hub.url, "TN", sent("A", firstName=name), sequence=sequence)
    assert await msix_of(hub.url, "TN", "A") != await msix_of(hub.url, "TX", "1")
    assert await worklist(hub, DATA_ADMIN) == []


@pytest.mark.parametrize("elsewhere", [True, False])
async def test_a_conflict_that_is_the_same_child_brings_the_record_back(hub: Hub, elsewhere: bool) -> None:
    if elsewhere:
        await load(hub.url, "TX", sent("1"))
    await load(hub.url, "TN", sent("A"))
    child = await msix_of(hub.url, "TN", "A")
    await load(hub.url, "TN", sent("A", **SIBLING), sequence=2)
    provisional = await msix_of(hub.url, "TN", "A")
    assert provisional != child
    (item,) = await worklist(hub, DATA_ADMIN)
    assert item["kind"] == "ID_CONFLICT"
    assert (await resolve(hub, item["id"], "SAME", by=DATA_ADMIN))["errors"] == []
    assert await msix_of(hub.url, "TN", "A") == child
    retired = await hub.ask(f'{{ student(msixId: "{provisional}") {{ msixId }} }}', by=DATA_ADMIN)
    assert retired.data == {"student": {"msixId": child}}


async def test_a_conflict_of_two_children_leaves_them_apart(hub: Hub) -> None:
    await load(hub.url, "TX", sent("1"))
    await load(hub.url, "TN", sent("A"))
    await load(hub.url, "TN", sent("A", **SIBLING), sequence=2)
    (item,) = await worklist(hub, DATA_ADMIN)
    assert (await resolve(hub, item["id"], "NOT_SAME", by=DATA_ADMIN))["errors"] == []
    await load(hub.url, "TN", sent("A"), sequence=3)
    assert await msix_of(hub.url, "TN", "A") != await msix_of(hub.url, "TX", "1")


async def test_who_a_record_has_left_for_is_open_again_when_all_is_decided(hub: Hub) -> None:
    await load(hub.url, "TX", sent("1"))
    await load(hub.url, "TN", sent("A"))
    await load(hub.url, "TN", sent("A", **SIBLING), sequence=2)
    other = sent("1", firstName="Hilario", lastName1="Quej", lastName2="Tzoc", sex="MALE", birthDate="2009-11-30")
    await load(hub.url, "TX", other, sequence=2)
    for by in (DATA_ADMIN_TX, DATA_ADMIN):
        (item,) = await worklist(hub, by, kind=["ID_CONFLICT"])
        assert (await resolve(hub, item["id"], "NOT_SAME", by=by))["errors"] == []
    assert (await hub.ask("{ students { totalCount } }", by=PRIMARY)).data == {"students": {"totalCount": 2}}
