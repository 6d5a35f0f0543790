"""`hub reports run`: any report that has a name, to the terminal or a file, on record like every other run."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.errors import Code, HubError
from hub.settings import settings
from hub.store import database
from hub.terminal import console, listing, operator

if TYPE_CHECKING:
    import asyncpg

    from hub.permit import Permit
    from hub.reports.table import Answer, Row


def run(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The report, as `hub reports list` names it.")],
    *,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write it: .csv, .xlsx, .parquet, .svg or .png.")
    ] = None,
    parameter: Annotated[
        list[str] | None,
        typer.Option(
            "--parameter",
            "-p",
            metavar="KEY=VALUE",
            help="year, state, stateRegion, region, asOf or compareAsOf; of the nation unless a place is named.",
        ),
    ] = None,
    owner: Annotated[str | None, typer.Option(metavar="USER", help="Whose saved report it is.")] = None,
    exact: Annotated[bool, typer.Option("--exact", help="Unprotected, for the state that is named itself.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Run a standard or saved report, protected for publication unless --exact says otherwise."""
    from hub.reports.output import format_of, write

    if out is not None:
        format_of(out)
    with database(settings()) as url:
        answer = asyncio.run(_answer(url, name, owner, parameter or [], exact=exact, out=out))
    if out is None:
        _print(answer, as_json)
    else:
        write(answer, out)
        console().print(f"{len(answer.rows)} rows in {out}", markup=False)


async def _answer(
    url: str, name: str, owner: str | None, parameters: list[str], *, exact: bool, out: Path | None
) -> Answer:
    """Run it, and put it on record as over the API."""
    import asyncpg

    from hub.reports.operational import OPERATIONAL
    from hub.reports.output import format_of
    from hub.reports.requests import with_parameters
    from hub.reports.saved import record_run, saved_question

    begun = time.monotonic()
    async with asyncpg.create_pool(url, min_size=1, max_size=1) as pool:
        saved = {"standard": name} if owner is None else await saved_question(pool, owner, name)
        if saved is None:
            raise HubError(Code.USAGE, "That user has saved no report of that name; `hub reports list` names them.")
        plain: Mapping[str, Any] = with_parameters(saved, parameters)
        if (operational := plain.get("standard")) in OPERATIONAL:
            permit, answer = await _of_work(pool, str(operational), plain)
        else:
            permit, answer, plain = await _of_facts(pool, plain, exact=exact)
        took = int((time.monotonic() - begun) * 1000)
        await record_run(pool, permit.viewer, answer, plain, took, None if out is None else format_of(out).value)
    return answer


async def _of_facts(
    pool: asyncpg.Pool, plain: Mapping[str, Any], *, exact: bool
) -> tuple[Permit, Answer, Mapping[str, Any]]:
    from hub.reports.requests import request_of
    from hub.reports.running import EXACT_VERB, PROTECTED_VERB, open_reports
    from hub.reports.snapshot.build import DATABASE
    from permissions.policies.operator import operators_permit

    try:
        request = request_of(plain)
    except HubError as error:
        raise HubError(Code.USAGE, error.message) from None
    if exact and request.question.scope.state is None:
        raise HubError(Code.USAGE, "--exact takes -p state=XX: the nation's counts leave protected only")
    permit = operators_permit(EXACT_VERB if exact else PROTECTED_VERB, operator())
    async with open_reports(settings(), str(await pool.fetchval(DATABASE))) as reports:
        return permit, await reports.run(permit, request), request.plain


async def _of_work(pool: asyncpg.Pool, name: str, plain: Mapping[str, Any]) -> tuple[Permit, Answer]:
    """A report about the hub's work in one state, or in a region of it."""
    from hub.reports.operational import run_operational
    from hub.viewer import Reach
    from permissions.policies.operator import operators_permit

    scope = plain.get("scope") or {}
    state, region = scope.get("state"), scope.get("stateRegion")
    if state is None or any(plain.get(key) for key in ("year", "asOf", "compareAsOf")):
        raise HubError(Code.USAGE, f"{name} is of one state (-p state=XX) as things are now, and takes no other day")
    permit = operators_permit(f"run_report:{name}", operator(), state=state, region=region)
    return permit, await run_operational(pool, permit, name, Reach.STATE if region is None else Reach.REGION)


def _print(answer: Answer, as_json: bool) -> None:
    columns = [column.name for column in answer.columns]
    rows = [_shown(row) for row in (*answer.rows, *([answer.totals] if answer.totals else []))]
    notes = [*answer.notes, answer.disclosure.note]
    if as_json:
        found = {
            "title": answer.title,
            "asOf": answer.as_of.isoformat(),
            "comparedAsOf": answer.compared_as_of and answer.compared_as_of.isoformat(),
            "mode": answer.disclosure.mode.value,
            "notes": notes,
            "rows": [dict(zip(columns, row, strict=True)) for row in rows],
        }
        sys.stdout.write(json.dumps(found, indent=2, ensure_ascii=False, default=str) + "\n")
        return
    say = console().print
    say(answer.title, markup=False)
    listing(columns, rows)
    for note in (*notes, f"As of {answer.as_of:%Y-%m-%d %H:%M:%S} UTC."):
        say(note, markup=False)


def _shown(row: Row) -> list[Any]:
    from hub.reports.table import TOTAL, Mark

    places = ["Total" if value is TOTAL else value for value in row.coordinates]
    return [*places, *("*" if cell.mark is Mark.SUPPRESSED else cell.value for cell in row.cells)]
