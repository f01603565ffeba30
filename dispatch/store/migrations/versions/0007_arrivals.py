"""Predicted and actual arrivals, and how long crews are on duty; what the journal already says is filled in.

Revision ID: 0007
"""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from dispatch.model.clock import parse_iso
from dispatch.model.unit import UnitStatus, duty_after
from dispatch.store.moment import Moment

revision = "0007"
down_revision = "0005"

PAGE = 5_000


def upgrade() -> None:
    op.add_column("unit_state", sa.Column("on_duty_since", Moment(), nullable=True))
    op.add_column("unit_state", sa.Column("shift_ends_at", Moment(), nullable=True))
    for table in ("request", "assignment"):
        op.add_column(table, sa.Column("learned_seconds", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("assignment", sa.Column("predicted_seconds", sa.Integer(), nullable=True))
    op.add_column("assignment", sa.Column("arrived_at", Moment(), nullable=True))
    _fill_in()


def _fill_in() -> None:
    arrived: dict[str, datetime] = {}
    on_duty: dict[str, datetime | None] = {}
    for line in _lines():
        body, at = line["body"], parse_iso(line["occurred_at"])
        if line["type"] == "unit.status_changed":
            before, after = UnitStatus(body["before"]), UnitStatus(body["after"])
            on_duty[body["unit_id"]] = duty_after(before, on_duty.get(body["unit_id"]), after, at)
        elif line["type"] == "assignment.stepped" and body["after"] == "on_scene":
            arrived[body["assignment_id"]] = at
    since = {unit_id: at for unit_id, at in on_duty.items() if at is not None}
    _put("assignment", "id", "arrived_at", arrived)
    _put("unit_state", "unit_id", "on_duty_since", since)


def _lines() -> Iterator[dict[str, Any]]:
    """The journal's entries in order."""
    entries = sa.table("journal_entry", sa.column("seq", sa.BigInteger()), sa.column("line", sa.Text()))
    after = 0
    while True:
        query = sa.select(entries.c.seq, entries.c.line).where(entries.c.seq > after)
        page = op.get_bind().execute(query.order_by(entries.c.seq).limit(PAGE)).all()
        if not page:
            return
        yield from (json.loads(row.line) for row in page)
        after = page[-1].seq


def _put(table: str, key: str, column: str, values: dict[str, datetime]) -> None:
    rows = sa.table(table, sa.column(key, sa.Text()), sa.column(column, Moment()))
    statement = sa.update(rows).where(rows.c[key] == sa.bindparam("which"))
    statement = statement.values({column: sa.bindparam("at", type_=Moment())})
    if values:
        bound = [{"which": which, "at": at} for which, at in values.items()]
        op.get_bind().execute(statement, bound)
