"""The events of accounts: their tokens and what they were refused, too; and whom a provider's subjects were."""

import sqlalchemy as sa
from alembic import op

from hub.tables.web_role import grant_web

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_BEFORE = sa.text("tag LIKE 'account:%'")
_AFTER = sa.text("tag ~ '^(account|token|change|request):'")
_INDEX = "ix_audit_events_accounts"


def upgrade() -> None:
    op.drop_index(_INDEX, table_name="audit_events")
    op.create_index(_INDEX, "audit_events", ["event_id"], postgresql_where=_AFTER)
    op.create_table(
        "oidc_subjects",
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("known_since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.account_id"], name=op.f("fk_oidc_subjects_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("issuer", "subject", name=op.f("pk_oidc_subjects")),
        sa.UniqueConstraint("account_id", "issuer", name=op.f("uq_oidc_subjects_account_id_issuer")),
    )
    op.execute(grant_web("oidc_subjects"))


def downgrade() -> None:
    op.drop_table("oidc_subjects")
    op.drop_index(_INDEX, table_name="audit_events")
    op.create_index(_INDEX, "audit_events", ["event_id"], postgresql_where=_BEFORE)
