"""What clients may send: strict, bounded, nothing extra.

``json_scan`` has already refused texts that are not finite, shallow and small; these models say what
the members mean. Lengths are in characters.
"""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic.functional_validators import AfterValidator, BeforeValidator

from dispatch.aid.advice_override import OverrideReason
from dispatch.aid.receipts import Stage
from dispatch.aid.request import DeclineReason
from dispatch.model.clock import require_utc
from dispatch.model.geo import Point
from dispatch.model.ids import JurisdictionId, UnitId
from dispatch.model.incident import Need, Priority
from dispatch.model.unit import UnitStatus, UnitType
from dispatch.services.agreement_texts import Sent
from dispatch.services.incidents import IncidentDraft
from dispatch.services.intake import UnitReport
from dispatch.services.waves import PlanAsk
from dispatch.services.what_if import WhatIfAsk
from dispatch.services.what_if_policy import WhatIfPolicy

PRINTABLE = r"^[^\x00-\x1f\x7f]*$"
PRINTABLE_LINES = r"^[^\x00-\x08\x0b-\x1f\x7f]*$"

Id = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=PRINTABLE)]
Line = Annotated[str, StringConstraints(max_length=300, pattern=PRINTABLE)]
Lines = Annotated[str, StringConstraints(max_length=4_000, pattern=PRINTABLE_LINES)]
Version = Annotated[int, Field(ge=1, le=2**31)]
Lon = Annotated[float, Field(ge=-180, le=180, description="degrees east, WGS84")]
Lat = Annotated[float, Field(ge=-90, le=90, description="degrees north, WGS84")]


def _require_text(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("an RFC 3339 text with a time zone is needed")  # noqa: TRY004 - pydantic wants it
    return value


def _in_utc(moment: datetime) -> datetime:
    try:
        return require_utc(moment)
    except OverflowError:
        raise ValueError("lies outside the years that a calendar has") from None


Moment = Annotated[
    AwareDatetime, BeforeValidator(_require_text), AfterValidator(_in_utc), Field(strict=False)
]
"""RFC 3339 with an offset, read into UTC; a number of seconds is not accepted."""

# Strict models take no text for an enum, and JSON has nothing else.
OnePriority = Annotated[Priority, Field(strict=False)]
OneStatus = Annotated[UnitStatus, Field(strict=False)]
OneType = Annotated[UnitType, Field(strict=False)]
OneReason = Annotated[DeclineReason, Field(strict=False)]
OneOverrideReason = Annotated[OverrideReason, Field(strict=False)]
OneStage = Annotated[Stage, Field(strict=False)]
OnePolicy = Annotated[WhatIfPolicy, Field(strict=False)]


class Body(BaseModel):
    """A request's body: unknown members are refused, no value is coerced into another type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class SignInBody(Body):
    """Who signs in."""

    person: Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=PRINTABLE)]
    password: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class NeedBody(Body):
    """How many units of one type."""

    unit_type: OneType
    count: Annotated[int, Field(ge=1, le=50)] = 1


class IncidentBody(Body):
    """A new incident. ``jurisdiction`` overrides what the map says, within the caller's own."""

    lon: Lon
    lat: Lat
    priority: OnePriority
    nature: Annotated[str, StringConstraints(min_length=1, max_length=120, pattern=PRINTABLE)]
    needs: Annotated[list[NeedBody], Field(min_length=1, max_length=8)]
    address: Line = ""
    note: Lines = ""
    jurisdiction: Id | None = None

    def draft(self) -> IncidentDraft:
        """The same in the services' words."""
        return IncidentDraft(
            position=Point(lon=self.lon, lat=self.lat),
            priority=self.priority,
            nature=self.nature,
            needs=tuple(Need(unit_type=need.unit_type, count=need.count) for need in self.needs),
            address=self.address,
            note=self.note,
            jurisdiction_id=JurisdictionId(self.jurisdiction) if self.jurisdiction else None,
        )


class CloseBody(Body):
    """How an incident ends."""

    expected_version: Version | None = None
    cancelled: bool = False


class RecommendBody(Body):
    """For which of the incident's needs; the first unmet one when absent."""

    need: OneType | None = None


class PointBody(Body):
    """A place in degrees."""

    lon: Lon
    lat: Lat


class AidPlanBody(Body):
    """How many units of what, or the alarm level of a run card; where they report, if not at the scene."""

    needs: Annotated[list[NeedBody], Field(max_length=8)] = Field(default_factory=list)
    staging: PointBody | None = None
    alarm_level: Annotated[int, Field(ge=1, le=99)] | None = None
    card: Id | None = None

    def ask(self) -> PlanAsk:
        """The same in the services' words."""
        return PlanAsk(
            needs=tuple(Need(unit_type=need.unit_type, count=need.count) for need in self.needs),
            staging=Point(lon=self.staging.lon, lat=self.staging.lat) if self.staging else None,
            alarm_level=self.alarm_level,
            card=self.card,
        )


class SendAidPlanBody(Body):
    """Which units of the plan (all when absent), and whether one that cannot be asked stops the rest."""

    unit_ids: Annotated[list[Id], Field(min_length=1, max_length=50)] | None = None
    all_or_nothing: bool = False


class AssignBody(Body):
    """One's own unit."""

    unit_id: Id
    expected_version: Version | None = None


class AskBody(Body):
    """A neighbour's unit, and the recommendation that showed it."""

    unit_id: Id
    recommendation_id: Id | None = None


class AdviceOverrideBody(Body):
    """Why ``unit_id`` was chosen where the recommendation advised another one."""

    recommendation_id: Id
    unit_id: Id
    reason: OneOverrideReason
    note: Annotated[str, StringConstraints(max_length=200, pattern=PRINTABLE)] = ""


class ReceiptBody(Body):
    """How far a request has come."""

    stage: OneStage


class InsteadBody(Body):
    """The lender's other unit, in the place of the one that it was asked for."""

    unit_id: Id
    note: Lines = ""
    expected_version: Version | None = None


class AcceptBody(Body):
    """The yes of whoever was asked."""

    expected_version: Version | None = None


class DeclineBody(Body):
    """The no of whoever was asked."""

    reason: OneReason
    note: Lines = ""
    expected_version: Version | None = None


class TakeBackBody(Body):
    """Withdrawing a request, or releasing a unit."""

    reason: Line = ""
    expected_version: Version | None = None


class RecallBody(Body):
    """Calling one's own unit back from a neighbour."""

    reason: Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=PRINTABLE)]
    expected_version: Version | None = None


