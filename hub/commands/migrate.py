"""`hub migrate`: brings the database's tables to this version of the hub, or back."""

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
        else:
            migrate.downgrade(url, down_to, tell)
    if not steps:
        console().print("nothing to do: the database is as asked")
