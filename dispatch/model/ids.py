"""Identifiers, and where new ones come from.

Chance is an argument like time is: whoever creates a thing receives an ``IdSource``.
"""

import itertools
import secrets
from collections.abc import Callable
from typing import Final, NewType

JurisdictionId = NewType("JurisdictionId", str)
UnitId = NewType("UnitId", str)
StationId = NewType("StationId", str)
HospitalId = NewType("HospitalId", str)
IncidentId = NewType("IncidentId", str)
AgreementId = NewType("AgreementId", str)
RequestId = NewType("RequestId", str)
AssignmentId = NewType("AssignmentId", str)
RecommendationId = NewType("RecommendationId", str)
AidPlanId = NewType("AidPlanId", str)
PersonId = NewType("PersonId", str)
WaiverId = NewType("WaiverId", str)
ClosureId = NewType("ClosureId", str)
OverrideId = NewType("OverrideId", str)
PreAlertId = NewType("PreAlertId", str)

PLAN_PREFIX: Final = "pln"
"""Of a plan's id: a request that went out by one names it as its recommendation."""

IdSource = Callable[[str], str]
"""Called with a short prefix (``"inc"``) and answers a new id (``"inc_9f…"``)."""


def random_ids(prefix: str) -> str:
    """An id that nobody can guess: prefix, underscore, 80 random bits in hex."""
    return f"{prefix}_{secrets.token_hex(10)}"


def counted_ids() -> IdSource:
    """Ids in order of asking, for tests and simulations that must repeat exactly."""
    counter = itertools.count(1)
    return lambda prefix: f"{prefix}_{next(counter):06d}"
