"""The audit trail. Rows are added and never changed: the database refuses, by privilege and by trigger."""

from __future__ import annotations

import datetime
from typing import Any

from sqlalchemy import CHAR, BigInteger, DateTime, Identity, Index, Text, func, text
from sqlalchemy.dialects.postgresql import ARRAY, INET, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from hub.tables.append_only import REFUSE_CHANGE, append_only
from hub.tables.base import Base
from hub.tables.web_role import WEB_ROLE_DOWN, WEB_ROLE_UP

OF_ACCOUNTS = "tag ~ '^(account|token|change|request):'"
"""Which events are about accounts: what was done to them and by whom, their service tokens, and what they were refused;
there is an index of them."""

OF_ONE, OF_SEVERAL = "cardinality(students) = 1", "cardinality(students) > 1"
"""How many children an event names. Most name one, and an inverted index costs a read of one child more than the rest
of its event does, so there is an index of each."""


class AuditEventRow(Base):
    """One event: who did or saw what, when, for which purpose. `tag` reads like `student:view`.

    `students` are internal student ids of whom data was shown or counted, `fields` schema coordinates of what was shown
    or asked about (`Student.birthDate`, `StudentFilter.lastName`), `result_bytes` the size of the answer.
    """

    __tablename__ = "audit_events"

    event_id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    at: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    tag: Mapped[str] = mapped_column(Text)
    account_id: Mapped[int | None] = mapped_column(BigInteger)
    user_id: Mapped[str | None] = mapped_column(Text)
    session_id: Mapped[int | None] = mapped_column(BigInteger)
    state: Mapped[str | None] = mapped_column(CHAR(2))
    purpose: Mapped[str | None] = mapped_column(Text)
    operation: Mapped[str | None] = mapped_column(Text)
    students: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), server_default="{}")
    fields: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    result_bytes: Mapped[int | None] = mapped_column(BigInteger)
    address: Mapped[str | None] = mapped_column(INET)
    detail: Mapped[dict[str, Any] | None] = mapped_column(JSONB)

    __table_args__ = (
        Index(None, "account_id", "event_id"),
        Index(None, "at"),
        Index("ix_audit_events_accounts", "event_id", postgresql_where=text(OF_ACCOUNTS)),
        Index("ix_audit_events_student", text("(students[1])"), postgresql_where=text(OF_ONE)),
        Index("ix_audit_events_students", "students", postgresql_using="gin", postgresql_where=text(OF_SEVERAL)),
    )


_APPEND_ONLY = ("audit_events", "links")

APPEND_ONLY_UP: list[str] = [
    REFUSE_CHANGE,
    *(statement for table in _APPEND_ONLY for statement in append_only(table)),
    *WEB_ROLE_UP,
]
"""For the first migration, after its tables: refusal by trigger (the owner too) and by privilege (`hub_web`)."""

APPEND_ONLY_DOWN: list[str] = [
    *WEB_ROLE_DOWN,
    *(f"DROP TRIGGER {table}_{name} ON {table}" for table in _APPEND_ONLY for name in ("no_truncate", "append_only")),
    "DROP FUNCTION refuse_change()",
]
"""Before the tables are dropped."""
