"""What an incident is for: a call, or a unit that stands by at a post.

Revision ID: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("incident", sa.Column("purpose", sa.Text(), nullable=False, server_default="incident"))
    op.add_column("incident", sa.Column("backfill_of", sa.Text(), nullable=True))
