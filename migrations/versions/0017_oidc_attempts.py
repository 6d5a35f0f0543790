"""Sign-ins by single sign-on that are under way, and whether the provider vouched for a second factor."""

import sqlalchemy as sa
from alembic import op

from hub.tables.web_role import grant_web

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "oidc_attempts",
        sa.Column("state_hash", sa.LargeBinary(), nullable=False),
        sa.Column("browser_hash", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("state_hash", name=op.f("pk_oidc_attempts")),
    )
    op.create_index(op.f("ix_oidc_attempts_expires_at"), "oidc_attempts", ["expires_at"])
    op.execute(grant_web("oidc_attempts"))
    op.add_column("sessions", sa.Column("factor_vouched", sa.Boolean(), server_default="false", nullable=False))


def downgrade() -> None:
    op.drop_column("sessions", "factor_vouched")
    op.drop_table("oidc_attempts")
