"""What can be done about one call, and what each way costs: the values that ranking takes and gives."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from dispatch.agreements.permit import Permit
from dispatch.model.ids import JurisdictionId, UnitId
from dispatch.model.incident import Priority
from dispatch.model.jurisdiction import CoverState


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFacts:
    """What ranking wants to know of the call.

    ``cell`` is the row of the grid's cell that it lies in or nearest to; ``level`` the level of care that is
    needed (``situation.LEVEL``), None where no ambulance meets it. ``waited_seconds`` since it came in.
    """

    borrower: JurisdictionId
    priority: Priority
    level: int | None
    cell: int
    waited_seconds: float
    cover: CoverState


class Course(StrEnum):
    """What is advised."""

    SEND_OWN = "send_own"
    REDIRECT = "redirect"
    """Send on a unit that stands by here."""
    ASK = "ask"
    HOLD = "hold"
    """Wait for an own unit that is about to be free."""
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One unit that could be sent: an own one (``permit`` None) or a neighbour's that an agreement lets come.

    ``eta_seconds`` from being sent to arrival, chute time included; ``asked_seconds`` before that, where a
    neighbour is asked. ``free_in_seconds``: an estimate, 0 for a unit that is free; an own busy unit is an
    option to wait for, never to send. ``row`` in the situation, None for a unit that takes no part in cover.
    ``crew_price``: what the crew's fatigue weighs, in late calls. ``stands_by``: it waits in the area
    already, lent for that or moved up, and is sent like an own one: without a permit to ask for here.
    """

    unit_id: UnitId
    home: JurisdictionId
    row: int | None
    eta_seconds: int
    asked_seconds: int = 0
    free_in_seconds: int = 0
    permit: Permit | None = None
    crew_price: float = 0.0
    stands_by: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """An option with its price, all in expected late life-threatening calls.

    ``arrival_seconds`` counts from the call: waited, asked, freed, driven. ``lateness`` is what the call
    itself costs so; ``cover_loss`` what the unit's home (or the area it stands by in) loses; ``cost`` the
    sum of all five. ``in_band``: not later than the priority's band behind the fastest. ``given_hours``:
    what the ledger's price is for, 0 where there is none.
    """

    option: Option
    arrival_seconds: int
    lateness: float
    cover_loss: float
    aid_price: float
    ledger_price: float
    crew_price: float
    in_band: bool
    given_hours: float = 0.0

    @property
    def cost(self) -> float:
        """Everything together."""
        return self.lateness + self.cover_loss + self.aid_price + self.ledger_price + self.crew_price

    @property
    def course(self) -> Course:
        """What sending it at once means."""
        if self.option.permit is not None:
            return Course.ASK
        return Course.REDIRECT if self.option.stands_by else Course.SEND_OWN


class Rule(StrEnum):
    """Which rule decided; ``advice/wording`` says it in a sentence."""

    FASTEST = "fastest"
    OWN_KEPT = "own_kept"
    """The own unit is in target, or no neighbour's clearly sooner: the boundary is kept."""
    TIE = "tie"
    """Within the tie and in target: the one that costs less."""
    BOUNDARY_DROP = "boundary_drop"
    OWN_FIRST = "own_first"
    """Not short of units: the closest own one."""
    LEAST_COST = "least_cost"
    CALL_ORDER = "call_order"
    """The agreement fixes in which order its lenders are called."""
    PLAIN = "plain"
    """The agency wants plain closest eligible, or nothing could be weighed."""
    ROLLOUT = "rollout"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """What is advised, by which rule, and all options in the order advised (total and stable).

    ``order`` holds own free units and neighbours' together; for ``HOLD``, ``unit_id`` is the busy own unit
    that is waited for. ``figures`` are the rule's own.
    """

    course: Course
    unit_id: UnitId | None
    rule: Rule
    order: tuple[Weighed, ...]
    figures: Mapping[str, int | float | str] = field(default_factory=dict)
