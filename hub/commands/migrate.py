"""`hub migrate`: brings the database's tables to this version of the hub, or back."""

import asyncio
from typing import Annotated

import typer

from hub.settings import settings
from hub.store import database
from hub.terminal import console


def command(
    down_to: Annotated[
        str | None,
        typer.Option(metavar="REVISION", help="Take back every migration after this one; `base`: all, with the data."),
    ] = None,
) -> None:
    """Apply the migrations that the database is missing."""
    from hub.store import migrate

    steps = []

    def tell(line: str) -> None:
        steps.append(line)
        console().print(line, markup=False)

    with database(settings()) as url:
        if down_to is None:
            migrate.upgrade(url, tell)
            _admit(url)
        else:
            migrate.downgrade(url, down_to, tell)
    if not steps:
        console().print("nothing to do: the database is as asked")


def _admit(owner: str) -> None:
    """Let the web process's own login in. Raises `DATABASE` where there is none, or where it could do more."""
    from hub.web_login import WEB_LOGIN, admit, login_of

    chosen = settings()
    if chosen.web_database_url is not None:
        asyncio.run(admit(owner, login_of(chosen.web_database_url)))
    elif chosen.database_url is None:
        asyncio.run(admit(owner, WEB_LOGIN, make=True))
