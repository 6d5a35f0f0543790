"""Accounts get titles, telephones, versions and reviews; addresses ever given out, trainings, applications for access."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from hub.names import fold
from hub.tables.append_only import append_only
from hub.tables.web_role import grant_web

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_TABLES = ("account_emails", "trainings", "access_applications")
_APPEND_ONLY = {"account_emails": "", "trainings": "", "access_applications": "OLD.status <> 'PENDING'"}
_BY = ("reviewed_by", "deactivated_by")


def upgrade() -> None:
    for column in _columns():
        op.add_column("accounts", column)
    for name in _BY:
        op.create_foreign_key(op.f(f"fk_accounts_{name}"), "accounts", "accounts", [name], ["account_id"])
    op.drop_index(op.f("ix_accounts_state"), table_name="accounts")
    op.create_index(op.f("ix_accounts_state_name_key_account_id"), "accounts", ["state", "name_key", "account_id"])
    op.create_index(
        op.f("ix_accounts_unused_since"), "accounts", ["unused_since"], postgresql_where=sa.text("status = 'ACTIVE'")
    )
    _fold_names()
    op.create_table(
        "account_emails",
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name=op.f("fk_account_emails_account_id")),
        sa.PrimaryKeyConstraint("email", name=op.f("pk_account_emails")),
    )
    op.create_index(op.f("ix_account_emails_account_id"), "account_emails", ["account_id"])
    op.create_table(
        "trainings",
        sa.Column("training_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("completed_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("recorded_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name=op.f("fk_trainings_account_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["accounts.account_id"], name=op.f("fk_trainings_recorded_by")),
        sa.PrimaryKeyConstraint("training_id", name=op.f("pk_trainings")),
    )
    op.create_index(op.f("ix_trainings_account_id"), "trainings", ["account_id"])
    _applications()
    op.execute(
        "INSERT INTO account_emails (email, account_id, given_at) SELECT lower(email), account_id, created_at FROM accounts"
    )
    op.execute(
        "INSERT INTO trainings (account_id, completed_on) "
        "SELECT account_id, (trained_at AT TIME ZONE 'UTC')::date FROM accounts WHERE trained_at IS NOT NULL"
    )
    for table, settled in _APPEND_ONLY.items():
        for statement in append_only(table, settled):
            op.execute(statement)
    op.execute(grant_web(*_TABLES))


def _columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("name_key", sa.Text(), server_default="", nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column(
            "unused_since",
            sa.DateTime(timezone=True),
            sa.Computed("COALESCE(last_sign_in_at, created_at)", persisted=True),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewed_by", sa.BigInteger(), nullable=True),
        sa.Column("deactivated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deactivated_by", sa.BigInteger(), nullable=True),
        sa.Column("deactivation_reason", sa.Text(), nullable=True),
    ]


def _fold_names() -> None:
    connection = op.get_bind()
    accounts = sa.table("accounts", sa.column("account_id"), sa.column("name"), sa.column("name_key"))
    for account_id, name in connection.execute(sa.select(accounts.c.account_id, accounts.c.name)).all():
        connection.execute(sa.update(accounts).where(accounts.c.account_id == account_id).values(name_key=fold(name)))


def _applications() -> None:
    op.create_table(
        "access_applications",
        sa.Column("application_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("status", sa.Text(), server_default="PENDING", nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("agency", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("state", sa.CHAR(length=2), nullable=False),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("district_id", sa.CHAR(length=7), nullable=True),
        sa.Column("supervisor_name", sa.Text(), nullable=False),
        sa.Column("supervisor_email", sa.Text(), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(status = 'APPROVED') = (account_id IS NOT NULL)", name=op.f("ck_access_applications_approved_account")
        ),
        sa.CheckConstraint(
            "(status = 'PENDING') = (decided_at IS NULL)", name=op.f("ck_access_applications_decided_when")
        ),
        sa.CheckConstraint("status IN ('PENDING', 'APPROVED', 'REFUSED')", name=op.f("ck_access_applications_status")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.account_id"], name=op.f("fk_access_applications_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["accounts.account_id"], name=op.f("fk_access_applications_decided_by")
        ),
        sa.ForeignKeyConstraint(["state"], ["jurisdictions.code"], name=op.f("fk_access_applications_state")),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_access_applications")),
    )
    op.create_index(
        op.f("ix_access_applications_state_application_id"), "access_applications", ["state", "application_id"]
    )
    op.create_index(
        "ix_access_applications_email", "access_applications", [sa.literal_column("lower(email)"), "applied_at"]
    )


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table)
    op.drop_index(op.f("ix_accounts_unused_since"), table_name="accounts")
    op.drop_index(op.f("ix_accounts_state_name_key_account_id"), table_name="accounts")
    op.create_index(op.f("ix_accounts_state"), "accounts", ["state"])
    for name in _BY:
        op.drop_constraint(op.f(f"fk_accounts_{name}"), "accounts", type_="foreignkey")
    for column in reversed(_columns()):
        op.drop_column("accounts", column.name)
