"""What a state of cover rests on, as values: a code and its figures. ``aid/wording`` says them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Figure = int | float | str


class CoverCode(StrEnum):
    """The rules, red ones first, then amber ones, then what keeps a state or overrules it."""

    LEVEL_ZERO = "level_zero"
    PENDING_EXCEEDS_FREE = "pending_exceeds_free"
    PENDING_TOO_LONG = "pending_too_long"
    NEIGHBOUR_FASTER = "neighbour_faster"
    BELOW_OWN_RED = "below_own_red"

    LAST_UNIT = "last_unit"
    AT_FLOOR = "at_floor"
    BELOW_OWN_AMBER = "below_own_amber"
    RUNNING_OUT = "running_out"
    SURGE = "surge"

    NOT_CALM = "not_calm"
    """No rule holds any more, but it is not yet safe to say that it is over."""
    SETTLING = "settling"
    """It looks over, and has to look so for a while."""
    OVERRIDDEN = "overridden"
    """A person said so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverReason:
    """One rule that holds, with its figures; ``wording.py`` says it in a sentence."""

    code: CoverCode
    figures: Mapping[str, Figure] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """``{"code", "figures"}``."""
        return {"code": self.code.value, "figures": dict(self.figures)}
