"""Reports: what may be asked, the answers, and what is saved."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Annotated, Any

import strawberry
from strawberry.types import Info

from hub.reports.saved import report_runs, saved_reports
from hub.reports.table import TOTAL, Answer, Row
from permissions.declare import public
from resolvers.compiler.node_id import encode
from resolvers.context import Context
from resolvers.reports import run
from schema.base import Json
from schema.report_input import ReportInput, StandardReportName, StandardReportParameters

_PART = "It is part of a report, which is guarded as a whole."


@strawberry.type(description="A column of a report.")
class ReportColumn:
    name: str = public(_PART, None, "The measure, element or dimension it is of; `…_BEFORE`: as of the comparison.")
    kind: str = public(_PART, None, "`dimension` or `measure`.")
    label: str = public(_PART, None, "What it says, in words.")
    unit: str = public(_PART, None, "What its numbers count, such as students, days or %; empty for a dimension.")
    type: str = public(_PART, None, "`text`, `integer`, `decimal` or `boolean`.")


@strawberry.type(description="A row of a report.")
class ReportRow:
    values: list[Json | None] = public(
        _PART,
        None,
        "One a column: a dimension's value (null: not reported, or summed over), then the numbers (null: not shown). "
        "Decimals are strings.",
    )
    total: list[bool] = public(_PART, None, "One a dimension: whether the row sums over it.")
    marks: list[str] = public(_PART, None, "One a measure: EXACT, PROTECTED, SUPPRESSED or EMPTY.")


@strawberry.type(description="What disclosure control did to a report.")
class ReportDisclosure:
    mode: str = public(_PART, None, "EXACT, STANDARD or AD_HOC.")
    note: str = public(_PART, None, "What was done, in words.")
    suppressed: int = public(_PART, None, "How many numbers are hidden.")


@strawberry.type(description="A finished report.")
class Report:
    title: str = public(_PART, None, "What it is about.")
    columns: list[ReportColumn] = public(_PART, None, "The dimensions, then the measures.")
    rows: list[ReportRow] = public(_PART, None, "The rows, in the order asked for.")
    totals: ReportRow | None = public(_PART, None, "The row over everything; null where there is but one row.")
    notes: list[str] = public(_PART, None, "What a reader must know: scope, rules, limits.")
    disclosure: ReportDisclosure = public(_PART, None, "What was done to the numbers.")
    as_of: datetime.datetime = public(_PART, None, "The moment that its snapshot shows.")
    compared_as_of: datetime.datetime | None = public(_PART, None, "The moment of the comparison, where there is one.")


@strawberry.type(description="A snapshot that reports can be run on.")
class ReportSnapshot:
    as_of: datetime.datetime = public(_PART, None, "The moment that it shows.")
    published: bool = public(_PART, None, "Whether it is the month's as of which tables of the nation are exact.")


@strawberry.type(description="A report that was saved: the question, never an answer.")
class SavedReport:
    id: strawberry.ID = public(_PART, None, "Its id, to delete it by.")
    name: str = public(_PART, None, "Its name, unique among the owner's.")
    owner: str = public(_PART, None, "The name of whoever saved it.")
    own: bool = public(_PART, None, "Whether it is the viewer's own.")
    shared_with: str = public(_PART, None, "NOBODY or OFFICE.")
    question: Json = public(_PART, None, "The input of `report`, or `standard` with the parameters of a standard one.")
    saved_at: datetime.datetime = public(_PART, None, "When it was last saved.")


@strawberry.type(description="A report that the viewer ran.")
class ReportRun:
    ran_at: datetime.datetime = public(_PART, None, "When.")
    title: str = public(_PART, None, "What it was about.")
    question: Json = public(_PART, None, "What was asked.")
    as_of: datetime.datetime = public(_PART, None, "The moment that its snapshot showed.")
    mode: str = public(_PART, None, "How its numbers were protected: EXACT, STANDARD or AD_HOC.")
    rows: int = public(_PART, None, "How many rows it had.")
    milliseconds: int = public(_PART, None, "How long it took.")


def _row(row: Row) -> ReportRow:
    places = [None if value is TOTAL else value for value in row.coordinates]
    numbers = [str(cell.value) if isinstance(cell.value, Decimal) else cell.value for cell in row.cells]
    values: list[Any] = [*places, *numbers]
    return ReportRow(
        values=values,
        total=[value is TOTAL for value in row.coordinates],
        marks=[cell.mark.value for cell in row.cells],
    )


def shown(answer: Answer) -> Report:
    """An answer as it goes out."""
    return Report(
        title=answer.title,
        columns=[
            ReportColumn(name=each.name, kind=each.kind, label=each.label, unit=each.unit, type=each.type)
            for each in answer.columns
        ],
        rows=[_row(row) for row in answer.rows],
        totals=None if answer.totals is None else _row(answer.totals),
        notes=list(answer.notes),
        disclosure=ReportDisclosure(
            mode=answer.disclosure.mode.value,
            note=answer.disclosure.note,
            suppressed=answer.disclosure.suppressed,
        ),
        as_of=answer.as_of,
        compared_as_of=answer.compared_as_of,
    )


async def resolve_report(
    info: Info[Context, None],
    input: Annotated[ReportInput, strawberry.argument(description="What is asked.")],
) -> Report | None:
    """An ad hoc report."""
    context = info.context
    return shown(await run(context.services, context.viewer, input.plain()))


async def resolve_standard_report(
    info: Info[Context, None],
    name: Annotated[StandardReportName, strawberry.argument(description="Which report.")],
    parameters: Annotated[
        StandardReportParameters | None, strawberry.argument(description="Of which year, whom and when.")
    ] = None,
) -> Report | None:
    """A standard report."""
    context = info.context
    plain = {} if parameters is None else parameters.plain()
    return shown(await run(context.services, context.viewer, {**plain, "standard": name.value}))


async def resolve_snapshots(info: Info[Context, None]) -> list[ReportSnapshot]:
    """The snapshots that are kept, the newest first."""
    kept = info.context.services.reports.shelf.kept()
    return [ReportSnapshot(as_of=each.as_of, published=each.published) for each in kept]


async def resolve_saved(info: Info[Context, None]) -> list[SavedReport]:
    """The viewer's own saved reports, and those shared with its office."""
    context = info.context
    return [
        SavedReport(
            id=strawberry.ID(encode("SavedReport", each.saved_report_id)),
            name=each.name,
            owner=each.owner,
            own=each.own,
            shared_with=each.shared_with,
            question=each.question,  # type: ignore[arg-type]
            saved_at=each.saved_at,
        )
        for each in await saved_reports(context.services.writes, context.viewer)
    ]


async def resolve_runs(
    info: Info[Context, None],
    first: Annotated[int, strawberry.argument(description="How many of the newest, 200 at most.")] = 50,
) -> list[ReportRun]:
    """The reports that the viewer ran, the newest first."""
    context = info.context
    return [
        ReportRun(
            ran_at=each.ran_at,
            title=each.title,
            question=each.question,  # type: ignore[arg-type]
            as_of=each.as_of,
            mode=each.mode,
            rows=each.rows,
            milliseconds=each.milliseconds,
        )
        for each in await report_runs(context.services.writes, context.viewer, first)
    ]
