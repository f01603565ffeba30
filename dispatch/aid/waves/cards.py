"""Run cards: an agency's own table of what each alarm level brings, and from whom first.

Each level adds to those below it, as alarms do; going up a level orders only what is neither there nor asked
for yet. Teams are those of NIMS: a strike team is five units of one type with a leader, a task force any mix
with a leader.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from dispatch.aid.waves.order import FIRST_WAVE, Order
from dispatch.aid.waves.places import Places
from dispatch.model.errors import Invalid
from dispatch.model.geo import Point
from dispatch.model.ids import JurisdictionId
from dispatch.model.incident import Need
from dispatch.model.unit import UnitType

STRIKE_TEAM_UNITS: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class StrikeTeam:
    """Five units of one type and their leader's vehicle."""

    unit_type: UnitType
    leader: UnitType = UnitType.SUPERVISOR

    @property
    def needs(self) -> tuple[Need, ...]:
        """What it is made of."""
        return (
            Need(unit_type=self.unit_type, count=STRIKE_TEAM_UNITS),
            Need(unit_type=self.leader),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskForce:
    """Any mix of units and their leader's vehicle."""

    units: tuple[Need, ...]
    leader: UnitType = UnitType.SUPERVISOR

    @property
    def needs(self) -> tuple[Need, ...]:
        """What it is made of."""
        return (*self.units, Need(unit_type=self.leader))


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmLevel:
    """What one alarm adds. ``lenders``: whom to call first for it; nobody named goes by arrival."""

    level: int
    units: tuple[Need, ...] = ()
    strike_teams: tuple[StrikeTeam, ...] = ()
    task_forces: tuple[TaskForce, ...] = ()
    lenders: tuple[JurisdictionId, ...] = ()

    @property
    def needs(self) -> tuple[Need, ...]:
        """All that it adds, teams taken apart, each type once."""
        teams: tuple[StrikeTeam | TaskForce, ...] = (*self.strike_teams, *self.task_forces)
        return added_up((*self.units, *(need for team in teams for need in team.needs)))


@dataclass(frozen=True, slots=True, kw_only=True)
class RunCard:
    """One agency's card. ``levels`` count from 1 without gaps. ``natures``: incidents it is meant for.

    ``staging``: where units report; None is the scene. ``first_wave`` comes by arrival all the same.
    """

    id: str
    title: str
    jurisdiction_id: JurisdictionId
    levels: tuple[AlarmLevel, ...]
    natures: tuple[str, ...] = ()
    staging: Point | None = None
    first_wave: int = FIRST_WAVE

    def needs_up_to(self, level: int) -> tuple[Need, ...]:
        """All that should be there at this level. Raises ``Invalid`` for a level that the card has not."""
        if not 1 <= level <= len(self.levels):
            raise Invalid("alarm_level", f"card {self.id} has levels 1 to {len(self.levels)}")
        return added_up(need for added in self.levels[:level] for need in added.needs)


def order_for(
    card: RunCard, level: int, *, coming: Iterable[UnitType], staging: Point | None = None
) -> Order | None:
    """What an alarm of this level still has to order; None where all of it is there or asked for.

    ``coming``: the types of all units that work on the incident or are asked for it, own ones too; each
    counts for one place that it can fill. ``staging`` goes before the card's own. Raises ``Invalid``.
    """
    places = Places(dict(_counts(card.needs_up_to(level))))
    for unit_type in coming:
        places.take(unit_type)
    open_places = places.count_open()
    if not open_places:
        return None
    return Order(
        needs=tuple(Need(unit_type=kind, count=count) for kind, count in open_places.items()),
        staging=staging or card.staging,
        first_wave=card.first_wave,
        lenders=card.levels[level - 1].lenders,
    )


def find_card(
    cards: Sequence[RunCard], jurisdiction_id: JurisdictionId, *, nature: str, card_id: str | None = None
) -> RunCard | None:
    """The card named, else the first for this nature, else the first that is for any."""
    ours = [card for card in cards if card.jurisdiction_id == jurisdiction_id]
    if card_id is not None:
        return next((card for card in ours if card.id == card_id), None)
    said = nature.strip().casefold()
    for card in ours:
        if said in {word.casefold() for word in card.natures}:
            return card
    return next((card for card in ours if not card.natures), None)


def added_up(needs: Iterable[Need]) -> tuple[Need, ...]:
    """The same needs with each type once, in the order in which types come first."""
    return tuple(Need(unit_type=kind, count=count) for kind, count in _counts(needs).items())


def _counts(needs: Iterable[Need]) -> Counter[UnitType]:
    counts: Counter[UnitType] = Counter()
    for need in needs:
        counts[need.unit_type] += need.count
    return counts
