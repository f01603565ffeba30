"""When units that stand by may go home, live: the end rule, asked about everybody in one area.

It only says so. Who lets a unit go is a person: the borrower's dispatcher, or the lender, whose recall
needs no rule.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from dispatch.aid.advice.counsel import Seen
from dispatch.aid.advice.practice import Practice
from dispatch.aid.advice.standby import Stand, StandbyEnd, list_ended
from dispatch.aid.standing_by import Standby
from dispatch.model.ids import AssignmentId, JurisdictionId


@dataclass(frozen=True, slots=True, kw_only=True)
class StandDown:
    """Why a unit may go home, and since when that is known."""

    because: StandbyEnd
    since: datetime


def list_stand_downs(
    standbys: Sequence[Standby],
    seen: Seen | None,
    practice: Practice,
    *,
    before: Mapping[AssignmentId, StandDown],
    now: datetime,
) -> dict[AssignmentId, StandDown]:
    """Who of one area's may go home. ``before``: what was found the last time, for since when.

    Without a situation only the longest time is known. An own unit after a move-up is not sent home because
    its own jurisdiction is short: that is why it moved.
    """
    longest = practice.standby.longest
    found = {
        one.assignment.id: StandbyEnd.LONGEST
        for one in standbys
        if now - one.assignment.assigned_at >= longest
    }
    if seen is not None:
        found = {**found, **_ended(standbys, seen, practice)}
    return {
        which: before[which]
        if which in before and before[which].because is because
        else StandDown(because=because, since=now)
        for which, because in found.items()
    }


def _ended(standbys: Sequence[Standby], seen: Seen, practice: Practice) -> dict[AssignmentId, StandbyEnd]:
    situation = seen.situation
    areas: dict[JurisdictionId, int] = {name: row for row, name in enumerate(situation.grid.jurisdictions)}
    of_row: dict[int, Standby] = {}
    stands = []
    for one in standbys:
        row, area = seen.row_of.get(one.unit_id), areas.get(one.borrower)
        if row is not None and area is not None:
            of_row[row] = one
            stands.append(Stand(unit=row, area=area, since=one.assignment.assigned_at))
    return {
        of_row[ended.stand.unit].assignment.id: ended.because
        for ended in list_ended(stands, situation, practice)
        if of_row[ended.stand.unit].assignment.lent or ended.because is not StandbyEnd.LENDER_SHORT
    }
