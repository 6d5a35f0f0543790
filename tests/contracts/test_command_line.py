"""The command line: every command explains itself, and a refusal is one line with its code and exit code 2."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hub.cli import app
from hub.errors import HubError
from hub.store.embedded import embedded_server
from hub.store.engine import connect

REPOSITORY = Path(__file__).parents[2]
HUB = [sys.executable, "-m", "hub.cli"]


def hub(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    surroundings = {**os.environ, **environment}
    command = [*HUB, *arguments]
    return subprocess.run(command, check=False, cwd=REPOSITORY, env=surroundings, capture_output=True, text=True)


def started(*arguments: str, **environment: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([*HUB, *arguments], cwd=REPOSITORY, env={**os.environ, **environment})


def test_help_lists_every_command_with_what_it_does() -> None:
    application = app([])
    result = CliRunner().invoke(application, ["--help"])
    assert result.exit_code == 0
    for command in application.registered_commands:
        assert command.name and command.name in result.stdout
        assert command.callback and command.callback.__doc__


def test_a_refusal_is_one_line_with_its_code() -> None:
    done = hub("migrate", HUB_DATABASE_URL="postgresql://hub:s3cret@127.0.0.1:1/hub")
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("hub: the database cannot be reached")
    assert done.stderr.endswith("(UNAVAILABLE)\n") and done.stderr.count("\n") == 1
    assert "s3cret" not in done.stderr


@pytest.mark.parametrize("arguments", [["no-such-command"], ["settings", "--no-such-option"], ["migrate", "--down-to"]])
def test_wrong_usage_ends_with_2(arguments: list[str]) -> None:
    assert hub(*arguments).returncode == 2


@pytest.mark.anyio
async def test_a_command_that_is_told_to_stop_leaves_no_server_behind(server_dir: Path) -> None:
    with embedded_server(server_dir, durable=False) as url:
        holder = await connect(url)
        # The migration waits for this lock, so the command is surely at work when it is told to stop.
        await holder.execute("SELECT pg_advisory_lock(7205759403792795001)")
        command = started("migrate", HUB_DATA_DIR=str(server_dir), HUB_DATABASE_URL="")
        deadline = time.monotonic() + 20
        while not await holder.fetchval(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted)"
        ):
            assert time.monotonic() < deadline
        await holder.close()
        command.send_signal(signal.SIGTERM)
    assert command.wait(timeout=20) != -signal.SIGTERM
    with pytest.raises(HubError):
        await connect(url)
