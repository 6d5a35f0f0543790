"""An index of the account events of the audit trail; other events are not in it, and are written as fast as before."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_OF_ACCOUNTS = sa.text("tag LIKE 'account:%'")


def upgrade() -> None:
    op.create_index("ix_audit_events_accounts", "audit_events", ["event_id"], postgresql_where=_OF_ACCOUNTS)


def downgrade() -> None:
    op.drop_index("ix_audit_events_accounts", table_name="audit_events", postgresql_where=_OF_ACCOUNTS)
