"""What a floor cost and saved, for the agency that has set it: from the journal, off the loop."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from dispatch.agreements.access import owned_by
from dispatch.agreements.actions import Action
from dispatch.agreements.sight import let_through, wire_time
from dispatch.aid.floors import FloorReport, Shown, report_floor
from dispatch.journal.entry import Entry
from dispatch.model.events import RecommendationMade
from dispatch.model.ids import IncidentId, JurisdictionId, UnitId
from dispatch.model.principal import Principal
from dispatch.model.unit import UnitType
from dispatch.services.command import Row
from dispatch.services.core import Core
from dispatch.services.door import require
from dispatch.services.ports import Reader


class FloorReports:
    """Reads only."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def report(self, principal: Principal, jurisdiction_id: JurisdictionId, *, days: int) -> Row:
        """``{jurisdiction, days, since, until, blocked{}, cost{}, saved{}, by_borrower[], sentences[]}``.

        Raises ``NotFound``, ``Forbidden``.
        """
        core, now = self._core, self._core.clock()
        action, resource = Action.READ_FLOOR_REPORT, owned_by(jurisdiction_id)
        what, which = "jurisdiction", jurisdiction_id
        fields = require(principal, action, resource, what=what, which=which, now=now)
        since = now - timedelta(days=days)
        practice = core.world.practice_of(jurisdiction_id)
        targets = {priority.value: target.within_seconds for priority, target in practice.targets.items()}
        types = {unit.id: unit.unit_type for unit in core.world.units_of(jurisdiction_id)}
        found = await core.store.read(
            lambda reader: _report(reader, jurisdiction_id, since, now, types, targets)
        )
        row = {
            "jurisdiction": jurisdiction_id,
            "days": days,
            "since": wire_time(since),
            "until": wire_time(now),
            "target_seconds": targets,
            **found.to_json(),
            "sentences": list_sentences(found, core.world.names.get(jurisdiction_id, jurisdiction_id)),
        }
        return let_through(row, fields)


def list_sentences(found: FloorReport, name: str) -> list[str]:
    """The report in words, with what is only an estimate."""
    figures = found.to_json()
    cost, saved = figures["cost"], figures["saved"]
    if not found.blocked:
        return [f"In no call was a unit of {name} the nearer one and held back by its floor."]
    worst = f", {cost['worst_minutes']:.1f} at worst" if found.minutes else ""
    return [
        f"In {len(found.blocked)} calls of neighbours a unit of {name} would have been there sooner, but for "
        f"the floor: {cost['minutes']:.1f} min in all{worst}. Both arrivals are estimates.",
        f"In the hour after, {saved['own_calls_after']} calls came in at home; {saved['calls_at_most']} of "
        "them while just the floor was left, and were reached in target. At most so many were saved by it.",
    ]


def _report(
    reader: Reader,
    lender: JurisdictionId,
    since: datetime,
    until: datetime,
    types: Mapping[UnitId, UnitType],
    targets: Mapping[str, int],
) -> FloorReport:
    entries = reader.list_entries_of(RecommendationMade.type, since=since)
    calls = [one for one in reader.list_incidents_between(since, until) if one.jurisdiction_id == lender]
    return report_floor(
        lender,
        _list_shown(entries),
        calls=calls,
        work=reader.list_assignments(since=since),
        types=types,
        target_seconds=targets,
    )


def _list_shown(entries: Sequence[Entry]) -> list[Shown]:
    return [
        Shown(
            incident_id=IncidentId(entry.incident),
            borrower=JurisdictionId(entry.jurisdiction),
            made_at=entry.occurred_at,
            counterfactual=entry.body["counterfactual"],
        )
        for entry in entries
        if entry.incident and entry.jurisdiction and entry.body.get("counterfactual")
    ]
