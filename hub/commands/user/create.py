"""`hub user create`: an account, with a password."""

from __future__ import annotations

import asyncio
import sys
from getpass import getpass
from typing import TYPE_CHECKING, Annotated

import typer

from hub.errors import Code, HubError
from hub.settings import settings
from hub.store import database
from hub.terminal import console

if TYPE_CHECKING:
    from hub.accounts.create import NewAccount


def command(
    *,
    user_id: Annotated[str, typer.Option(help="What its owner signs in with; never given to another.")],
    name: Annotated[str, typer.Option(help="The person's name.")],
    email: Annotated[str, typer.Option(help="The person's address; never given to another.")],
    role: Annotated[list[str], typer.Option(help="A role, such as PRIMARY_USER; repeat for several.")],
    state: Annotated[str | None, typer.Option(help="The state it belongs to, such as TX; none: OME.")] = None,
    region: Annotated[str | None, typer.Option(help="The region within the state.")] = None,
    district: Annotated[str | None, typer.Option(help="The district within the state, seven digits.")] = None,
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="Read the password from stdin.")] = False,
    ready: Annotated[
        bool, typer.Option("--ready", help="Take training, agreement and first password change as done.")
    ] = False,
) -> None:
    """Create an account. The password is asked for twice, or read from standard input."""
    from hub.accounts.create import NewAccount

    password = _from_stdin() if password_stdin else _asked_twice()
    new = NewAccount(user_id, name, email, tuple(role), state, region, district)
    with database(settings()) as url:
        asyncio.run(_create(url, new, password, ready))
    console().print(f"created {user_id}", markup=False)


async def _create(url: str, new: NewAccount, password: str, ready: bool) -> None:
    import asyncpg

    from hub.accounts.create import create_account
    from hub.accounts.passwords import Passwords
    from hub.store.engine import connect
    from permissions.role_sets import ROLE_SETS

    connection = await connect(url)
    try:
        async with Passwords(settings()) as passwords, connection.transaction():
            await create_account(connection, new, password, roles=ROLE_SETS, passwords=passwords, ready=ready)
    except asyncpg.UndefinedTableError as error:
        raise HubError(Code.DATABASE, "the database has no tables yet; run `hub migrate` first") from error
    finally:
        await connection.close()


def _from_stdin() -> str:
    """The first line of standard input, without its end."""
    return sys.stdin.readline().rstrip("\r\n")


def _asked_twice() -> str:
    if not sys.stdin.isatty():
        raise HubError(Code.USAGE, "there is no terminal to ask for the password; use --password-stdin")
    password = getpass("Password: ")
    if getpass("Password again: ") != password:
        raise HubError(Code.USAGE, "the two passwords differ")
    return password
