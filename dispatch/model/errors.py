"""Errors a caller can act on. Each has a stable ``code``; ``api/errors.py`` gives each its HTTP status.

DispatchError
├── NotFound                 not_found
├── Forbidden                forbidden             the actor may not do this; .reasons
├── StepUpFailed             step_up_failed        the password asked for again was wrong; the session goes on
├── Unauthenticated          unauthenticated
├── Invalid                  invalid               carries .path, e.g. needs[0].count
│   ├── AgreementInvalid     agreement_invalid     .path, .line
│   ├── RunCardInvalid       run_card_invalid      .path, .line
│   └── RegionInvalid        region_invalid        a file that cannot be used; .path is the file
├── Conflict
│   ├── StaleVersion         stale_version         .current: the version the record holds now
│   ├── UnitCommitted        unit_committed        .unit_id, .holder, .since, .alternatives
│   ├── NotPermitted         not_permitted         .reasons: why no agreement lets this unit come
│   ├── TermsChanged         terms_changed         .presented, .current: not the text that was shown
│   ├── IllegalStep          illegal_step          .state, .wanted, .because
│   │   └── AlreadyAnswered  already_answered      .by, .name, .at: who was sooner, and when
│   └── KeyReused            idempotency_key_reused
├── TooMany                  too_many_requests     .retry_after_seconds
└── Unavailable              unavailable           the record cannot be written now; nothing was acknowledged
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar


class DispatchError(Exception):
    """Root of the tree. ``details()`` is what a caller may see beside the message."""

    code: ClassVar[str] = "error"

    def details(self) -> dict[str, Any]:
        """JSON-ready facts beside the message."""
        return {}


class NotFound(DispatchError):
    """No such thing, or not for this actor: the two look the same on purpose."""

    code = "not_found"

    def __init__(self, what: str, which: str) -> None:
        super().__init__(f"no {what} {which!r}")
        self.what, self.which = what, which

    def details(self) -> dict[str, Any]:
        return {"what": self.what, "which": self.which}


class Forbidden(DispatchError):
    """The one door said no."""

    code = "forbidden"

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__("not allowed: " + ", ".join(reasons))
        self.reasons = tuple(reasons)

    def details(self) -> dict[str, Any]:
        return {"reasons": list(self.reasons)}


class StepUpFailed(DispatchError):
    """What needs the password again got a wrong one. The session is not ended by it."""

    code = "step_up_failed"


class Unauthenticated(DispatchError):
    """Nobody is signed in, or the credentials are wrong."""

    code = "unauthenticated"


class Invalid(DispatchError):
    """Input that cannot be accepted; ``path`` names the field."""

    code = "invalid"

    def __init__(self, path: str, because: str) -> None:
        super().__init__(f"{path}: {because}")
        self.path, self.because = path, because

    def details(self) -> dict[str, Any]:
        return {"path": self.path, "because": self.because}


class AgreementInvalid(Invalid):
    """An agreement's text breaks a rule; ``line`` is 1-based where known."""

    code = "agreement_invalid"

    def __init__(self, path: str, because: str, *, line: int | None = None) -> None:
        super().__init__(path, because)
        self.line = line

    def details(self) -> dict[str, Any]:
        return {**super().details(), "line": self.line}


class RunCardInvalid(Invalid):
    """A run card's text breaks a rule; ``line`` is 1-based where known."""

    code = "run_card_invalid"

    def __init__(self, path: str, because: str, *, line: int | None = None) -> None:
        super().__init__(path, because)
        self.line = line

    def details(self) -> dict[str, Any]:
        return {**super().details(), "line": self.line}


class RegionInvalid(Invalid):
    """A region's file is broken, empty or missing; ``path`` is the file."""

    code = "region_invalid"


class Conflict(DispatchError):
    """The request was well formed, but the world does not allow it (any more)."""

    code = "conflict"


class StaleVersion(Conflict):
    """The actor acted on an old picture."""

    code = "stale_version"

    def __init__(self, what: str, *, presented: int, current: int) -> None:
        super().__init__(f"{what} is at version {current}, not {presented}")
        self.presented, self.current = presented, current

    def details(self) -> dict[str, Any]:
        return {"presented": self.presented, "current": self.current}


class UnitCommitted(Conflict):
    """Somebody else holds the unit. ``alternatives`` are the next best unit ids, best first."""

    code = "unit_committed"

    def __init__(
        self,
        unit_id: str,
        *,
        holder: str,
        since: datetime | None,
        alternatives: Sequence[str] = (),
    ) -> None:
        super().__init__(f"{unit_id} is committed to {holder}")
        self.unit_id, self.holder, self.since = unit_id, holder, since
        self.alternatives = tuple(alternatives)

    def details(self) -> dict[str, Any]:
        return {
            "unit_id": self.unit_id,
            "holder": self.holder,
            "since": self.since.isoformat() if self.since else None,
            "alternatives": list(self.alternatives),
        }


class NotPermitted(Conflict):
    """No agreement lets this unit come now. ``reasons`` are JSON-ready refusal reasons."""

    code = "not_permitted"

    def __init__(self, unit_id: str, reasons: Sequence[dict[str, Any]]) -> None:
        super().__init__(f"{unit_id} may not come")
        self.unit_id, self.reasons = unit_id, tuple(reasons)

    def details(self) -> dict[str, Any]:
        return {"unit_id": self.unit_id, "reasons": list(self.reasons)}


class TermsChanged(Conflict):
    """The actor assents to another text than the one on record. Both are SHA-256 in hex."""

    code = "terms_changed"

    def __init__(self, *, presented: str, current: str) -> None:
        super().__init__("the text on record is not the one that was shown")
        self.presented, self.current = presented, current

    def details(self) -> dict[str, Any]:
        return {"presented": self.presented, "current": self.current}


class IllegalStep(Conflict):
    """A state machine has no such step from here."""

    code = "illegal_step"

    def __init__(self, state: str, *, wanted: str, because: str = "no_such_step") -> None:
        super().__init__(f"cannot go from {state} to {wanted}: {because}")
        self.state, self.wanted, self.because = state, wanted, because

    def details(self) -> dict[str, Any]:
        return {"state": self.state, "wanted": self.wanted, "because": self.because}


class AlreadyAnswered(IllegalStep):
    """Somebody answered before. ``by`` is their id, ``at`` when; both are in the answered thing's row too.

    ``name``: what they are called, for whoever raises it to whom that is known.
    """

    code = "already_answered"

    def __init__(self, state: str, *, wanted: str, by: str, at: datetime | None, name: str = "") -> None:
        super().__init__(state, wanted=wanted, because=f"already_{state}")
        self.by, self.at, self.name = by, at, name

    def details(self) -> dict[str, Any]:
        return {
            **super().details(),
            "answered_by": self.by,
            "answered_by_name": self.name,
            "answered_at": self.at.isoformat() if self.at else None,
        }


class KeyReused(Conflict):
    """An Idempotency-Key came back with another body."""

    code = "idempotency_key_reused"

    def __init__(self, key: str) -> None:
        super().__init__("this Idempotency-Key was used with another request")
        self.key = key


class TooMany(DispatchError):
    """A limit on rate was reached."""

    code = "too_many_requests"

    def __init__(self, *, retry_after_seconds: float) -> None:
        super().__init__("too many requests")
        self.retry_after_seconds = retry_after_seconds

    def details(self) -> dict[str, Any]:
        return {"retry_after_seconds": self.retry_after_seconds}


class Unavailable(DispatchError):
    """The record cannot be written or read now. Nothing was acknowledged; use voice procedure."""

    code = "unavailable"
