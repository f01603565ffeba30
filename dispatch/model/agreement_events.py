"""What happens to an agreement, from its draft to its end.

``party`` is the jurisdiction that did it, ``by`` the name of the person who did it for that party.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from dispatch.model.event import Event
from dispatch.model.ids import AgreementId, JurisdictionId


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementRecorded(Event):
    """An agreement's exact text was taken in. ``text`` is the whole YAML; its hash is what parties sign."""

    type = "agreement.recorded"
    agreement_id: AgreementId
    agreement_version: int
    text_sha256: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementStep(Event):
    """What all steps about one version of one agreement carry."""

    agreement_id: AgreementId
    agreement_version: int
    party: JurisdictionId


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementDrafted(AgreementStep):
    """A draft was written or changed. The words stay with their author until they are proposed."""

    type = "agreement.drafted"
    revision: int
    terms_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementDiscarded(AgreementStep):
    """A draft was thrown away."""

    type = "agreement.discarded"
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementProposed(AgreementStep):
    """A draft became a fixed text, open to signatures. ``terms_sha256`` is over ``text``."""

    type = "agreement.proposed"
    by: str
    terms_sha256: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementSigned(AgreementStep):
    """A party assented to the exact text."""

    type = "agreement.signed"
    by: str
    terms_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementRejected(AgreementStep):
    """A party said no to a proposed text."""

    type = "agreement.rejected"
    by: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementWithdrawn(AgreementStep):
    """A proposed text was taken back, or an edit voided it: its signatures count no more."""

    type = "agreement.withdrawn"
    by: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementSuspended(AgreementStep):
    """A party let the agreement rest, until ``ends_at`` or until it resumes."""

    type = "agreement.suspended"
    by: str
    reason: str = ""
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementResumed(AgreementStep):
    """A party ended its own suspension."""

    type = "agreement.resumed"
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementNoticeGiven(AgreementStep):
    """A party gave notice: the agreement binds it until ``ends_at``."""

    type = "agreement.notice_given"
    by: str
    ends_at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementTerminated(AgreementStep):
    """A party consents to the end. Once all have, the agreement is over."""

    type = "agreement.terminated"
    by: str
    reason: str = ""


AGREEMENT_EVENTS: Final[tuple[type[Event], ...]] = (
    AgreementRecorded,
    AgreementDrafted,
    AgreementDiscarded,
    AgreementProposed,
    AgreementSigned,
    AgreementRejected,
    AgreementWithdrawn,
    AgreementSuspended,
    AgreementResumed,
    AgreementNoticeGiven,
    AgreementTerminated,
)
