"""`reportCatalog`: what reports may be asked for, in words."""

from __future__ import annotations

import strawberry
from strawberry.types import Info

from hub.reports.catalog import DIMENSIONS, MEASURES
from hub.reports.elements import ELEMENTS
from hub.reports.operational import OPERATIONAL
from hub.reports.standard import STANDARD
from permissions.declare import public
from resolvers.context import Context
from schema.report_input import ReportDimension, ReportElement, ReportMeasure, StandardReportName

_PART = "It is part of the catalogue, which is guarded as a whole."


@strawberry.type(description="A measure of reports.")
class CatalogMeasure:
    name: ReportMeasure = public(_PART, None, "Its name.")
    description: str = public(_PART, None, "What it counts.")
    aggregate: str = public(_PART, None, "COUNT, SUM, MEAN, SHARE or MEDIAN.")
    unit: str = public(_PART, None, "What its numbers count.")
    dimensions: list[ReportDimension] = public(_PART, None, "What it can be split and filtered by.")


@strawberry.type(description="A value of a dimension.")
class CatalogValue:
    value: str | None = public(_PART, None, "As filters take it; null: not reported.")
    label: str = public(_PART, None, "In words.")


@strawberry.type(description="A dimension of reports.")
class CatalogDimension:
    name: ReportDimension = public(_PART, None, "Its name.")
    description: str = public(_PART, None, "What it says.")
    type: str = public(_PART, None, "`text`, `integer` or `boolean`.")
    values: list[CatalogValue] = public(_PART, None, "Its values, where they are known beforehand.")


@strawberry.type(description="A minimum data element whose completeness may be asked.")
class CatalogElement:
    name: ReportElement = public(_PART, None, "Its name.")
    description: str = public(_PART, None, "What it says.")
    required: str = public(_PART, None, "When it must be sent, in words; empty: never.")


@strawberry.type(description="A standard report.")
class CatalogReport:
    name: StandardReportName = public(_PART, None, "Its name.")
    description: str = public(_PART, None, "What it shows.")
    rules: list[str] = public(_PART, None, "The rules that its numbers are made by.")
    takes_year: bool = public(_PART, None, "Whether it takes a year.")


@strawberry.type(description="Everything that reports may be asked for.")
class ReportCatalog:
    measures: list[CatalogMeasure] = public(_PART, None, "The measures.")
    dimensions: list[CatalogDimension] = public(_PART, None, "The dimensions.")
    elements: list[CatalogElement] = public(_PART, None, "The elements.")
    standard_reports: list[CatalogReport] = public(_PART, None, "The standard reports.")


def resolve_catalog(info: Info[Context, None]) -> ReportCatalog:
    """The catalogue."""
    measures = [
        CatalogMeasure(
            name=each.name,
            description=each.description,
            aggregate=each.aggregate.value,
            unit=each.unit,
            dimensions=[dimension.name for dimension in DIMENSIONS.values() if dimension.has(each.fact)],
        )
        for each in MEASURES.values()
    ]
    dimensions = [
        CatalogDimension(
            name=each.name,
            description=each.description,
            type=each.type,
            values=[CatalogValue(value=_written(value), label=label) for value, label in each.words.items()],
        )
        for each in DIMENSIONS.values()
    ]
    elements = [
        CatalogElement(name=each.name, description=each.description, required=each.required)
        for each in ELEMENTS.values()
    ]
    reports = [
        CatalogReport(
            name=each.name,
            description=each.description,
            rules=list(each.notes),
            takes_year=each.year is not None,
        )
        for each in STANDARD.values()
    ]
    reports += [
        CatalogReport(name=each.name, description=each.description, rules=[], takes_year=False)
        for each in OPERATIONAL.values()
    ]
    return ReportCatalog(measures=measures, dimensions=dimensions, elements=elements, standard_reports=reports)


def _written(value: str | int | bool | None) -> str | None:
    if value is None:
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)
