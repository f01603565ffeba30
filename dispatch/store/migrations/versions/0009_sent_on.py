"""Which standby a unit was sent on from, and since when it is lent.

Revision ID: 0009
"""

import sqlalchemy as sa
from alembic import op

from dispatch.store.moment import Moment

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("assignment", sa.Column("continues", sa.Text(), nullable=True))
    op.add_column("assignment", sa.Column("loan_since", Moment(), nullable=True))
