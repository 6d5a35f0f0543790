"""Watches of children and searches, and how far changes were looked for."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from hub.tables.web_role import grant_web

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "watch_marks",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_watch_marks")),
    )
    op.create_table(
        "seen_changes",
        sa.Column("student_id", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["student_id"], ["students.student_id"], name=op.f("fk_seen_changes_student_id")),
        sa.PrimaryKeyConstraint("student_id", name=op.f("pk_seen_changes")),
    )
    op.create_index(op.f("ix_seen_changes_seen_at"), "seen_changes", ["seen_at"], unique=False)
    op.create_table(
        "watches",
        sa.Column("watch_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("student_id", sa.BigInteger(), nullable=True),
        sa.Column("seen", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("filter", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(student_id IS NULL) = (name IS NOT NULL) AND (student_id IS NULL) = (filter IS NOT NULL)",
            name=op.f("ck_watches_child_or_search"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name=op.f("fk_watches_account_id")),
        sa.ForeignKeyConstraint(["student_id"], ["students.student_id"], name=op.f("fk_watches_student_id")),
        sa.PrimaryKeyConstraint("watch_id", name=op.f("pk_watches")),
    )
    op.create_index(op.f("ix_watches_account_id_watch_id"), "watches", ["account_id", "watch_id"], unique=False)
    op.create_index(
        "uq_watches_child",
        "watches",
        ["student_id", "account_id"],
        unique=True,
        postgresql_where=sa.text("student_id IS NOT NULL"),
    )
    op.create_index(
        "uq_watches_name",
        "watches",
        ["account_id", sa.literal_column("lower(name)")],
        unique=True,
        postgresql_where=sa.text("name IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_identity_changes_other_student_id_change_id"),
        "identity_changes",
        ["other_student_id", "change_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_identity_changes_student_id_change_id"), "identity_changes", ["student_id", "change_id"], unique=False
    )
    op.create_index(op.f("ix_move_notices_sent_at"), "move_notices", ["sent_at"], unique=False)
    op.create_index(
        op.f("ix_worklist_items_decided_at"),
        "worklist_items",
        ["decided_at"],
        unique=False,
        postgresql_where=sa.text("decided_at IS NOT NULL"),
    )
    op.execute(grant_web("seen_changes", "watch_marks", "watches"))


def downgrade() -> None:
    op.drop_index("ix_worklist_items_decided_at", table_name="worklist_items")
    op.drop_index("ix_move_notices_sent_at", table_name="move_notices")
    op.drop_index("ix_identity_changes_student_id_change_id", table_name="identity_changes")
    op.drop_index("ix_identity_changes_other_student_id_change_id", table_name="identity_changes")
    for table in ("watches", "seen_changes", "watch_marks"):
        op.drop_table(table)
