"""State calendars, and the regions of districts."""

import sqlalchemy as sa
from alembic import op

from hub.tables.web_role import grant_web

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_days",
        sa.Column("state", sa.CHAR(length=2), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("works", sa.Boolean(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["state"], ["jurisdictions.code"], name=op.f("fk_calendar_days_state")),
        sa.PrimaryKeyConstraint("state", "day", name=op.f("pk_calendar_days")),
    )
    op.create_table(
        "district_regions",
        sa.Column("district_id", sa.CHAR(length=7), nullable=False),
        sa.Column("state", sa.CHAR(length=2), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["state"], ["jurisdictions.code"], name=op.f("fk_district_regions_state")),
        sa.PrimaryKeyConstraint("district_id", name=op.f("pk_district_regions")),
    )
    op.create_index(op.f("ix_district_regions_state_region"), "district_regions", ["state", "region"], unique=False)
    op.execute(grant_web("calendar_days", "district_regions"))


def downgrade() -> None:
    op.drop_index(op.f("ix_district_regions_state_region"), table_name="district_regions")
    op.drop_table("district_regions")
    op.drop_table("calendar_days")
