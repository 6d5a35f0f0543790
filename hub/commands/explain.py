"""`hub explain`: what becomes of a GraphQL document when a role asks it."""

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
from hub.terminal import console, listing

if TYPE_CHECKING:
    from hub.explaining import Explanation, RootField


def command(
    file: Annotated[Path, typer.Argument(metavar="FILE.graphql", help="The document; - reads standard input.")],
    role: Annotated[str, typer.Option("--as", metavar="ROLE", help="The role that asks, such as PRIMARY_USER.")],
    state: Annotated[str | None, typer.Option(metavar="XX", help="The state of whoever asks.")] = None,
    variables: Annotated[str, typer.Option(metavar="JSON", help="The variables, a JSON object.")] = "{}",
    operation: Annotated[str | None, typer.Option(help="Name of the operation, where there are several.")] = None,
    analyze: Annotated[bool, typer.Option("--analyze", help="Run it, and show PostgreSQL's plan.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Show what a role is denied, the cost, and the SQL of each root field."""
    text, given = _document(file), _variables(variables)
    asked: dict[str, Any] = {"role": role, "state": state, "operation_name": operation, "settings": settings()}
    explanation = _analyzed(text, given, asked) if analyze else asyncio.run(_explained(text, given, asked))
    if as_json:
        sys.stdout.write(json.dumps(asdict(explanation), indent=2, ensure_ascii=False, default=str) + "\n")
    else:
        _print(explanation)


def _document(file: Path) -> str:
    try:
        return sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
    except OSError as error:
        raise HubError(Code.USAGE, f"{file} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise HubError(Code.USAGE, f"{file} is not UTF-8") from error


def _variables(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise HubError(Code.USAGE, "--variables takes a JSON object")
    return found


async def _explained(text: str, variables: dict[str, Any], asked: dict[str, Any]) -> Explanation:
    from hub.explaining import explain

    return await explain(text, variables, **asked)


def _analyzed(text: str, variables: dict[str, Any], asked: dict[str, Any]) -> Explanation:
    from hub.serving import require_migrations
    from hub.store import database

    with database(settings()) as url:
        require_migrations(url)
        return asyncio.run(_with_plans(url, text, variables, asked))


async def _with_plans(url: str, text: str, variables: dict[str, Any], asked: dict[str, Any]) -> Explanation:
    import asyncpg

    from hub.explaining import explain
    from hub.store.engine import connect
    from hub.tables.web_role import WEB_ROLE

    connection = await connect(url, role=WEB_ROLE, statement_timeout_ms=settings().statement_timeout_ms)
    try:
        return await explain(text, variables, connection=connection, **asked)
    except asyncpg.PostgresError as error:
        raise HubError(Code.DATABASE, f"PostgreSQL refuses the statement: SQLSTATE {error.sqlstate}") from error
    finally:
        await connection.close()


def _print(explanation: Explanation) -> None:
    say = console().print
    for error in explanation.errors:
        facts = error["extensions"]
        say(f"{facts['code']}: {error['message']}", markup=False, soft_wrap=True)
    say(f"cost {explanation.cost}, of {explanation.most} at most", markup=False)
    for root in explanation.roots:
        say(f"\n{root.key}: {root.coordinate}", markup=False)
        _print_root(root)


def _print_root(root: RootField) -> None:
    from rich.syntax import Syntax

    from hub.sql_layout import laid_out

    if root.sql is None:
        console().print("no SQL: denied, or answered by a resolver", markup=False)
        return
    sql = laid_out(root.sql)
    if console().is_terminal:
        console().print(Syntax(sql, "sql", word_wrap=True, background_color="default"))
    else:
        console().print(sql, markup=False, soft_wrap=True)
    if root.parameters:
        rows = [(f"${number}", found.meaning, repr(found.value)) for number, found in enumerate(root.parameters, 1)]
        listing(("parameter", "meaning", "value"), rows)
    if root.plan is not None:
        console().print(root.plan, markup=False, soft_wrap=True)
