"""Data requests: what one state asks another for, because it is missing of a child."""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy import ARRAY, CHAR, BigInteger, CheckConstraint, DateTime, ForeignKey, Identity, Index, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from hub.tables.base import Base

REQUEST_STATES = {
    "OPEN": "The state owes an answer.",
    "FILLED": "An upload of the state brought what was asked for; the hub saw it by itself.",
    "ANSWERED": "The state says that it has done what was asked.",
    "NOT_POSSIBLE": "The state cannot give it, and says why.",
    "WITHDRAWN": "Not asked any more.",
}


class DataRequestRow(Base):
    """One request of `asking_state` to `state`. What became of it is what became of its worklist item.

    `elements` are names of minimum data elements; `wanted` says of each where it is stored and how many rows of the
    state's records of the child held it when it was asked for. `reminded_at` is when the state was reminded before the
    item fell due.
    """

    __tablename__ = "data_requests"

    request_id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    student_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("students.student_id"))
    asking_state: Mapped[str] = mapped_column(CHAR(2), ForeignKey("jurisdictions.code"))
    state: Mapped[str] = mapped_column(CHAR(2), ForeignKey("jurisdictions.code"))
    elements: Mapped[list[str]] = mapped_column(ARRAY(Text))
    wanted: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    reason: Mapped[str] = mapped_column(Text)
    account_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("accounts.account_id"))
    item_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("worklist_items.item_id"), unique=True)
    requested_at: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True))
    reminded_at: Mapped[datetime.datetime | None] = mapped_column(DateTime(timezone=True))

    __table_args__ = (
        CheckConstraint("cardinality(elements) > 0", name="elements"),
        CheckConstraint("asking_state <> state", name="of_another_state"),
        Index(None, "student_id"),
        Index(None, "state", "request_id"),
        Index(None, "asking_state", "request_id"),
    )
