"""The listener hears what is sent, knows when it cannot hear, and comes back."""

import time
from collections.abc import Callable

import anyio
import pytest

from hub.store.engine import connect
from hub.store.listen import Listener

pytestmark = pytest.mark.anyio

DROP_OTHERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


async def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline, "it did not come to pass in 10 s"
        await anyio.sleep(0.005)


async def test_a_lost_listener_says_so_and_hears_again(empty_database_url: str) -> None:
    heard: list[str] = []
    connected: list[bool] = []
    sender = await connect(empty_database_url)
    async with Listener(empty_database_url, {"news": heard.append}, lambda: connected.append(True)) as listener:
        assert listener.connected
        await sender.execute("NOTIFY news, 'first'")
        await until(lambda: heard == ["first"])
        await sender.execute(DROP_OTHERS)
        await until(lambda: not listener.connected)
        await until(lambda: listener.connected)
        assert connected == [True, True]
        await sender.execute("NOTIFY news, 'second'")
        await until(lambda: heard == ["first", "second"])
    assert not listener.connected
    await sender.close()
