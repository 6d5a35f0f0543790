"""The web process's own login may read which migrations were applied."""

from alembic import op

from hub.tables.web_role import READ_VERSION, UNREAD_VERSION

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(READ_VERSION)


def downgrade() -> None:
    op.execute(UNREAD_VERSION)
