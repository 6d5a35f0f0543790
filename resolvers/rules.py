"""Validation with stable codes: the rules of the specification, each knowing the code of its errors.

The rule classes are made once, so that graphql-core can keep what it derives from them. Messages never repeat what the
client wrote as a value: it may be a child's birth date.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from graphql import (
    ASTValidationRule,
    FieldsOnCorrectTypeRule,
    GraphQLError,
    ValuesOfCorrectTypeRule,
    VariablesInAllowedPositionRule,
    specified_rules,
)

from hub.errors import Code, HubError

_CODES: dict[type[ASTValidationRule], Code] = {
    FieldsOnCorrectTypeRule: Code.UNKNOWN_FIELD,
    ValuesOfCorrectTypeRule: Code.WRONG_TYPE,
    VariablesInAllowedPositionRule: Code.WRONG_TYPE,
}


def _coded(rule: type[ASTValidationRule]) -> type[ASTValidationRule]:
    code = _CODES.get(rule, Code.VALIDATION_ERROR)

    class Coded(rule):  # type: ignore[valid-type, misc]
        def report_error(self, error: GraphQLError) -> None:
            unknown = code is Code.WRONG_TYPE and "unknown field" in error.message
            error.extensions = {"code": Code.UNKNOWN_FIELD if unknown else code}
            error.message = without_values(error.message)
            super().report_error(error)

    Coded.__name__ = f"Coded{rule.__name__}"
    return Coded


RULES = tuple(_coded(rule) for rule in specified_rules)

_VALUE = re.compile(
    r"(cannot represent an? [^:]*): .*|(?<= value): .*|([,;] found: |, but encountered error ).*", re.DOTALL
)
_MISSING_MEMBER = re.compile(r"Value '.*' does not exist", re.DOTALL)


def without_values(message: str) -> str:
    """A message of graphql-core without the value that it quotes."""
    message = _MISSING_MEMBER.sub("The value does not exist", message)
    start = message.find("has invalid value")
    head, tail = (message[: start + 17], message[start + 17 :]) if start >= 0 else ("", message)
    return head + _VALUE.sub(r"\1.", tail)


def raise_invalid(errors: Iterable[GraphQLError], code: Code) -> None:
    """Raise a `RequestRefused` where there are errors; `code` is for those that have none."""
    entries = [entry(error, code) for error in errors]
    if entries:
        raise RequestRefused(entries)


def entry(error: GraphQLError, code: Code) -> dict[str, Any]:
    """A GraphQL error as it goes out: message, places in the document, code."""
    if error.message.startswith("Unknown argument"):
        code = Code.UNKNOWN_FIELD  # its rule reports to the context, past `Coded`
    extensions = error.extensions or {}
    made: dict[str, Any] = {"message": error.message, "extensions": {"code": code, **extensions}}
    if error.locations:
        made["locations"] = [{"line": place.line, "column": place.column} for place in error.locations]
    return made


class RequestRefused(HubError):
    """A request refused before anything of it ran; `errors` are all that is wrong with it."""

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        first = errors[0]
        super().__init__(Code(first["extensions"]["code"]), first["message"])
        self.errors = errors
