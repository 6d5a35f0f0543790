"""A record that was stored with warnings owes its state a correction, until it comes without."""

from __future__ import annotations

import pytest

from tests.http.hub import DATA_ADMIN, PRIMARY, Hub
from tests.identity.country import child, codes, resolve, rows, upload, worklist

pytestmark = pytest.mark.anyio
WRONG = {"enrollments__0__schoolId": "12"}


async def test_a_warning_raises_one_item_and_a_correction_takes_it_back(hub: Hub) -> None:
    await upload(hub.url, "TN", 1, [child(1, **WRONG), child(2)])
    (item,) = await worklist(hub, DATA_ADMIN)
    assert item["kind"] == "DATA_QUALITY"
    assert [record["stateRecord"]["stateStudentId"] for record in item["records"]] == ["S1"]
    await upload(hub.url, "TN", 2, [child(1, **WRONG, demographics__birthCity="Elsewhere")])
    assert [each["id"] for each in await worklist(hub, DATA_ADMIN)] == [item["id"]]
    seen = await hub.ask("{ students { totalCount } }", by=PRIMARY)
    assert seen.data["students"]["totalCount"] == 2  # it locks nobody
    await upload(hub.url, "TN", 3, [child(1)])
    assert await worklist(hub, DATA_ADMIN) == []
    assert [row["status"] for row in await rows(hub.url, "SELECT status FROM worklist_items")] == ["WITHDRAWN"]


async def test_a_state_may_say_that_it_is_done_or_cannot_be(hub: Hub) -> None:
    await upload(hub.url, "TN", 1, [child(1, **WRONG)])
    (item,) = await worklist(hub, DATA_ADMIN)
    assert codes(await resolve(hub, item["id"], "SAME", by=DATA_ADMIN)) == ["WRONG_DECISION"]
    assert (await resolve(hub, item["id"], "NOT_POSSIBLE", by=DATA_ADMIN))["item"]["status"] == "RESOLVED"
