"""The catalog of minimum data elements: what states send, from the facts that the columns carry."""

from __future__ import annotations

import datetime
from collections import defaultdict
from typing import Annotated

import strawberry
from strawberry.types import Info

from hub import clock
from hub.tables.mde import Kind, elements
from hub.tables.sections import SECTIONS
from permissions.declare import public
from resolvers.catalog import read_codes
from resolvers.context import Context
from schema.base import described_enum

_CATALOG = "What states must send is published."

ElementKind = described_enum(
    "ElementKind", {kind.value: kind.description for kind in Kind}, "What a value of an element looks like."
)


@strawberry.type(description="One code of a code list.")
class CodeLabel:
    code: str = public(_CATALOG, None, "The code.")
    label: str = public(_CATALOG, None, "What it means.")
    effective_from: datetime.date | None = public(_CATALOG, None, "First day it is good; null: always was.")
    effective_to: datetime.date | None = public(_CATALOG, None, "Last day it is good; null: still is.")


@strawberry.type(description="One minimum data element (MDE).")
class MinimumDataElement:
    name: str = public(_CATALOG, None, "Its name in files, in this API and in reports.")
    section: str = public(_CATALOG, None, "The part of a student's record that it stands in.")
    number: int | None = public(_CATALOG, None, "Its official number, where that is sure.")
    description: str = public(_CATALOG, None, "What it says.")
    kind: ElementKind = public(_CATALOG, None, "What a value looks like.")  # type: ignore[valid-type]
    required: str | None = public(_CATALOG, None, "When it must be sent; null: never.")
    code_list: str | None = public(_CATALOG, None, "The name of its code list, if it is coded.")
    codes: list[CodeLabel] = public(_CATALOG, None, "The codes that are good on the day asked about.")


async def resolve_elements(
    info: Info[Context, None],
    as_of: Annotated[datetime.date | None, strawberry.argument(description="The day; today unless said.")] = None,
) -> list[MinimumDataElement]:
    """Every element, with the codes that are good on a day (today unless said)."""
    codes: dict[str, list[CodeLabel]] = defaultdict(list)
    for row in await read_codes(info.context.services.reads, as_of or clock.today()):
        codes[row["code_list"]].append(
            CodeLabel(
                code=row["code"],
                label=row["label"],
                effective_from=row["effective_from"],
                effective_to=row["effective_to"],
            )
        )
    return [
        MinimumDataElement(
            name=name,
            section=section,
            number=facts.number,
            description=facts.description,
            kind=facts.kind.value,
            required=facts.required or None,
            code_list=facts.codes,
            codes=codes[facts.codes] if facts.codes else [],
        )
        for section, table in SECTIONS.items()
        for name, _, facts in elements(table)
    ]
