"""What delivery needs of the outbox: dead letters, the last error, secrets that expire."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_WAITED = sa.text("delivered_at IS NULL")
_WAITING = sa.text("delivered_at IS NULL AND dead_at IS NULL")


def upgrade() -> None:
    op.add_column(
        "outbox_messages", sa.Column("sensitive", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.add_column("outbox_messages", sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("outbox_messages", sa.Column("last_error", sa.Text(), nullable=True))
    op.add_column("outbox_messages", sa.Column("dead_at", sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(
        op.f("ck_outbox_messages_one_end"), "outbox_messages", "delivered_at IS NULL OR dead_at IS NULL"
    )
    op.create_check_constraint(
        op.f("ck_outbox_messages_secrets_expire"), "outbox_messages", "NOT sensitive OR expires_at IS NOT NULL"
    )
    op.drop_index("ix_outbox_messages_due", table_name="outbox_messages", postgresql_where=_WAITED)
    op.create_index("ix_outbox_messages_due", "outbox_messages", ["due_at", "outbox_id"], postgresql_where=_WAITING)


def downgrade() -> None:
    op.drop_index("ix_outbox_messages_due", table_name="outbox_messages", postgresql_where=_WAITING)
    op.drop_constraint(op.f("ck_outbox_messages_secrets_expire"), "outbox_messages")
    op.drop_constraint(op.f("ck_outbox_messages_one_end"), "outbox_messages")
    for column in ("dead_at", "last_error", "expires_at", "sensitive"):
        op.drop_column("outbox_messages", column)
    op.create_index("ix_outbox_messages_due", "outbox_messages", ["due_at", "outbox_id"], postgresql_where=_WAITED)
