"""A waiver: the lender's supervisor lets one clause rest, for one unit on one incident, once.

Asked by the requesting dispatcher, granted or refused by the lender. It runs out by itself when read:
nobody has to sweep, and what ran out cannot be granted or used.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from dispatch.agreements.standing import Waiver
from dispatch.model.errors import IllegalStep
from dispatch.model.ids import AgreementId, IncidentId, JurisdictionId, RequestId, UnitId, WaiverId

LASTS: Final = timedelta(minutes=15)
"""How long a question waits for the lender's answer, and then how long the answer may be used."""


class WaiverState(StrEnum):
    """Where a waiver stands. ``expired`` is only ever read, never recorded."""

    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"
    USED = "used"
    EXPIRED = "expired"


S = WaiverState
NEXT: Final[Mapping[S, frozenset[S]]] = {
    S.ASKED: frozenset({S.GRANTED, S.REFUSED}),
    S.GRANTED: frozenset({S.USED}),
}
"""The whole lifecycle; a state that is absent is final."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedWaiver:
    """One waiver on record, from the question on. ``note`` is the borrower's, ``reason`` a refusal's."""

    id: WaiverId
    agreement_id: AgreementId
    agreement_version: int
    clause: str
    lender: JurisdictionId
    borrower: JurisdictionId
    incident_id: IncidentId
    unit_id: UnitId
    asked_by: str
    asked_at: datetime
    expires_at: datetime
    note: str = ""
    state: WaiverState = WaiverState.ASKED
    answered_by: str = ""
    answered_at: datetime | None = None
    reason: str = ""
    used_by: RequestId | None = None
    version: int = 1

    def state_at(self, now: datetime) -> WaiverState:
        """Its state, as the time that has passed leaves it."""
        ran_out = self.state in (S.ASKED, S.GRANTED) and now >= self.expires_at
        return S.EXPIRED if ran_out else self.state

    @property
    def given(self) -> Waiver | None:
        """What the agreements' rules know of it, once the lender has granted it."""
        if self.answered_at is None or self.state not in (S.GRANTED, S.USED):
            return None
        return Waiver(
            id=self.id,
            agreement_id=self.agreement_id,
            agreement_version=self.agreement_version,
            clause=self.clause,
            lender=self.lender,
            incident_id=self.incident_id,
            unit_id=self.unit_id,
            granted_by=self.answered_by,
            granted_at=self.answered_at,
            expires_at=self.expires_at,
            used_by=self.used_by,
        )


def grant(waiver: AskedWaiver, *, by: str, now: datetime) -> AskedWaiver:
    """The lender lets the clause rest for ``LASTS``. Raises ``IllegalStep``."""
    _require_step(waiver, S.GRANTED, now=now)
    return replace(
        waiver,
        state=S.GRANTED,
        answered_by=by,
        answered_at=now,
        expires_at=now + LASTS,
        version=waiver.version + 1,
    )


def refuse(waiver: AskedWaiver, *, by: str, reason: str, now: datetime) -> AskedWaiver:
    """The lender holds to the clause. Raises ``IllegalStep``."""
    _require_step(waiver, S.REFUSED, now=now)
    return replace(
        waiver,
        state=S.REFUSED,
        answered_by=by,
        answered_at=now,
        reason=reason,
        version=waiver.version + 1,
    )


def use(waiver: AskedWaiver, *, request_id: RequestId, now: datetime) -> AskedWaiver:
    """A request rests on it: no other one can. Raises ``IllegalStep``."""
    _require_step(waiver, S.USED, now=now)
    return replace(waiver, state=S.USED, used_by=request_id, version=waiver.version + 1)


def rests_on(waiver: AskedWaiver, request_id: RequestId, *, until: datetime) -> Waiver | None:
    """The waiver as the request that used it may still count on it: until that one's answer is due."""
    given = waiver.given
    if given is None or given.used_by != request_id:
        return None
    return replace(given, used_by=None, expires_at=max(given.expires_at, until))


def _require_step(waiver: AskedWaiver, wanted: S, *, now: datetime) -> None:
    state = waiver.state_at(now)
    if wanted not in NEXT.get(state, frozenset()):
        raise IllegalStep(state, wanted=wanted, because=f"already_{state}")
