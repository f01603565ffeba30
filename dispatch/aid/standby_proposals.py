"""Which units to bring into a short area, from a picture: what ``advice.standby`` weighs, with its permits.

Moves of neighbours' units, each with the agreement that lets it stand by; move-ups of own units; what
several moves are together worth most; and where a lender would become short itself, the unit of a third that
could come to it meanwhile. That third one is named only where it is the borrower's partner too: of anybody
else's units the borrower knows nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

import numpy as np

from dispatch.agreements.pairs import Pairs
from dispatch.agreements.permit import Permit
from dispatch.aid.advice.cascade import propose_cascade
from dispatch.aid.advice.counsel import Counsel, Seen
from dispatch.aid.advice.move_up import propose_several
from dispatch.aid.advice.standby import (
    Permits,
    StandbyMove,
    count_spare,
    has_recovered,
    propose_standby,
)
from dispatch.aid.assignment import Assignment
from dispatch.aid.crew import list_crew_reasons
from dispatch.aid.lending import Asking, Lending, lending_for
from dispatch.aid.loans import Commitments, free_rows
from dispatch.aid.overwhelm import state_of
from dispatch.aid.request import AidRequest
from dispatch.aid.survey import loans_in
from dispatch.live.picture import Picture
from dispatch.model.geo import Point
from dispatch.model.ids import IncidentId, JurisdictionId, UnitId
from dispatch.model.incident import Incident, Need, Priority, Purpose
from dispatch.model.jurisdiction import CoverState
from dispatch.model.region import Region
from dispatch.model.unit import Unit, UnitType

NATURE: Final = "Standby"
"""The nature of every standby, so that clauses can name it."""
NOT_ENTERED: Final = IncidentId("")
"""The id of a standby that is only thought of."""
MOST_MOVES: Final = 5
MOST_MOVE_UPS: Final = 3
MOST_TOGETHER: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What proposals are made from, still. ``picture``: the borrower's, its partners' and theirs."""

    borrower: JurisdictionId
    region: Region
    picture: Picture
    pairs: Pairs
    assignments: tuple[Assignment, ...]
    requests: tuple[AidRequest, ...]
    asking: Asking
    counsel: Counsel
    cover: CoverState
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Backfill:
    """The unit that a third jurisdiction would send to the lender meanwhile."""

    move: StandbyMove
    unit: Unit
    lender: JurisdictionId
    borrower: JurisdictionId
    lender_loses: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """One move. ``permit`` None: an own unit, for which nobody is asked."""

    move: StandbyMove
    unit: Unit
    permit: Permit | None
    backfill: Backfill | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Proposals:
    """What is proposed, the best first. ``together``: the moves to make if several are made, in order."""

    moves: tuple[Proposed, ...] = ()
    move_ups: tuple[Proposed, ...] = ()
    together: tuple[Proposed, ...] = ()
    seen: Seen | None = field(default=None, repr=False)

    @property
    def all(self) -> tuple[Proposed, ...]:
        """Moves and move-ups: what second opinions are asked about, in this order."""
        return (*self.moves, *self.move_ups)


def draft_standby(
    borrower: JurisdictionId,
    post: Point,
    unit_type: UnitType,
    *,
    opened_at: datetime,
    incident_id: IncidentId = NOT_ENTERED,
    address: str = "",
    note: str = "",
    backfill_of: IncidentId | None = None,
) -> Incident:
    """A standby as it would be entered; its number comes with the record.

    Not emergent: the way to a post is driven without the siren.
    """
    return Incident(
        id=incident_id,
        number="",
        jurisdiction_id=borrower,
        position=post,
        priority=Priority.NON_ACUTE,
        nature=NATURE,
        needs=(Need(unit_type=unit_type),),
        opened_at=opened_at,
        address=address,
        note=note,
        purpose=Purpose.STANDBY,
        backfill_of=backfill_of,
    )


def propose_moves(scene: Scene) -> Proposals:
    """All proposals for one area; none where nothing is known of cover, or it is green."""
    commitments = scene.asking.commitments(scene.assignments, scene.requests, now=scene.now)
    seen = scene.counsel.look(scene.picture, commitments, now=scene.now)
    if seen is None or scene.borrower not in seen.situation.grid.jurisdictions:
        return Proposals(seen=seen)
    bench = _Bench(scene, seen, commitments)
    found = bench.judged(bench.propose())
    ours, theirs = _split(found)
    if bench.has_recovered():
        theirs = []  # whoever moved in now would be let go at once
    together: tuple[Proposed, ...] = ()
    if len(ours) + len(theirs) > 1 and not bench.has_recovered():
        together = tuple(bench.judged(bench.propose_together()))
    return Proposals(
        moves=tuple(replace(one, backfill=bench.find_backfill(one)) for one in theirs[:MOST_MOVES]),
        move_ups=tuple(ours[:MOST_MOVE_UPS]),
        together=together if len(together) > 1 else (),
        seen=seen,
    )


def _split(found: Iterable[Proposed]) -> tuple[list[Proposed], list[Proposed]]:
    ours: list[Proposed] = []
    theirs: list[Proposed] = []
    for one in found:
        (ours if one.move.is_move_up else theirs).append(one)
    return ours, theirs


