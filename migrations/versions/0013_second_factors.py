"""Second factors: authenticator apps, recovery codes, passkeys, and challenges under way."""

import sqlalchemy as sa
from alembic import op

from hub.tables.web_role import grant_web

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_TABLES = ("factor_challenges", "passkeys", "recovery_codes", "totp_factors")


def _account(table: str) -> tuple[sa.Column[int], sa.ForeignKeyConstraint]:
    return (
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name=op.f(f"fk_{table}_account_id")),
    )


def upgrade() -> None:
    op.create_table(
        "totp_factors",
        *_account("totp_factors"),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_totp_factors")),
    )
    op.create_table(
        "recovery_codes",
        *_account("recovery_codes"),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "code_hash", name=op.f("pk_recovery_codes")),
    )
    op.create_table(
        "passkeys",
        sa.Column("passkey_id", sa.BigInteger(), sa.Identity(), nullable=False),
        *_account("passkeys"),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("passkey_id", name=op.f("pk_passkeys")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkeys_credential_id")),
    )
    op.create_index(op.f("ix_passkeys_account_id"), "passkeys", ["account_id"])
    op.create_table(
        "factor_challenges",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        *_account("factor_challenges"),
        sa.Column("challenge", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('SIGN_IN', 'ADD_PASSKEY')", name=op.f("ck_factor_challenges_kind")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_factor_challenges")),
    )
    op.create_index(op.f("ix_factor_challenges_account_id"), "factor_challenges", ["account_id"])
    op.create_index(op.f("ix_factor_challenges_expires_at"), "factor_challenges", ["expires_at"])
    op.execute(grant_web(*_TABLES))


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)
