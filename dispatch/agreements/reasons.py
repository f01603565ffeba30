"""Why a unit may not come: values with their figures. Wording happens in ``wording``."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from dispatch.model.ids import AgreementId

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
