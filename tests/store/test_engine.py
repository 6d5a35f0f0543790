"""Connections: the session that statements find, JSON as bytes, and refusals that say what is wrong."""

import asyncpg
import pytest
from sqlalchemy import text

from hub.errors import Code, HubError
from hub.store.engine import connect, read_pool, write_engine

pytestmark = pytest.mark.anyio

SESSION = (
    "SELECT current_setting('jit'), current_setting('TimeZone'), current_setting('statement_timeout'), current_user"
)


async def test_json_comes_back_as_the_bytes_that_were_sent(empty_database_url: str) -> None:
    pool = await read_pool(empty_database_url, 2)
    assert await pool.fetchval("""SELECT '{"a":  1}'::json""") == b'{"a":  1}'
    assert await pool.fetchval("SELECT $1::json", b"[1]") == b"[1]"
    await pool.close()


async def test_reads_and_writes_find_the_same_session(empty_database_url: str) -> None:
    pool = await read_pool(empty_database_url, 1, role="pg_monitor", statement_timeout_ms=1500)
    assert tuple(await pool.fetchrow(SESSION)) == ("off", "UTC", "1500ms", "pg_monitor")
    await pool.close()
    engine = write_engine(empty_database_url, role="pg_monitor", statement_timeout_ms=1500)
    async with engine.connect() as connection:
        assert tuple((await connection.execute(text(SESSION))).one()) == ("off", "UTC", "1500ms", "pg_monitor")
    await engine.dispose()


async def test_a_statement_that_takes_too_long_is_given_up(empty_database_url: str) -> None:
    pool = await read_pool(empty_database_url, 1, statement_timeout_ms=100)
    with pytest.raises(asyncpg.QueryCanceledError):
        await pool.fetchval("SELECT pg_sleep(5)")
    assert await pool.fetchval("SELECT 1") == 1
    await pool.close()


async def test_a_server_that_is_not_there_is_unavailable_and_no_password_is_told() -> None:
    with pytest.raises(HubError) as refused:
        await connect("postgresql://hub:s3cret@127.0.0.1:1/hub")
    assert refused.value.code is Code.UNAVAILABLE
    assert "s3cret" not in str(refused.value)


async def test_a_database_that_is_not_there_is_refused(empty_database_url: str) -> None:
    with pytest.raises(HubError, match="does not exist") as refused:
        await connect(empty_database_url.replace("hub_test_", "no_such_"))
    assert refused.value.code is Code.DATABASE