class _Bench:
    """One scene's situation, and the agreements' answers for whoever is to be covered."""

    def __init__(self, scene: Scene, seen: Seen, commitments: Commitments) -> None:
        self._scene, self._situation, self._commitments = scene, seen.situation, commitments
        self._units: dict[int, UnitId] = {row: unit_id for unit_id, row in seen.row_of.items()}
        self._rows: Mapping[JurisdictionId, int] = {
            name: row for row, name in enumerate(self._situation.grid.jurisdictions)
        }
        self._lendings: dict[tuple[JurisdictionId, Point], Lending] = {}
        self._partners = scene.pairs.list_partners(scene.borrower, scene.now)

    def has_recovered(self) -> bool:
        """Whether the end rule would let go whoever stands by here."""
        area, rules = self._rows[self._scene.borrower], self._scene.counsel.practice.standby
        return has_recovered(self._situation, area, rules)

    def propose(self) -> tuple[StandbyMove, ...]:
        """Each move by itself."""
        area, practice = self._rows[self._scene.borrower], self._scene.counsel.practice
        permits = self._permits(self._scene.borrower, self._scene.cover)
        return propose_standby(self._situation, area, self._scene.cover, practice, permits)

    def propose_together(self) -> tuple[StandbyMove, ...]:
        """Several at once."""
        area, practice = self._rows[self._scene.borrower], self._scene.counsel.practice
        permits = self._permits(self._scene.borrower, self._scene.cover)
        cover = self._scene.cover
        return propose_several(self._situation, area, cover, practice, permits, most=MOST_TOGETHER)

    def judged(self, moves: Iterable[StandbyMove]) -> list[Proposed]:
        """The moves with their permits for just this post; without one a neighbour's unit is left out."""
        found = []
        for move in moves:
            unit = self.unit_of(move.unit)
            permit = None
            if not move.is_move_up:
                permit = self._find_permit(
                    unit, self._scene.borrower, self.post(move.post), self._scene.cover
                )
                if permit is None:
                    continue
            found.append(Proposed(move=move, unit=unit, permit=permit))
        return found

    def find_backfill(self, proposed: Proposed) -> Backfill | None:
        """Who would come to the lender meanwhile, where it would be short and somebody is worth it."""
        lender = proposed.unit.jurisdiction_id
        cover = self._cover_after(proposed.move.lender, lender)
        if cover is CoverState.GREEN:
            return None
        permits = self._permits(lender, cover)
        cascade = propose_cascade(
            self._situation,
            aid=proposed.move.unit,
            borrower=self._rows[self._scene.borrower],
            cover_after=cover,
            practice=self._scene.counsel.practice,
            permits=lambda row: self._is_known(row) and permits(row),
        )
        move = cascade.backfill
        if move is None or move.is_move_up:
            return None  # whom a lender moves within its own area is its own to see
        unit = self.unit_of(move.unit)
        if self._find_permit(unit, lender, self.post(move.post), cover) is None:
            return None
        home = unit.jurisdiction_id
        return Backfill(move=move, unit=unit, lender=home, borrower=lender, lender_loses=cascade.loss)

    def unit_of(self, row: int) -> Unit:
        """The unit of a situation's row."""
        return self._scene.region.units[self._units[row]]

    def post(self, row: int) -> Point:
        """The place of a grid's post."""
        return self._situation.grid.posts[row]

    def _is_known(self, row: int) -> bool:
        return self.unit_of(row).jurisdiction_id in self._partners

    def _cover_after(self, row: int, lender: JurisdictionId) -> CoverState:
        situation = self._situation
        on_duty = (situation.home == row) & np.isfinite(situation.free_in_seconds)
        return state_of(
            free=count_spare(situation, row) - 1,
            total=int(np.count_nonzero(on_duty)),
            pending=len(self._scene.asking.waiting.get(lender, ())),
        )

    def _permits(self, borrower: JurisdictionId, cover: CoverState) -> Permits:
        """Whether a unit may stand by at the area's first post; judged again for the post that is chosen."""
        ours = np.flatnonzero(self._situation.home == self._rows[borrower])
        first = self.post(int(self._situation.post[ours].min())) if len(ours) else self.post(0)
        return lambda row: self._find_permit(self.unit_of(row), borrower, first, cover) is not None

    def _find_permit(
        self, unit: Unit, borrower: JurisdictionId, post: Point, cover: CoverState
    ) -> Permit | None:
        answer = self._lending(borrower, post, cover).answer(unit)
        if not isinstance(answer, Permit):
            return None
        scene = self._scene
        facts = scene.asking.crews.facts_of(unit.id, scene.picture.state(unit.id), scene.now)
        rules = scene.asking.crews.rules_of(unit.jurisdiction_id)
        priority, now = Priority.NON_ACUTE, scene.now
        tired = list_crew_reasons(facts, rules, priority=priority, eta_seconds=None, now=now)
        return None if tired else answer

    def _lending(self, borrower: JurisdictionId, post: Point, cover: CoverState) -> Lending:
        known = self._lendings.get((borrower, post))
        if known is None:
            scene = self._scene
            standby = draft_standby(
                borrower,
                post,
                UnitType.ALS_AMBULANCE,
                opened_at=scene.now,
                backfill_of=None if borrower == scene.borrower else NOT_ENTERED,
            )
            at_liberty = free_rows(scene.picture, self._commitments)
            known = self._lendings[borrower, post] = lending_for(
                standby,
                agreements=scene.pairs,
                loans=loans_in(
                    scene.picture, self._commitments, at_liberty, standby, scene.pairs, scene.region
                ),
                now=scene.now,
                asking=replace(scene.asking, cover=cover),
                post_of=scene.region.home_of,
            )
        return known
