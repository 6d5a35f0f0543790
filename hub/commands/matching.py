"""`hub matching`: trains, measures and explains the model that links state records to students."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.errors import Code, HubError
from hub.settings import settings
from hub.store import database
from hub.terminal import console, listing

if TYPE_CHECKING:
    from hub.evaluation import Bars, Outcomes
    from hub.matching import Model

group = typer.Typer(
    help="Trains, measures and explains the model that links records to students.", no_args_is_help=True
)
_Sets = Annotated[list[Path], typer.Argument(metavar="CSV…", help="Sets of records: .csv or .csv.gz.")]
_Json = Annotated[bool, typer.Option("--json", help="As JSON.")]


@group.callback()
def _matching() -> None:
    """Trains, measures and explains the model that links records to students."""


@group.command()
def train(
    files: _Sets,
    out: Annotated[Path, typer.Option(metavar="FILE.json", help="Where to write the model.")],
) -> None:
    """Train a model on sets of records. It decides nothing until `use` puts it into the database."""
    from hub.evaluation import read_versions
    from hub.matching.train import NotEnoughRecords
    from hub.matching.train import train as trained

    try:
        model = trained([version for path in files for version in read_versions(path)])
    except NotEnoughRecords as error:
        raise HubError(Code.USAGE, f"no model can be learnt from this: {error}") from error
    out.write_text(json.dumps({"version": model.version} | model.content(), indent=0, sort_keys=True) + "\n")
    rows = [(field, level, bits) for field, levels in model.weights.items() for level, bits in levels.items()]
    listing(("field", "level", "bits"), rows)
    console().print(f"model {model.version} in {out}", markup=False)


@group.command()
def use(file: Annotated[Path, typer.Argument(metavar="FILE.json", help="A model that `train` wrote.")]) -> None:
    """Let a model decide from the next upload on. `replay` shows beforehand what it would have decided."""
    model = _read(file)
    with database(settings()) as url:
        asyncio.run(_use(url, model))
    console().print(f"model {model.version} decides from now on", markup=False)


@group.command()
def replay(
    file: Annotated[
        Path | None, typer.Option("--model", metavar="FILE.json", help="A model that `train` wrote; unset: the active.")
    ] = None,
    as_json: _Json = False,
) -> None:
    """Show what a model would have decided on every near match and conflict that people have settled."""
    model = _read(file) if file else None
    with database(settings()) as url:
        rows = asyncio.run(_replayed(url, model))
    listing(("kind", "people", "model", "items"), rows, as_json=as_json)


@group.command()
def explain(
    state: Annotated[str, typer.Argument(metavar="STATE", help="Two letters.")],
    state_student_id: Annotated[str, typer.Argument(metavar="ID", help="The state's id of the student.")],
    as_json: _Json = False,
) -> None:
    """Show how a state record came to its student: each link with its candidates, bits and guards."""
    with database(settings()) as url:
        links = asyncio.run(_links(url, state, state_student_id))
    if as_json:
        sys.stdout.write(json.dumps(links, indent=2, ensure_ascii=False, default=str) + "\n")
        return
    for link in links:
        console().print(f"{link['linkedAt']:%Y-%m-%d %H:%M} {link['how']} to {link['msixId']}", markup=False)
        for candidate in link["candidates"]:
            guards = ", ".join(guard["guard"] for guard in candidate.get("guards", ())) or "none"
            whom = f"{candidate['state']} {candidate['stateStudentId']}"
            console().print(f"candidate {whom}: {candidate['total']} bits, guards: {guards}", markup=False)
            rows = [(each["field"], each["level"], f"{each['bits']:+.1f}") for each in candidate["fields"]]
            listing(("field", "level", "bits"), [*rows, ("prior", "", f"{link['prior']:+.1f}")])


@group.command()
def evaluate(
    files: _Sets,
    night: Annotated[int, typer.Option(min=1, help="Records of one night, over all states.")] = 4_000,
    shuffle: Annotated[
        int | None,
        typer.Option(metavar="SEED", help="Send each set again, every night in another order, and compare."),
    ] = None,
    as_json: _Json = False,
) -> None:
    """Send sets whose truth is known through the real intake, each into a database of its own, and print the bars."""
    from hub.evaluation import identical, read_rows

    results = []
    for path in files:
        rows = read_rows(path)
        if not all(row.truth for row in rows):
            raise HubError(Code.USAGE, f"{path} does not say in truth_id which records are of one child")
        found, outcomes = _evaluated(rows, night)
        figures = asdict(found)
        if shuffle is not None:
            figures["the_same_when_shuffled"] = identical(outcomes, _evaluated(rows, night, shuffle)[1])
        results.append((path.name, figures, outcomes))
    if as_json:
        shown = {name: figures | {"guards": outcomes.guards} for name, figures, outcomes in results}
        sys.stdout.write(json.dumps(shown, indent=2) + "\n")
        return
    names = list(results[0][1])
    columns = ("bar", *(name for name, *_ in results))
    listing(
        columns,
        [(name.replace("_", " "), *(_figure(figures[name]) for _, figures, _ in results)) for name in names],
    )
    for name, _, outcomes in results:
        listing((f"guard ({name})", "near matches and conflicts"), list(outcomes.guards.items()))


def _figure(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:.4f}" if value < 10 else f"{value:,.0f}"


def _evaluated(rows: list[Any], night: int, shuffle: int | None = None) -> tuple[Bars, Outcomes]:
    """The bars of a set, by way of a database that is made for it and dropped afterwards."""
    from hub.evaluation import bars, evaluate, temporary_database
    from hub.intake import run_intake

    with database(settings()) as url, temporary_database(url) as own:
        found = run_intake(evaluate(own, rows, lambda sent, total: None, night, shuffle))
    return bars(rows, found), found


def _read(path: Path) -> Model:
    from hub.matching import model_of

    try:
        sent = json.loads(path.read_text(encoding="utf-8"))
        return model_of(sent.pop("version"), sent)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise HubError(Code.USAGE, f"{path} is not a model of this hub") from error


async def _use(url: str, model: Model) -> None:
    from hub.matching import activate
    from hub.store.engine import connect

    connection = await connect(url)
    try:
        async with connection.transaction():
            await activate(connection, model)
    finally:
        await connection.close()


async def _replayed(url: str, model: Model | None) -> list[tuple[str, str, str, int]]:
    from hub.matching import active_model
    from hub.matching.replaying import replay as replayed
    from hub.store.engine import connect

    connection = await connect(url)
    try:
        counts = await replayed(connection, model or await active_model(connection))
    finally:
        await connection.close()
    return [(*key, count) for key, count in sorted(counts.items())]


async def _links(url: str, state: str, state_student_id: str) -> list[dict[str, Any]]:
    from hub.matching.history import history
    from hub.store.engine import connect
    from hub.terminal import operator

    connection = await connect(url)
    try:
        return await history(connection, state, state_student_id, operator())
    finally:
        await connection.close()
