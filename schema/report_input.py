"""What a report may be asked for: enums of the catalogue, and the inputs made of them."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping
from enum import Enum
from typing import Any

import strawberry

from hub.reports.catalog import DIMENSIONS, MEASURES
from hub.reports.elements import ELEMENTS
from hub.reports.operational import OPERATIONAL
from hub.reports.standard import STANDARD
from permissions.declare import public
from schema.base import described_enum

_PART = "It is part of a question, which is guarded as a whole."

ReportMeasure = described_enum(
    "ReportMeasure", {each.name: each.description for each in MEASURES.values()}, "What a report may count."
)
ReportDimension = described_enum(
    "ReportDimension",
    {each.name: each.description for each in DIMENSIONS.values()},
    "What a report may be split and filtered by.",
)
ReportElement = described_enum(
    "ReportElement",
    {each.name: each.description for each in ELEMENTS.values()},
    "Minimum data elements whose completeness may be asked.",
)
StandardReportName = described_enum(
    "StandardReportName",
    {
        **{each.name: each.description for each in STANDARD.values()},
        **{each.name: each.description for each in OPERATIONAL.values()},
    },
    "The standard reports.",
)


@strawberry.enum(description="Which sums a report shows beside its cells.")
class ReportMargins(Enum):
    NONE = strawberry.enum_value("NONE", description="None but the total over everything.")
    NESTED = strawberry.enum_value("NESTED", description="Subtotals, from the last dimension up.")
    CROSSED = strawberry.enum_value("CROSSED", description="Sums over every set of the dimensions.")


@strawberry.input(description="Of whom a report is; the viewer's own state or region, else the nation, unless said.")
class ReportScope:
    nation: bool = public(_PART, None, "Whether it is of the nation.", default=False)
    region: str | None = public(_PART, None, "A national region.", default=None)
    state: str | None = public(_PART, None, "Two-letter code of a state.", default=None)
    state_region: str | None = public(_PART, None, "A region of that state.", default=None)


@strawberry.input(
    description="Which rows are counted. Values are written as text; null stands for what is not reported."
)
class ReportFilter:
    dimension: ReportDimension = public(_PART, None, "By what.")  # type: ignore[valid-type]
    in_: list[str | None] | None = public(_PART, None, "Those of these values.", default=None, name="in")
    not_in: list[str | None] | None = public(_PART, None, "Those of no such value.", default=None)
    at_least: int | None = public(_PART, None, "Those from this number on.", default=None)
    at_most: int | None = public(_PART, None, "Those up to this number.", default=None)


@strawberry.input(description="One step of a report's order: by one of its own columns.")
class ReportOrder:
    measure: ReportMeasure | None = public(_PART, None, "By a measure.", default=None)  # type: ignore[valid-type]
    element: ReportElement | None = public(_PART, None, "By an element's completeness.", default=None)  # type: ignore[valid-type]
    dimension: ReportDimension | None = public(_PART, None, "By a dimension.", default=None)  # type: ignore[valid-type]
    descending: bool = public(_PART, None, "From the greatest down.", default=False)


@strawberry.input(description="An ad hoc report.")
class ReportInput:
    measures: list[ReportMeasure] = public(_PART, None, "What is counted.", default_factory=list)  # type: ignore[valid-type]
    elements: list[ReportElement] = public(  # type: ignore[valid-type]
        _PART, None, "Elements whose completeness is asked: each is a measure, too.", default_factory=list
    )
    dimensions: list[ReportDimension] = public(  # type: ignore[valid-type]
        _PART, None, "By what, four at most, in the order in which they nest.", default_factory=list
    )
    filters: list[ReportFilter] = public(_PART, None, "Which rows; all unless said.", default_factory=list)
    scope: ReportScope | None = public(_PART, None, "Of whom.", default=None)
    margins: ReportMargins = public(_PART, None, "Which sums are shown, too.", default=ReportMargins.NONE)
    as_of: datetime.date | None = public(
        _PART, None, "The newest snapshot of that day or before; the newest of all unless said.", default=None
    )
    compare_as_of: datetime.date | None = public(_PART, None, "An earlier day to compare with.", default=None)
    order_by: list[ReportOrder] = public(
        _PART, None, "In which order; by the dimensions unless said.", default_factory=list
    )
    limit: int | None = public(_PART, None, "How many rows at most, 1 to 10,000; 1,000 unless said.", default=None)

    def plain(self) -> dict[str, Any]:
        """As `hub.reports.asking` takes it."""
        return dict(plain_of(self))


@strawberry.input(description="What a standard report may be given.")
class StandardReportParameters:
    year: int | None = public(
        _PART,
        None,
        "The year in which its school or program year begins; the newest unless said.",
        default=None,
    )
    scope: ReportScope | None = public(_PART, None, "Of whom.", default=None)
    as_of: datetime.date | None = public(
        _PART,
        None,
        "The newest snapshot of that day or before; unless said the newest, of a protected report of the nation the "
        "newest published one.",
        default=None,
    )
    compare_as_of: datetime.date | None = public(_PART, None, "An earlier day to compare with.", default=None)

    def plain(self) -> dict[str, Any]:
        """As `resolvers.reports` takes it, but for the report's name."""
        return dict(plain_of(self))


_NAMES = {
    "in_": "in",
    "not_in": "notIn",
    "at_least": "atLeast",
    "at_most": "atMost",
    "as_of": "asOf",
    "compare_as_of": "compareAsOf",
    "order_by": "orderBy",
    "state_region": "stateRegion",
}


def plain_of(given: Any) -> Any:
    """An input as the plain data that `hub.reports.asking` takes: the same names, with text for enums and dates."""
    if isinstance(given, Mapping):
        return {key: plain_of(value) for key, value in given.items()}
    if dataclasses.is_dataclass(given) and not isinstance(given, type):
        return {
            _NAMES.get(each.name, each.name): plain_of(getattr(given, each.name)) for each in dataclasses.fields(given)
        }
    if isinstance(given, list):
        return [plain_of(each) for each in given]
    if isinstance(given, Enum):
        return given.value
    return given.isoformat() if isinstance(given, datetime.date) else given
