"""Disputes of what states hold, and parents' requests for a correction."""

import sqlalchemy as sa
from alembic import op

from hub.tables.append_only import append_only
from hub.tables.correction_request import DECIDED
from hub.tables.dispute import ENDED
from hub.tables.web_role import grant_web

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "disputes",
        sa.Column("dispute_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("student_id", sa.BigInteger(), nullable=False),
        sa.Column("section", sa.Text(), nullable=True),
        sa.Column("element", sa.Text(), nullable=True),
        sa.Column("needs", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default="OPEN", nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("filed_by", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "(status IN ('RESOLVED', 'WITHDRAWN')) = (ended_at IS NOT NULL)", name=op.f("ck_disputes_ended_when")
        ),
        sa.CheckConstraint("status IN ('OPEN', 'ANSWERED', 'RESOLVED', 'WITHDRAWN')", name=op.f("ck_disputes_status")),
        sa.CheckConstraint("(section IS NULL) = (element IS NULL)", name=op.f("ck_disputes_whole_element")),
        sa.ForeignKeyConstraint(["filed_by"], ["accounts.account_id"], name=op.f("fk_disputes_filed_by")),
        sa.ForeignKeyConstraint(["student_id"], ["students.student_id"], name=op.f("fk_disputes_student_id")),
        sa.PrimaryKeyConstraint("dispute_id", name=op.f("pk_disputes")),
    )
    op.create_index(op.f("ix_disputes_student_id"), "disputes", ["student_id"], unique=False)
    op.create_table(
        "dispute_entries",
        sa.Column("entry_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("dispute_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.CHAR(length=2), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(kind = 'ANSWERED') = (state IS NOT NULL) AND (kind = 'ANSWERED') = (answer IS NOT NULL)",
            name=op.f("ck_dispute_entries_answer_of_state"),
        ),
        sa.CheckConstraint("answer IN ('CORRECTED', 'UPHELD')", name=op.f("ck_dispute_entries_answer")),
        sa.CheckConstraint(
            "kind IN ('FILED', 'ANSWERED', 'RESOLVED', 'WITHDRAWN')", name=op.f("ck_dispute_entries_kind")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name=op.f("fk_dispute_entries_account_id")),
        sa.ForeignKeyConstraint(["dispute_id"], ["disputes.dispute_id"], name=op.f("fk_dispute_entries_dispute_id")),
        sa.ForeignKeyConstraint(["state"], ["jurisdictions.code"], name=op.f("fk_dispute_entries_state")),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_dispute_entries")),
    )
    op.create_index(
        op.f("ix_dispute_entries_dispute_id_entry_id"), "dispute_entries", ["dispute_id", "entry_id"], unique=False
    )
    op.create_table(
        "correction_requests",
        sa.Column("request_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("student_id", sa.BigInteger(), nullable=False),
        sa.Column("state_record_id", sa.BigInteger(), nullable=True),
        sa.Column("section", sa.Text(), nullable=True),
        sa.Column("element", sa.Text(), nullable=True),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default="PENDING", nullable=False),
        sa.Column("state", sa.CHAR(length=2), nullable=False),
        sa.Column("received_by", sa.CHAR(length=2), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("recorded_by", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("forward_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("overdue_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "(status = 'PENDING') = (decided_at IS NULL)", name=op.f("ck_correction_requests_decided_when")
        ),
        sa.CheckConstraint(
            "asked_by IN ('PARENT', 'GUARDIAN', 'STUDENT')", name=op.f("ck_correction_requests_asked_by")
        ),
        sa.CheckConstraint("status IN ('PENDING', 'GRANTED', 'REFUSED')", name=op.f("ck_correction_requests_status")),
        sa.CheckConstraint("(section IS NULL) = (element IS NULL)", name=op.f("ck_correction_requests_whole_element")),
        sa.ForeignKeyConstraint(
            ["received_by"], ["jurisdictions.code"], name=op.f("fk_correction_requests_received_by")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["accounts.account_id"], name=op.f("fk_correction_requests_recorded_by")
        ),
        sa.ForeignKeyConstraint(["state"], ["jurisdictions.code"], name=op.f("fk_correction_requests_state")),
        sa.ForeignKeyConstraint(
            ["state_record_id"], ["state_records.state_record_id"], name=op.f("fk_correction_requests_state_record_id")
        ),
        sa.ForeignKeyConstraint(
            ["student_id"], ["students.student_id"], name=op.f("fk_correction_requests_student_id")
        ),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_correction_requests")),
    )
    op.create_index(
        "ix_correction_requests_pending",
        "correction_requests",
        ["due_at"],
        unique=False,
        postgresql_where=sa.text("status = 'PENDING'"),
    )
    op.create_index(op.f("ix_correction_requests_received_by"), "correction_requests", ["received_by"], unique=False)
    op.create_index(
        op.f("ix_correction_requests_state_record_id"),
        "correction_requests",
        ["state_record_id"],
        unique=False,
        postgresql_where=sa.text("state_record_id IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_correction_requests_state_status"), "correction_requests", ["state", "status"], unique=False
    )
    op.create_index(op.f("ix_correction_requests_student_id"), "correction_requests", ["student_id"], unique=False)
    op.create_table(
        "dispute_records",
        sa.Column("dispute_id", sa.BigInteger(), nullable=False),
        sa.Column("state_record_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["dispute_id"], ["disputes.dispute_id"], name=op.f("fk_dispute_records_dispute_id")),
        sa.ForeignKeyConstraint(
            ["state_record_id"], ["state_records.state_record_id"], name=op.f("fk_dispute_records_state_record_id")
        ),
        sa.PrimaryKeyConstraint("dispute_id", "state_record_id", name=op.f("pk_dispute_records")),
    )
    op.create_index(op.f("ix_dispute_records_state_record_id"), "dispute_records", ["state_record_id"], unique=False)
    op.create_table(
        "correction_entries",
        sa.Column("entry_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("request_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.CHAR(length=2), nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("kind IN ('RECORDED', 'FORWARDED', 'DECIDED')", name=op.f("ck_correction_entries_kind")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name=op.f("fk_correction_entries_account_id")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["correction_requests.request_id"], name=op.f("fk_correction_entries_request_id")
        ),
        sa.ForeignKeyConstraint(["state"], ["jurisdictions.code"], name=op.f("fk_correction_entries_state")),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_correction_entries")),
    )
    op.create_index(
        op.f("ix_correction_entries_request_id_entry_id"),
        "correction_entries",
        ["request_id", "entry_id"],
        unique=False,
    )
    for statement in (
        *append_only("dispute_records"),
        *append_only("dispute_entries"),
        *append_only("correction_entries"),
        *append_only("disputes", ENDED),
        *append_only("correction_requests", DECIDED),
    ):
        op.execute(statement)
    op.execute(grant_web("correction_entries", "correction_requests", "dispute_entries", "dispute_records", "disputes"))


def downgrade() -> None:
    for table in ("dispute_records", "dispute_entries", "correction_entries", "disputes", "correction_requests"):
        op.drop_table(table)
