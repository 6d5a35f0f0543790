"""Why somebody let a worklist item climb is kept."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("worklist_items", sa.Column("escalation_reason", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("worklist_items", "escalation_reason")
