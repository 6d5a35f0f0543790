"""Contacts of the states and districts, move notices and the replies to them."""

import sqlalchemy as sa
from alembic import op

from hub.tables.append_only import append_only
from hub.tables.web_role import grant_web

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_TABLES = ("contact_lists", "contacts", "move_notices", "move_notice_replies")


def upgrade() -> None:
    op.create_table(
        "contact_lists",
        sa.Column("list_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("state", sa.CHAR(length=2), nullable=False),
        sa.Column("district_id", sa.CHAR(length=7), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name=op.f("fk_contact_lists_account_id")),
        sa.ForeignKeyConstraint(["state"], ["jurisdictions.code"], name=op.f("fk_contact_lists_state")),
        sa.PrimaryKeyConstraint("list_id", name=op.f("pk_contact_lists")),
    )
    op.create_index(
        "uq_contact_lists_place",
        "contact_lists",
        ["state", "district_id"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "contacts",
        sa.Column("contact_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("list_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("matters", sa.ARRAY(sa.Text()), nullable=False),
        sa.CheckConstraint("language IN ('EN', 'ES')", name=op.f("ck_contacts_language")),
        sa.CheckConstraint(
            "matters <@ ARRAY['MOVE_NOTICE', 'DATA_REQUEST', 'DISPUTE'] AND cardinality(matters) > 0",
            name=op.f("ck_contacts_matters"),
        ),
        sa.ForeignKeyConstraint(["list_id"], ["contact_lists.list_id"], name=op.f("fk_contacts_list_id")),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_contacts")),
    )
    op.create_index(op.f("ix_contacts_list_id"), "contacts", ["list_id"], unique=False)
    op.create_table(
        "move_notices",
        sa.Column("notice_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("student_id", sa.BigInteger(), nullable=False),
        sa.Column("from_state", sa.CHAR(length=2), nullable=False),
        sa.Column("from_district", sa.CHAR(length=7), nullable=True),
        sa.Column("to_state", sa.CHAR(length=2), nullable=False),
        sa.Column("to_district", sa.CHAR(length=7), nullable=True),
        sa.Column(
            "sender_state",
            sa.CHAR(length=2),
            sa.Computed("CASE kind WHEN 'ARRIVAL' THEN to_state ELSE from_state END", persisted=True),
            nullable=False,
        ),
        sa.Column(
            "sender_district",
            sa.CHAR(length=7),
            sa.Computed("CASE kind WHEN 'ARRIVAL' THEN to_district ELSE from_district END", persisted=True),
            nullable=True,
        ),
        sa.Column(
            "receiver_state",
            sa.CHAR(length=2),
            sa.Computed("CASE kind WHEN 'ARRIVAL' THEN from_state ELSE to_state END", persisted=True),
            nullable=False,
        ),
        sa.Column(
            "receiver_district",
            sa.CHAR(length=7),
            sa.Computed("CASE kind WHEN 'ARRIVAL' THEN from_district ELSE to_district END", persisted=True),
            nullable=True,
        ),
        sa.Column("expected_date", sa.Date(), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("copy_to", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("receivers", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("upload_id", sa.BigInteger(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('ARRIVAL', 'DEPARTURE')", name=op.f("ck_move_notices_kind")),
        sa.CheckConstraint(
            "account_id IS NULL OR message IS NOT NULL", name=op.f("ck_move_notices_people_say_something")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name=op.f("fk_move_notices_account_id")),
        sa.ForeignKeyConstraint(["from_state"], ["jurisdictions.code"], name=op.f("fk_move_notices_from_state")),
        sa.ForeignKeyConstraint(["student_id"], ["students.student_id"], name=op.f("fk_move_notices_student_id")),
        sa.ForeignKeyConstraint(["to_state"], ["jurisdictions.code"], name=op.f("fk_move_notices_to_state")),
        sa.ForeignKeyConstraint(["upload_id"], ["uploads.upload_id"], name=op.f("fk_move_notices_upload_id")),
        sa.PrimaryKeyConstraint("notice_id", name=op.f("pk_move_notices")),
    )
    op.create_index(
        op.f("ix_move_notices_receiver_state_notice_id"), "move_notices", ["receiver_state", "notice_id"], unique=False
    )
    op.create_index(
        op.f("ix_move_notices_sender_state_notice_id"), "move_notices", ["sender_state", "notice_id"], unique=False
    )
    op.create_index(
        op.f("ix_move_notices_student_id_notice_id"), "move_notices", ["student_id", "notice_id"], unique=False
    )
    op.create_table(
        "move_notice_replies",
        sa.Column("reply_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("notice_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.CHAR(length=2), nullable=False),
        sa.Column("answers", sa.Boolean(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("receivers", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.account_id"], name=op.f("fk_move_notice_replies_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["move_notices.notice_id"], name=op.f("fk_move_notice_replies_notice_id")
        ),
        sa.ForeignKeyConstraint(["state"], ["jurisdictions.code"], name=op.f("fk_move_notice_replies_state")),
        sa.PrimaryKeyConstraint("reply_id", name=op.f("pk_move_notice_replies")),
    )
    op.create_index(
        op.f("ix_move_notice_replies_notice_id_reply_id"),
        "move_notice_replies",
        ["notice_id", "reply_id"],
        unique=False,
    )
    for table in ("move_notices", "move_notice_replies"):
        for statement in append_only(table):
            op.execute(statement)
    op.execute(grant_web(*_TABLES))


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table)
