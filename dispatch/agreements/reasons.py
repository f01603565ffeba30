"""Why a unit may not come: values with their figures. Wording happens in ``wording``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from dispatch.model.ids import AgreementId, JurisdictionId

Figures = Mapping[str, int | str]


class ReasonCode(StrEnum):
    """Why a unit may not come. ``may_lend`` gives the first two groups, ``aid`` the others, per unit."""

    NO_AGREEMENT = "no_agreement"
    NOT_SIGNED = "not_signed"
    NOT_YET_EFFECTIVE = "not_yet_effective"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    TERMINATED = "terminated"
    CLOSED_TO_LENDING = "closed_to_lending"

    PURPOSE = "purpose"
    UNIT_TYPE = "unit_type"
    NIMS_TYPE = "nims_type"
    CREW_SIZE = "crew_size"
    CERTIFICATION = "certification"
    PRIORITY = "priority"
    CALL_TYPE = "call_type"
    ZONE = "zone"
    HOURS = "hours"
    HOLIDAY = "holiday"
    TRIGGER = "trigger"
    REQUESTER = "requester"
    REQUEST_CONTENT = "request_content"
    RESERVE_FLOOR = "reserve_floor"
    CONCURRENT_CAP = "concurrent_cap"
    INCIDENT_CAP = "incident_cap"
    DAILY_CAP = "daily_cap"

    NOT_AVAILABLE = "not_available"
    UNKNOWN_STATUS = "unknown_status"
    COMMITTED = "committed"
    PROMISED = "promised"
    POSITION_LOST = "position_lost"
    UNREACHABLE = "unreachable"
    BEYOND_HORIZON = "beyond_horizon"
    WRONG_CAPABILITY = "wrong_capability"
    OWN_CALL_WAITING = "own_call_waiting"

    CREW_HOURS = "crew_hours"
    CREW_SHIFT_ENDS = "crew_shift_ends"
    CREW_OUT_OF_AREA = "crew_out_of_area"

    BETWEEN_OTHERS = "between_others"
    """In the place of whatever two others have agreed, or have not (``between_others``)."""


OF_THE_UNIT: Final = frozenset(
    {
        *(ReasonCode.NOT_AVAILABLE, ReasonCode.UNKNOWN_STATUS, ReasonCode.COMMITTED, ReasonCode.PROMISED),
        *(ReasonCode.POSITION_LOST, ReasonCode.UNREACHABLE, ReasonCode.BEYOND_HORIZON),
        *(ReasonCode.WRONG_CAPABILITY, ReasonCode.OWN_CALL_WAITING),
        *(ReasonCode.CREW_HOURS, ReasonCode.CREW_SHIFT_ENDS, ReasonCode.CREW_OUT_OF_AREA),
    }
)
"""What ``aid`` says of a unit: its agency's partners may hear it, and no agreement is quoted in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One thing that forbids, with its figures."""

    code: ReasonCode
    figures: Figures = field(default_factory=dict)
    agreement_id: AgreementId | None = None
    agreement_version: int | None = None
    clause: str | None = None

    def to_json(self) -> dict[str, Any]:
        """``{"code", "clause", "agreement", "version", "figures"}``."""
        return {
            "code": self.code.value,
            "clause": self.clause,
            "agreement": self.agreement_id,
            "version": self.agreement_version,
            "figures": dict(self.figures),
        }


def between_others(
    reasons: Sequence[Reason], *, lender: JurisdictionId, borrower: JurisdictionId
) -> tuple[Reason, ...]:
    """What a partner of the lender hears who asks in the borrower's name, and is party to nothing of theirs.

    What is said of the unit itself stays, and then it is all: a word on whether the two agreed would tell
    that they did. Else all that an agreement says, and that there is none, becomes one and the same reason
    without a clause, so that neither can be told from the other.
    """
    heard = tuple(reason for reason in reasons if reason.code in OF_THE_UNIT)
    if heard:
        return heard
    return (Reason(code=ReasonCode.BETWEEN_OTHERS, figures={"lender": lender, "borrower": borrower}),)
