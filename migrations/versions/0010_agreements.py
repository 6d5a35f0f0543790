"""What accounts agreed to and when; Tennessee's passwords are good for 60 days."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from hub.tables.append_only import append_only
from hub.tables.web_role import grant_web

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agreements",
        sa.Column("agreement_id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("address", postgresql.INET(), nullable=True),
        sa.CheckConstraint("kind IN ('RULES', 'REFRESHER')", name=op.f("ck_agreements_kind")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name=op.f("fk_agreements_account_id")),
        sa.PrimaryKeyConstraint("agreement_id", name=op.f("pk_agreements")),
    )
    op.create_index(op.f("ix_agreements_account_id"), "agreements", ["account_id"])
    for statement in append_only("agreements"):
        op.execute(statement)
    op.execute(grant_web("agreements"))
    op.execute(
        "INSERT INTO state_policies (state, policy, value) VALUES ('TN', 'PASSWORD_DAYS', '60') ON CONFLICT DO NOTHING"
    )


def downgrade() -> None:
    op.execute("DELETE FROM state_policies WHERE policy = 'PASSWORD_DAYS'")
    op.drop_table("agreements")
