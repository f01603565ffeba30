"""What a what-if answers: an estimate, with its window, its assumptions and what it cannot say."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from dispatch.model.clock import iso
from dispatch.model.ids import JurisdictionId


class Source(StrEnum):
    """Where the calls of a window are from."""

    RECORDED = "recorded"
    GENERATED = "generated"
    """Drawn from the region's pattern of calls: the record holds too few."""


class Better(StrEnum):
    """Which way a figure should go."""

    UP = "up"
    DOWN = "down"
    NEITHER = "neither"
    """Aid is given to be of use: more of it is no gain, and less no loss, by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The calls that were played. ``seed`` names the draws: the same seed, the same result."""

    begins: datetime
    ends: datetime
    source: Source
    calls: int
    seed: int

    def to_json(self) -> dict[str, Any]:
        """``{"from", "to", "source", "calls", "seed"}``."""
        return {
            "from": iso(self.begins),
            "to": iso(self.ends),
            "source": self.source.value,
            "calls": self.calls,
            "seed": self.seed,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One figure of one jurisdiction, before and after. ``low`` and ``high``: the change's 95 % interval.

    A figure is None where there is nothing to take it of (no critical call arrived at), the interval also
    where the window has too few days to tell.
    """

    code: str
    title: str
    unit: str
    party: JurisdictionId
    before: float | None
    after: float | None
    low: float | None
    high: float | None
    better: Better
    beyond: bool = False
    """Whether it names a jurisdiction or an agreement beyond the draft's own parties."""

    @property
    def change(self) -> float | None:
        """After less before."""
        if self.before is None or self.after is None:
            return None
        return round(self.after - self.before, 4)

    def to_json(self) -> dict[str, Any]:
        """The measure as a row."""
        return {
            "code": self.code,
            "title": self.title,
            "unit": self.unit,
            "party": self.party,
            "before": self.before,
            "after": self.after,
            "change": self.change,
            "low": self.low,
            "high": self.high,
            "better": self.better.value,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """The estimate. ``parties`` are the draft's; ``measures`` of theirs come first, then everyone else's.

    ``policy``: how dispatchers decided in both variants.
    """

    agreement: str
    version: int
    replaces: int | None
    parties: tuple[JurisdictionId, ...]
    policy: str
    window: Window
    measures: tuple[Measure, ...]
    assumptions: tuple[str, ...]
    text: str

    def to_json(self) -> dict[str, Any]:
        """As the page and scripts get it."""
        return {
            "estimate": True,
            "agreement": self.agreement,
            "version": self.version,
            "replaces": self.replaces,
            "parties": list(self.parties),
            "policy": self.policy,
            "window": self.window.to_json(),
            "measures": [measure.to_json() for measure in self.measures],
            "assumptions": list(self.assumptions),
            "text": self.text,
        }
