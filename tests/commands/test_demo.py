"""`hub demo`: a whole country in one command, which heals, is quick the second time, and spares other people's data."""

import re
import shlex
import subprocess
from pathlib import Path

import asyncpg
import pytest

from tests.commands.run import Command, ask, free_port, hub, running, start, wait_for

pytestmark = pytest.mark.anyio

READY = "Ctrl-C stops the server"
SIGN_IN = "mutation($i: SignInInput!) { signIn(input: $i) { token errors { code } } }"


async def test_a_killed_first_run_heals_and_the_printed_queries_answer(tmp_path: Path, empty_database_url: str) -> None:
    options = ("demo", "--port", str(free_port()), "--students", "60")
    killed = start(*options, out=tmp_path / "first", HUB_DATABASE_URL=empty_database_url)
    await _kill_when_loading(killed, empty_database_url)

    out = tmp_path / "second"
    with running(*options[:3], out=out, HUB_DATABASE_URL=empty_database_url) as demo:
        said = wait_for(READY, out, demo)
        answers = [_pasted(commands) for commands in _printed(said)]
        port = int(options[2])
        users = re.findall(r"^ ([a-z-]+) +(?:[A-Z]{2}|OME) +[A-Z_]+ *$", said, re.MULTILINE)
        signed_in = [
            ask(port, SIGN_IN, i={"userId": user, "password": "Harvest-2026!"})["data"]["signIn"] for user in users
        ]
    child, search, uploads = answers
    assert child.count('"stateStudentId"') >= 2
    assert '"totalCount": 0' not in search
    assert '"ACCEPTED"' in uploads
    assert len(users) == 9
    assert all(one["token"] and not one["errors"] for one in signed_in)
    connection = await asyncpg.connect(empty_database_url)
    try:
        unfinished = "SELECT count(*) FROM uploads WHERE status NOT IN ('ACCEPTED', 'ABANDONED')"
        assert await connection.fetchval(unfinished) == 0
    finally:
        await connection.close()


async def test_a_second_start_loads_nothing_and_another_size_is_refused(
    tmp_path: Path, empty_database_url: str
) -> None:
    options = ("demo", "--port", "0", "--students", "20")
    loads = []
    for run in ("first", "second"):
        out = tmp_path / run
        with running(*options, out=out, HUB_DATABASE_URL=empty_database_url) as demo:
            loads.append("night 1:" in wait_for(READY, out, demo))
    assert loads == [True, False]
    done = hub("demo", "--port", "0", "--students", "30", HUB_DATABASE_URL=empty_database_url)
    assert (done.returncode, "a country of 20 children" in done.stderr) == (2, True)
    out = tmp_path / "fresh"
    with running(*options[:3], "--students", "30", "--fresh", out=out, HUB_DATABASE_URL=empty_database_url) as demo:
        assert "country of 30" in wait_for(READY, out, demo)


@pytest.mark.parametrize("fresh", [[], ["--fresh"]])
async def test_it_never_touches_a_database_that_it_did_not_make(database_url: str, fresh: list[str]) -> None:
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute(
            "INSERT INTO uploads (state, encoding, file_name, status) VALUES ('TX', 'JSONL', 'x', 'REFUSED')"
        )
        done = hub("demo", "--port", "0", *fresh, HUB_DATABASE_URL=database_url)
        assert (done.returncode, "did not make" in done.stderr) == (2, True)
        assert await connection.fetchval("SELECT count(*) FROM uploads") == 1
    finally:
        await connection.close()


async def _kill_when_loading(demo: Command, url: str) -> None:
    """End it in the middle of the first night."""
    connection = await asyncpg.connect(url)
    try:
        while not await connection.fetchval("SELECT to_regclass('uploads') IS NOT NULL"):
            assert demo.poll() is None
        while await connection.fetchval("SELECT count(*) FROM uploads") < 3:
            assert demo.poll() is None
    finally:
        demo.kill()
        demo.wait(30)
        await connection.close()


def _printed(said: str) -> list[str]:
    """The commands of each question."""
    lines = [line for line in said.splitlines() if line.startswith(("TOKEN=", "curl "))]
    return ["\n".join(lines[at : at + 2]) for at in range(0, len(lines), 2)]


def _pasted(commands: str) -> str:
    assert shlex.split(commands)
    return subprocess.run(["bash", "-c", commands], check=True, capture_output=True, text=True, timeout=60).stdout
