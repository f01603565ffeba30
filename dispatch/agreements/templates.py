"""Agreements that need no drafting: filled in from a few answers, then proposed and signed like any other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from dispatch.agreements.provisions import AnswerTime, Cost, CostMode, Discretion, Termination
from dispatch.agreements.restrictions import ReserveFloor, UnitTypes
from dispatch.agreements.terms import Agreement, AgreementKind, Scope
from dispatch.model.ids import AgreementId, JurisdictionId
from dispatch.model.unit import UnitType

SURGE_HOURS: Final = range(1, 73)
SURGE_TYPES: Final = (UnitType.ALS_AMBULANCE, UnitType.BLS_AMBULANCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """What one can start from."""

    template: str
    title: str
    help: str


TEMPLATES: Final = (
    Template(
        template="surge",
        title="Emergency pact",
        help=(
            "Both parties lend each other ambulances for some hours, at the lender's discretion and at no"
            " cost. It ends by itself."
        ),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surge:
    """What an emergency pact leaves open. ``hours``: of ``SURGE_HOURS``; ``keep``: each lender's floor."""

    partner: JurisdictionId
    hours: int = 12
    unit_types: Sequence[UnitType] = SURGE_TYPES
    keep: int = 1


def surge_pact(
    surge: Surge,
    *,
    agreement_id: AgreementId,
    party: JurisdictionId,
    title: str,
    time_zone: str,
    now: datetime,
) -> Agreement:
    """A reciprocal mutual-aid agreement from ``now`` for ``surge.hours``, unsigned."""
    begins = now.replace(microsecond=0)
    types = tuple(kind for kind in UnitType if kind in surge.unit_types)
    return Agreement(
        id=agreement_id,
        title=title,
        version=1,
        kind=AgreementKind.MUTUAL,
        scope=Scope.LOCAL,
        time_zone=time_zone,
        parties=(party, surge.partner),
        directions=(),
        reciprocal=True,
        effective_from=begins,
        effective_to=begins + timedelta(hours=surge.hours),
        clauses=(
            UnitTypes(id="1", allow=types),
            ReserveFloor(id="2", keep=surge.keep, unit_types=types),
            Discretion(id="3", lender_may_decline=True),
            AnswerTime(id="4", seconds=60),
            Cost(id="5", mode=CostMode.NONE),
            Termination(id="6", notice_days=0),
        ),
    )
