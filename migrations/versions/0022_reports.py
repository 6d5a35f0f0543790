"""Reports: national regions, the secret of the facts' random keys, saved reports, and the reports that were run."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from hub.tables import REPORT_REGIONS
from hub.tables.web_role import grant_web

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "report_secrets",
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("database", sa.Uuid(), nullable=False),
        sa.CheckConstraint("number = 1", name=op.f("ck_report_secrets_only_one")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_report_secrets")),
    )
    op.create_table(
        "report_regions",
        sa.Column("state", sa.CHAR(length=2), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["state"], ["jurisdictions.code"], name=op.f("fk_report_regions_state")),
        sa.PrimaryKeyConstraint("state", name=op.f("pk_report_regions")),
    )
    op.create_table(
        "report_runs",
        sa.Column("report_run_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("ran_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("question", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name=op.f("fk_report_runs_account_id")),
        sa.PrimaryKeyConstraint("report_run_id", name=op.f("pk_report_runs")),
    )
    op.create_index(
        op.f("ix_report_runs_account_id_report_run_id"), "report_runs", ["account_id", "report_run_id"], unique=False
    )
    op.create_table(
        "saved_reports",
        sa.Column("saved_report_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.CHAR(length=2), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("shared_with", sa.Text(), nullable=False),
        sa.Column("question", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("shared_with IN ('NOBODY', 'OFFICE')", name=op.f("ck_saved_reports_shared_with")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name=op.f("fk_saved_reports_account_id")),
        sa.ForeignKeyConstraint(["state"], ["jurisdictions.code"], name=op.f("fk_saved_reports_state")),
        sa.PrimaryKeyConstraint("saved_report_id", name=op.f("pk_saved_reports")),
    )
    op.create_index(op.f("ix_saved_reports_account_id_name"), "saved_reports", ["account_id", "name"], unique=True)
    op.create_index(op.f("ix_saved_reports_state"), "saved_reports", ["state"], unique=False)
    regions = sa.table("report_regions", sa.column("state"), sa.column("region"))
    op.bulk_insert(regions, REPORT_REGIONS)
    # two random UUIDs are 244 random bits
    op.execute(
        "INSERT INTO report_secrets (number, secret, database) SELECT 1, "
        "sha256((gen_random_uuid()::text || gen_random_uuid()::text)::bytea), gen_random_uuid()"
    )
    op.execute(grant_web("report_regions", "report_runs", "report_secrets", "saved_reports"))


def downgrade() -> None:
    op.drop_index(op.f("ix_saved_reports_state"), table_name="saved_reports")
    op.drop_index(op.f("ix_saved_reports_account_id_name"), table_name="saved_reports")
    op.drop_table("saved_reports")
    op.drop_index(op.f("ix_report_runs_account_id_report_run_id"), table_name="report_runs")
    op.drop_table("report_runs")
    op.drop_table("report_regions")
    op.drop_table("report_secrets")
