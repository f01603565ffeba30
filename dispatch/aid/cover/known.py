"""The state of cover that was journalled last: where a restart goes on from."""

from dataclasses import dataclass
from datetime import datetime

from dispatch.aid.cover.reading import Capability
from dispatch.model.ids import JurisdictionId
from dispatch.model.jurisdiction import CoverState


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCover:
    """One capability of one jurisdiction, as the last ``OverwhelmChanged`` says; ``since``: when."""

    jurisdiction_id: JurisdictionId
    capability: Capability
    state: CoverState
    since: datetime
