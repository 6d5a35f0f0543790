"""`hub reports`: snapshots of the facts, and reports on them."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from hub.commands.reports.run import run
from hub.settings import settings
from hub.store import database
from hub.terminal import console, listing, operator

if TYPE_CHECKING:
    from hub.reports.operational import Operational
    from hub.reports.snapshot.build import Progress
    from hub.reports.standard import Standard

group = typer.Typer(help="Snapshots of the facts, and reports on them.", no_args_is_help=True)
group.command()(run)


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
    """List the standard reports, the saved ones, and the kept snapshots."""
    from hub.reports.operational import OPERATIONAL
    from hub.reports.standard import STANDARD

    with database(settings()) as url:
        kept, saved = asyncio.run(_found(url))
    names: list[Standard | Operational] = [*STANDARD.values(), *OPERATIONAL.values()]
    if as_json:
        found = {
            "reports": [{"name": each.name, "description": each.description} for each in names],
            "saved": [{"owner": owner, "name": name, "sharedWith": shared} for owner, name, shared in saved],
            "snapshots": list(kept),
            "published": [as_of for as_of, published in kept.items() if published],
        }
        sys.stdout.write(json.dumps(found, indent=2) + "\n")
        return
    rows = [(each.name, _parameters(each), each.description) for each in names]
    listing(("report", "parameters", "what it shows"), rows)
    if saved:
        listing(("owner", "saved report", "shared with"), saved)
    listing(("snapshot as of", ""), [(as_of, "published" if published else "") for as_of, published in kept.items()])


def _parameters(report: Standard | Operational) -> str:
    from hub.reports.requests import PARAMETERS
    from hub.reports.standard import Standard

    if not isinstance(report, Standard):
        return "state, stateRegion"
    return ", ".join(each for each in PARAMETERS if each != "year" or report.year is not None)


async def _found(url: str) -> tuple[dict[str, bool], list[tuple[str, str, str]]]:
    """The kept snapshots and whether each is published, and the saved reports."""
    import asyncpg

    from hub.reports.saved import every_saved
    from hub.reports.snapshot.build import DATABASE
    from hub.reports.snapshot.manifest import Shelf

    async with asyncpg.create_pool(url, min_size=1, max_size=1) as pool:
        shelf = Shelf(settings().reports_folder, str(await pool.fetchval(DATABASE)))
        return {each.as_of.isoformat(): each.published for each in shelf.kept()}, await every_saved(pool)


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
