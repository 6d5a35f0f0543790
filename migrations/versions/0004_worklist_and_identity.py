"""The worklist, requests to merge and split, what people decided about pairs of records, state policies."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from hub.tables.append_only import append_only
from hub.tables.web_role import grant_web

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_TABLES = (
    "identity_requests",
    "state_policies",
    "worklist_items",
    "worklist_item_records",
    "identity_changes",
    "record_pairs",
)
_APPEND_ONLY = {
    "identity_changes": "",
    "worklist_item_records": "",
    "worklist_items": "OLD.status <> 'OPEN'",
    "identity_requests": "OLD.status <> 'PENDING'",
}


def upgrade() -> None:
    op.create_table(
        "identity_requests",
        sa.Column("request_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default="PENDING", nullable=False),
        sa.Column("student_id", sa.BigInteger(), nullable=False),
        sa.Column("duplicates", sa.ARRAY(sa.BigInteger()), server_default="{}", nullable=False),
        sa.Column("state_records", sa.ARRAY(sa.BigInteger()), server_default="{}", nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(status = 'PENDING') = (ended_at IS NULL)", name=op.f("ck_identity_requests_ended_when")),
        sa.CheckConstraint("kind IN ('MERGE', 'SPLIT')", name=op.f("ck_identity_requests_kind")),
        sa.CheckConstraint(
            "status IN ('PENDING', 'DONE', 'REJECTED', 'WITHDRAWN')", name=op.f("ck_identity_requests_status")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name=op.f("fk_identity_requests_account_id")),
        sa.ForeignKeyConstraint(["student_id"], ["students.student_id"], name=op.f("fk_identity_requests_student_id")),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_identity_requests")),
    )
    op.create_index(op.f("ix_identity_requests_account_id"), "identity_requests", ["account_id"], unique=False)
    op.create_index(op.f("ix_identity_requests_student_id"), "identity_requests", ["student_id"], unique=False)
    op.create_table(
        "state_policies",
        sa.Column("state", sa.CHAR(length=2), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("value", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name=op.f("fk_state_policies_account_id")),
        sa.ForeignKeyConstraint(["state"], ["jurisdictions.code"], name=op.f("fk_state_policies_state")),
        sa.PrimaryKeyConstraint("state", "policy", name=op.f("pk_state_policies")),
    )
    op.create_table(
        "worklist_items",
        sa.Column("item_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default="OPEN", nullable=False),
        sa.Column("state", sa.CHAR(length=2), nullable=False),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("district_id", sa.CHAR(length=7), nullable=True),
        sa.Column("level", sa.Text(), server_default="STATE", nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("request_id", sa.BigInteger(), nullable=True),
        sa.Column("upload_id", sa.BigInteger(), nullable=True),
        sa.Column("raised_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("evidence", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("model_version", sa.Text(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("(status = 'OPEN') = (decided_at IS NULL)", name=op.f("ck_worklist_items_settled_when")),
        sa.CheckConstraint(
            "decision IN ('SAME', 'NOT_SAME', 'APPROVED', 'REJECTED', 'DONE', 'NOT_POSSIBLE')",
            name=op.f("ck_worklist_items_decision"),
        ),
        sa.CheckConstraint(
            "kind IN ('NEAR_MATCH', 'ID_CONFLICT', 'MERGE_VALIDATION', 'SPLIT_VALIDATION', 'DATA_QUALITY', 'ESCALATION', 'DATA_REQUEST', 'MISSED_ENROLLMENT')",
            name=op.f("ck_worklist_items_kind"),
        ),
        sa.CheckConstraint("level IN ('DISTRICT', 'REGION', 'STATE')", name=op.f("ck_worklist_items_level")),
        sa.CheckConstraint("status <> 'RESOLVED' OR decision IS NOT NULL", name=op.f("ck_worklist_items_resolved_how")),
        sa.CheckConstraint("status IN ('OPEN', 'RESOLVED', 'WITHDRAWN')", name=op.f("ck_worklist_items_status")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name=op.f("fk_worklist_items_account_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["accounts.account_id"], name=op.f("fk_worklist_items_decided_by")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["identity_requests.request_id"], name=op.f("fk_worklist_items_request_id")
        ),
        sa.ForeignKeyConstraint(["state"], ["jurisdictions.code"], name=op.f("fk_worklist_items_state")),
        sa.ForeignKeyConstraint(["upload_id"], ["uploads.upload_id"], name=op.f("fk_worklist_items_upload_id")),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_worklist_items")),
    )
    op.create_index(
        op.f("ix_worklist_items_account_id_status"), "worklist_items", ["account_id", "status"], unique=False
    )
    op.create_index(
        "ix_worklist_items_open_due",
        "worklist_items",
        ["due_at", "item_id"],
        unique=False,
        postgresql_where=sa.text("status = 'OPEN'"),
    )
    op.create_index(op.f("ix_worklist_items_request_id"), "worklist_items", ["request_id"], unique=False)
    op.create_index(
        op.f("ix_worklist_items_state_status_due_at_item_id"),
        "worklist_items",
        ["state", "status", "due_at", "item_id"],
        unique=False,
    )
    op.create_table(
        "identity_changes",
        sa.Column("change_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("student_id", sa.BigInteger(), nullable=False),
        sa.Column("other_student_id", sa.BigInteger(), nullable=False),
        sa.Column("request_id", sa.BigInteger(), nullable=True),
        sa.Column("item_id", sa.BigInteger(), nullable=True),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint("kind IN ('RETIRED', 'RESTORED', 'SPLIT')", name=op.f("ck_identity_changes_kind")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name=op.f("fk_identity_changes_account_id")),
        sa.ForeignKeyConstraint(["item_id"], ["worklist_items.item_id"], name=op.f("fk_identity_changes_item_id")),
        sa.ForeignKeyConstraint(
            ["other_student_id"], ["students.student_id"], name=op.f("fk_identity_changes_other_student_id")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["identity_requests.request_id"], name=op.f("fk_identity_changes_request_id")
        ),
        sa.ForeignKeyConstraint(["student_id"], ["students.student_id"], name=op.f("fk_identity_changes_student_id")),
        sa.PrimaryKeyConstraint("change_id", name=op.f("pk_identity_changes")),
    )
    op.create_index(
        op.f("ix_identity_changes_changed_at_change_id"), "identity_changes", ["changed_at", "change_id"], unique=False
    )
    op.create_index(
        op.f("ix_identity_changes_other_student_id"), "identity_changes", ["other_student_id"], unique=False
    )
    op.create_index(op.f("ix_identity_changes_student_id"), "identity_changes", ["student_id"], unique=False)
    op.create_table(
        "record_pairs",
        sa.Column("low_id", sa.BigInteger(), nullable=False),
        sa.Column("high_id", sa.BigInteger(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=True),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("verdict IN ('SAME', 'NOT_SAME')", name=op.f("ck_record_pairs_verdict")),
        sa.CheckConstraint("low_id < high_id", name=op.f("ck_record_pairs_ordered")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name=op.f("fk_record_pairs_account_id")),
        sa.ForeignKeyConstraint(["high_id"], ["state_records.state_record_id"], name=op.f("fk_record_pairs_high_id")),
        sa.ForeignKeyConstraint(["item_id"], ["worklist_items.item_id"], name=op.f("fk_record_pairs_item_id")),
        sa.ForeignKeyConstraint(["low_id"], ["state_records.state_record_id"], name=op.f("fk_record_pairs_low_id")),
        sa.PrimaryKeyConstraint("low_id", "high_id", name=op.f("pk_record_pairs")),
    )
    op.create_index(op.f("ix_record_pairs_high_id"), "record_pairs", ["high_id"], unique=False)
    op.create_table(
        "worklist_item_records",
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column("state_record_id", sa.BigInteger(), nullable=False),
        sa.Column("side", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["worklist_items.item_id"], name=op.f("fk_worklist_item_records_item_id")),
        sa.ForeignKeyConstraint(
            ["state_record_id"],
            ["state_records.state_record_id"],
            name=op.f("fk_worklist_item_records_state_record_id"),
        ),
        sa.PrimaryKeyConstraint("item_id", "state_record_id", name=op.f("pk_worklist_item_records")),
    )
    op.create_index(
        op.f("ix_worklist_item_records_state_record_id"), "worklist_item_records", ["state_record_id"], unique=False
    )
    op.add_column("state_records", sa.Column("review_scopes", sa.ARRAY(sa.Text()), nullable=True))
    op.add_column("students", sa.Column("merged_into", sa.BigInteger(), nullable=True))
    op.add_column("students", sa.Column("version", sa.Integer(), server_default="1", nullable=False))
    op.create_index(op.f("ix_students_merged_into"), "students", ["merged_into"], unique=False)
    op.create_foreign_key(op.f("fk_students_merged_into"), "students", "students", ["merged_into"], ["student_id"])
    for table, settled in _APPEND_ONLY.items():
        for statement in append_only(table, settled):
            op.execute(statement)
    op.execute(grant_web(*_TABLES))


def downgrade() -> None:
    op.drop_constraint(op.f("fk_students_merged_into"), "students", type_="foreignkey")
    op.drop_index(op.f("ix_students_merged_into"), table_name="students")
    op.drop_column("students", "version")
    op.drop_column("students", "merged_into")
    op.drop_column("state_records", "review_scopes")
    op.drop_index(op.f("ix_worklist_item_records_state_record_id"), table_name="worklist_item_records")
    op.drop_table("worklist_item_records")
    op.drop_index(op.f("ix_record_pairs_high_id"), table_name="record_pairs")
    op.drop_table("record_pairs")
    op.drop_index(op.f("ix_identity_changes_student_id"), table_name="identity_changes")
    op.drop_index(op.f("ix_identity_changes_other_student_id"), table_name="identity_changes")
    op.drop_index(op.f("ix_identity_changes_changed_at_change_id"), table_name="identity_changes")
    op.drop_table("identity_changes")
    op.drop_index(op.f("ix_worklist_items_state_status_due_at_item_id"), table_name="worklist_items")
    op.drop_index(op.f("ix_worklist_items_request_id"), table_name="worklist_items")
    op.drop_index(
        "ix_worklist_items_open_due", table_name="worklist_items", postgresql_where=sa.text("status = 'OPEN'")
    )
    op.drop_index(op.f("ix_worklist_items_account_id_status"), table_name="worklist_items")
    op.drop_table("worklist_items")
    op.drop_table("state_policies")
    op.drop_index(op.f("ix_identity_requests_student_id"), table_name="identity_requests")
    op.drop_index(op.f("ix_identity_requests_account_id"), table_name="identity_requests")
    op.drop_table("identity_requests")
