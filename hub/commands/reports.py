"""`hub reports`: snapshots of the facts, and reports on them."""

from __future__ import annotations

import asyncio
import datetime
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.errors import Code, HubError
from hub.settings import settings
from hub.store import database
from hub.terminal import console, listing, operator

if TYPE_CHECKING:
    from hub.reports.snapshot.build import Progress
    from hub.reports.table import Answer, Row

group = typer.Typer(help="Snapshots of the facts, and reports on them.", no_args_is_help=True)


@group.callback()
def _reports() -> None:
    """Snapshots of the facts, and reports on them."""


@group.command()
def snapshot(as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False) -> None:
    """Take a snapshot now; states in which nothing changed keep their files."""
    from hub.reports.snapshot.take import take_snapshot

    with database(settings()) as url, _bar(shown=not as_json) as tell:
        built = asyncio.run(take_snapshot(url, settings(), by=operator(), progress=tell))
    manifest = built.manifest
    if as_json:
        facts = {fact: sum(file.rows for file in files.values()) for fact, files in manifest.facts.items()}
        found = {"asOf": manifest.as_of.isoformat(), "rebuilt": built.rebuilt, "facts": facts}
        found["dropped"] = [dropped.as_of.isoformat() for dropped in built.dropped]
        sys.stdout.write(json.dumps(found, indent=2) + "\n")
        return
    console().print(
        f"snapshot as of {manifest.as_of:%Y-%m-%d %H:%M:%S} UTC: {manifest.rows} rows, "
        f"{len(built.rebuilt)} states made anew, {len(built.dropped)} older snapshots dropped",
        markup=False,
    )


@group.command("list")
def list_(as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False) -> None:
    """List the standard reports and the kept snapshots."""
    from hub.reports.standard import STANDARD

    with database(settings()) as url:
        kept = asyncio.run(_kept(url))
    if as_json:
        reports = [{"name": each.name, "description": each.description} for each in STANDARD.values()]
        sys.stdout.write(json.dumps({"reports": reports, "snapshots": kept}, indent=2) + "\n")
        return
    rows = [(each.name, "year" if each.year else "", each.description) for each in STANDARD.values()]
    listing(("report", "parameters", "what it shows"), rows)
    listing(("snapshot as of",), [(each,) for each in kept])


@group.command()
def run(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The report, as `hub reports list` names it.")],
    *,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write it: .csv, .xlsx, .parquet, .svg or .png.")
    ] = None,
    parameter: Annotated[list[str] | None, typer.Option(metavar="KEY=VALUE", help="Such as year=2025.")] = None,
    as_of: Annotated[str | None, typer.Option(metavar="DAY", help="The newest snapshot of that day or before.")] = None,
    compare: Annotated[str | None, typer.Option(metavar="DAY", help="An earlier day to compare with.")] = None,
    state: Annotated[str | None, typer.Option(metavar="XX", help="Of one state; else of the nation.")] = None,
    exact: Annotated[bool, typer.Option("--exact", help="Unprotected, for the state that is named itself.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Run a standard report, protected for publication unless --exact says otherwise."""
    from hub.reports.output import format_of, write
    from hub.reports.standard import Parameters, standard_request
    from permissions.policies.operator import operators_permit

    if exact and state is None:
        raise HubError(Code.USAGE, "--exact takes --state: the nation's counts leave protected only")
    if out is not None:
        format_of(out)
    given = Parameters(_year(parameter or []), {"state": state}, as_of, compare)
    try:
        request = standard_request(name, given, datetime.datetime.now(datetime.UTC).date())
    except HubError as error:
        raise HubError(Code.USAGE, error.message) from None
    permit = operators_permit("run_report:exact" if exact else "run_report:protected", operator())
    with database(settings()) as url:
        answer = asyncio.run(_answer(url, permit, request))
    if out is None:
        _print(answer, as_json)
    else:
        write(answer, out)
        console().print(f"{len(answer.rows)} rows in {out}", markup=False)


def _year(parameters: list[str]) -> int | None:
    year: int | None = None
    for each in parameters:
        key, _, value = each.partition("=")
        if key != "year" or not (value.isascii() and value.isdigit() and len(value) == 4):
            raise HubError(Code.USAGE, "--parameter takes year=YYYY")
        year = int(value)
    return year


async def _kept(url: str) -> list[str]:
    from hub.reports.snapshot.build import DATABASE
    from hub.reports.snapshot.manifest import Shelf
    from hub.store.engine import connect

    connection = await connect(url)
    try:
        shelf = Shelf(settings().reports_folder, await connection.fetchval(DATABASE))
    finally:
        await connection.close()
    return [each.as_of.isoformat() for each in shelf.kept()]


async def _answer(url: str, permit: Any, request: Any) -> Answer:
    """Run it, and put it on record as over the API."""
    import asyncpg

    from hub.reports.running import open_reports
    from hub.reports.saved import record_run
    from hub.reports.snapshot.build import DATABASE

    async with asyncpg.create_pool(url, min_size=1, max_size=1) as pool:
        async with open_reports(settings(), str(await pool.fetchval(DATABASE))) as reports:
            answer = await reports.run(permit, request)
        await record_run(pool, permit.viewer, answer, request.plain, 0)
    return answer


def _print(answer: Answer, as_json: bool) -> None:
    columns = [column.name for column in answer.columns]
    rows = [_shown(row) for row in (*answer.rows, *([answer.totals] if answer.totals else []))]
    if as_json:
        listing(columns, rows, as_json=True)
        return
    say = console().print
    say(answer.title, markup=False)
    listing(columns, rows)
    for note in (*answer.notes, answer.disclosure.note, f"As of {answer.as_of:%Y-%m-%d %H:%M:%S} UTC."):
        say(note, markup=False)


def _shown(row: Row) -> list[Any]:
    from hub.reports.table import TOTAL, Mark

    places = ["Total" if value is TOTAL else value for value in row.coordinates]
    return [*places, *("*" if cell.mark is Mark.SUPPRESSED else cell.value for cell in row.cells)]


@contextmanager
def _bar(*, shown: bool) -> Iterator[Callable[[Progress], None]]:
    """A progress bar on stderr, where that is a terminal."""
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    hidden = not shown or not console(error=True).is_terminal
    with Bar(*columns, console=console(error=True), transient=True, disable=hidden) as bar:
        states = bar.add_task("states", total=None)

        def move(progress: Progress) -> None:
            bar.update(states, completed=progress.done, total=progress.total, description=progress.state or "done")

        yield move
