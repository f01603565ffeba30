"""Clauses that forbid nothing: how long, who answers, what it costs, and what only people can enforce.

Those with a consequence in the service are read by it (request, timers, ledger, linter); the others are
kept, shown and exported, because they bind all the same.
"""

from dataclasses import dataclass
from enum import StrEnum

from dispatch.agreements.restrictions import Window
from dispatch.model.ids import AgreementId, JurisdictionId
from dispatch.model.unit import UnitType


class Side(StrEnum):
    """One of the two ends of a loan."""

    BORROWER = "borrower"
    LENDER = "lender"


class CostMode(StrEnum):
    """Whether aid is paid for."""

    NONE = "none"
    ACTUAL = "actual"
    """Documented cost; the rate stands for it in estimates."""
    RATE = "rate"


class BillingParty(StrEnum):
    """Who bills the patient."""

    TRANSPORTING = "transporting"
    BORROWER = "borrower"
    LENDER = "lender"
    NOBODY = "nobody"


class CommandRule(StrEnum):
    """Who commands at the scene."""

    BORROWER = "borrower"
    FIRST_ARRIVING = "first_arriving"
    """The first to arrive, until the borrower's officer relieves them."""


class ReportCycle(StrEnum):
    """How often aid given and received is stated."""

    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    YEARLY = "yearly"


class Withheld(StrEnum):
    """What partners are not shown though the service would show it."""

    EXACT_POSITION = "exact_position"
    CALL_NATURE = "call_nature"


@dataclass(frozen=True, slots=True, kw_only=True)
class Provision:
    """What every clause carries that forbids nothing."""

    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyRole(Provision):
    """What a party is in the agreement: host, member, mutual-aid coordinator."""

    jurisdiction: JurisdictionId
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Discretion(Provision):
    """Whether the lender may say no to a request that the other clauses allow, and must say why."""

    lender_may_decline: bool
    reason_required: bool = False
    lender: JurisdictionId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerTime(Provision):
    """How long the lender has to answer before the request goes to the next candidate."""

    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOrder(Provision):
    """In which order the lenders are to be called (box card, alarm levels); others come after."""

    order: tuple[JurisdictionId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall(Provision):
    """Whether the lender may call its unit back while it is out, and after what notice."""

    allowed: bool
    notice_minutes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Release(Provision):
    """Who may let a lent unit go home."""

    by: tuple[Side, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Duration(Provision):
    """How long one loan lasts; beyond it the parties must extend it, where they may."""

    max_hours: int
    extendable: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnHome(Provision):
    """A lent unit goes home before it takes the next call. The service always holds this."""

    before_next_call: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover(Provision):
    """The lent unit is let go as soon as a unit of the borrower is free."""

    when_home_unit_free: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenConfirmation(Provision):
    """A request is confirmed in writing within this time."""

    within_hours: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost(Provision):
    """What a loan costs after its free hours. The rate is in cents of ``currency`` per unit-hour."""

    mode: CostMode
    free_hours: int = 0
    rate_cents_per_unit_hour: int = 0
    currency: str = "USD"
    rate_source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Billing(Provision):
    """Who bills the patient or the insurer."""

    party: BillingParty
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Liability(Provision):
    """Who bears loss and injury, and the insurance each party holds."""

    text: str
    insurance_at_least: int | None = None
    currency: str = "USD"


@dataclass(frozen=True, slots=True, kw_only=True)
class Command(Provision):
    """Who commands; the lender keeps control of its own crew."""

    rule: CommandRule
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Communications(Provision):
    """Where lent units are heard and to whom they report."""

    radio_channel: str
    contact: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InabilityNotice(Provision):
    """A party that cannot lend says so before or upon the call: it closes itself to lending."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Governance(Provision):
    """When the agreement is reviewed and how it is changed."""

    review_months: int
    board: str = ""
    amendment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSharing(Provision):
    """What the parties do not show each other."""

    withhold: tuple[Withheld, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Records(Provision):
    """How long records are kept, and how often aid given and received is stated."""

    retention_days: int
    report_cycle: ReportCycle = ReportCycle.MONTHLY


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance(Provision):
    """From when on the ledger warns: of a one-way drain, and of lending too much in a month.

    ``spares_the_giver``: unit-hours that a lender has lent more than it borrowed count against asking it
    again, in ranking and never for a life-threatening call; they forbid nothing.
    """

    imbalance_unit_hours: int | None = None
    drain_unit_hours_per_month: int | None = None
    spares_the_giver: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Precedence(Provision):
    """Which agreement speaks where several cover a pair: the lowest rank; and which ones this replaces."""

    rank: int = 100
    supersedes: tuple[AgreementId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverDuty(Provision):
    """A party that must always have somebody who backs it up (a law, a licence)."""

    jurisdiction: JurisdictionId
    unit_types: tuple[UnitType, ...] = ()
    windows: tuple[Window, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal(Provision):
    """At its end the agreement goes on for another term unless a party has given notice."""

    months: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Termination(Provision):
    """A party may end it with this notice; aid under way finishes."""

    notice_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Counterparts(Provision):
    """Each party is bound from its own signature on, toward those who have signed."""

    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(Provision):
    """Words that bind people and that the service shows but does not apply."""

    title: str
    text: str
