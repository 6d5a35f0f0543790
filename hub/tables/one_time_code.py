"""One-time codes: what lets an account choose a password without its old one."""

from __future__ import annotations

import datetime

from sqlalchemy import BigInteger, DateTime, ForeignKey, LargeBinary, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from hub.tables.base import Base


class OneTimeCodeRow(Base):
    """The newest code of an account, as a hash; a newer one takes its place, and using it removes it.

    `tries` counts the wrong ones.
    """

    __tablename__ = "one_time_codes"

    account_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("accounts.account_id"), primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary)
    tries: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    made_at: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True))
