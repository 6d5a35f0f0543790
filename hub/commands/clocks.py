"""`hub clocks`: what states owe about children, by when, and whether they met it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from hub.errors import Code, HubError
from hub.settings import settings
from hub.store import database
from hub.terminal import listing

if TYPE_CHECKING:
    from hub.clocks import ClocksOfState

group = typer.Typer(help="What states owe about children, and by when.", no_args_is_help=True)


@group.callback()
def _clocks() -> None:
    """What states owe about children, and by when."""


@group.command("list")
def list_(
    *,
    state: Annotated[str | None, typer.Option("--state", metavar="XX", help="One state's alone.")] = None,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only where some are overdue.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Count the clocks of each state and kind: running, overdue, met, met late. It names no child."""
    with database(settings()) as url:
        found = asyncio.run(_read(url, state, overdue=overdue))
    columns = ("state", "kind", "running", "overdue", "met", "met late", "next due")
    rows = [(*_counts(each), _moment(each, as_json)) for each in found]
    listing(columns, rows, as_json=as_json)


async def _read(url: str, state: str | None, *, overdue: bool) -> list[ClocksOfState]:
    from hub.clocks import clocks_of_states
    from hub.store.engine import connect

    connection = await connect(url)
    try:
        if state is not None and not await connection.fetchval(_KNOWN, state):
            raise HubError(Code.USAGE, "--state takes the two-letter code of a state or territory")
        return await clocks_of_states(connection, state, overdue=overdue)
    finally:
        await connection.close()


def _counts(each: ClocksOfState) -> tuple[object, ...]:
    return each.state, each.kind, each.running, each.overdue, each.met, each.met_late


def _moment(each: ClocksOfState, as_json: bool) -> str | None:
    if each.next_due_at is None:
        return None
    return each.next_due_at.isoformat() if as_json else f"{each.next_due_at:%Y-%m-%d %H:%M}"


_KNOWN = "SELECT EXISTS (SELECT FROM jurisdictions WHERE code = $1)"
