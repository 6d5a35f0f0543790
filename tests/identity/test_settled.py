"""The second wall around what people decided: the database refuses, whatever statement the owner or the web sends."""

from __future__ import annotations

import asyncpg
import pytest

from hub.store.engine import connect
from hub.tables.web_role import WEB_ROLE
from tests.http.hub import DATA_ADMIN, Hub
from tests.identity.country import codes, resolve, rows
from tests.identity.near_matches import near_match, records

pytestmark = pytest.mark.anyio

SETTLED = (
    "UPDATE worklist_items SET decision = 'SAME'",
    "UPDATE worklist_items SET status = 'OPEN', decided_at = NULL",
    "DELETE FROM worklist_items",
    "DELETE FROM worklist_item_records",
    "INSERT INTO worklist_item_records SELECT item_id, (SELECT max(state_record_id) FROM state_records), 1 "
    "FROM worklist_items WHERE status <> 'OPEN' ON CONFLICT DO NOTHING",
    "UPDATE record_pairs SET verdict = 'SAME'",
    "UPDATE record_pairs SET verdict = 'SAME', item_id = NULL",
    "UPDATE record_pairs SET verdict = 'SAME', item_id = (SELECT item_id FROM worklist_items WHERE status = 'OPEN')",
    "UPDATE record_pairs SET verdict = 'SAME', item_id = (SELECT max(item_id) FROM worklist_items "
    "WHERE status = 'RESOLVED')",
    "UPDATE record_pairs SET high_id = high_id + 1",
    "DELETE FROM record_pairs",
    "TRUNCATE record_pairs",
    "UPDATE students SET msix_id = '000000000000' WHERE student_id = 1",
    "UPDATE students SET student_id = student_id + 100",
    "DELETE FROM students",
    "UPDATE links SET student_id = student_id + 1",
    "DELETE FROM links",
)
SHADOW = (
    "CREATE TEMPORARY TABLE worklist_items AS SELECT item_id, kind, 'OPEN' AS status, 'SAME' AS decision, decided_by "
    "FROM worklist_items"
)
"""A table that the triggers shall not take for the hub's own."""


@pytest.mark.parametrize("role", [None, WEB_ROLE])
async def test_nobody_changes_what_is_settled(hub: Hub, role: str | None) -> None:
    one, two, three = await records(hub, "TN", 3)
    for item in (await near_match(hub, one, two), await near_match(hub, three, two)):
        assert codes(await resolve(hub, item, "NOT_SAME", by=DATA_ADMIN)) == []
    await near_match(hub, one, two)
    connection = await connect(hub.url)
    if role is not None:
        await connection.execute(f"SET ROLE {role}")
    try:
        for statement in SETTLED:
            with pytest.raises((asyncpg.RaiseError, asyncpg.InsufficientPrivilegeError)):
                await connection.execute(statement)
        await connection.execute(SHADOW)
        for statement in (each for each in SETTLED if "record" in each):
            with pytest.raises((asyncpg.RaiseError, asyncpg.InsufficientPrivilegeError)):
                await connection.execute(statement.replace("worklist_items", "public.worklist_items"))
    finally:
        await connection.close()
    assert {tuple(row) for row in await rows(hub.url, "SELECT verdict FROM record_pairs")} == {("NOT_SAME",)}
