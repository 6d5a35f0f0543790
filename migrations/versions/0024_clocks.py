"""Clocks, what is to be computed anew, working days, reminders; all clocks together as a view."""

import sqlalchemy as sa
from alembic import op

from hub.tables.clock_view import all_clocks
from hub.tables.web_role import grant_web

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_NOTE_SENT = """
CREATE FUNCTION note_records_made() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO clock_changes (state_record_id, submitted_at) SELECT state_record_id, submitted_at FROM made;
    IF FOUND THEN
        PERFORM pg_notify('clock_changed', '');
    END IF;
    RETURN NULL;
END
$$
"""
# Also who is left behind by a record that goes to another student: one of its records stands for it.
_NOTE_CHANGED = """
CREATE FUNCTION note_records_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO clock_changes (state_record_id, submitted_at)
    SELECT state_record_id, CASE
        WHEN now.status = 'ACTIVE' AND (now.submitted_at, now.upload_id) <> (before.submitted_at, before.upload_id)
        THEN now.submitted_at
    END
    FROM now JOIN before USING (state_record_id)
    WHERE (now.student_id, now.status, now.submitted_at, now.updated_at)
        <> (before.student_id, before.status, before.submitted_at, before.updated_at)
    UNION ALL
    SELECT min(left_behind.state_record_id), NULL
    FROM now JOIN before USING (state_record_id)
    JOIN state_records AS left_behind ON left_behind.student_id = before.student_id
    WHERE now.student_id <> before.student_id GROUP BY before.student_id;
    IF FOUND THEN
        PERFORM pg_notify('clock_changed', '');
    END IF;
    RETURN NULL;
END
$$
"""
_NOTE_NOTICE = """
CREATE FUNCTION note_move_notice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO clock_changes (state_record_id, submitted_at)
    SELECT min(record.state_record_id), NULL
    FROM sent JOIN students USING (student_id) JOIN state_records AS record ON record.student_id = students.current_id
    WHERE sent.account_id IS NOT NULL GROUP BY record.student_id;
    IF FOUND THEN
        PERFORM pg_notify('clock_changed', '');
    END IF;
    RETURN NULL;
END
$$
"""
_TRIGGERS = (
    "CREATE TRIGGER note_made AFTER INSERT ON state_records REFERENCING NEW TABLE AS made "
    "FOR EACH STATEMENT EXECUTE FUNCTION note_records_made()",
    "CREATE TRIGGER note_changed AFTER UPDATE ON state_records REFERENCING NEW TABLE AS now OLD TABLE AS before "
    "FOR EACH STATEMENT EXECUTE FUNCTION note_records_changed()",
    "CREATE TRIGGER note_sent AFTER INSERT ON move_notices REFERENCING NEW TABLE AS sent "
    "FOR EACH STATEMENT EXECUTE FUNCTION note_move_notice()",
)


def upgrade() -> None:
    op.create_table(
        "clocks",
        sa.Column("clock_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.CHAR(length=2), nullable=False),
        sa.Column("state_record_id", sa.BigInteger(), nullable=False),
        sa.Column("occasion", sa.Text(), nullable=False),
        sa.Column("start_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("met_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("district_id", sa.CHAR(length=7), nullable=True),
        sa.Column("other_record_id", sa.BigInteger(), nullable=True),
        sa.Column("other_district_id", sa.CHAR(length=7), nullable=True),
        sa.Column("followed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("item_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('FIRST_MDES', 'WITHDRAWAL_UPDATE', 'TERM_END_UPDATE', 'CHANGE_OF_RESIDENCE', 'ENROLLMENT')",
            name=op.f("ck_clocks_kind"),
        ),
        sa.ForeignKeyConstraint(["item_id"], ["worklist_items.item_id"], name=op.f("fk_clocks_item_id")),
        sa.ForeignKeyConstraint(
            ["other_record_id"], ["state_records.state_record_id"], name=op.f("fk_clocks_other_record_id")
        ),
        sa.ForeignKeyConstraint(["state"], ["jurisdictions.code"], name=op.f("fk_clocks_state")),
        sa.ForeignKeyConstraint(
            ["state_record_id"], ["state_records.state_record_id"], name=op.f("fk_clocks_state_record_id")
        ),
        sa.PrimaryKeyConstraint("clock_id", name=op.f("pk_clocks")),
        sa.UniqueConstraint(
            "state_record_id", "kind", "occasion", name=op.f("uq_clocks_state_record_id_kind_occasion")
        ),
    )
    op.create_index(op.f("ix_clocks_state_due_at_clock_id"), "clocks", ["state", "due_at", "clock_id"])
    op.create_index(op.f("ix_clocks_due_at_clock_id"), "clocks", ["due_at", "clock_id"])
    op.create_index("ix_clocks_open", "clocks", ["state", "due_at"], postgresql_where=sa.text("met_at IS NULL"))
    op.create_index(
        "ix_clocks_to_follow",
        "clocks",
        ["kind", "due_at"],
        postgresql_where=sa.text(
            "kind IN ('CHANGE_OF_RESIDENCE', 'ENROLLMENT') AND met_at IS NULL AND followed_at IS NULL"
        ),
    )
    op.create_index(op.f("ix_clocks_item_id"), "clocks", ["item_id"], postgresql_where=sa.text("item_id IS NOT NULL"))
    op.create_table(
        "clock_changes",
        sa.Column("change_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("state_record_id", sa.BigInteger(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("change_id", name=op.f("pk_clock_changes")),
    )
    op.create_table(
        "clock_reminders",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.BigInteger(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("stage IN ('BEFORE', 'AFTER')", name=op.f("ck_clock_reminders_stage")),
        sa.PrimaryKeyConstraint("kind", "key", "stage", name=op.f("pk_clock_reminders")),
    )
    op.create_table(
        "state_calendars",
        sa.Column("state", sa.CHAR(length=2), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["state"], ["jurisdictions.code"], name=op.f("fk_state_calendars_state")),
        sa.PrimaryKeyConstraint("state", name=op.f("pk_state_calendars")),
    )
    op.create_table(
        "working_days",
        sa.Column("state", sa.CHAR(length=2), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["state"], ["jurisdictions.code"], name=op.f("fk_working_days_state")),
        sa.PrimaryKeyConstraint("state", "day", name=op.f("pk_working_days")),
    )
    for statement in (_NOTE_SENT, _NOTE_CHANGED, _NOTE_NOTICE, *_TRIGGERS, all_clocks()):
        op.execute(statement)
    op.execute(
        "INSERT INTO clock_changes (state_record_id, submitted_at) SELECT state_record_id, submitted_at "
        "FROM state_records WHERE status = 'ACTIVE' ORDER BY state_record_id"
    )
    op.execute(grant_web("all_clocks", "clock_changes", "clock_reminders", "clocks", "state_calendars", "working_days"))


def downgrade() -> None:
    op.execute("DROP VIEW all_clocks")
    op.execute("DROP TRIGGER note_sent ON move_notices")
    op.execute("DROP TRIGGER note_changed ON state_records")
    op.execute("DROP TRIGGER note_made ON state_records")
    op.execute("DROP FUNCTION note_move_notice, note_records_changed, note_records_made")
    for table in ("working_days", "state_calendars", "clock_reminders", "clock_changes", "clocks"):
        op.drop_table(table)
