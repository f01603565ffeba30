"""Drafts of agreements, and what was signed and done about the texts on record.

Revision ID: 0003
"""

import sqlalchemy as sa
from alembic import op

from dispatch.store.moment import Moment

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "agreement_draft",
        sa.Column("agreement_id", sa.Text(), nullable=False),
        sa.Column("drafted_by", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("terms_sha256", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("updated_by", sa.Text(), nullable=False),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("agreement_id", "drafted_by", name=op.f("pk_agreement_draft")),
    )
    _signatures()
    _acts()


def _signatures() -> None:
    op.create_table(
        "agreement_signature",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("agreement_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("terms_sha256", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id", "version"],
            ["agreement.agreement_id", "agreement.version"],
            name=op.f("fk_agreement_signature_agreement_id_agreement"),
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_agreement_signature")),
        sa.UniqueConstraint(
            "agreement_id", "version", "party", name=op.f("uq_agreement_signature_agreement_id_version_party")
        ),
    )


def _acts() -> None:
    op.create_table(
        "agreement_act",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("agreement_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("ends_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agreement_id", "version"],
            ["agreement.agreement_id", "agreement.version"],
            name=op.f("fk_agreement_act_agreement_id_agreement"),
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_agreement_act")),
    )
    op.create_index("ix_agreement_act_agreement_id", "agreement_act", ["agreement_id", "version"])
