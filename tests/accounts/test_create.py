"""Accounts are made whole or refused with the field that is wrong, in code and by `hub user create`."""

import subprocess
from typing import Any

import asyncpg
import pytest

from hub.errors import Code, HubError
from tests.accounts.conftest import PASSWORD, Door
from tests.commands.run import hub

pytestmark = pytest.mark.anyio


async def test_a_new_account_waits_for_its_training(door: Door, owner: asyncpg.Connection) -> None:
    account_id = await door.make(ready=False, roles=("PRIMARY_USER", "STATE_USER_ADMINISTRATOR"))
    assert (await door.enter()).viewer.gate == "TRAINING_REQUIRED"
    row = await owner.fetchrow("SELECT * FROM accounts")
    assert row is not None
    assert (row["must_change_password"], row["trained_at"], row["rules_version"]) == (True, None, None)
    event = await owner.fetchrow(
        "SELECT account_id, user_id, state, detail ->> 'by' AS by FROM audit_events WHERE tag = 'account:create'"
    )
    assert event is not None
    assert tuple(event) == (account_id, "Ann.Lee", "TX", "operator")


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("user_id", {"user_id": "ab"}),
        ("user_id", {"user_id": "x" * 65}),
        ("user_id", {"user_id": "ann lee"}),
        ("user_id", {"user_id": "ann\0"}),
        ("name", {"name": " "}),
        ("email", {"email": "ann"}),
        ("email", {"email": "ann@agency"}),
        ("email", {"email": "a@b.gov\n"}),
        ("roles", {"roles": ()}),
        ("roles", {"roles": ("KING",)}),
        ("roles", {"roles": ("PRIMARY_USER", "HELP_DESK")}),
        ("state", {"state": None, "district_id": None}),
        ("state", {"state": "XX"}),
        ("state", {"state": "tx"}),
        ("state", {"roles": ("HELP_DESK",)}),
        ("district_id", {"district_id": "48123"}),
        ("district_id", {"district_id": "0612345"}),
        ("password", {"password": "short"}),
    ],
)
async def test_what_is_wrong_is_refused_by_field_and_leaves_nothing(
    door: Door, owner: asyncpg.Connection, field: str, wrong: dict[str, Any]
) -> None:
    with pytest.raises(HubError) as refused:
        await door.make(**wrong)
    assert (refused.value.code, refused.value.facts) == (Code.INVALID_ARGUMENT, {"field": field})
    assert await owner.fetchval("SELECT count(*) FROM accounts") == 0


@pytest.mark.parametrize(
    ("field", "other"),
    [("user_id", {"email": "other@agency.gov", "user_id": "ANN.LEE"}), ("email", {"user_id": "other"})],
)
async def test_user_id_and_address_are_never_given_to_another(
    door: Door, owner: asyncpg.Connection, field: str, other: dict[str, Any]
) -> None:
    await door.make()
    await owner.execute("UPDATE accounts SET status = 'DEACTIVATED'")
    with pytest.raises(HubError, match="never given to another") as refused:
        await door.make(**{"email": "ANN@agency.gov"} | other)
    assert refused.value.facts == {"field": field}


def user_create(database_url: str, *arguments: str, given: str = PASSWORD + "\n") -> subprocess.CompletedProcess[str]:
    return hub("user", "create", *arguments, given=given, HUB_DATABASE_URL=database_url)


HELP_DESK = ["--user-id", "desk", "--name", "Help Desk", "--email", "desk@ed.gov", "--role", "HELP_DESK"]


async def test_an_operator_makes_an_account_that_works_at_once(database_url: str, door: Door) -> None:
    done = user_create(database_url, *HELP_DESK, "--ready", "--password-stdin")
    assert (done.returncode, done.stdout, done.stderr) == (0, "created desk\n", "")
    viewer = (await door.enter("desk")).viewer
    assert (viewer.gate, viewer.state, viewer.roles) == (None, None, ("HELP_DESK",))


@pytest.mark.parametrize(
    ("arguments", "given", "said"),
    [
        (["--password-stdin"], "weak\n", "the password needs at least 8 characters, an upper-case letter, a digit"),
        ([], "", "there is no terminal to ask for the password; use --password-stdin"),
        (["--password-stdin", "--state", "TX"], PASSWORD, "an account with roles of OME names no state"),
    ],
)
def test_a_refusal_is_one_line_and_exit_code_2(database_url: str, arguments: list[str], given: str, said: str) -> None:
    done = user_create(database_url, *HELP_DESK, *arguments, given=given)
    assert done.returncode == 2
    assert done.stderr.startswith(f"hub: {said}")
    assert done.stderr.count("\n") == 1


def test_without_tables_the_operator_is_told_to_migrate(empty_database_url: str) -> None:
    done = user_create(empty_database_url, *HELP_DESK, "--password-stdin")
    assert (done.returncode, "run `hub migrate` first" in done.stderr) == (2, True)
