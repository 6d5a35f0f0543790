"""Merges and splits before anybody asks for them: what each side will look like, and what differs."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Annotated

import strawberry
from strawberry.types import Info

from permissions.declare import guarded
from permissions.grants import Grant as G
from resolvers.compiler.node_id import number, parse
from resolvers.compiler.source import Keyed
from resolvers.context import Context
from resolvers.previews import Preview, preview_item, preview_merge, preview_split
from resolvers.sources.dispute import DISPUTES
from resolvers.sources.state_record import STATE_RECORDS
from schema.dispute import Dispute
from schema.state_record import StateRecord

_M = G.MERGE_INITIATE


@strawberry.type(description="A student as a merge or split will make it.")
class PreviewSide:
    msix_id: str | None = guarded(_M, None, "The MSIX ID that it will have; null: a new one.")
    source: StateRecord | None = guarded(
        _M, Keyed(STATE_RECORDS), "The record whose values will head its consolidated record."
    )
    state_records: list[StateRecord] | None = guarded(
        _M, Keyed(STATE_RECORDS, many=True), "Every record that will be its."
    )


@strawberry.type(description="What one record says of an element.")
class PreviewValue:
    value: str | None = guarded(G.STUDENT_READ, None, "The value, as text; null: nothing.")
    reported_by: str | None = guarded(G.STUDENT_READ, None, "Code of the state that sent it.")


@strawberry.type(description="An element of which the records do not all say the same.")
class PreviewDifference:
    element: str | None = guarded(G.STUDENT_READ, None, "Name of the element.")
    values: list[PreviewValue] | None = guarded(G.STUDENT_READ, None, "What each record says.")


@strawberry.type(description="What a merge or split would make.")
class IdentityPreview:
    sides: list[PreviewSide] | None = guarded(
        _M, None, "The student that a merge makes; or who stays, then who leaves, in a split."
    )
    differences: list[PreviewDifference] | None = guarded(
        G.STUDENT_READ, None, "Elements of name, birth, sex and parents of which the records do not say the same."
    )
    disputes: list[Dispute] | None = guarded(
        G.STUDENT_READ, Keyed(DISPUTES, many=True), "Statements that stand with any of the records."
    )
    states: list[str] | None = guarded(_M, None, "Codes of the states that would have to decide.")


async def _shown(info: Info[Context, None], found: Awaitable[Preview | None]) -> IdentityPreview | None:
    preview = await found
    if preview is None:
        return None
    info.context.reading.students.update(preview.students)
    return IdentityPreview(
        sides=[
            PreviewSide(msix_id=side.msix_id, source=side.records[0], state_records=list(side.records))  # type: ignore[arg-type]
            for side in preview.sides
        ],
        differences=[
            PreviewDifference(
                element=difference.element,
                values=[PreviewValue(value=value, reported_by=state) for value, state in difference.values],
            )
            for difference in preview.differences
        ],
        disputes=list(preview.disputes),  # type: ignore[arg-type]
        states=list(preview.states),
    )


async def resolve_merge_preview(
    info: Info[Context, None],
    survivor: Annotated[str, strawberry.argument(description="MSIX ID of the student that keeps its ID.")],
    duplicates: Annotated[list[str], strawberry.argument(description="MSIX IDs of the others.")],
) -> IdentityPreview | None:
    """What a merge would make."""
    context = info.context
    return await _shown(info, preview_merge(context.services.reads, context.viewer, [survivor, *duplicates]))


async def resolve_split_preview(
    info: Info[Context, None],
    student: Annotated[str, strawberry.argument(description="MSIX ID of the student.")],
    state_records: Annotated[list[strawberry.ID], strawberry.argument(description="Ids of the records that leave.")],
) -> IdentityPreview | None:
    """What a split would make."""
    context = info.context
    named = [parse(id_, {"StateRecord": [int]}) for id_ in state_records]
    leaving = [key[1][0] if key else 0 for key in named]
    return await _shown(info, preview_split(context.services.reads, context.viewer, student, leaving))


async def resolve_worklist_preview(
    info: Info[Context, None],
    id_: Annotated[strawberry.ID, strawberry.argument(name="id", description="The item's id.")],
) -> IdentityPreview | None:
    """What the decision on an item would make."""
    item = number(id_, "WorklistItem")
    if item is None:
        return None
    return await _shown(info, preview_item(info.context.services.reads, info.context.viewer, item))
