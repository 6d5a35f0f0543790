"""The parts of the view of all clocks, each a view of its own."""

from alembic import op

from hub.tables.clock_view import all_clocks, clock_parts
from hub.tables.web_role import grant_web

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

PARTS = ("kept_clocks", "worklist_item_clocks", "data_request_clocks", "move_notice_clocks")


def upgrade() -> None:
    for statement in clock_parts("DATA_REQUEST"):
        op.execute(statement)
    op.execute(grant_web(*PARTS))


def downgrade() -> None:
    op.execute(all_clocks("DATA_REQUEST"))
    for name in PARTS:
        op.execute(f"DROP VIEW {name}")
