"""The second wall: what the web process's login cannot do, whatever statement it sends."""

import os
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import asyncpg
import httpx
import pytest

from hub.app import create_app
from hub.audit.event import Event, Tag
from hub.audit.record import record_in
from hub.errors import Code, HubError
from hub.store.embedded import embedded_server
from hub.store.engine import connect
from hub.tables.web_role import WEB_ROLE
from hub.web_login import WEB_LOGIN, admit, as_web, login_of
from tests.commands.run import free_port, hub, running, wait_for_answer
from tests.http.hub import cheap_settings

pytestmark = pytest.mark.anyio

LOGIN = f"hub_test_web_{os.getpid()}"
PASSWORD = "p@ss/word"

APPEND_ONLY = ("audit_events", "audit_seals", "links")
REFUSED = [
    *(
        f"UPDATE {table} SET {column} = {column}"
        for table, column in zip(APPEND_ONLY, ("tag", "form", "how"), strict=True)
    ),
    *(f"DELETE FROM {table}" for table in APPEND_ONLY),
    *(f"TRUNCATE {table}" for table in APPEND_ONLY),
    *(f"ALTER TABLE {table} DISABLE TRIGGER ALL" for table in APPEND_ONLY),
    *(f"DROP TRIGGER {table}_append_only ON {table}" for table in APPEND_ONLY),
    *(f"DROP TABLE {table} CASCADE" for table in APPEND_ONLY),
    "ALTER TABLE audit_events ADD COLUMN more text",
    "ALTER TABLE audit_events OWNER TO hub_web",
    "ALTER TABLE accounts DROP COLUMN password_hash",
    "DELETE FROM accounts",
    "UPDATE alembic_version SET version_num = '0001'",
    "CREATE TABLE more (id int)",
    "CREATE RULE quiet AS ON INSERT TO audit_events DO INSTEAD NOTHING",
    "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    "SET session_replication_role = replica",
    "SET ROLE {owner}",
    "SET SESSION AUTHORIZATION {owner}",
    "GRANT {owner} TO {login}",
    "ALTER ROLE {login} SUPERUSER",
    "CREATE ROLE another SUPERUSER",
    "COPY audit_events TO PROGRAM 'true'",
    "SELECT setval(pg_get_serial_sequence('audit_events', 'event_id'), 1)",
    "SELECT pg_read_file('postgresql.conf')",
]
LOGINS = "SELECT DISTINCT usename FROM pg_stat_activity WHERE application_name = 'hub' AND pid <> pg_backend_pid()"
BACK = ["SELECT 1", "RESET ROLE", "SET ROLE NONE", "RESET ALL", "DISCARD ALL", "RESET SESSION AUTHORIZATION"]


@pytest.fixture
async def web_url(database_url: str) -> AsyncIterator[str]:
    """A login of the test's own that was let in as `hub migrate` does."""
    owner = await connect(database_url)
    await owner.execute(f"CREATE ROLE {LOGIN} LOGIN PASSWORD '{PASSWORD}'")
    await admit(database_url, LOGIN)
    parts = urlsplit(database_url)
    place = parts.netloc.rpartition("@")[2]
    yield parts._replace(netloc=f"{LOGIN}:{quote(PASSWORD, safe='')}@{place}").geturl()
    await owner.execute(f"DROP OWNED BY {LOGIN}; DROP ROLE {LOGIN}")
    await owner.close()


@pytest.mark.parametrize("back", BACK)
async def test_no_statement_gets_over_the_wall(database_url: str, web_url: str, back: str) -> None:
    owner = await connect(database_url)
    await record_in(owner, Event(Tag.STUDENT_VIEW))
    name = await owner.fetchval("SELECT quote_ident(session_user)")
    web = await connect(web_url, role=WEB_ROLE)
    await web.execute(back)
    for statement in REFUSED:
        asked = statement.format(owner=name, login=LOGIN)
        with pytest.raises(asyncpg.PostgresError) as refused:
            await web.execute(asked)
        assert refused.value.sqlstate == "42501", f"{asked}: {refused.value}"
    await record_in(web, Event(Tag.STUDENT_SEARCH))
    assert await owner.fetchval("SELECT count(*) FROM audit_events") == 2
    await web.close()
    await owner.close()


async def test_the_application_runs_behind_the_wall(web_url: str) -> None:
    settings = cheap_settings(web_database_url=web_url, database_url=web_url)
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://hub.test") as http:
            answer = await http.post("/graphql", json={"query": "{ viewer { userId } }"})
            assert answer.json() == {"data": {"viewer": None}}
        (used,) = await app.state.services.reads.fetchrow("SELECT session_user || ' ' || current_user")
    assert used == f"{LOGIN} {WEB_ROLE}"


@pytest.mark.parametrize(
    "more", ["GRANT pg_write_all_data TO {login}", "ALTER ROLE {login} SUPERUSER", "ALTER ROLE {login} CREATEROLE"]
)
async def test_a_login_with_a_way_out_is_refused(database_url: str, web_url: str, more: str) -> None:
    owner = await connect(database_url)
    await owner.execute(more.format(login=LOGIN))
    with pytest.raises(HubError, match="must be a member of hub_web alone") as refused:
        await admit(database_url, LOGIN)
    assert refused.value.code is Code.DATABASE
    app = create_app(cheap_settings(web_database_url=web_url))
    with pytest.raises(HubError, match="must be a member of hub_web alone"):
        async with app.router.lifespan_context(app):
            pass
    await owner.close()


async def test_a_login_that_is_missing_is_refused_saying_what_to_do(database_url: str) -> None:
    with pytest.raises(HubError, match='CREATE ROLE "no-body" LOGIN PASSWORD'):
        await admit(database_url, "no-body")


def test_the_login_is_read_from_the_url() -> None:
    assert login_of("postgresql://we%40b:secret@db/hub") == "we@b"
    assert login_of("postgresql:///hub?host=/run&user=web") == "web"
    with pytest.raises(HubError, match="names no login"):
        login_of("postgresql:///hub")


async def test_the_hubs_own_server_is_served_with_a_login_of_its_own(server_dir: Path, tmp_path: Path) -> None:
    where = {"HUB_DATA_DIR": str(server_dir)}
    with embedded_server(server_dir, durable=False) as owner_url:
        assert hub("migrate", **where).returncode == 0
        port = free_port()
        with running("serve", "--port", str(port), out=tmp_path / "out", **where) as server:
            wait_for_answer(port, server)
            owner = await connect(owner_url)
            logins = await owner.fetch(LOGINS)
            assert [row["usename"] for row in logins] == [WEB_LOGIN]
            web = await connect(as_web(owner_url))
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await web.execute("SET ROLE hub")
            await web.close()
            await owner.close()
    assert (server_dir / "audit.key").stat().st_mode & 0o777 == 0o600
