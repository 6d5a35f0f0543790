"""Every table, the catalogs' rows, and the append-only guard of audit trail and ledger."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from hub.tables import JURISDICTIONS, Base
from hub.tables.audit_event import APPEND_ONLY_DOWN, APPEND_ONLY_UP
from hub.tables.code_list import code_rows

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.create_table(
        "codes",
        sa.Column("code_list", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=True),
        sa.Column("effective_to", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("code_list", "code", name=op.f("pk_codes")),
    )
    op.create_table(
        "jurisdictions",
        sa.Column("code", sa.CHAR(length=2), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("fips", sa.CHAR(length=2), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_jurisdictions")),
        sa.UniqueConstraint("fips", name=op.f("uq_jurisdictions_fips")),
    )
    op.create_table(
        "outbox_messages",
        sa.Column("outbox_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("message_id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("outbox_id", name=op.f("pk_outbox_messages")),
        sa.UniqueConstraint("message_id", name=op.f("uq_outbox_messages_message_id")),
    )
    op.create_index(
        "ix_outbox_messages_due",
        "outbox_messages",
        ["due_at", "outbox_id"],
        unique=False,
        postgresql_where=sa.text("delivered_at IS NULL"),
    )
    op.create_table(
        "students",
        sa.Column("student_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("msix_id", sa.CHAR(length=12), nullable=False),
        sa.Column("current_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("msix_id ~ '^[0-9]{12}$'", name=op.f("ck_students_msix_id_digits")),
        sa.CheckConstraint(
            "(retired_at IS NULL) = (current_id = student_id)", name=op.f("ck_students_retired_has_survivor")
        ),
        sa.ForeignKeyConstraint(["current_id"], ["students.student_id"], name=op.f("fk_students_current_id")),
        sa.PrimaryKeyConstraint("student_id", name=op.f("pk_students")),
        sa.UniqueConstraint("msix_id", name=op.f("uq_students_msix_id")),
    )
    op.create_index(op.f("ix_students_current_id"), "students", ["current_id"], unique=False)
    op.create_table(
        "accounts",
        sa.Column("account_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("state", sa.CHAR(length=2), nullable=True),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("district_id", sa.CHAR(length=7), nullable=True),
        sa.Column("status", sa.Text(), server_default="ACTIVE", nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("password_changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("must_change_password", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("failed_tries", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("trained_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rules_version", sa.Text(), nullable=True),
        sa.Column("rules_agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refreshed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_sign_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("status IN ('ACTIVE', 'DISABLED', 'DEACTIVATED')", name=op.f("ck_accounts_status")),
        sa.ForeignKeyConstraint(["state"], ["jurisdictions.code"], name=op.f("fk_accounts_state")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_accounts")),
    )
    op.create_index(op.f("ix_accounts_state"), "accounts", ["state"], unique=False)
    op.create_index("uq_accounts_email", "accounts", [sa.literal_column("lower(email)")], unique=True)
    op.create_index("uq_accounts_user_id", "accounts", [sa.literal_column("lower(user_id)")], unique=True)
    op.create_table(
        "districts",
        sa.Column("district_id", sa.CHAR(length=7), nullable=False),
        sa.Column("state", sa.CHAR(length=2), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["state"], ["jurisdictions.code"], name=op.f("fk_districts_state")),
        sa.PrimaryKeyConstraint("district_id", name=op.f("pk_districts")),
    )
    op.create_index(op.f("ix_districts_state_district_id"), "districts", ["state", "district_id"], unique=False)
    op.create_table(
        "schools",
        sa.Column("school_id", sa.CHAR(length=12), nullable=False),
        sa.Column("district_id", sa.CHAR(length=7), nullable=True),
        sa.Column("state", sa.CHAR(length=2), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["state"], ["jurisdictions.code"], name=op.f("fk_schools_state")),
        sa.PrimaryKeyConstraint("school_id", name=op.f("pk_schools")),
    )
    op.create_index(op.f("ix_schools_district_id_school_id"), "schools", ["district_id", "school_id"], unique=False)
    op.create_index(op.f("ix_schools_state_school_id"), "schools", ["state", "school_id"], unique=False)
    op.create_table(
        "account_roles",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.account_id"], name=op.f("fk_account_roles_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "role", name=op.f("pk_account_roles")),
    )
    op.create_table(
        "sessions",
        sa.Column("session_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.Column("address", postgresql.INET(), nullable=True),
        sa.Column("user_agent", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name=op.f("fk_sessions_account_id")),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sessions_token_hash")),
    )
    op.create_index(op.f("ix_sessions_account_id"), "sessions", ["account_id"], unique=False)
    op.create_table(
        "uploads",
        sa.Column("upload_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("state", sa.CHAR(length=2), nullable=True),
        sa.Column("sequence", sa.BigInteger(), nullable=True),
        sa.Column("mode", sa.Text(), nullable=True),
        sa.Column("encoding", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("students", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created", sa.Integer(), server_default="0", nullable=False),
        sa.Column("updated", sa.Integer(), server_default="0", nullable=False),
        sa.Column("unchanged", sa.Integer(), server_default="0", nullable=False),
        sa.Column("rejected", sa.Integer(), server_default="0", nullable=False),
        sa.Column("deleted", sa.Integer(), server_default="0", nullable=False),
        sa.Column("withdrawn", sa.Integer(), server_default="0", nullable=False),
        sa.Column("applied_line", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint(
            "status IN ('STAGING', 'APPLYING', 'ACCEPTED', 'REFUSED', 'ABANDONED')", name=op.f("ck_uploads_status")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name=op.f("fk_uploads_account_id")),
        sa.ForeignKeyConstraint(["state"], ["jurisdictions.code"], name=op.f("fk_uploads_state")),
        sa.PrimaryKeyConstraint("upload_id", name=op.f("pk_uploads")),
    )
    op.create_index(op.f("ix_uploads_state_upload_id"), "uploads", ["state", "upload_id"], unique=False)
    op.create_index(
        "uq_uploads_state_sequence",
        "uploads",
        ["state", "sequence"],
        unique=True,
        postgresql_where=sa.text("status IN ('APPLYING', 'ACCEPTED')"),
    )
    op.create_table(
        "audit_events",
        sa.Column("event_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("user_id", sa.Text(), nullable=True),
        sa.Column("session_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.CHAR(length=2), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=True),
        sa.Column("operation", sa.Text(), nullable=True),
        sa.Column("students", postgresql.ARRAY(sa.BigInteger()), server_default="{}", nullable=False),
        sa.Column("fields", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("result_bytes", sa.BigInteger(), nullable=True),
        sa.Column("address", postgresql.INET(), nullable=True),
        sa.Column("detail", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_audit_events")),
    )
    op.create_index(
        op.f("ix_audit_events_account_id_event_id"), "audit_events", ["account_id", "event_id"], unique=False
    )
    op.create_index(op.f("ix_audit_events_at"), "audit_events", ["at"], unique=False)
    op.create_index("ix_audit_events_students", "audit_events", ["students"], unique=False, postgresql_using="gin")
    op.create_table(
        "findings",
        sa.Column("upload_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("member", sa.Text(), nullable=True),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("state_student_id", sa.Text(), nullable=True),
        sa.Column("field", sa.Text(), nullable=True),
        sa.Column("path", sa.Text(), nullable=True),
        sa.Column("message", sa.Text(), nullable=False),
        sa.CheckConstraint("severity IN ('FILE', 'REJECT', 'WARN', 'INFO')", name=op.f("ck_findings_severity")),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["uploads.upload_id"], name=op.f("fk_findings_upload_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("upload_id", "position", name=op.f("pk_findings")),
    )
    op.create_index(
        op.f("ix_findings_upload_id_severity_position"), "findings", ["upload_id", "severity", "position"], unique=False
    )
    op.create_table(
        "staged_rows",
        sa.Column("upload_id", sa.BigInteger(), nullable=False),
        sa.Column("member", sa.Text(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("state_student_id", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["uploads.upload_id"], name=op.f("fk_staged_rows_upload_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("upload_id", "member", "row", name=op.f("pk_staged_rows")),
    )
    op.create_index(
        op.f("ix_staged_rows_upload_id_state_student_id"),
        "staged_rows",
        ["upload_id", "state_student_id"],
        unique=False,
    )
    op.create_table(
        "staged_students",
        sa.Column("upload_id", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("state_student_id", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["uploads.upload_id"], name=op.f("fk_staged_students_upload_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("upload_id", "line", name=op.f("pk_staged_students")),
    )
    op.create_index(
        op.f("ix_staged_students_upload_id_state_student_id"),
        "staged_students",
        ["upload_id", "state_student_id"],
        unique=False,
    )
    op.create_table(
        "state_records",
        sa.Column("state_record_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("student_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.CHAR(length=2), nullable=False),
        sa.Column("state_student_id", sa.Text(), nullable=False),
        sa.Column("state_student_id_type", sa.Text(), nullable=True),
        sa.Column("msix_id", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), server_default="ACTIVE", nullable=False),
        sa.Column("upload_id", sa.BigInteger(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("latest_enrollment", sa.Date(), nullable=True),
        sa.Column("latest_activity", sa.Date(), nullable=False),
        sa.Column("warnings", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("content_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("status IN ('ACTIVE', 'WITHDRAWN', 'DELETED')", name=op.f("ck_state_records_status")),
        sa.ForeignKeyConstraint(["state"], ["jurisdictions.code"], name=op.f("fk_state_records_state")),
        sa.ForeignKeyConstraint(["student_id"], ["students.student_id"], name=op.f("fk_state_records_student_id")),
        sa.ForeignKeyConstraint(["upload_id"], ["uploads.upload_id"], name=op.f("fk_state_records_upload_id")),
        sa.PrimaryKeyConstraint("state_record_id", name=op.f("pk_state_records")),
        sa.UniqueConstraint("state", "state_student_id", name=op.f("uq_state_records_state_state_student_id")),
    )
    op.create_index(
        op.f("ix_state_records_latest_activity_state_record_id"),
        "state_records",
        ["latest_activity", "state_record_id"],
        unique=False,
    )
    op.create_index("ix_state_records_state_student_id_alone", "state_records", ["state_student_id"], unique=False)
    op.create_index(op.f("ix_state_records_student_id"), "state_records", ["student_id"], unique=False)
    op.create_index(
        op.f("ix_state_records_updated_at_state_record_id"),
        "state_records",
        ["updated_at", "state_record_id"],
        unique=False,
    )
    op.create_index(op.f("ix_state_records_upload_id"), "state_records", ["upload_id"], unique=False)
    op.create_table(
        "alternate_ids",
        sa.Column("state_record_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["state_record_id"],
            ["state_records.state_record_id"],
            name=op.f("fk_alternate_ids_state_record_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("state_record_id", "position", name=op.f("pk_alternate_ids")),
    )
    op.create_index(op.f("ix_alternate_ids_id"), "alternate_ids", ["id"], unique=False)
    op.create_table(
        "assessments",
        sa.Column("state_record_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("content", sa.Text(), nullable=True),
        sa.Column("assessment_type", sa.Text(), nullable=True),
        sa.Column("administration_month", sa.Text(), nullable=True),
        sa.Column("reporting_method", sa.Text(), nullable=True),
        sa.Column("score", sa.Text(), nullable=True),
        sa.Column("interpretation", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["state_record_id"],
            ["state_records.state_record_id"],
            name=op.f("fk_assessments_state_record_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("state_record_id", "position", name=op.f("pk_assessments")),
    )
    op.create_table(
        "demographics",
        sa.Column("state_record_id", sa.BigInteger(), nullable=False),
        sa.Column("first_name", sa.Text(), nullable=True),
        sa.Column("middle_name", sa.Text(), nullable=True),
        sa.Column("last_name1", sa.Text(), nullable=True),
        sa.Column("last_name2", sa.Text(), nullable=True),
        sa.Column("suffix", sa.Text(), nullable=True),
        sa.Column("sex", sa.Text(), nullable=True),
        sa.Column("birth_date", sa.Date(), nullable=False),
        sa.Column("multiple_birth", sa.Boolean(), nullable=True),
        sa.Column("birth_date_verification", sa.Text(), nullable=True),
        sa.Column("birth_city", sa.Text(), nullable=True),
        sa.Column("birth_state", sa.Text(), nullable=True),
        sa.Column("birth_country", sa.Text(), nullable=True),
        sa.Column("parent1_first_name", sa.Text(), nullable=True),
        sa.Column("parent1_last_name", sa.Text(), nullable=True),
        sa.Column("parent2_first_name", sa.Text(), nullable=True),
        sa.Column("parent2_last_name", sa.Text(), nullable=True),
        sa.Column("parent1_email", sa.Text(), nullable=True),
        sa.Column("parent1_phone", sa.Text(), nullable=True),
        sa.Column("parent2_email", sa.Text(), nullable=True),
        sa.Column("parent2_phone", sa.Text(), nullable=True),
        sa.Column("first_name_key", sa.Text(collation="C"), nullable=False),
        sa.Column("middle_name_key", sa.Text(collation="C"), nullable=False),
        sa.Column("last_name1_key", sa.Text(collation="C"), nullable=False),
        sa.Column("last_name2_key", sa.Text(collation="C"), nullable=False),
        sa.ForeignKeyConstraint(
            ["state_record_id"],
            ["state_records.state_record_id"],
            name=op.f("fk_demographics_state_record_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("state_record_id", name=op.f("pk_demographics")),
    )
    op.create_index(
        op.f("ix_demographics_birth_date_state_record_id"),
        "demographics",
        ["birth_date", "state_record_id"],
        unique=False,
    )
    op.create_index(op.f("ix_demographics_first_name_key"), "demographics", ["first_name_key"], unique=False)
    op.create_index(
        "ix_demographics_first_name_key_trigram",
        "demographics",
        ["first_name_key"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"first_name_key": "gin_trgm_ops"},
    )
    op.create_index(
        "ix_demographics_last_name1_key_trigram",
        "demographics",
        ["last_name1_key"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"last_name1_key": "gin_trgm_ops"},
    )
    op.create_index(op.f("ix_demographics_last_name2_key"), "demographics", ["last_name2_key"], unique=False)
    op.create_index(
        "ix_demographics_last_name2_key_trigram",
        "demographics",
        ["last_name2_key"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"last_name2_key": "gin_trgm_ops"},
    )
    op.create_index(op.f("ix_demographics_middle_name_key"), "demographics", ["middle_name_key"], unique=False)
    op.create_index(
        "ix_demographics_middle_name_key_trigram",
        "demographics",
        ["middle_name_key"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"middle_name_key": "gin_trgm_ops"},
    )
    op.create_index(
        "ix_demographics_name", "demographics", ["last_name1_key", "first_name_key", "state_record_id"], unique=False
    )
    op.create_table(
        "enrollments",
        sa.Column("state_record_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("enrollment_date", sa.Date(), nullable=True),
        sa.Column("withdrawal_date", sa.Date(), nullable=True),
        sa.Column("enrollment_type", sa.Text(), nullable=True),
        sa.Column("project_type", sa.Text(), nullable=True),
        sa.Column("school_name", sa.Text(), nullable=True),
        sa.Column("school_id", sa.Text(), nullable=True),
        sa.Column("facility_name", sa.Text(), nullable=True),
        sa.Column("address1", sa.Text(), nullable=True),
        sa.Column("address2", sa.Text(), nullable=True),
        sa.Column("address3", sa.Text(), nullable=True),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("zip", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("district_id", sa.Text(), nullable=True),
        sa.Column("district_name", sa.Text(), nullable=True),
        sa.Column("district_of_residence", sa.Text(), nullable=True),
        sa.Column("residency_date", sa.Date(), nullable=True),
        sa.Column("residency_verification_date", sa.Date(), nullable=True),
        sa.Column("grade_level", sa.Text(), nullable=True),
        sa.Column("english_learner", sa.Boolean(), nullable=True),
        sa.Column("individual_education_program", sa.Boolean(), nullable=True),
        sa.Column("medical_alert", sa.Text(), nullable=True),
        sa.Column("priority_for_services", sa.Boolean(), nullable=True),
        sa.Column("immunization_record", sa.Boolean(), nullable=True),
        sa.Column("out_of_state_transcript", sa.Boolean(), nullable=True),
        sa.Column("algebra1", sa.Boolean(), nullable=True),
        sa.Column("designated_graduation_school", sa.Text(), nullable=True),
        sa.Column("graduation", sa.Text(), nullable=True),
        sa.Column("graduation_date", sa.Date(), nullable=True),
        sa.Column("continuation_reason", sa.Text(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["state_record_id"],
            ["state_records.state_record_id"],
            name=op.f("fk_enrollments_state_record_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("state_record_id", "position", name=op.f("pk_enrollments")),
    )
    op.create_index(
        op.f("ix_enrollments_district_id_state_record_id"),
        "enrollments",
        ["district_id", "state_record_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_enrollments_enrollment_date_state_record_id"),
        "enrollments",
        ["enrollment_date", "state_record_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_enrollments_grade_level_state_record_id"),
        "enrollments",
        ["grade_level", "state_record_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_enrollments_school_id_state_record_id"), "enrollments", ["school_id", "state_record_id"], unique=False
    )
    op.create_table(
        "health_alerts",
        sa.Column("state_record_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("enrollment_position", sa.SmallInteger(), nullable=False),
        sa.Column("reported_on", sa.Date(), nullable=True),
        sa.CheckConstraint("kind IN ('CHRONIC', 'ACUTE', 'IMMUNIZATION')", name=op.f("ck_health_alerts_kind")),
        sa.ForeignKeyConstraint(
            ["state_record_id"],
            ["state_records.state_record_id"],
            name=op.f("fk_health_alerts_state_record_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("state_record_id", "kind", name=op.f("pk_health_alerts")),
    )
    op.create_table(
        "links",
        sa.Column("link_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("state_record_id", sa.BigInteger(), nullable=False),
        sa.Column("student_id", sa.BigInteger(), nullable=False),
        sa.Column("previous_student_id", sa.BigInteger(), nullable=True),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("upload_id", sa.BigInteger(), nullable=True),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("evidence", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("model_version", sa.Text(), nullable=True),
        sa.CheckConstraint("how IN ('NEW_STUDENT', 'MSIX_ID', 'MATCH', 'MERGE', 'SPLIT')", name=op.f("ck_links_how")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name=op.f("fk_links_account_id")),
        sa.ForeignKeyConstraint(
            ["previous_student_id"], ["students.student_id"], name=op.f("fk_links_previous_student_id")
        ),
        sa.ForeignKeyConstraint(
            ["state_record_id"], ["state_records.state_record_id"], name=op.f("fk_links_state_record_id")
        ),
        sa.ForeignKeyConstraint(["student_id"], ["students.student_id"], name=op.f("fk_links_student_id")),
        sa.ForeignKeyConstraint(["upload_id"], ["uploads.upload_id"], name=op.f("fk_links_upload_id")),
        sa.PrimaryKeyConstraint("link_id", name=op.f("pk_links")),
    )
    op.create_index(op.f("ix_links_previous_student_id"), "links", ["previous_student_id"], unique=False)
    op.create_index(op.f("ix_links_state_record_id_link_id"), "links", ["state_record_id", "link_id"], unique=False)
    op.create_index(op.f("ix_links_student_id"), "links", ["student_id"], unique=False)
    op.create_table(
        "qualifying_moves",
        sa.Column("state_record_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("qualifying_arrival_date", sa.Date(), nullable=True),
        sa.Column("from_city", sa.Text(), nullable=True),
        sa.Column("from_state", sa.Text(), nullable=True),
        sa.Column("from_country", sa.Text(), nullable=True),
        sa.Column("to_city", sa.Text(), nullable=True),
        sa.Column("to_state", sa.Text(), nullable=True),
        sa.Column("eligibility_expiration_date", sa.Date(), nullable=True),
        sa.Column("eligibility_end", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["state_record_id"],
            ["state_records.state_record_id"],
            name=op.f("fk_qualifying_moves_state_record_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("state_record_id", "position", name=op.f("pk_qualifying_moves")),
    )
    op.create_index(
        op.f("ix_qualifying_moves_eligibility_end_state_record_id"),
        "qualifying_moves",
        ["eligibility_end", "state_record_id"],
        unique=False,
    )
    op.create_table(
        "courses",
        sa.Column("state_record_id", sa.BigInteger(), nullable=False),
        sa.Column("enrollment_position", sa.SmallInteger(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("subject_area", sa.Text(), nullable=True),
        sa.Column("course_type", sa.Text(), nullable=True),
        sa.Column("academic_year_begin", sa.SmallInteger(), nullable=True),
        sa.Column("academic_year_end", sa.SmallInteger(), nullable=True),
        sa.Column("section", sa.Text(), nullable=True),
        sa.Column("term_type", sa.Text(), nullable=True),
        sa.Column("clock_hours", sa.Numeric(), nullable=True),
        sa.Column("grade_to_date", sa.Text(), nullable=True),
        sa.Column("credits_granted", sa.Numeric(), nullable=True),
        sa.Column("final_grade", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["state_record_id", "enrollment_position"],
            ["enrollments.state_record_id", "enrollments.position"],
            name=op.f("fk_courses_state_record_id_enrollment_position"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("state_record_id", "enrollment_position", "position", name=op.f("pk_courses")),
    )
    op.bulk_insert(Base.metadata.tables["jurisdictions"], JURISDICTIONS)
    op.bulk_insert(Base.metadata.tables["codes"], code_rows())
    for statement in APPEND_ONLY_UP:
        op.execute(statement)


def downgrade() -> None:
    for statement in APPEND_ONLY_DOWN:
        op.execute(statement)
    op.drop_table("courses")
    op.drop_index(op.f("ix_qualifying_moves_eligibility_end_state_record_id"), table_name="qualifying_moves")
    op.drop_table("qualifying_moves")
    op.drop_index(op.f("ix_links_student_id"), table_name="links")
    op.drop_index(op.f("ix_links_state_record_id_link_id"), table_name="links")
    op.drop_index(op.f("ix_links_previous_student_id"), table_name="links")
    op.drop_table("links")
    op.drop_table("health_alerts")
    op.drop_index(op.f("ix_enrollments_school_id_state_record_id"), table_name="enrollments")
    op.drop_index(op.f("ix_enrollments_grade_level_state_record_id"), table_name="enrollments")
    op.drop_index(op.f("ix_enrollments_enrollment_date_state_record_id"), table_name="enrollments")
    op.drop_index(op.f("ix_enrollments_district_id_state_record_id"), table_name="enrollments")
    op.drop_table("enrollments")
    op.drop_index("ix_demographics_name", table_name="demographics")
    op.drop_index(
        "ix_demographics_middle_name_key_trigram",
        table_name="demographics",
        postgresql_using="gin",
        postgresql_ops={"middle_name_key": "gin_trgm_ops"},
    )
    op.drop_index(op.f("ix_demographics_middle_name_key"), table_name="demographics")
    op.drop_index(
        "ix_demographics_last_name2_key_trigram",
        table_name="demographics",
        postgresql_using="gin",
        postgresql_ops={"last_name2_key": "gin_trgm_ops"},
    )
    op.drop_index(op.f("ix_demographics_last_name2_key"), table_name="demographics")
    op.drop_index(
        "ix_demographics_last_name1_key_trigram",
        table_name="demographics",
        postgresql_using="gin",
        postgresql_ops={"last_name1_key": "gin_trgm_ops"},
    )
    op.drop_index(
        "ix_demographics_first_name_key_trigram",
        table_name="demographics",
        postgresql_using="gin",
        postgresql_ops={"first_name_key": "gin_trgm_ops"},
    )
    op.drop_index(op.f("ix_demographics_first_name_key"), table_name="demographics")
    op.drop_index(op.f("ix_demographics_birth_date_state_record_id"), table_name="demographics")
    op.drop_table("demographics")
    op.drop_table("assessments")
    op.drop_index(op.f("ix_alternate_ids_id"), table_name="alternate_ids")
    op.drop_table("alternate_ids")
    op.drop_index(op.f("ix_state_records_upload_id"), table_name="state_records")
    op.drop_index(op.f("ix_state_records_updated_at_state_record_id"), table_name="state_records")
    op.drop_index(op.f("ix_state_records_student_id"), table_name="state_records")
    op.drop_index("ix_state_records_state_student_id_alone", table_name="state_records")
    op.drop_index(op.f("ix_state_records_latest_activity_state_record_id"), table_name="state_records")
    op.drop_table("state_records")
    op.drop_index(op.f("ix_staged_students_upload_id_state_student_id"), table_name="staged_students")
    op.drop_table("staged_students")
    op.drop_index(op.f("ix_staged_rows_upload_id_state_student_id"), table_name="staged_rows")
    op.drop_table("staged_rows")
    op.drop_index(op.f("ix_findings_upload_id_severity_position"), table_name="findings")
    op.drop_table("findings")
    op.drop_index("ix_audit_events_students", table_name="audit_events", postgresql_using="gin")
    op.drop_index(op.f("ix_audit_events_at"), table_name="audit_events")
    op.drop_index(op.f("ix_audit_events_account_id_event_id"), table_name="audit_events")
    op.drop_table("audit_events")
    op.drop_index(
        "uq_uploads_state_sequence",
        table_name="uploads",
        postgresql_where=sa.text("status IN ('APPLYING', 'ACCEPTED')"),
    )
    op.drop_index(op.f("ix_uploads_state_upload_id"), table_name="uploads")
    op.drop_table("uploads")
    op.drop_index(op.f("ix_sessions_account_id"), table_name="sessions")
    op.drop_table("sessions")
    op.drop_table("account_roles")
    op.drop_index(op.f("ix_schools_state_school_id"), table_name="schools")
    op.drop_index(op.f("ix_schools_district_id_school_id"), table_name="schools")
    op.drop_table("schools")
    op.drop_index(op.f("ix_districts_state_district_id"), table_name="districts")
    op.drop_table("districts")
    op.drop_index("uq_accounts_user_id", table_name="accounts")
    op.drop_index("uq_accounts_email", table_name="accounts")
    op.drop_index(op.f("ix_accounts_state"), table_name="accounts")
    op.drop_table("accounts")
    op.drop_index(op.f("ix_students_current_id"), table_name="students")
    op.drop_table("students")
    op.drop_index(
        "ix_outbox_messages_due", table_name="outbox_messages", postgresql_where=sa.text("delivered_at IS NULL")
    )
    op.drop_table("outbox_messages")
    op.drop_table("jurisdictions")
    op.drop_table("codes")
    op.execute("DROP EXTENSION IF EXISTS pg_trgm")
