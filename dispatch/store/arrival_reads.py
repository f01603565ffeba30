"""The reader's part about arrivals: what was predicted of a way against what it took."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, RowMapping, bindparam, case, func, select

from dispatch.model.advice_events import AidPlanMade
from dispatch.model.ids import PLAN_PREFIX, AidPlanId, IncidentId
from dispatch.model.incident import Purpose
from dispatch.services.ports import ArrivedUnit
from dispatch.store.rows import entry_of
from dispatch.store.schema import assignment, incident, journal_entry, request

_ASKED_FOR_THIS: Final = request.c.incident_id == assignment.c.incident_id
"""Not so for a unit that was sent on: its request's arrival was that at the post."""
_PREDICTED: Final = func.coalesce(
    assignment.c.predicted_seconds, case((_ASKED_FOR_THIS, request.c.eta_seconds))
)
"""Loans made before assignments kept what was predicted have it in their request."""
_ARRIVALS: Final = (
    select(
        assignment.c.unit_id,
        assignment.c.home,
        assignment.c.borrower,
        assignment.c.assigned_at,
        assignment.c.arrived_at,
        assignment.c.incident_id,
        assignment.c.learned_seconds.label("learned"),
        request.c.recommendation_id.label("shown"),
        _PREDICTED.label("predicted"),
    )
    .select_from(
        assignment.outerjoin(request, request.c.id == assignment.c.request_id).join(
            incident, incident.c.id == assignment.c.incident_id
        )
    )
    .where(
        assignment.c.arrived_at >= bindparam("since"),
        _PREDICTED.is_not(None),
        incident.c.purpose == Purpose.INCIDENT.value,
    )
    .order_by(assignment.c.arrived_at, assignment.c.id)
)
_PLANS_MADE: Final = (
    select(journal_entry.c.hash, journal_entry.c.line)
    .where(journal_entry.c.incident_id == bindparam("which"))
    .where(journal_entry.c.line.contains(f'"type":"{AidPlanMade.type}"', autoescape=True))
)


class ArrivalReads:
    """``services.ports.Reader.list_arrivals`` on one connection."""

    connection: Connection

    def list_arrivals(self, since: datetime) -> Sequence[ArrivedUnit]:
        rows = self.connection.execute(_ARRIVALS, {"since": since}).mappings().all()
        staged = self._list_staged({row["incident_id"] for row in rows if _is_by_plan(row)})
        return [_arrived(row) for row in rows if row["shown"] not in staged]

    def _list_staged(self, incident_ids: Collection[IncidentId]) -> Collection[AidPlanId]:
        """The plans whose units were timed to a staging area: it may be that or the scene they came to."""
        staged: set[AidPlanId] = set()
        for which in incident_ids:
            for row in self.connection.execute(_PLANS_MADE, {"which": which}).mappings():
                entry = entry_of(row)
                if entry.type == AidPlanMade.type and entry.body["order"]["staging"] is not None:
                    staged.add(entry.body["plan_id"])
        return staged


def _is_by_plan(row: RowMapping) -> bool:
    return str(row["shown"] or "").startswith(f"{PLAN_PREFIX}_")


def _arrived(row: RowMapping) -> ArrivedUnit:
    return ArrivedUnit(
        unit_id=row["unit_id"],
        home=row["home"],
        borrower=row["borrower"],
        predicted_seconds=row["predicted"] - row["learned"],
        actual_seconds=round((row["arrived_at"] - row["assigned_at"]).total_seconds()),
    )
