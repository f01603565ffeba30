"""What clients get about who could come: units with their arrivals and permits, refusals, and advice."""

from typing import Literal

from dispatch.agreements.permit import ChosenBecause
from dispatch.agreements.terms import AgreementKind
from dispatch.aid.advice.opinion import Fallback
from dispatch.aid.advice.options import Course, Rule
from dispatch.aid.advice_override import OverrideReason
from dispatch.aid.arrival.estimate import ArrivalPart
from dispatch.aid.candidates import PositionBasis
from dispatch.aid.describe import Degraded
from dispatch.api.rows import Figures, ReasonRow, Row, WireTime
from dispatch.live.freshness import Freshness
from dispatch.model.unit import UnitStatus, UnitType
from dispatch.routing.travel import EtaBasis


class ArrivalPartRow(Row):
    """One stretch of an arrival."""

    code: ArrivalPart
    seconds: int


class ArrivalRow(Row):
    """From the decision to the arrival: expected, and what nine in ten are above and below."""

    expected_seconds: int
    low_seconds: int
    high_seconds: int
    basis: list[str]
    """How the way was found, where it begins, and ``learned`` where a correction is in it."""
    parts: list[ArrivalPartRow]


class CrewRow(Row):
    """What is known of a neighbour's crew."""

    on_duty_seconds: int | None
    busy_seconds_last_12h: int
    aid_missions_this_shift: int
    price: float
    another_first: bool
    """It has done its part: another that does as well goes before it."""


class PermitRow(Row):
    """The agreement that lets a unit come, and what the lender keeps."""

    agreement: str
    version: int
    title: str
    kind: AgreementKind
    clauses: list[str]
    """Those that were checked and allow it."""
    keeps: int
    floor: int
    may_decline: bool
    answer_seconds: int
    automatic: bool
    chosen_because: ChosenBecause
    also: list[str]
    """Other agreements that permit it too."""
    waivers: list[str]
    call_order: int | None
    """The lender's place in the agreement's order of call, from 1."""
    spares_the_giver: bool
    """What the lender has lent more than it borrowed counts against asking it."""


class UnitFiguresRow(Row):
    """One unit weighed. Costs are in late life-threatening calls; ``cost`` is the sum of the five."""

    arrival_seconds: int
    """From the call."""
    later_seconds: int
    """Than the fastest."""
    in_target: bool
    in_band: bool
    cost: float
    lateness: float
    cover_loss: float
    aid_price: float
    ledger_price: float
    crew_price: float
    given_hours: float
    """Unit-hours that the lender has lent more than it borrowed, where they are priced; else 0."""
    stands_by: bool
    left_free: int | None
    left_als: int | None
    on_duty: int | None


class OrderedUnitRow(UnitFiguresRow):
    """A unit in the order advised."""

    unit: str
    home: str


class ShownUnitRow(Row):
    """What every unit that could come has."""

    unit: str
    call_sign: str
    unit_type: UnitType
    lender: str
    position_age_seconds: int | None
    position_basis: PositionBasis
    freshness: Freshness
    arrival: ArrivalRow | None
    stands_by: bool
    """It stands by here already: it is sent on, and nobody is asked."""


class CandidateRow(ShownUnitRow):
    """A neighbour's unit that may come now, and under what.

    ``eta_seconds`` counts from being sent, ``arrival`` from the asking.
    """

    eta_seconds: int
    eta_basis: EtaBasis
    permit: PermitRow
    keeps: int
    floor: int
    gain_seconds: int | None
    """How much sooner than the best own unit; negative: later."""
    crew: CrewRow | None


class ShownCandidateRow(CandidateRow):
    """The same as it is weighed."""

    figures: UnitFiguresRow | None
    sentence: str


class OwnUnitRow(ShownUnitRow):
    """An own unit, free or committed, with a candidate's keys.

    ``eta_seconds`` includes ``free_in_seconds``; both are an ``estimate`` unless the unit is free.
    """

    status: UnitStatus
    eta_seconds: int | None
    eta_basis: EtaBasis | None
    free_in_seconds: int
    estimate: bool
    promised: bool
    """On offer to a neighbour: sending it at home goes before, and costs the offer."""
    permit: None
    keeps: None
    floor: None
    gain_seconds: None
    crew: None
    figures: UnitFiguresRow | None
    sentence: str


class RefusedUnitRow(Row):
    """A neighbour's unit that may not come, with every reason."""

    unit: str
    call_sign: str
    unit_type: UnitType
    lender: str
    eta_seconds: int | None
    eta_basis: EtaBasis | None
    reasons: list[ReasonRow]


class AdviceRow(Row):
    """What is advised, by which rule, and all that could come in the order advised."""

    course: Course
    unit: str | None
    rule: Rule
    figures: Figures
    order: list[OrderedUnitRow]
    sentence: str


class WaivableClauseRow(Row):
    """The one clause that the lender could let rest."""

    agreement: str
    version: int
    clause: str


class HeldBackRow(Row):
    """Who would be there sooner if clauses did not hold it back; ``waiver``: the clause to ask for."""

    unit: str
    call_sign: str
    lender: str
    arrival_seconds: int
    gain_seconds: int | None
    reasons: list[ReasonRow]
    waiver: WaivableClauseRow | None
    sentence: str


class PictureRow(Row):
    """What a recommendation was made from."""

    counter: int
    units: int
    eligible: int
    """All that could be asked, of which the candidates are the nearest."""
    unknown: int
    oldest_position_seconds: int | None


class RecommendationRow(Row):
    """Every unit offered and every unit not offered, with its reasons, and what is advised."""

    id: str
    incident: str
    jurisdiction: str
    need: UnitType
    made_at: WireTime
    picture: PictureRow
    degraded: list[Degraded]
    own: list[OwnUnitRow]
    candidates: list[ShownCandidateRow]
    refusals: list[RefusedUnitRow]
    advice: AdviceRow
    counterfactual: HeldBackRow | None


class CourseRow(Row):
    """A course and the unit that it is about."""

    course: Course | None
    unit: str | None


class CoursePlayedRow(Row):
    """What one course costs in the mean of all futures, in weighted late calls."""

    course: Course
    unit: str
    home: str
    mean: float
    difference: float
    standard_error: float


class SecondOpinionRow(Row):
    """What simulated futures say of a recommendation's advice. ``because``: why there is none."""

    recommendation: str
    status: Literal["given", "pending", "none"]
    because: str
    advised: CourseRow | None
    opinion: CourseRow | None
    agrees: bool | None
    fallback: Fallback | None
    """Why no course is favoured: plain closest, or the advice where ``undecided``."""
    courses: list[CoursePlayedRow]
    futures: int | None
    horizon_seconds: int | None
    seed: int | None
    sentence: str


class AdviceOverrideRow(Row):
    """Why another unit was chosen than the advised one, as it is on record."""

    incident: str
    recommendation: str
    advised: str
    unit: str
    reason: OverrideReason
    said_at: WireTime
