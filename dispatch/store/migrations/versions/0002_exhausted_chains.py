"""When nobody was left to ask after a request.

Revision ID: 0002
"""

import sqlalchemy as sa
from alembic import op

from dispatch.store.moment import Moment

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("request", sa.Column("exhausted_at", Moment(), nullable=True))
