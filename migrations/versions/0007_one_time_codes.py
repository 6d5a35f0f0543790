"""One-time codes, the passwords that accounts had, and tries by source address."""

import sqlalchemy as sa
from alembic import op

from hub.tables.web_role import grant_web

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "one_time_codes",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("tries", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name=op.f("fk_one_time_codes_account_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_one_time_codes")),
    )
    op.create_table(
        "password_history",
        sa.Column("password_id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name=op.f("fk_password_history_account_id")),
        sa.PrimaryKeyConstraint("password_id", name=op.f("pk_password_history")),
    )
    op.create_index(
        op.f("ix_password_history_account_id_password_id"), "password_history", ["account_id", "password_id"]
    )
    op.execute(
        "INSERT INTO password_history (account_id, password_hash, set_at) "
        "SELECT account_id, password_hash, password_changed_at FROM accounts"
    )
    op.create_table(
        "source_tries",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("free_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("kind", "source", name=op.f("pk_source_tries")),
    )
    op.create_index(op.f("ix_source_tries_free_at"), "source_tries", ["free_at"])
    op.execute(grant_web("one_time_codes", "password_history", "source_tries"))


def downgrade() -> None:
    op.drop_table("source_tries")
    op.drop_table("password_history")
    op.drop_table("one_time_codes")
