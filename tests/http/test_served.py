"""The application as a process that listens on a socket."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys

import httpx
import pytest

from tests.http.hub import Hub, answer_of

pytestmark = pytest.mark.anyio

_SERVE = """
import sys, uvicorn
from hub.app import create_app
from tests.http.hub import cheap_settings
uvicorn.run(create_app(cheap_settings(), sys.argv[1]), fd=int(sys.argv[2]), log_level="warning")
"""


async def test_a_request_over_a_socket_is_answered_like_one_in_process(own_hub: Hub) -> None:
    listening = socket.create_server(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    os.set_inheritable(listening.fileno(), True)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _SERVE, own_hub.url, str(listening.fileno()), pass_fds=[listening.fileno()]
    )
    try:
        async with httpx.AsyncClient(base_url=address, timeout=30) as http:
            health = await http.get("/health")
            assert (health.status_code, health.json()) == (200, {"status": "ok"})
            asked = {"query": "{ viewer { userId state } jurisdictions { code } }"}
            headers = {"authorization": f"Bearer {await own_hub.token('PRIMARY_USER.TN')}"}
            served = answer_of(await http.post("/graphql", json=asked, headers=headers))
        within = await own_hub.ask(asked["query"], by="PRIMARY_USER.TN")
        assert served.body == within.body
        assert served.data["viewer"] == {"userId": "PRIMARY_USER.TN", "state": "TN"}
    finally:
        process.send_signal(signal.SIGINT)
        assert await asyncio.wait_for(process.wait(), 30) is not None
        listening.close()
