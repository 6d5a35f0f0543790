"""`hub load`: takes in uploads from files, as the states would send them."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import aclosing, contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from hub.errors import Code, HubError
from hub.intake import Actor, Finding, Progress, Report, Sent, Severity, receive_all, run_intake
from hub.settings import settings
from hub.store import database
from hub.terminal import console, listing, operator

SHOWN = 50


def command(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Uploads: .jsonl, .jsonl.gz or CSV bundle.")],
    state: Annotated[
        str | None, typer.Option(metavar="XX", help="Who sends them; their header must say so. Unset: believe it.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a file, with every finding.")] = False,
) -> None:
    """Take in uploads, one after the other, and show what was found. Exit code 1: a file was refused."""
    for path in files:
        if not path.is_file():
            raise HubError(Code.USAGE, f"there is no file {path}")
    actor = Actor(operator(), "PROGRAM_ADMINISTRATION")
    # a file's name may be any bytes
    sent = [Sent(path, path.name.encode("utf-8", "replace").decode(), state) for path in files]
    with database(settings()) as url:
        refused = run_intake(_load(url, sent, actor, as_json))
    if refused:
        raise typer.Exit(1)


async def _load(url: str, files: list[Sent], actor: Actor, as_json: bool) -> bool:
    """Whether any of the files was refused."""
    refused = False
    with _bars(shown=not as_json) as bars:
        async with aclosing(receive_all(url, files, actor=actor, progress=bars)) as reports:
            async for report in reports:
                if as_json:
                    await _print_json(report)
                else:
                    await _print(report)
                refused = refused or report.refused
    return refused


@contextmanager
def _bars(*, shown: bool) -> Iterator[Callable[[Sent, Progress], None] | None]:
    """Progress bars on stderr, where that is a terminal: of the file being applied, and of the one being read."""
    if not shown or not console(error=True).is_terminal:
        yield None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bar(*columns, console=console(error=True), transient=True) as bar:
        tasks: dict[tuple[int, bool], TaskID] = {}

        def move(sent: Sent, progress: Progress) -> None:
            key = id(sent), progress.applying
            if key not in tasks:
                what = "applied" if progress.applying else "read"
                tasks[key] = bar.add_task(f"{sent.file_name}: students {what}")
            over = progress.done >= progress.total
            bar.update(tasks[key], completed=progress.done, total=progress.total, visible=not over)

        yield move


async def _print(report: Report) -> None:
    say = console().print
    what = f"{report.state or '?'} {report.sequence or '?'}"
    say(f"{report.file_name}: {report.outcome.lower()}, upload {report.upload_id} ({what})", markup=False)
    if report.resumed is not None:
        say(f"upload {report.resumed}, which had been interrupted, was finished first", markup=False)
    found = [finding async for finding in report.findings(SHOWN)]
    if found:
        listing(("severity", "code", "where", "student", "field", "expected"), [_row(finding) for finding in found])
        listing(("severity", "code", "findings"), [(c.severity, c.value, n) for c, n in report.codes.items()])
    if sum(report.codes.values()) > len(found):
        say(f"only the first {SHOWN} findings are listed; --json lists them all", markup=False)
    if report.withdrawn:
        say(
            f"withdrawn, since a FULL upload left them out: {', '.join(await report.withdrawn_students())}",
            markup=False,
        )
    say("  ".join(f"{name} {number}" for name, number in _totals(report).items()), markup=False)


def _row(finding: Finding) -> tuple[Any, ...]:
    place = f"{finding.member}:{finding.line}" if finding.member and finding.line else finding.member or finding.line
    field = finding.path or finding.field
    return finding.severity, finding.code.value, place, finding.state_student_id, field, finding.message


def _totals(report: Report) -> dict[str, int]:
    names = ("students", "created", "updated", "unchanged", "rejected", "deleted", "withdrawn")
    return {name: getattr(report, name) for name in names}


async def _print_json(report: Report) -> None:
    """One object on one line, its findings written as they come."""
    head = {
        "file": report.file_name,
        "outcome": report.outcome,
        "uploadId": report.upload_id,
        "encoding": report.encoding,
        "state": report.state,
        "sequence": report.sequence,
        "mode": report.mode,
        "submittedAt": report.submitted_at.isoformat() if report.submitted_at else None,
        "resumedUploadId": report.resumed,
        **_totals(report),
        "withdrawnStudents": await report.withdrawn_students() if report.withdrawn else [],
        "severities": {severity.value: report.count(severity) for severity in Severity},
        "codes": {code.value: count for code, count in report.codes.items()},
    }
    write = sys.stdout.write
    write(json.dumps(head, ensure_ascii=False)[:-1] + ', "findings": [')
    separator = ""
    async for finding in report.findings():
        shown = {
            "severity": finding.severity,
            "code": finding.code,
            "file": finding.member,
            "line": finding.line,
            "stateStudentId": finding.state_student_id,
            "field": finding.field,
            "path": finding.path,
            "message": finding.message,
        }
        write(separator + json.dumps(shown, ensure_ascii=False))
        separator = ", "
    write("]}\n")
