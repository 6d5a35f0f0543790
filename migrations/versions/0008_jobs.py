"""Jobs of the worker, and an index for mails that expire."""

import sqlalchemy as sa
from alembic import op

from hub.tables.web_role import grant_web

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_EXPIRING = sa.text("delivered_at IS NULL AND expires_at IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "jobs",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_jobs")),
    )
    op.create_index("ix_outbox_messages_expires", "outbox_messages", ["expires_at"], postgresql_where=_EXPIRING)
    op.execute(grant_web("jobs"))


def downgrade() -> None:
    op.drop_index("ix_outbox_messages_expires", table_name="outbox_messages", postgresql_where=_EXPIRING)
    op.drop_table("jobs")
