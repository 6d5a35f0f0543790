"""Service tokens: what an account gave to a state's tool or a dashboard to ask in its name."""

from __future__ import annotations

import datetime

from sqlalchemy import BigInteger, DateTime, ForeignKey, Identity, Index, LargeBinary, Text, func, text
from sqlalchemy.dialects.postgresql import ARRAY, CIDR
from sqlalchemy.orm import Mapped, mapped_column

from hub.tables.base import Base


class ServiceTokenRow(Base):
    """One token. Only its hash is kept; revoking it keeps the row and says who did it, and why.

    `grants` is what the account gave; what the token may is that and what the account holds when it is used.
    `purpose`, where there is one, is the only purpose it is used for.
    """

    __tablename__ = "service_tokens"

    token_id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    account_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("accounts.account_id"))
    name: Mapped[str] = mapped_column(Text)
    grants: Mapped[list[str]] = mapped_column(ARRAY(Text))
    addresses: Mapped[list[str]] = mapped_column(ARRAY(CIDR))
    purpose: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    expires_at: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True))
    last_used_at: Mapped[datetime.datetime | None] = mapped_column(DateTime(timezone=True))
    revoked_at: Mapped[datetime.datetime | None] = mapped_column(DateTime(timezone=True))
    revoked_by: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("accounts.account_id"))
    revoke_reason: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        Index(None, "account_id"),
        Index(
            "uq_service_tokens_name",
            "account_id",
            text("lower(name)"),
            unique=True,
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )
