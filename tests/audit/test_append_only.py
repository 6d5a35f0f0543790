"""The audit trail and the link ledger only grow: for the owner by trigger, for the web process by privilege too."""

import asyncpg
import pytest

from hub.audit.event import Event, Tag
from hub.audit.record import record_in
from hub.errors import HubError
from hub.store.engine import connect
from hub.tables import VIEWS, Base
from hub.tables.web_role import WEB_PRIVILEGES, WEB_ROLE, WEB_ROLE_UP
from tests.conftest import Databases

pytestmark = pytest.mark.anyio

CHANGES = [
    "UPDATE audit_events SET tag = 'nothing'",
    "DELETE FROM audit_events",
    "TRUNCATE audit_events",
    "TRUNCATE links",
]


@pytest.mark.parametrize("change", CHANGES)
async def test_the_owner_is_refused_by_trigger(database_url: str, change: str) -> None:
    owner = await connect(database_url)
    await record_in(owner, Event(Tag.STUDENT_VIEW))
    with pytest.raises(asyncpg.RaiseError, match="is append-only"):
        await owner.execute(change)
    await owner.execute("SET session_replication_role = replica")
    with pytest.raises(asyncpg.RaiseError, match="is append-only"):
        await owner.execute(change)
    assert await owner.fetchval("SELECT tag FROM audit_events") == "student:view"
    await owner.close()


@pytest.mark.parametrize("change", [*CHANGES, "UPDATE links SET how = 'MATCH'", "DELETE FROM links"])
async def test_the_web_process_is_refused_by_privilege(database_url: str, change: str) -> None:
    web = await connect(database_url, role=WEB_ROLE)
    await record_in(web, Event(Tag.STUDENT_VIEW))
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await web.execute(change)
    await web.close()


@pytest.mark.parametrize(
    "statement",
    ["CREATE TABLE more (id int)", "DROP TABLE links", "ALTER TABLE audit_events DISABLE TRIGGER ALL"],
)
async def test_the_web_process_cannot_change_the_schema(database_url: str, statement: str) -> None:
    web = await connect(database_url, role=WEB_ROLE)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await web.execute(statement)
    await web.close()


async def test_every_table_has_its_privileges_and_no_others(database_url: str) -> None:
    assert set(WEB_PRIVILEGES) == {*Base.metadata.tables, *VIEWS}
    owner = await connect(database_url)
    rows = await owner.fetch(
        "SELECT table_name, string_agg(privilege_type, ', ') AS held FROM information_schema.role_table_grants "
        "WHERE grantee = $1 GROUP BY table_name",
        WEB_ROLE,
    )
    held = {row["table_name"]: set(row["held"].split(", ")) for row in rows}
    assert held.pop("alembic_version") == {"SELECT"}
    assert held == {table: set(privileges.split(", ")) for table, privileges in WEB_PRIVILEGES.items()}
    await owner.close()


async def test_an_owner_who_may_not_create_the_role_is_told_what_to_do(
    databases: Databases, empty_database_url: str
) -> None:
    """The statements run as they would on a server where nobody has made the role, under another name."""
    owner = await connect(empty_database_url)
    heard: list[asyncpg.PostgresLogMessage] = []
    owner.add_log_listener(lambda _, message: heard.append(message))
    async with owner.transaction():
        await owner.execute("CREATE ROLE hub_test_plain")
        await owner.execute("SET LOCAL ROLE hub_test_plain")
        for statement in WEB_ROLE_UP:
            await owner.execute(statement.replace(WEB_ROLE, "hub_test_absent"))
        await owner.execute("RESET ROLE")
        await owner.execute("DROP ROLE hub_test_plain")
    assert [message.message for message in heard] == [
        "the role hub_test_absent is missing and hub_test_plain may not create it"
    ]
    assert "CREATE ROLE hub_test_absent NOLOGIN; GRANT hub_test_absent TO hub_test_plain" in str(heard[0].hint)
    with pytest.raises(HubError, match="does not exist"):
        await connect(empty_database_url, role="hub_test_absent")
    await owner.close()
