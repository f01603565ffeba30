"""What is said about a recommendation after it was shown."""

from dataclasses import dataclass
from typing import Any, Final

from dispatch.model.event import Event
from dispatch.model.ids import RecommendationId


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondOpinionGiven(Event):
    """Simulated futures were compared with what was advised.

    ``advised`` and ``opinion`` are ``{"course", "unit"}``. ``agrees`` is None where nothing was played;
    ``fallback`` says why the opinion is plain closest, where it is. ``courses`` carry their means, their
    differences to the advised one and the standard errors of these. ``seed`` draws the same futures again.
    """

    type = "recommendation.second_opinion"
    recommendation_id: RecommendationId
    advised: dict[str, Any]
    opinion: dict[str, Any]
    agrees: bool | None
    fallback: str | None
    courses: tuple[dict[str, Any], ...]
    futures: int
    horizon_seconds: int
    seed: int


ADVICE_EVENTS: Final[tuple[type[Event], ...]] = (SecondOpinionGiven,)
"""Every event about advice."""
