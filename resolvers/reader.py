"""Runs the compiled root fields of one request, and keeps account of whose data they show.

One SQL statement a root field. What a root field cannot answer is null with an error; a fault of the database is not
told in its own words, which may quote values.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import asyncpg
from graphql import GraphQLError, GraphQLSchema, VariableNode, get_argument_values
from graphql.execution.values import VariableValues

from hub.audit.carried import LONGEST_NAME, given
from hub.audit.event import Event, Tag
from hub.errors import Code, HubError
from hub.viewer import Viewer
from permissions.inputs import asked_of, refused_input
from permissions.plan import Denial, Plan, Selected
from resolvers.compiler.nodes import MOST_IDS, asked, closed_types, types_named
from resolvers.compiler.source import Connection, Followed, Nodes
from resolvers.compiler.statement import Statement, compile_root
from resolvers.rules import raise_invalid, without_values
from resolvers.sources.review import under_review

NULL = b"null"
Prepared = tuple[list[Denial], Statement | None]


def is_compiled(root: Selected) -> bool:
    """Whether a root field is answered by a compiled statement."""
    descriptor = root.declaration.source if root.declaration is not None else None
    return descriptor is not None and not isinstance(descriptor, Followed)


class Fetching(Protocol):
    """What runs a statement: the read connections, or what stands in for them."""

    async def fetchrow(self, text: str, *values: Any) -> Any: ...


@dataclass(frozen=True)
class Whole:
    """What the event of a read says beside it, where one compiled field is the whole answer.

    `around` tells the bytes of the body without the field's value, once the errors before it are known.
    """

    operation: str | None
    around: Callable[[], int]


@dataclass
class Reading:
    """One request's reads: the errors so far, and the students shown.

    Where one compiled field is the `whole` answer, its statement carries the event; `recorded` says that it did.
    """

    schema: GraphQLSchema
    reads: Fetching
    plan: Plan
    arguments: Sequence[Mapping[str, Any]]
    shapes: Hashable
    viewer: Viewer
    errors: list[dict[str, Any]] = field(default_factory=list)
    students: set[int] = field(default_factory=set)
    tags: set[Tag] = field(default_factory=set)
    whole: Whole | None = None
    recorded: bool = False

    def __post_init__(self) -> None:
        self.errors += [refusal(denial) for denial in self.plan.denials]

    async def read(self, root: Selected, key: Sequence[Any] = ()) -> bytes:
        """The JSON of a compiled field; `null` with an error where it cannot be answered. `key` is of a `Keyed` one."""
        if root.denied is not None:
            return NULL
        try:
            statement = await self._statement(root)
            if statement is None:
                return NULL
            row = await self._fetch(statement, key)
        except HubError as error:
            self.errors.append(located(error, root.path))
            return NULL
        if statement.carries:
            self.recorded = True
        else:
            self.students.update(student for student in row["students"] if student is not None)
            self.tags.add(_tag_of(root))
        if statement.reviews and row["data"] is None and (review := row["review"]):
            self.errors.append(located(under_review(review), root.path))
        data: bytes | None = row["data"]
        return NULL if data is None else data

    async def _statement(self, root: Selected) -> Statement | None:
        key = (root, self.shapes, self._named(root), self.whole is None)
        known: Prepared | None = self.plan.statements.get(key)
        denials, statement = known or await self._prepared(key, root)
        self.errors += [refusal(denial) for denial in denials]
        return statement

    async def _prepared(self, key: Hashable, root: Selected) -> Prepared:
        """Compile, beside the event loop, and once however many requests wait for the same statement."""
        async with self.plan.compiling:
            known: Prepared | None = self.plan.statements.get(key)
            prepared: Prepared = known if known is not None else await asyncio.to_thread(self._prepare, root)
            if len(self.plan.statements) >= STATEMENTS_KEPT:
                self.plan.statements.pop(next(iter(self.plan.statements)))
            self.plan.statements[key] = prepared
            return prepared

    def _prepare(self, root: Selected) -> Prepared:
        if refused := self.refused_arguments(slots_below(root)):
            return refused, None
        closed = self._closed(root)
        statement = compile_root(self.schema, root, self.viewer.grants, self.arguments)
        if self.whole is not None and (self.plan.coordinates or statement.names):
            statement = statement.carrying(_tag_of(root), self._fields(), only_shown=not self.plan.coordinates)
        return closed, statement

    def _named(self, root: Selected) -> tuple[str, ...]:
        if not isinstance(root.declaration.source, Nodes):  # type: ignore[union-attr]
            return ()
        assert root.slot is not None
        arguments = self.arguments[root.slot]
        if len(asked(arguments)) > MOST_IDS:
            raise HubError(Code.INVALID_ARGUMENT, f"Expected {MOST_IDS} ids at most.")
        return types_named(self.schema, arguments)

    def refused_arguments(self, slots: Sequence[int]) -> list[Denial]:
        """What the arguments ask beyond the viewer's grants: then nothing of the root field runs."""
        found: list[Denial] = []
        for slot in slots:
            selected = self.plan.argued[slot]
            assert selected.field is not None
            for name, value in self.arguments[slot].items():
                if denial := refused_input(selected.field.args[name].type, value, self.viewer.grants):
                    found.append(Denial(denial.coordinate, denial.grant, selected.path))
        return found

    def _closed(self, root: Selected) -> list[Denial]:
        """Types that the ids of a `node` or `nodes` field name and the viewer may not see."""
        if not isinstance(root.declaration.source, Nodes) or root.slot is None:  # type: ignore[union-attr]
            return []
        return closed_types(self.schema, root, self.arguments[root.slot])

    async def _fetch(self, statement: Statement, key: Sequence[Any]) -> Any:
        values = statement.values(self.arguments, self.viewer, key)
        if statement.carries:
            assert self.whole is not None
            values += given(self.viewer, self.whole.operation, self.whole.around())
        try:
            row = await self.reads.fetchrow(statement.text, *values)
        except asyncpg.QueryCanceledError:
            raise HubError(Code.TIMEOUT, "The answer took longer than the limit; ask for less.") from None
        except (asyncpg.DataError, asyncpg.CharacterNotInRepertoireError):
            raise HubError(Code.INVALID_ARGUMENT, "Expected arguments that the database can compare.") from None
        except (
            asyncpg.PostgresConnectionError,
            asyncpg.InterfaceError,
            asyncpg.InternalClientError,
            OSError,
            TimeoutError,
        ):
            raise HubError(Code.UNAVAILABLE, "The database cannot be reached; try again.") from None
        assert row is not None
        return row

    def _asked(self) -> Iterator[str]:
        """The guarded input fields that the arguments use: what was asked about is looked at too."""
        asked_about: dict[str, None] = {}
        for slot, arguments in enumerate(self.arguments):
            field_ = self.plan.argued[slot].field
            assert field_ is not None
            for name, value in arguments.items():
                asked_about |= dict.fromkeys(asked_of(field_.args[name].type, value))
        return iter(asked_about)

    def _fields(self) -> tuple[str, ...]:
        """The coordinates of what is shown and asked about: the same for arguments of one shape."""
        return (*(self.plan.coordinates or (root.coordinate for root in self.plan.roots)), *self._asked())

    def events(self, operation: str | None, size: int) -> list[Event]:
        """What the audit trail must yet be given before the answer leaves."""
        if self.recorded and not self.errors:
            return []
        named = operation and operation[:LONGEST_NAME]
        found: list[Event] = []
        if not self.recorded and (self.plan.coordinates or self.students):
            tag = next((tag for tag in _GRAVEST_FIRST if tag in self.tags), Tag.STUDENT_VIEW)
            shown = tuple(sorted(self.students))
            facts: dict[str, Any] = {"students": shown, "fields": self._fields(), "result_bytes": size}
            found.append(Event.by(self.viewer, tag, **facts, operation=named))
        refused = [error["extensions"] for error in self.errors if error["extensions"]["code"] == Code.FORBIDDEN]
        if refused and self.viewer.signed_in:
            fields = tuple(extension["coordinate"] for extension in refused)
            facts = {"fields": fields, "operation": named, "detail": {"code": Code.FORBIDDEN}}
            found.append(Event.by(self.viewer, Tag.REQUEST_REFUSED, **facts))
        return found


