"""Audit seals: the hash chain over the audit trail, append-only as the trail is."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from hub.tables.append_only import append_only
from hub.tables.web_role import grant_web

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_seals",
        sa.Column("seal_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("form", sa.SmallInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("settled_id", sa.BigInteger(), nullable=False),
        sa.Column("highest_id", sa.BigInteger(), nullable=False),
        sa.Column("event_ids", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("links", sa.LargeBinary(), nullable=False),
        sa.Column("head", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seal_id", name=op.f("pk_audit_seals")),
    )
    for statement in append_only("audit_seals"):
        op.execute(statement)
    op.execute(grant_web("audit_seals"))


def downgrade() -> None:
    op.drop_table("audit_seals")
