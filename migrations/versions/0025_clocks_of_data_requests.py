"""Data requests are clocks of their own kind, for whoever may see the child; until now they were worklist items."""

from alembic import op

from hub.tables.clock_view import all_clocks

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(all_clocks("DATA_REQUEST"))


def downgrade() -> None:
    op.execute(all_clocks())
