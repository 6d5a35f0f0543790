"""Sign-ins by single sign-on that are under way at the provider."""

from __future__ import annotations

import datetime

from sqlalchemy import DateTime, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from hub.tables.base import Base


class OidcAttemptRow(Base):
    """One attempt: hashes of what the provider brings back and of what the browser keeps. It is taken once."""

    __tablename__ = "oidc_attempts"

    state_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    browser_hash: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True), index=True)
