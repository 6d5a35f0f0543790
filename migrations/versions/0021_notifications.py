"""Notifications, how accounts want to be told by mail, and the digests that were written."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from hub.tables.append_only import append_only
from hub.tables.web_role import grant_web

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "digests",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("outbox_id", sa.BigInteger(), nullable=False),
        sa.Column("notifications", sa.BigInteger(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name=op.f("fk_digests_account_id")),
        sa.PrimaryKeyConstraint("account_id", "day", name=op.f("pk_digests")),
    )
    op.create_table(
        "notification_preferences",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("language", sa.CHAR(length=2), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("digest IN ('DAILY', 'NEVER')", name=op.f("ck_notification_preferences_digest")),
        sa.CheckConstraint("language IN ('EN', 'ES')", name=op.f("ck_notification_preferences_language")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.account_id"], name=op.f("fk_notification_preferences_account_id")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_notification_preferences")),
    )
    op.create_table(
        "notifications",
        sa.Column("notification_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("student_id", sa.BigInteger(), nullable=True),
        sa.Column("state_record_id", sa.BigInteger(), nullable=True),
        sa.Column("object_type", sa.Text(), nullable=True),
        sa.Column("object_key", sa.BigInteger(), nullable=True),
        sa.Column(
            "parameters", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("digested_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(object_type IS NULL) = (object_key IS NULL)", name=op.f("ck_notifications_whole_object")),
        sa.CheckConstraint(
            "state_record_id IS NULL OR student_id IS NOT NULL", name=op.f("ck_notifications_record_of_student")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name=op.f("fk_notifications_account_id")),
        sa.ForeignKeyConstraint(
            ["state_record_id"], ["state_records.state_record_id"], name=op.f("fk_notifications_state_record_id")
        ),
        sa.ForeignKeyConstraint(["student_id"], ["students.student_id"], name=op.f("fk_notifications_student_id")),
        sa.PrimaryKeyConstraint("notification_id", name=op.f("pk_notifications")),
    )
    op.create_index(
        op.f("ix_notifications_account_id_notification_id"),
        "notifications",
        ["account_id", "notification_id"],
        unique=False,
    )
    op.create_index(op.f("ix_notifications_created_at"), "notifications", ["created_at"], unique=False)
    op.create_index(
        op.f("ix_notifications_state_record_id"),
        "notifications",
        ["state_record_id"],
        unique=False,
        postgresql_where=sa.text("state_record_id IS NOT NULL"),
    )
    op.create_index(op.f("ix_notifications_student_id"), "notifications", ["student_id"], unique=False)
    op.create_index(
        "ix_notifications_undigested",
        "notifications",
        ["account_id"],
        unique=False,
        postgresql_where=sa.text("digested_at IS NULL AND read_at IS NULL"),
    )
    op.create_index(
        "ix_notifications_unread",
        "notifications",
        ["account_id"],
        unique=False,
        postgresql_where=sa.text("read_at IS NULL"),
    )
    for statement in append_only("digests"):
        op.execute(statement)
    op.execute(grant_web("digests", "notification_preferences", "notifications"))


def downgrade() -> None:
    op.drop_table("notifications")
    op.drop_table("notification_preferences")
    op.drop_table("digests")
