"""An escalation names the item that it is about; the web process may give out MSIX IDs."""

import sqlalchemy as sa
from alembic import op

from hub.tables.web_role import grant_web_students

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("worklist_items", sa.Column("parent_id", sa.BigInteger(), nullable=True))
    op.create_index(op.f("ix_worklist_items_parent_id"), "worklist_items", ["parent_id"], unique=False)
    op.create_foreign_key(
        op.f("fk_worklist_items_parent_id"), "worklist_items", "worklist_items", ["parent_id"], ["item_id"]
    )
    op.execute(grant_web_students())


def downgrade() -> None:
    op.drop_constraint(op.f("fk_worklist_items_parent_id"), "worklist_items", type_="foreignkey")
    op.drop_index(op.f("ix_worklist_items_parent_id"), table_name="worklist_items")
    op.drop_column("worklist_items", "parent_id")
