"""The seals of the audit trail: a hash chain over all its events, in the order of their sealing. Append-only."""

from __future__ import annotations

import datetime

from sqlalchemy import BigInteger, DateTime, LargeBinary, SmallInteger, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from hub.tables.base import Base


class AuditSealRow(Base):
    """One link of the chain: some events, sealed together. `hub.audit.chain` says what each hash is over.

    `seal_id` counts from 1 without a gap. `event_ids` are the events in sealed order and `links` their hashes, 32 bytes
    each; `position` is the place of the last of them in the whole chain. Every event up to `settled_id` is sealed here
    or before, or will never be: its transaction was rolled back. `highest_id` is the largest event id sealed so far.
    """

    __tablename__ = "audit_seals"

    seal_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    sealed_at: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True))
    form: Mapped[int] = mapped_column(SmallInteger)
    position: Mapped[int] = mapped_column(BigInteger)
    settled_id: Mapped[int] = mapped_column(BigInteger)
    highest_id: Mapped[int] = mapped_column(BigInteger)
    event_ids: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    links: Mapped[bytes] = mapped_column(LargeBinary)
    head: Mapped[bytes] = mapped_column(LargeBinary)
    key_id: Mapped[str] = mapped_column(Text)
    signature: Mapped[bytes] = mapped_column(LargeBinary)
