"""How each person wants the board to look.

Revision ID: 0011
"""

import sqlalchemy as sa
from alembic import op

from dispatch.store.moment import Moment

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "preferences",
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", Moment(), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_preferences_counts_from_one")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_preferences_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_preferences")),
    )
