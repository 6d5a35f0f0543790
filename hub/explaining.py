"""Explains an operation as a role would run it: what is denied, what it costs, and the statement of each root field.

It goes the way of a request: the same plan, limits and reading, with a recorder in the place of the database. So the
statement shown is the one that would run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import asyncpg

from hub.errors import Code, HubError
from hub.settings import Settings
from hub.viewer import Viewer
from permissions.plan import Plan, Selected
from permissions.roles import Role, grants_of, purposes_of
from resolvers.compiler.arguments import Bound, shape
from resolvers.limits import cost
from resolvers.operations import Operations
from resolvers.reader import Reading, coerced_arguments, is_compiled
from schema.build import build_schema


@dataclass(frozen=True)
class Parameter:
    """One `$n` of a statement: what it stands for, and its value this time."""

    meaning: str
    value: Any


@dataclass
class RootField:
    """One root field. `sql` is None where a resolver answers it, or where it is denied."""

    key: str
    coordinate: str
    sql: str | None = None
    parameters: tuple[Parameter, ...] = ()
    plan: str | None = None


@dataclass(frozen=True)
class Explanation:
    """`errors` are the errors of the answer as the API would give them: denials and wrong arguments."""

    operation: str | None
    cost: int
    most: int
    errors: list[dict[str, Any]]
    roots: list[RootField]


class _Recorder:
    """Stands where the connections would: keeps the statement and answers that there is nothing."""

    def __init__(self) -> None:
        self.asked: tuple[str, tuple[Any, ...]] | None = None

    async def fetchrow(self, text: str, *values: Any) -> Mapping[str, Any]:
        self.asked = text, values
        return {"data": None, "students": [], "review": None}


async def explain(
    text: str,
    variables: Mapping[str, Any],
    *,
    role: str,
    state: str | None,
    operation_name: str | None,
    settings: Settings,
    connection: asyncpg.Connection | None = None,
) -> Explanation:
    """Explain an operation; with a connection PostgreSQL runs each statement and tells its plan.

    Raises HubError: `USAGE` for a role that is none, and whatever refuses the document or its variables.
    """
    viewer = viewer_as(role, state)
    schema = build_schema()
    operation = await Operations(schema, settings).find(text, operation_name)
    coerced = operation.variables(variables)
    plan = operation.plan(coerced, viewer)
    arguments = coerced_arguments(plan, coerced)
    recorder = _Recorder()
    reading = Reading(schema, recorder, plan, arguments, tuple(shape(given) for given in arguments), viewer)
    roots = []
    for selected in plan.roots:
        root = await _root(selected, reading, recorder)
        if connection is not None and recorder.asked is not None:
            root.plan = await _plan_of(connection, *recorder.asked)
        roots.append(root)
    reckoned = cost(plan.roots, arguments, settings.max_page_size)
    return Explanation(operation.name, reckoned, settings.max_cost, reading.errors, roots)


def viewer_as(role: str, state: str | None) -> Viewer:
    """A viewer of one role. Raises `USAGE` for a role that is none."""
    if role not in set(Role):
        raise HubError(Code.USAGE, f"--as takes one of {', '.join(Role)}")
    return Viewer(roles=(role,), state=state, grants=grants_of((role,)), purpose=purposes_of((role,))[0].value)


async def _root(selected: Selected, reading: Reading, recorder: _Recorder) -> RootField:
    recorder.asked = None
    root = RootField(selected.key, selected.coordinate)
    if is_compiled(selected):
        await reading.read(selected)
    if recorder.asked is not None:
        root.sql, values = recorder.asked
        root.parameters = _parameters(reading.plan, root.sql, values)
    return root


def _parameters(plan: Plan, sql: str, values: tuple[Any, ...]) -> tuple[Parameter, ...]:
    statement = next(made for _, made in plan.statements.values() if made is not None and made.text == sql)
    return tuple(
        Parameter(_meaning(plan, parameter), value)
        for parameter, value in zip(statement.parameters, values, strict=True)
    )


def _meaning(plan: Plan, parameter: Bound | Any) -> str:
    if not isinstance(parameter, Bound):
        return "constant"
    path = ".".join(str(step) for step in parameter.path)
    where = "viewer" if parameter.slot is None else f"argument of {plan.argued[parameter.slot].coordinate}:"
    joint = "." if parameter.slot is None else " "
    converted = " (converted)" if parameter.convert is not None else ""
    return f"{where}{joint}{path}{converted}"


async def _plan_of(connection: asyncpg.Connection, sql: str, values: tuple[Any, ...]) -> str:
    """PostgreSQL's plan of the statement, run in a transaction that cannot write."""
    async with connection.transaction(readonly=True):
        rows = await connection.fetch(f"EXPLAIN (ANALYZE, BUFFERS) {sql}", *values)
    return "\n".join(row[0] for row in rows)
