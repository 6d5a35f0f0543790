"""Changes of saved reports."""

from __future__ import annotations

import strawberry

from hub.tables import SHARED_WITH
from permissions.declare import public
from schema.base import described_enum
from schema.payload import INPUT, PAYLOAD, MutationError, errors_field, key_field
from schema.report_input import ReportInput, StandardReportName, StandardReportParameters

SharedWith = described_enum("SharedWith", SHARED_WITH, "Who finds a saved report.")


@strawberry.input(description="A report to keep under a name: an ad hoc one, or a standard one with its parameters.")
class SaveReportInput:
    name: str = public(INPUT, None, "Its name; the account's report of that name is replaced.")
    shared_with: SharedWith = public(INPUT, None, "Who finds it.", default="NOBODY")  # type: ignore[valid-type]
    report: ReportInput | None = public(INPUT, None, "An ad hoc report.", default=None)
    standard: StandardReportName | None = public(INPUT, None, "A standard report.", default=None)
    parameters: StandardReportParameters | None = public(INPUT, None, "Of the standard report.", default=None)
    idempotency_key: str | None = key_field()


@strawberry.type(description="The saved report, or why it was not saved.")
class SaveReportPayload:
    id: strawberry.ID | None = public(PAYLOAD, None, "Its id.")
    errors: list[MutationError] = errors_field()


@strawberry.input(description="Which saved report to give up.")
class DeleteSavedReportInput:
    id: strawberry.ID = public(INPUT, None, "Its id.")
    idempotency_key: str | None = key_field()


@strawberry.type(description="The id that is free, or why the report was not given up.")
class DeleteSavedReportPayload:
    id: strawberry.ID | None = public(PAYLOAD, None, "The id it had.")
    errors: list[MutationError] = errors_field()
