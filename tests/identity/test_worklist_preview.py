"""What a decision would make is seen before it is taken, by those who take it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.http.hub import DATA_ADMIN, DATA_ADMIN_TX, PRIMARY, Hub, events
from tests.identity.country import child, codes, merge, msix_of, payload, record_ids, resolve, split, upload, worklist
from tests.identity.near_matches import near_match, records
from tests.identity.test_data_quality import WRONG
from tests.identity.test_merge import two

pytestmark = pytest.mark.anyio

PREVIEW = (
    "query P($id: ID!) { worklistPreview(id: $id) {"
    " sides { msixId stateRecords { stateStudentId } } differences { element } states } }"
)


async def sides(hub: Hub, item: str, by: str = DATA_ADMIN) -> list[tuple[str | None, set[str]]] | None:
    """Each student that the decision would make, with the records it would have."""
    seen: Any = payload(await hub.ask(PREVIEW, {"id": item}, by=by))
    if seen is None:
        return None
    return [(side["msixId"], {each["stateStudentId"] for each in side["stateRecords"]}) for side in seen["sides"]]


async def test_a_near_match_shows_the_student_that_one_child_would_be(hub: Hub) -> None:
    newcomer, other = await records(hub, "TN", 2)
    item = await near_match(hub, other, newcomer)
    older = await msix_of(hub.url, "TN", "S1")
    assert await sides(hub, item) == [(older, {"S1", "S2"})]
    assert (await events(hub.url, "student:view"))[-1]["students"]
    assert await sides(hub, item, by=DATA_ADMIN_TX) is None
    assert await sides(hub, "U3R1ZGVudDox") is None
    assert (await hub.ask(PREVIEW, {"id": item}, by="SECONDARY_USER.TN")).code == "FORBIDDEN"
    assert codes(await resolve(hub, item, "SAME", by=DATA_ADMIN)) == []
    assert await msix_of(hub.url, "TN", "S2") == older
    assert await sides(hub, item) is None


async def test_a_validation_shows_what_was_asked_for(hub: Hub) -> None:
    one, other = await two(hub)
    await merge(hub, other, one, by=PRIMARY)
    (tn,), (tx,) = await worklist(hub, DATA_ADMIN), await worklist(hub, DATA_ADMIN_TX)
    wanted = [(other, {"S1", "S2"})]
    assert await sides(hub, tn["id"]) == await sides(hub, tx["id"], by=DATA_ADMIN_TX) == wanted
    for item, by in ((tn, DATA_ADMIN), (tx, DATA_ADMIN_TX)):
        await resolve(hub, item["id"], "APPROVED", by=by)
    leaving = (await record_ids(hub, other))["S1"]
    await split(hub, other, [leaving], by=PRIMARY)
    (tn,) = await worklist(hub, DATA_ADMIN)
    assert await sides(hub, tn["id"]) == [(other, {"S2"}), (one, {"S1"})]


async def test_what_moves_nobody_has_nothing_to_show(hub: Hub) -> None:
    await upload(hub.url, "TN", 1, [child(1, **WRONG)])
    (item,) = await worklist(hub, DATA_ADMIN)
    assert item["kind"] == "DATA_QUALITY"
    assert await sides(hub, item["id"]) is None
