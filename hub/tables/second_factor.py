"""Second factors of accounts: codes of an authenticator app, recovery codes, passkeys, and challenges under way."""

from __future__ import annotations

import datetime

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Identity, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from hub.tables.base import Base


class TotpFactorRow(Base):
    """The authenticator app of an account. The secret is encrypted by a key outside the database.

    It counts once it is confirmed. `last_step` is the newest time step whose code was used; none is used twice.
    """

    __tablename__ = "totp_factors"

    account_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("accounts.account_id"), primary_key=True)
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    started_at: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True))
    confirmed_at: Mapped[datetime.datetime | None] = mapped_column(DateTime(timezone=True))
    last_step: Mapped[int | None] = mapped_column(BigInteger)


class RecoveryCodeRow(Base):
    """One recovery code of an account, as a hash; using it removes it."""

    __tablename__ = "recovery_codes"

    account_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("accounts.account_id"), primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)


class PasskeyRow(Base):
    """One passkey (WebAuthn credential) of an account. `public_key` is in COSE form."""

    __tablename__ = "passkeys"

    passkey_id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    account_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("accounts.account_id"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True))
    last_used_at: Mapped[datetime.datetime | None] = mapped_column(DateTime(timezone=True))


class FactorChallengeRow(Base):
    """One challenge under way: a sign-in that waits for its second factor, or a passkey that is being added.

    Known to the client by a token, kept as its hash; `challenge` is what a passkey signs. Taking it removes it.
    """

    __tablename__ = "factor_challenges"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    account_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("accounts.account_id"), index=True)
    challenge: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True), index=True)

    __table_args__ = (CheckConstraint("kind IN ('SIGN_IN', 'ADD_PASSKEY')", name="kind"),)
