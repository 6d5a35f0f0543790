"""`hub user`: operators look after any account, by the same rules and in the same trail as administrators."""

from __future__ import annotations

import json
import subprocess
from collections.abc import AsyncIterator

import asyncpg
import pytest

from hub.store.engine import connect
from tests.accounts.administering import make
from tests.accounts.mailbox import newest_code
from tests.commands.run import hub

pytestmark = pytest.mark.anyio


def hub_user(url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return hub("user", *arguments, HUB_DATABASE_URL=url)


@pytest.fixture
async def owner(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await connect(database_url)
    await make(connection, "desk", "HELP_DESK", state=None)
    await make(connection, "boss", "STATE_USER_ADMINISTRATOR")
    await make(connection, "clerk", "PRIMARY_USER", "SECONDARY_USER", state="TX")
    yield connection
    await connection.close()


async def test_accounts_are_listed_and_narrowed(database_url: str, owner: asyncpg.Connection) -> None:
    everybody = json.loads(hub_user(database_url, "list", "--json").stdout)
    assert [account["userId"] for account in everybody] == ["desk", "boss", "clerk"]
    assert everybody[2]["roles"] == ["PRIMARY_USER", "SECONDARY_USER"]
    assert everybody[2]["unusedDays"] == 0
    for narrowed, expected in {
        ("--state", "OME"): ["desk"],
        ("--state", "TX"): ["clerk"],
        ("--role", "SECONDARY_USER"): ["clerk"],
        ("--status", "DISABLED"): [],
    }.items():
        found = json.loads(hub_user(database_url, "list", "--json", *narrowed).stdout)
        assert [account["userId"] for account in found] == expected, narrowed
    table = hub_user(database_url, "list").stdout
    assert "clerk" in table and "PRIMARY_USER SECONDARY_USER" in table
    assert hub_user(database_url, "list", "--status", "GONE").returncode == 2


async def test_an_operator_does_what_administrators_do_to_an_account_of_ome(
    database_url: str, owner: asyncpg.Connection
) -> None:
    await owner.execute("UPDATE accounts SET status = 'DISABLED', trained_at = NULL WHERE user_id = 'desk'")
    for arguments, said in {
        ("reinstate", "desk"): "desk may sign in again",
        ("train", "desk", "--on", "2026-01-31"): "desk is trained as of 2026-01-31",
        (
            "roles",
            "desk",
            "--role",
            "HELP_DESK",
            "--role",
            "GOVERNMENT_ADMINISTRATOR",
        ): "desk has GOVERNMENT_ADMINISTRATOR HELP_DESK",
        ("reset", "DESK"): "a one-time code goes to the owner of DESK by mail",
        ("deactivate", "desk", "--reason", "Left."): "desk is closed for good",
    }.items():
        done = hub_user(database_url, *arguments)
        assert (done.returncode, done.stdout.strip(), done.stderr) == (0, said, "")
        if arguments[0] == "reset":
            assert await newest_code(owner, "desk@people.gov")
    rows = await owner.fetch(
        "SELECT tag, user_id FROM audit_events WHERE tag LIKE 'account:%' AND tag <> 'account:code:send' "
        "ORDER BY event_id"
    )
    assert [row["tag"] for row in rows] == [
        "account:reinstate",
        "account:training",
        "account:roles",
        "account:password:reset",
        "account:deactivate",
    ]
    assert all(row["user_id"].startswith("operator:") for row in rows)
    assert await owner.fetchval("SELECT count(*) FROM trainings WHERE recorded_by IS NULL") == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("deactivate", "boss", "--reason", "Left."), "LAST_ADMINISTRATOR"),
        (("roles", "boss", "--role", "PRIMARY_USER"), "LAST_ADMINISTRATOR"),
        (("roles", "clerk", "--role", "HELP_DESK"), "INVALID_INPUT"),
        (("reinstate", "clerk"), "NOT_DISABLED"),
        (("reinstate", "nobody"), "NOT_FOUND"),
        (("train", "clerk", "--on", "2999-01-01"), "INVALID_INPUT"),
        (("train", "clerk", "--on", "soon"), "the day is written as"),
    ],
)
async def test_the_rules_hold_for_operators_too(
    database_url: str, owner: asyncpg.Connection, arguments: tuple[str, ...], said: str
) -> None:
    done = hub_user(database_url, *arguments)
    assert done.returncode == 2
    assert said in done.stderr and done.stderr.count("\n") == 1
    assert await owner.fetchval("SELECT count(*) FROM audit_events") == 0
