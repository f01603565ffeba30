"""What a crew may still be asked: how long it is on duty, when it goes home, how hard it has worked.

A rule applies only where its figure is known: nobody's shift is guessed. Shifts below 24 hours are the
NASEMSO guideline (2018), and injuries are 1.6 times as frequent in shifts of 16 to 24 hours as in those of
8 to 12 (Weaver 2015); the other limits are custom, and each agency's own (``crew_rules``).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from dispatch.agreements.reasons import Reason, ReasonCode
from dispatch.aid.assignment import REDIRECTED, Assignment
from dispatch.aid.crew_rules import DEFAULT_CREW_RULES, CrewRules
from dispatch.aid.remaining import HAND_OVER_SECONDS, ON_SCENE_SECONDS, TO_HOSPITAL_SECONDS, TRANSPORT_SHARE
from dispatch.model.ids import JurisdictionId, UnitId
from dispatch.model.incident import Priority
from dispatch.model.unit import UnitState

BUSY_WINDOW: Final = timedelta(hours=12)

OCCUPANCY_SECONDS: Final = round(
    ON_SCENE_SECONDS + TRANSPORT_SHARE * (TO_HOSPITAL_SECONDS + HAND_OVER_SECONDS)
)
"""From the arrival on scene until free again, typically: four in five patients are taken to hospital."""

TENTHS: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class CrewFacts:
    """What is known of one crew at one moment.

    ``on_duty_since`` and ``shift_ends_at`` None: nobody has said. ``busy_seconds_last_12h``: committed to an
    incident. ``aid_missions_this_shift``: loans begun since it came on duty, or in the last twelve hours
    where nobody knows when that was. ``out_of_area_seconds``: since it was lent, while it is out. To stand by
    and to be sent on from there is one loan.
    """

    on_duty_since: datetime | None = None
    shift_ends_at: datetime | None = None
    busy_seconds_last_12h: int = 0
    aid_missions_this_shift: int = 0
    out_of_area_seconds: int = 0


UNKNOWN_CREW: Final = CrewFacts()


@dataclass(frozen=True, slots=True, kw_only=True)
class CrewShown:
    """A candidate's crew: its facts at ``now``, what its fatigue weighs, and whether another goes first."""

    facts: CrewFacts
    on_duty_seconds: int | None
    price: float
    another_first: bool

    def to_json(self) -> dict[str, Any]:
        """The crew as the row of a neighbour's unit has it: when it goes home is its own agency's to know."""
        facts = self.facts
        return {
            "on_duty_seconds": self.on_duty_seconds,
            "busy_seconds_last_12h": facts.busy_seconds_last_12h,
            "aid_missions_this_shift": facts.aid_missions_this_shift,
            "price": round(self.price, 4),
            "another_first": self.another_first,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Crews:
    """What crews have worked, and each home's rules where it has its own.

    ``work``: of each unit at least the assignments that were not over twelve hours ago, and the loans since
    its crew came on duty.
    """

    work: Mapping[UnitId, Sequence[Assignment]] = field(default_factory=dict)
    rules: Mapping[JurisdictionId, CrewRules] = field(default_factory=dict)

    def rules_of(self, home: JurisdictionId) -> CrewRules:
        """The home agency's rules."""
        return self.rules.get(home, DEFAULT_CREW_RULES)

    def facts_of(self, unit_id: UnitId, state: UnitState | None, now: datetime) -> CrewFacts:
        """What is known of the unit's crew."""
        return crew_facts(state, self.work.get(unit_id, ()), now=now)


NO_CREWS: Final = Crews()


def crew_facts(state: UnitState | None, work: Iterable[Assignment], *, now: datetime) -> CrewFacts:
    """From the unit's recorded state and its assignments, in any order."""
    since = state.on_duty_since if state else None
    begins = since if since is not None else now - BUSY_WINDOW
    busy, missions, out = 0.0, 0, 0.0
    for assignment in work:
        ends = min(assignment.ended_at or now, now)
        worked = ends - max(assignment.assigned_at, now - BUSY_WINDOW)
        busy += max(0.0, worked.total_seconds())
        if assignment.lent and assignment.lent_since >= begins:
            missions += assignment.end_reason != REDIRECTED
        if assignment.lent and assignment.ended_at is None:
            out = max(out, (now - assignment.lent_since).total_seconds())
    return CrewFacts(
        on_duty_since=since,
        shift_ends_at=state.shift_ends_at if state else None,
        busy_seconds_last_12h=round(busy),
        aid_missions_this_shift=missions,
        out_of_area_seconds=round(out),
    )


def mission_seconds(eta_seconds: int | None) -> int:
    """From now until home again: out, what a call typically takes, and back as long as out."""
    return 2 * (eta_seconds or 0) + OCCUPANCY_SECONDS


def list_crew_reasons(
    facts: CrewFacts,
    rules: CrewRules,
    *,
    priority: Priority,
    eta_seconds: int | None,
    now: datetime,
    is_out: bool = False,
) -> list[Reason]:
    """Why the crew may not be lent for a call that it would reach in ``eta_seconds``. Empty for one that may.

    None where nobody knows the way: then only the call itself counts. The reasons are told to whoever asked,
    so they say which rule holds the crew back, not since when it is on duty nor when it goes home.
    ``is_out``: it stands by for whoever asks. To a life-threatening call it goes then though its shift ends:
    it is out already, and its own agency may call it back before. Too long on duty is too long for any call.
    """
    goes = is_out and priority is Priority.CRITICAL
    found = [
        _duty_reason(facts, rules, priority, now),
        None if goes else _shift_reason(facts, rules, mission_seconds(eta_seconds), now),
        _area_reason(facts, rules, priority, mission_seconds(eta_seconds)),
    ]
    return [reason for reason in found if reason is not None]


def show_crew(facts: CrewFacts, rules: CrewRules, *, now: datetime) -> CrewShown:
    """The crew as a candidate's row has it."""
    since = facts.on_duty_since
    return CrewShown(
        facts=facts,
        on_duty_seconds=None if since is None else max(0, round((now - since).total_seconds())),
        price=fatigue_price(facts, rules),
        another_first=another_first(facts, rules),
    )


def fatigue_price(facts: CrewFacts, rules: CrewRules) -> float:
    """What the crew's fatigue weighs, in late life-threatening calls.

    So much for each tenth of the last twelve hours above its share; that another unit goes first weighs as
    much as one tenth.
    """
    share = facts.busy_seconds_last_12h / BUSY_WINDOW.total_seconds()
    tenths = max(0.0, share - rules.busy_share) * TENTHS + another_first(facts, rules)
    return rules.price_per_tenth * tenths


def another_first(facts: CrewFacts, rules: CrewRules) -> bool:
    """Whether the crew has done its part this shift: another unit goes first, where one does as well."""
    return facts.aid_missions_this_shift >= rules.missions


def _duty_reason(facts: CrewFacts, rules: CrewRules, priority: Priority, now: datetime) -> Reason | None:
    if facts.on_duty_since is None:
        return None
    on_duty = now - facts.on_duty_since
    lends = None
    if on_duty >= rules.never_after:
        lends = "no_aid"
    elif on_duty >= rules.critical_only_after:
        lends = None if priority is Priority.CRITICAL else "critical_only"
    elif on_duty >= rules.urgent_only_after:
        lends = None if priority.is_emergent else "urgent_only"
    if lends is None:
        return None
    return Reason(code=ReasonCode.CREW_HOURS, figures={"lends": lends})


def _shift_reason(facts: CrewFacts, rules: CrewRules, mission: int, now: datetime) -> Reason | None:
    ends = facts.shift_ends_at
    # One that ended longer ago than any crew works was left standing: it is not this crew's.
    if ends is None or ends <= now - rules.never_after:
        return None
    margin = rules.shift_margin.total_seconds()
    if now + timedelta(seconds=mission + margin) <= ends:
        return None
    return Reason(code=ReasonCode.CREW_SHIFT_ENDS, figures={"margin_seconds": int(margin)})


def _area_reason(facts: CrewFacts, rules: CrewRules, priority: Priority, mission: int) -> Reason | None:
    out = facts.out_of_area_seconds + mission
    limit = rules.out_of_area.total_seconds()
    if priority is Priority.CRITICAL or out <= limit:
        return None
    figures: dict[str, int | str] = {"out_seconds": out, "limit_seconds": int(limit)}
    return Reason(code=ReasonCode.CREW_OUT_OF_AREA, figures=figures)
