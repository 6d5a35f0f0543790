"""A report as it is asked for: plain data (of the API, a saved report, the command line) made a checked request."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hub.errors import Code, HubError
from hub.reports.catalog import DIMENSIONS, MEASURES, Dimension, completeness
from hub.reports.elements import ELEMENTS
from hub.reports.question import Filter, Margins, Question, Scope
from hub.reports.table import Value
from hub.tables import JURISDICTIONS

MOST_ROWS = 10_000
USUAL_ROWS = 1000

_COLUMNS = ("measure", "element", "dimension", "column")
"""How a column to order by is named; the last, in reports that were saved long ago."""

_STATES = {each["code"] for each in JURISDICTIONS}


@dataclass(frozen=True)
class Order:
    """By one of the report's columns, named as in its measures, elements and dimensions."""

    column: str
    descending: bool = False


@dataclass(frozen=True)
class Request:
    """A checked report: the question, which snapshots, and how the answer is laid out.

    `plain` is what it was made of, as it is saved and audited; it names no child. `published`: of a standard report,
    the table of the nation that it is cut from. `pivot`: there is a row a measure, and this is what their column is
    called.
    """

    title: str
    question: Question
    plain: Mapping[str, Any]
    as_of: datetime.date | None = None
    compare_as_of: datetime.date | None = None
    margins: Margins = Margins.NONE
    order_by: tuple[Order, ...] = ()
    limit: int = USUAL_ROWS
    published: Question | None = None
    pivot: str | None = None
    notes: tuple[str, ...] = ()


def ask(plain: Mapping[str, Any], *, title: str | None = None) -> Request:
    """The request that plain data stands for. Raises HubError (INVALID_ARGUMENT) saying which part does not fit.

    Keys: measures, elements, dimensions (names), filters ({dimension, in, notIn, atLeast, atMost}), scope ({state,
    stateRegion, region}), asOf, compareAsOf (dates), margins, orderBy ({measure, element or dimension, descending}),
    limit.
    """
    measures = [_named(MEASURES, name, "measure") for name in _list(plain, "measures")]
    elements = [completeness(_named(ELEMENTS, name, "element")) for name in _list(plain, "elements")]
    dimensions = [_named(DIMENSIONS, name, "dimension") for name in _list(plain, "dimensions")]
    question = Question(
        (*measures, *elements),
        tuple(dimensions),
        tuple(_filter(each) for each in _list(plain, "filters")),
        scope_of(plain.get("scope") or {}),
    )
    limit = plain.get("limit")
    limit = USUAL_ROWS if limit is None else limit
    if not isinstance(limit, int) or not 1 <= limit <= MOST_ROWS:
        raise _wrong(f"Expected a limit of 1 to {MOST_ROWS} rows.")
    return Request(
        title or _title(question),
        question,
        plain,
        date_of(plain.get("asOf"), "asOf"),
        date_of(plain.get("compareAsOf"), "compareAsOf"),
        Margins(_named(Margins.__members__, plain.get("margins") or "NONE", "kind of margins")),
        tuple(_order(each, question) for each in _list(plain, "orderBy")),
        limit,
    )


def scope_of(plain: Mapping[str, Any]) -> Scope:
    """A scope of its plain form. Raises HubError (INVALID_ARGUMENT)."""
    state = plain.get("state")
    if state is not None and state not in _STATES:
        raise _wrong("Expected the two-letter code of a state.")
    return Scope(state, plain.get("stateRegion"), plain.get("region"))


def _filter(plain: Mapping[str, Any]) -> Filter:
    dimension = _named(DIMENSIONS, plain.get("dimension"), "dimension")
    wanted, unwanted = plain.get("in"), plain.get("notIn")
    if wanted is not None and unwanted is not None:
        raise _wrong(f"Expected `in` or `notIn` of {dimension.name}, not both.")
    chosen = wanted if wanted is not None else unwanted
    values = None if chosen is None else tuple(value_of(dimension, text) for text in chosen)
    return Filter(dimension, values, unwanted is not None, plain.get("atLeast"), plain.get("atMost"))


def value_of(dimension: Dimension, text: str | None) -> Value:
    """A value of a dimension as it is written: null stands for what is not reported. Raises INVALID_ARGUMENT."""
    if text is None:
        return None
    if dimension.type == "boolean":
        if text.lower() not in ("true", "false"):
            raise _wrong(f"Expected true or false for {dimension.name}.")
        return text.lower() == "true"
    if dimension.type == "integer":
        if not text.isascii() or not text.removeprefix("-").isdigit() or len(text) > 9:
            raise _wrong(f"Expected whole numbers for {dimension.name}.")
        return int(text)
    if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise _wrong(f"Expected text for {dimension.name}.")
    return text


def _order(plain: Mapping[str, Any], question: Question) -> Order:
    column = next((plain[key] for key in _COLUMNS if plain.get(key) is not None), None)
    known = {*(each.name for each in question.measures), *(each.name for each in question.dimensions)}
    if column not in known:
        raise _wrong("Expected an order by one of the report's own columns.")
    return Order(str(column), bool(plain.get("descending")))


def _title(question: Question) -> str:
    counted = ", ".join(_words(measure.name) for measure in question.measures[:4])
    more = ", …" if len(question.measures) > 4 else ""
    split = " by " + " and ".join(_words(dimension.name) for dimension in question.dimensions)
    return (counted + more + (split if question.dimensions else "")).capitalize()


def _words(name: str) -> str:
    return name.replace("_", " ").lower()


def _list(plain: Mapping[str, Any], key: str) -> Sequence[Any]:
    return plain.get(key) or ()


def _named(known: Mapping[str, Any], name: Any, what: str) -> Any:
    if name not in known:
        raise _wrong(f"There is no such {what}; reportCatalog lists them.")
    return known[name]


def date_of(given: Any, key: str) -> datetime.date | None:
    """A date, or its text. Raises HubError (INVALID_ARGUMENT)."""
    if given is None or isinstance(given, datetime.date):
        return given
    try:
        return datetime.date.fromisoformat(given)
    except (TypeError, ValueError):
        raise _wrong(f"Expected a date, YYYY-MM-DD, as {key}.") from None


def _wrong(message: str) -> HubError:
    return HubError(Code.INVALID_ARGUMENT, message)
