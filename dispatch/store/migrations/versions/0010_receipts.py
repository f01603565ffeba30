"""When a request was delivered and seen, and whether the lender offered the unit itself.

Revision ID: 0010
"""

import sqlalchemy as sa
from alembic import op

from dispatch.store.moment import Moment

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column(
        "request", sa.Column("offered_by_lender", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    for name in ("delivered_at", "seen_at"):
        op.add_column("request", sa.Column(name, Moment(), nullable=True))
    op.add_column("request", sa.Column("seen_by", sa.Text(), nullable=False, server_default=""))
