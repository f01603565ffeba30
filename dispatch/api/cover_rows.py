"""What clients get about cover: how it stands, what people say of it, and what partners tell each other."""

from typing import Any

from dispatch.aid.cover.reading import Capability
from dispatch.aid.cover.reasons import CoverCode
from dispatch.api.rows import Figures, Row, WireTime
from dispatch.model.jurisdiction import CoverState


class CoverReasonRow(Row):
    """One rule that holds, with its figures."""

    code: CoverCode
    figures: Figures
    sentence: str


class CoverLevelRow(Row):
    """How it stands for one capability."""

    state: CoverState
    free: int
    lent: int
    """Of ``free``, neighbours' that stand by here; they are in ``total`` too."""
    total: int
    silent: int
    """Of ``total``, those without word."""
    pending: int
    percent: int | None
    """The chance of level zero within the agency's horizon; null: nothing is forecast."""
    reasons: list[CoverReasonRow]


class OverrideRow(Row):
    """A person's word on cover, until ``ends_at``."""

    id: str
    jurisdiction: str
    state: CoverState
    reason: str
    by: str
    begins_at: WireTime
    ends_at: WireTime


class CoverRow(Row):
    """How well a jurisdiction is covered; a partner sees the state and the units."""

    jurisdiction: str
    state: CoverState
    free: int
    lent: int
    """Of ``free``, neighbours' that stand by there."""
    total: int
    pending: int | None
    """null for a partner's cover: how many calls wait there is not ours to know."""
    reasons: list[CoverReasonRow]
    levels: dict[Capability, CoverLevelRow] | None
    """null for a partner's; a capability that the fleet does not have is not in it."""
    override: OverrideRow | None


class PreAlertRow(Row):
    """A partner runs low and says so: it asks for nothing, and ends by itself."""

    id: str
    jurisdiction: str
    to: list[str]
    state: CoverState
    free: int
    total: int
    percent: int | None
    """Of level zero within ``minutes``; null: nothing is forecast."""
    minutes: int
    note: str
    sentence: str
    sent_by: str
    sent_at: WireTime
    expires_at: WireTime
    acknowledged: list[str]


class PracticeRow(Row):
    """What an agency set for its advice (``practice``), and all figures that hold (``in_force``)."""

    jurisdiction: str
    version: int
    practice: dict[str, Any]
    in_force: dict[str, Any]
    by: str | None
    set_at: WireTime | None