STATEMENTS_KEPT = 64
"""Shapes of arguments of one plan whose statements are kept."""


_GRAVEST_FIRST = (Tag.STUDENT_SEARCH, Tag.STUDENT_VIEW, Tag.AUDIT_VIEW)
"""Of an operation that does several things, the event says the first; its fields tell them all."""


def _tag_of(root: Selected) -> Tag:
    """What reading a compiled field is, in the audit trail."""
    assert root.declaration is not None
    descriptor = root.declaration.source
    if isinstance(descriptor, Connection):
        return descriptor.source.seen_as or Tag.STUDENT_SEARCH
    return Tag.STUDENT_VIEW


def slots_below(root: Selected) -> tuple[int, ...]:
    """The slots of every field with arguments at or below a root field."""
    found: list[int] = [] if root.slot is None else [root.slot]
    for children in (root.children or {}).values():
        for child in children:
            found += slots_below(child)
    return tuple(found)


def _arguments(selected: Selected, variables: VariableValues) -> dict[str, Any]:
    """The arguments of one field. Where each is a variable that has a value, nothing is left to coerce."""
    found: dict[str, Any] = {}
    for argument in selected.node.arguments or ():
        name = argument.value.name.value if isinstance(argument.value, VariableNode) else None
        value = variables.coerced.get(name) if name is not None else None
        if value is None:
            return get_argument_values(selected.field, selected.node, variables, hide_suggestions=True)  # type: ignore[arg-type]
        found[argument.name.value] = value
    return found


def coerced_arguments(plan: Plan, variables: VariableValues) -> list[dict[str, Any]]:
    """The arguments of every field that has some, by slot.

    Raises `RequestRefused` (`INVALID_VARIABLES`) where null was sent for a variable with a default, which validation
    lets stand where null may not.
    """
    try:
        return [_arguments(selected, variables) for selected in plan.argued]
    except GraphQLError as error:
        error.message = without_values(error.message)
        raise_invalid([error], Code.INVALID_VARIABLES)
        raise


def refusal(denial: Denial) -> dict[str, Any]:
    """The error of a denied field, argument or type."""
    error: dict[str, Any] = {
        "message": f"Expected the grant {denial.grant} for {denial.coordinate}.",
        "extensions": {"code": Code.FORBIDDEN, "coordinate": denial.coordinate, "grant": denial.grant},
    }
    return {**error, "path": list(denial.path)} if denial.path else error


def located(error: HubError, path: Sequence[str | int]) -> dict[str, Any]:
    """The error of a field that could not be answered."""
    return {"message": error.message, "path": list(path), "extensions": {"code": error.code, **error.facts}}