class ExtendBody(Body):
    """Keeping a neighbour's unit longer."""

    hours: Annotated[int, Field(ge=1, le=72)]
    expected_version: Version | None = None


class ConfirmBody(Body):
    """Confirming a loan in writing."""

    expected_version: Version | None = None


class CloseLendingBody(Body):
    """Why a party lends nothing, and until when; without ``ends_at`` until it opens again."""

    reason: Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=PRINTABLE)]
    ends_at: Moment | None = None


class AskWaiverBody(Body):
    """Which clause is to rest, for which unit."""

    unit: Id
    agreement: Id
    clause: Id
    note: Lines = ""


class RefuseWaiverBody(Body):
    """Why the lender holds to its clause."""

    reason: Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=PRINTABLE)]


class StatusBody(Body):
    """A unit's status as its dispatcher sets it; ``force`` needs a supervisor and a reason."""

    status: OneStatus
    expected_version: Version | None = None
    force: bool = False
    reason: Line = ""


class ShiftBody(Body):
    """When the shift of a unit's crew ends."""

    shift_ends_at: Moment | None
    expected_version: Version | None = None


class ReportBody(Body):
    """One report from a vehicle or a CAD feed, measured at ``at`` by its source's clock."""

    unit_id: Id
    at: Moment
    status: OneStatus | None = None
    lon: Lon | None = None
    lat: Lat | None = None
    speed_mps: Annotated[float, Field(ge=0, le=400)] | None = None
    heading_deg: Annotated[float, Field(ge=0, le=360)] | None = None
    seq: Annotated[int, Field(ge=0, le=2**53)] | None = None

    @model_validator(mode="after")
    def _say_something(self) -> Self:
        if (self.lon is None) != (self.lat is None):
            raise ValueError("lon and lat belong together")
        if self.status is None and self.lon is None:
            raise ValueError("a status or a position is needed")
        return self

    def report(self) -> UnitReport:
        """The same in the services' words."""
        here = None if self.lon is None or self.lat is None else Point(lon=self.lon, lat=self.lat)
        return UnitReport(
            unit_id=UnitId(self.unit_id),
            at=self.at,
            status=self.status,
            position=here,
            speed_mps=self.speed_mps,
            heading_deg=self.heading_deg,
            seq=self.seq,
        )


class ReportBatchBody(Body):
    """Up to 500 reports at once."""

    reports: Annotated[list[ReportBody], Field(min_length=1, max_length=500)]


class WhatIfBody(Body):
    """Over how many days, deciding how, and of which draft: a version on record, a document, or a text."""

    version: Version | None = None
    document: dict[str, Any] | None = None
    text: Annotated[str, StringConstraints(min_length=1, max_length=200_000)] | None = None
    days: Annotated[int, Field(ge=1, le=365)] = 365
    seed: Annotated[int, Field(ge=0, le=2**31)] = 7
    policy: OnePolicy = WhatIfPolicy.CLOSEST_AUTOMATIC

    @model_validator(mode="after")
    def _name_one_draft(self) -> Self:
        if sum(each is not None for each in (self.version, self.document, self.text)) > 1:
            raise ValueError("version, document and text exclude one another")
        return self

    def ask(self) -> WhatIfAsk:
        """The same in the services' words."""
        drafted = self.text is not None or self.document is not None
        sent = Sent(text=self.text, document=self.document) if drafted else None
        return WhatIfAsk(version=self.version, sent=sent, days=self.days, seed=self.seed, policy=self.policy)


class ResumeFrame(Body):
    """Where a board was."""

    epoch: Annotated[str, StringConstraints(max_length=80)]
    seq: Annotated[int, Field(ge=0, le=2**53)]


class HelloFrame(Body):
    """A board's first frame."""

    type: Literal["hello"]
    ticket: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    resume: ResumeFrame | None = None


class PingFrame(Body):
    """A board that shows it is there."""

    type: Literal["ping"]
