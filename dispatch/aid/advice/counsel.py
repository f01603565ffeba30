"""What a recommendation is weighed with: the agency's practice and, once they are made, cover's figures."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from dispatch.aid.advice.forecast import Forecast
from dispatch.aid.advice.grid import Grid
from dispatch.aid.advice.options import Advice, CallFacts
from dispatch.aid.advice.practice import DEFAULT_PRACTICE, Method, Practice
from dispatch.aid.advice.situate import Register, StandingBy, make_fleet, situate
from dispatch.aid.advice.situation import LendingTable, Situation
from dispatch.aid.loans import Commitments
from dispatch.live.picture import Picture
from dispatch.model.ids import JurisdictionId, UnitId


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CoverFigures:
    """What is known of a region's cover beside its picture."""

    grid: Grid
    register: Register
    forecast: Forecast
    lending: LendingTable
    last_hour: Mapping[JurisdictionId, int] | None = None
    ledger_hours: Mapping[JurisdictionId, float] | None = None
    standing_by: Mapping[UnitId, StandingBy] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Seen:
    """A picture as a situation, and which row of it each unit is."""

    situation: Situation
    row_of: Mapping[UnitId, int]


Revise = Callable[[CallFacts, Advice, Situation, Practice], Advice]
"""The advice as it stands after a second look; the same one where that has nothing to add."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Counsel:
    """Whose practice, and with what figures; ``figures`` None: they are not made yet.

    ``crew_prices``: what the fatigue of a unit's crew weighs, in late calls. ``revise``: a second opinion
    on what the rules advise, where there is a situation to think about.
    """

    practice: Practice = DEFAULT_PRACTICE
    figures: CoverFigures | None = None
    crew_prices: Mapping[UnitId, float] = field(default_factory=dict)
    revise: Revise | None = None

    @property
    def is_waiting(self) -> bool:
        """Whether something is to be weighed for which the figures are not there."""
        return self.figures is None and self.practice.method is not Method.CLOSEST

    def look(self, picture: Picture, commitments: Commitments, *, now: datetime) -> Seen | None:
        """The picture (or part of one) as a situation; None where nothing is weighed."""
        known = self.figures
        if known is None or self.practice.method is Method.CLOSEST:
            return None
        fleet = make_fleet(picture, known.register)
        situation = situate(
            picture,
            commitments,
            fleet,
            known.grid,
            known.forecast,
            lending=known.lending,
            now=now,
            practice=self.practice,
            last_hour=known.last_hour,
            ledger_hours=known.ledger_hours,
            standing_by=known.standing_by,
        )
        return Seen(situation=situation, row_of=fleet.row_of)


PLAIN: Final = Counsel(practice=replace(DEFAULT_PRACTICE, method=Method.CLOSEST))
"""Plain closest eligible, for whoever weighs nothing."""
