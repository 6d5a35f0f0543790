"""What `POST /reports/file` is sent: the report, as `saveReport` takes it, and the format. It is part of the schema, so
that it is printed with the inputs that it is made of, and read by the same rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

import strawberry
from graphql import GraphQLError, GraphQLSchema
from graphql.utilities import coerce_input_value, validate_input_value

from hub.errors import Code, HubError
from hub.reports.output import Format
from permissions.declare import public
from schema.base import described_enum
from schema.report_input import ReportInput, StandardReportName, StandardReportParameters, plain_of

_PART = "It is part of a question, which is guarded as a whole."

ReportFormat = described_enum(
    "ReportFormat", {each.value: each.description for each in Format}, "What a report is written as."
)


@strawberry.input(
    description="What `POST /reports/file` takes as JSON: an ad hoc report, or a standard one with its parameters."
)
class ReportFileInput:
    format: ReportFormat = public(_PART, None, "As what it is written.")  # type: ignore[valid-type]
    report: ReportInput | None = public(_PART, None, "An ad hoc report.", default=None)
    standard: StandardReportName | None = public(_PART, None, "A standard report.", default=None)
    parameters: StandardReportParameters | None = public(_PART, None, "Of the standard report.", default=None)


def file_input(schema: GraphQLSchema, sent: Mapping[str, Any]) -> tuple[Format, Mapping[str, Any]]:
    """The format, and the rest in the plain form that reports are asked in. Raises HubError (INVALID_ARGUMENT)."""
    type_: Any = schema.type_map[ReportFileInput.__name__]

    def refuse(error: GraphQLError, path: list[str | int]) -> NoReturn:
        at = ".".join(str(step) for step in path)
        raise HubError(Code.INVALID_ARGUMENT, f"{at}: {error.message}" if at else error.message)

    validate_input_value(sent, type_, refuse, hide_suggestions=True)
    plain = plain_of(coerce_input_value(sent, type_))
    return Format(plain.pop("format")), plain
