"""What a direct look-up says of a student under review: whom to ask, and until when. Nothing else of the student."""

from __future__ import annotations

from typing import Any

import orjson
from sqlalchemy import ColumnElement, Select, func, literal_column, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from hub.errors import Code, HubError
from hub.tables import LOCKING_KINDS, StateRecordRow, WorklistItemRecordRow, WorklistItemRow
from permissions.scope import decides


def review_of(students: Select[Any]) -> ColumnElement[Any]:
    """`{"ask": [states], "until": moment}` of the open decisions about the students; null where there are none."""
    item, about = WorklistItemRow.__table__.alias(), WorklistItemRecordRow.__table__.alias()
    record = StateRecordRow.__table__.alias()
    found = (
        select(item.c.state, func.max(item.c.due_at).label("due_at"))
        .select_from(
            record.join(about, about.c.state_record_id == record.c.state_record_id).join(
                item, item.c.item_id == about.c.item_id
            )
        )
        .where(
            record.c.student_id.in_(students),
            record.c.review_scopes.is_not(None),
            ~decides(record.c.review_scopes),
            item.c.status == literal_column("'OPEN'"),
            item.c.kind.in_([literal_column(f"'{kind}'") for kind in LOCKING_KINDS]),
        )
        .group_by(item.c.state)
        .subquery("review")
    )
    facts = func.json_build_object(
        literal_column("'ask'"),
        func.json_agg(aggregate_order_by(found.c.state, found.c.state)),
        literal_column("'until'"),
        func.max(found.c.due_at),
    )
    return select(facts).select_from(found).having(func.count() > literal_column("0")).scalar_subquery()


def under_review(review: bytes | str) -> HubError:
    """The error that says what `review_of` found."""
    facts = orjson.loads(review)
    states = ", ".join(facts["ask"])
    return HubError(
        Code.UNDER_REVIEW, f"The student is under review; ask the data administrators of {states}.", **facts
    )
