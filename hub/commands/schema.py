"""`hub schema`: the schema and the matrix of roles as files, whose changes are reviewed."""

import difflib
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from hub.errors import Code, HubError
from hub.terminal import console

group = typer.Typer(help="The schema and the matrix of roles.", no_args_is_help=True)
DIFFERENCES_SHOWN = 40


@group.callback()
def _schema() -> None:
    """The schema and the matrix of roles."""


@group.command("print")
def print_files(
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit code 1 when a file is stale.")] = False,
) -> None:
    """Write schema/schema.graphql and schema/role_matrix.csv from the running schema."""
    stale = False
    for path, text in _files().items():
        written = path.read_text(encoding="utf-8") if path.exists() else ""
        if written == text:
            console().print(f"{path.name} is up to date", markup=False)
        elif check:
            stale = True
            _tell_difference(path, written, text)
        else:
            _write(path, text)
            console().print(f"{path.name} written", markup=False)
    if stale:
        console(error=True).print("hub: stale; run `hub schema print` and commit what it writes", markup=False)
        raise typer.Exit(1)


def _files() -> dict[Path, str]:
    from permissions.matrix import matrix_csv
    from schema.build import build_schema, print_sdl

    spec = find_spec("schema.build")
    assert spec is not None and spec.origin is not None, "it was imported just now"
    folder = Path(spec.origin).parent
    return {folder / "schema.graphql": print_sdl(), folder / "role_matrix.csv": matrix_csv(build_schema())}


def _tell_difference(path: Path, written: str, text: str) -> None:
    lines = difflib.unified_diff(
        written.splitlines(), text.splitlines(), f"{path.name} as committed", f"{path.name} as it is", "", "", 0, ""
    )
    for line in islice(lines, DIFFERENCES_SHOWN):
        console(error=True).print(line, markup=False, soft_wrap=True)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise HubError(Code.USAGE, f"{path} cannot be written: {error.strerror}") from error
