"""Data requests between states."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from hub.tables.web_role import grant_web

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "data_requests",
        sa.Column("request_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("student_id", sa.BigInteger(), nullable=False),
        sa.Column("asking_state", sa.CHAR(length=2), nullable=False),
        sa.Column("state", sa.CHAR(length=2), nullable=False),
        sa.Column("elements", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("wanted", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("asking_state <> state", name=op.f("ck_data_requests_of_another_state")),
        sa.CheckConstraint("cardinality(elements) > 0", name=op.f("ck_data_requests_elements")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name=op.f("fk_data_requests_account_id")),
        sa.ForeignKeyConstraint(["asking_state"], ["jurisdictions.code"], name=op.f("fk_data_requests_asking_state")),
        sa.ForeignKeyConstraint(["item_id"], ["worklist_items.item_id"], name=op.f("fk_data_requests_item_id")),
        sa.ForeignKeyConstraint(["state"], ["jurisdictions.code"], name=op.f("fk_data_requests_state")),
        sa.ForeignKeyConstraint(["student_id"], ["students.student_id"], name=op.f("fk_data_requests_student_id")),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_data_requests")),
        sa.UniqueConstraint("item_id", name=op.f("uq_data_requests_item_id")),
    )
    op.create_index(
        op.f("ix_data_requests_asking_state_request_id"), "data_requests", ["asking_state", "request_id"], unique=False
    )
    op.create_index(op.f("ix_data_requests_state_request_id"), "data_requests", ["state", "request_id"], unique=False)
    op.create_index(op.f("ix_data_requests_student_id"), "data_requests", ["student_id"], unique=False)
    op.execute(grant_web("data_requests"))


def downgrade() -> None:
    op.drop_table("data_requests")
