"""Who at a single sign-on provider an account's owner is."""

from __future__ import annotations

import datetime

from sqlalchemy import BigInteger, DateTime, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hub.tables.base import Base


class OidcSubjectRow(Base):
    """The provider's own name of a person (`sub`), which it never gives to another, as an e-mail address may be."""

    __tablename__ = "oidc_subjects"

    issuer: Mapped[str] = mapped_column(Text, primary_key=True)
    subject: Mapped[str] = mapped_column(Text, primary_key=True)
    account_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("accounts.account_id"))
    known_since: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True))

    __table_args__ = (UniqueConstraint("account_id", "issuer"),)
