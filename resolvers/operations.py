"""From the text of a document to an operation that may run: parsed, validated, within its limits, cached.

What is cached is keyed by the text alone; nothing of a viewer or of a variable is in it. Plans hang on the operation,
keyed by what a plan depends on.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, Generic, TypeVar

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    get_variable_values,
    parse,
    validate,
)
from graphql.execution.values import VariableValues
from graphql.language import NamedTypeNode, NonNullTypeNode, VariableNode, Visitor, visit

from hub.errors import Code, HubError
from hub.settings import Settings
from hub.viewer import Viewer
from permissions.plan import Plan, plan_operation
from resolvers.limits import check_limits
from resolvers.rules import RULES, raise_invalid, without_values

K = TypeVar("K")
V = TypeVar("V")

DOCUMENTS_KEPT = 1000
PREPARED_AT_ONCE = 2
LONGEST_KEPT = 20_000
PLANS_KEPT = 64


class Recent(OrderedDict[K, V], Generic[K, V]):
    """A cache of the most recently used."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most

    def find(self, key: K) -> V | None:
        if key in self:
            self.move_to_end(key)
            return self[key]
        return None

    def keep(self, key: K, value: V) -> V:
        self[key] = value
        if len(self) > self.most:
            self.popitem(last=False)
        return value


class Operation:
    """One operation of a validated document."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, definition: OperationDefinitionNode) -> None:
        self.schema = schema
        self.document = document
        self.definition = definition
        self.name = definition.name.value if definition.name else None
        self.is_query = definition.operation is OperationType.QUERY
        self.is_subscription = definition.operation is OperationType.SUBSCRIPTION
        declared = {variable.variable.name.value for variable in definition.variable_definitions or ()}
        self._conditions = tuple(name for name in _condition_variables(document) if name in declared)
        self._texts = _text_variables(definition)
        self._plans: Recent[Any, Plan] = Recent(PLANS_KEPT)
        # who asks once asks again, and with the same mapping of grants: nobody changes one
        self._last: tuple[Mapping[str, Any], dict[str, bool], Plan] | None = None

    def variables(self, given: Mapping[str, Any]) -> VariableValues:
        """The coerced variables. Raises `RequestRefused` (`INVALID_VARIABLES`)."""
        if (plain := self._plain(given)) is not None:
            return VariableValues({}, plain)
        coerced = get_variable_values(
            self.schema, self.definition.variable_definitions or (), dict(given), hide_suggestions=True
        )
        if isinstance(coerced, list):
            for error in coerced:
                error.message = without_values(error.message)
            raise_invalid(coerced, Code.INVALID_VARIABLES)
        assert isinstance(coerced, VariableValues)
        return coerced

    def _plain(self, given: Mapping[str, Any]) -> dict[str, Any] | None:
        """The variables where all are strings or ids that were sent as strings, as they are. None where not."""
        found: dict[str, Any] = {}
        for name in self._texts or ():
            value = given.get(name)
            if not isinstance(value, str):
                return None
            found[name] = value
        return None if self._texts is None else found

    def plan(self, variables: VariableValues, viewer: Viewer) -> Plan:
        """The plan for this viewer's grants, from the cache where it is there. Raises `INVALID_VARIABLES`."""
        if any(name in variables.coerced and variables.coerced[name] is None for name in self._conditions):
            raise HubError(Code.INVALID_VARIABLES, "Expected true or false for a variable of @include or @skip.")
        conditions = {name: bool(variables.coerced.get(name)) for name in self._conditions}
        if self._last is not None and self._last[0] is viewer.grants and self._last[1] == conditions:
            return self._last[2]
        key = (tuple(conditions.items()), tuple(sorted(viewer.grants.items())))
        found = self._plans.find(key)
        if found is None:
            plan = plan_operation(self.schema, self.document, self.definition, conditions, viewer.grants)
            found = self._plans.keep(key, plan)
        self._last = viewer.grants, conditions, found
        return found


class Operations:
    """Every operation the process has seen lately."""

    def __init__(self, schema: GraphQLSchema, settings: Settings) -> None:
        self.schema = schema
        self.settings = settings
        self._documents: Recent[str, dict[str | None, Operation]] = Recent(DOCUMENTS_KEPT)
        self._preparing = asyncio.Semaphore(PREPARED_AT_ONCE)

    async def find(self, text: str, name: str | None) -> Operation:
        """The operation to run. Raises `RequestRefused` for a document that is wrong or too large."""
        operations = self._documents.find(text)
        if operations is None:
            async with self._preparing:  # beside the event loop, and a few at a time
                operations = await asyncio.to_thread(self._prepare, text)
            if len(text) <= LONGEST_KEPT:
                self._documents.keep(text, operations)
        if name is not None:
            if name not in operations:
                raise HubError(Code.UNKNOWN_OPERATION, "The document holds no operation of the name that was given.")
            return operations[name]
        if len(operations) != 1:
            raise HubError(Code.AMBIGUOUS_OPERATION, "Expected `operationName`: the document holds several operations.")
        return next(iter(operations.values()))

    def _prepare(self, text: str) -> dict[str | None, Operation]:
        try:
            return self._checked(self._parse(text))
        except RecursionError:
            raise self._too_deep() from None

    def _too_deep(self) -> HubError:
        return HubError(Code.TOO_DEEP, f"Expected a nesting of {self.settings.max_depth} levels at most.")

    def _checked(self, document: DocumentNode) -> dict[str | None, Operation]:
        definitions = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
        if not definitions:
            raise HubError(Code.SYNTAX_ERROR, "Expected a document with an operation.")
        check_limits(document, self.settings)
        raise_invalid(validate(self.schema, document, RULES, hide_suggestions=True), Code.VALIDATION_ERROR)
        return {
            definition.name.value if definition.name else None: Operation(self.schema, document, definition)
            for definition in definitions
        }

    def _parse(self, text: str) -> DocumentNode:
        try:
            return parse(
                text,
                max_lexical_tokens=self.settings.max_tokens,
                max_source_length=self.settings.max_body_bytes,
                allow_empty_selection_sets=False,
            )
        except GraphQLError as error:
            if "tokens" in error.message and "more than" in error.message:
                raise HubError(
                    Code.TOO_MANY_TOKENS, f"Expected a document of {self.settings.max_tokens} tokens at most."
                ) from None
            if "nested too deeply" in error.message:
                raise self._too_deep() from None
            error.message = "Expected a GraphQL document; it breaks off being one here."
            raise_invalid([error], Code.SYNTAX_ERROR)
            raise


class _Conditions(Visitor):
    """Gathers the variables that decide what is included."""

    def __init__(self) -> None:
        super().__init__()
        self.names: dict[str, None] = {}

    def enter_directive(self, node: Any, *_: Any) -> None:
        if node.name.value in ("include", "skip"):
            for argument in node.arguments or ():
                if isinstance(argument.value, VariableNode):
                    self.names[argument.value.name.value] = None


def _condition_variables(document: DocumentNode) -> tuple[str, ...]:
    gathered = _Conditions()
    visit(document, gathered)
    return tuple(gathered.names)


def _text_variables(definition: OperationDefinitionNode) -> tuple[str, ...] | None:
    """The names of the variables where every one is a string or an id, which need no coercing; else None."""
    names: list[str] = []
    for variable in definition.variable_definitions or ():
        type_ = variable.type.type if isinstance(variable.type, NonNullTypeNode) else variable.type
        if not isinstance(type_, NamedTypeNode) or type_.name.value not in ("String", "ID"):
            return None
        names.append(variable.variable.name.value)
    return tuple(names)
