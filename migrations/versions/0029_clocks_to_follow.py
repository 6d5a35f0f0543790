"""A change of residence is told of also where its clock was met before the hub looked."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

TO_FOLLOW = "followed_at IS NULL AND (kind = 'CHANGE_OF_RESIDENCE' OR (kind = 'ENROLLMENT' AND met_at IS NULL))"
BEFORE = "kind IN ('CHANGE_OF_RESIDENCE', 'ENROLLMENT') AND met_at IS NULL AND followed_at IS NULL"


def upgrade() -> None:
    # What was met before this version is not told of any more.
    op.execute(
        "UPDATE clocks SET followed_at = met_at"
        " WHERE kind = 'CHANGE_OF_RESIDENCE' AND met_at IS NOT NULL AND followed_at IS NULL"
    )
    _index(TO_FOLLOW)


def downgrade() -> None:
    _index(BEFORE)


def _index(condition: str) -> None:
    op.drop_index("ix_clocks_to_follow", table_name="clocks")
    op.create_index("ix_clocks_to_follow", "clocks", ["kind", "due_at"], postgresql_where=sa.text(condition))
