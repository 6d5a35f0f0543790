"""The two doors to one compiler, behind the same plan, limits, gate, audit and masking of errors.

Door one answers an operation made only of compiled root fields from the bytes that PostgreSQL made. Door two lets
graphql-core execute the rest. Either way the bytes leave only after their audit rows are durable: the read's own
statement adds the row where one compiled field is the whole answer, else the audit writer does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import structlog
from graphql import GraphQLError, GraphQLSchema, execute, is_non_null_type

from hub.audit.carried import LONGEST_NAME
from hub.audit.event import Event, Tag
from hub.errors import Code, HubError
from hub.settings import Settings
from hub.store.engine import AT_FAULT
from hub.viewer import Viewer
from permissions.gates import is_of_persons, is_open_behind_gate
from permissions.grants import Grant
from permissions.plan import Plan, Selected
from resolvers.compiler.arguments import shape
from resolvers.context import Context, Services
from resolvers.execution import AlreadyRefused, HubExecutor, join_compiler
from resolvers.limits import check_cost
from resolvers.operations import Operation, Operations
from resolvers.reader import NULL, Reading, Whole, coerced_arguments, is_compiled, located, refusal
from resolvers.rules import RequestRefused

_log = structlog.get_logger("hub.graphql")


@dataclass(frozen=True)
class Request:
    """One GraphQL request, as the edge understood it."""

    query: str
    variables: Mapping[str, Any]
    operation_name: str | None
    viewer: Viewer
    user_agent: str | None = None
    only_query: bool = False


class Doors:
    """Answers requests over one running schema."""

    def __init__(self, schema: GraphQLSchema, services: Services, settings: Settings) -> None:
        join_compiler(schema)
        self.schema = schema
        self.services = services
        self.settings = settings
        self.operations = Operations(schema, settings)

    async def answer(self, request: Request, *, always_execute: bool = False) -> bytes:
        """The response body. Raises `HubError` where the request as a whole is refused.

        `always_execute` sends an operation through door two that door one could answer; the contract tests compare.
        """
        operation = await self.operations.find(request.query, request.operation_name)
        if request.only_query and not operation.is_query:
            raise HubError(Code.METHOD_NOT_ALLOWED, "Expected POST for a mutation.")
        if operation.is_subscription:
            raise HubError(Code.WRONG_TRANSPORT, "Expected the subscription over a socket, by graphql-transport-ws.")
        variables = operation.variables(request.variables)
        plan = operation.plan(variables, request.viewer)
        self.check_roots(plan, request.viewer)
        arguments = coerced_arguments(plan, variables)
        shapes = tuple(shape(given) for given in arguments)
        check_cost(plan, arguments, shapes, self.settings)
        reading = Reading(self.schema, self.services.reads, plan, arguments, shapes, request.viewer)
        await self._check_changes(reading, operation.name)
        ready = operation.is_query and all(_is_ready(root) for root in plan.roots)
        if ready and not always_execute:
            body = await self._read(reading, operation.name)
        else:
            context = Context(self.services, request.viewer, reading, request.user_agent)
            body = await self._execute(operation, plan, context, request.variables)
        await self.record(reading, operation.name, len(body))
        return body

    def check_roots(self, plan: Plan, viewer: Viewer) -> None:
        """The gate, what only persons do and introspection are decided for the request as a whole."""
        names = [root.node.name.value for root in plan.roots]
        if viewer.gate is not None:
            closed = [root for root in plan.roots if not is_open_behind_gate(root, viewer.gate)]
            if closed:
                code = Code(viewer.gate)
                raise RequestRefused(
                    [{"message": code.description, "path": [root.key], "extensions": {"code": code}} for root in closed]
                )
        if viewer.token is not None and any(is_of_persons(name) for name in names):
            raise HubError(Code.PERSON_REQUIRED, Code.PERSON_REQUIRED.description)
        if any(name in ("__schema", "__type") for name in names) and not viewer.can(Grant.SCHEMA_READ):
            raise HubError(Code.INTROSPECTION_OFF, Code.INTROSPECTION_OFF.description)

    async def _check_changes(self, reading: Reading, operation: str | None) -> None:
        """Raise `RequestRefused` where an argument of a field with a resolver uses what the viewer may not read; those
        of compiled fields are looked at when they are read."""
        roots = [root for root in reading.plan.roots if root.denied is None and not is_compiled(root)]
        if denials := reading.refused_arguments([root.slot for root in roots if root.slot is not None]):
            reading.errors += [refusal(denial) for denial in denials]
            await self.record(reading, operation, 0)
            raise RequestRefused(reading.errors)

    async def _read(self, reading: Reading, operation: str | None) -> bytes:
        """Door one. Where one field is all that is read, its statement records the event too."""
        roots = reading.plan.roots
        values = {root.key: b'"Query"' if root.is_typename else NULL for root in roots}
        read = [root for root in roots if root.denied is None and not root.is_typename]
        if len(read) == 1 and self.services.audit.carried:
            (only,) = read
            reading.whole = Whole(
                operation, lambda: len(body_of(object_of(roots, {**values, only.key: b""}), reading.errors))
            )
        for root in read:
            values[root.key] = await reading.read(root)
        return body_of(object_of(roots, values), reading.errors)

    async def _execute(self, operation: Operation, plan: Plan, context: Context, variables: Mapping[str, Any]) -> bytes:
        """Door two."""
        context.roots = {root.key: root for root in plan.roots if is_compiled(root)}
        result: Any = execute(
            self.schema,
            operation.document,
            context_value=context,
            variable_values=dict(variables),
            operation_name=operation.name,
            executor_class=HubExecutor,
            hide_suggestions=True,
        )
        if asyncio.iscoroutine(result):
            result = await result
        raised = [error for error in result.errors or () if not isinstance(error.original_error, AlreadyRefused)]
        errors = context.reading.errors + [_masked(error) for error in raised]
        return body_of(orjson.dumps(result.data), errors)

    async def record(self, reading: Reading, operation: str | None, size: int) -> None:
        """Write what the audit trail must yet be given; what was read may leave once this returns."""
        events = reading.events(operation, size)
        told = events or (reading.recorded and reading.plan.coordinates)
        if reading.viewer.token is not None and not told:
            events = [Event.by(reading.viewer, Tag.TOKEN_USE, operation=operation and operation[:LONGEST_NAME])]
        if len(events) == 1:
            await self.services.audit.record(events[0])
        elif events:
            await asyncio.gather(*(self.services.audit.record(event) for event in events))


def _is_ready(root: Selected) -> bool:
    return root.is_typename or root.denied is not None or is_compiled(root)


def object_of(roots: Sequence[Selected], values: Mapping[str, bytes]) -> bytes:
    """The object of the root fields. One that cannot be null takes its parent, the whole answer, with it."""
    parts: list[bytes] = []
    for root in roots:
        value = values[root.key]
        if value == NULL and root.field is not None and is_non_null_type(root.field.type):
            return NULL
        parts.append(b'"%s":%s' % (root.key.encode(), value))
    return b"{%s}" % b",".join(parts)


def body_of(data: bytes, errors: list[dict[str, Any]]) -> bytes:
    """The answer of a request, or of an event."""
    if errors:
        return b'{"data":%s,"errors":%s}' % (data, orjson.dumps(errors))
    return b'{"data":%s}' % data


def _masked(error: GraphQLError) -> dict[str, Any]:
    """An error of execution as it goes out: a refusal of the hub's own, or a code without a word of the fault."""
    original = error.original_error
    if not isinstance(original, HubError):
        _log.error("resolver failed", error=type(original or error).__name__, path=_place(error))
        code = Code.UNAVAILABLE if isinstance(original, AT_FAULT) else Code.INTERNAL
        original = HubError(code, code.description)
    return located(original, error.path or ())


def _place(error: GraphQLError) -> str:
    return ".".join(str(step) for step in error.path or ())
