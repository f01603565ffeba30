"""What parties say around a request: closures, waivers, recalls, extensions and confirmations.

Revision ID: 0004
"""

import sqlalchemy as sa
from alembic import op

from dispatch.store.moment import Moment

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("request", sa.Column("requester", sa.Text(), nullable=True))
    op.add_column("request", sa.Column("waivers", sa.Text(), nullable=False, server_default="[]"))
    for name in ("recalled_at", "recall_due", "extended_until", "confirmed_at"):
        op.add_column("assignment", sa.Column(name, Moment(), nullable=True))
    op.add_column("assignment", sa.Column("recall_reason", sa.Text(), nullable=False, server_default=""))
    _closures()
    _waivers()


def _closures() -> None:
    op.create_table(
        "closure",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("jurisdiction_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("closed_by", sa.Text(), nullable=False),
        sa.Column("begins_at", Moment(), nullable=False),
        sa.Column("ends_at", Moment(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closure")),
    )
    op.create_index(op.f("ix_closure_jurisdiction_id"), "closure", ["jurisdiction_id"])


def _waivers() -> None:
    op.create_table(
        "waiver",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("agreement_id", sa.Text(), nullable=False),
        sa.Column("agreement_version", sa.Integer(), nullable=False),
        sa.Column("clause", sa.Text(), nullable=False),
        sa.Column("lender", sa.Text(), nullable=False),
        sa.Column("borrower", sa.Text(), nullable=False),
        sa.Column("incident_id", sa.Text(), nullable=False),
        sa.Column("unit_id", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.Text(), nullable=False),
        sa.Column("answered_at", Moment(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("used_by", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'asked') = (answered_at IS NULL)", name=op.f("ck_waiver_answered_has_a_time")
        ),
        sa.CheckConstraint(
            "(state = 'used') = (used_by IS NOT NULL)", name=op.f("ck_waiver_used_by_a_request")
        ),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name=op.f("fk_waiver_incident_id_incident")
        ),
        sa.ForeignKeyConstraint(["used_by"], ["request.id"], name=op.f("fk_waiver_used_by_request")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiver")),
    )
    op.create_index(op.f("ix_waiver_incident_id"), "waiver", ["incident_id"])
