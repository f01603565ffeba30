"""What agencies set for their advice, people's word on cover, pre-alerts, and the states of cover.

Revision ID: 0005
"""

import sqlalchemy as sa
from alembic import op

from dispatch.store.moment import Moment

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    _practices()
    _overrides()
    _pre_alerts()
    op.create_table(
        "cover_state",
        sa.Column("jurisdiction_id", sa.Text(), nullable=False),
        sa.Column("capability", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("since", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("jurisdiction_id", "capability", name=op.f("pk_cover_state")),
    )


def _practices() -> None:
    op.create_table(
        "practice",
        sa.Column("jurisdiction_id", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("set_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("jurisdiction_id", name=op.f("pk_practice")),
    )


def _overrides() -> None:
    op.create_table(
        "cover_override",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("jurisdiction_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("begins_at", Moment(), nullable=False),
        sa.Column("ends_at", Moment(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cover_override")),
    )
    op.create_index(op.f("ix_cover_override_jurisdiction_id"), "cover_override", ["jurisdiction_id"])
    op.create_index(op.f("ix_cover_override_ends_at"), "cover_override", ["ends_at"])


def _pre_alerts() -> None:
    op.create_table(
        "pre_alert",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("jurisdiction_id", sa.Text(), nullable=False),
        sa.Column("partners", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("free", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("sent_by", sa.Text(), nullable=False),
        sa.Column("sent_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("acknowledged", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pre_alert")),
    )
    op.create_index(op.f("ix_pre_alert_jurisdiction_id"), "pre_alert", ["jurisdiction_id"])
    op.create_index(op.f("ix_pre_alert_expires_at"), "pre_alert", ["expires_at"])
