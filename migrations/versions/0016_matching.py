"""Matching: models, versions of demographics, and the keys they are found by."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from hub.tables.web_role import grant_web

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "matching_models",
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("active", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_matching_models")),
    )
    op.create_index(
        "uq_matching_models_active", "matching_models", ["active"], unique=True, postgresql_where=sa.text("active")
    )
    op.create_table(
        "match_profiles",
        sa.Column("profile_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("state_record_id", sa.BigInteger(), nullable=False),
        sa.Column("student_id", sa.BigInteger(), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["state_record_id"], ["state_records.state_record_id"], name=op.f("fk_match_profiles_state_record_id")
        ),
        sa.ForeignKeyConstraint(["student_id"], ["students.student_id"], name=op.f("fk_match_profiles_student_id")),
        sa.PrimaryKeyConstraint("profile_id", name=op.f("pk_match_profiles")),
    )
    op.create_index(op.f("ix_match_profiles_state_record_id"), "match_profiles", ["state_record_id"], unique=False)
    op.create_index(
        "ix_match_profiles_student_id",
        "match_profiles",
        ["student_id"],
        unique=False,
        postgresql_where=sa.text("student_id IS NOT NULL"),
    )
    op.create_table(
        "match_keys",
        sa.Column("key", sa.BigInteger(), nullable=False),
        sa.Column("state_record_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", "state_record_id", name=op.f("pk_match_keys")),
    )
    op.execute(grant_web("match_keys", "match_profiles", "matching_models"))


def downgrade() -> None:
    op.drop_table("match_keys")
    op.drop_table("match_profiles")
    op.drop_table("matching_models")
