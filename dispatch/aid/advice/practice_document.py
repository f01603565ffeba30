"""An agency's practice as a document: what it sets itself, and nothing else.

The document has the fields of ``Practice`` under their names; a duration is in whole seconds and its field
ends in ``_seconds``. A field that is not there means the default. Every figure has bounds, and what a
call's life hangs on cannot be set: a life-threatening call has no band and is never held.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from types import MappingProxyType
from typing import Any, Final

from dispatch.aid.advice.practice import DEFAULT_PRACTICE, Practice
from dispatch.model.errors import Invalid
from dispatch.model.ids import JurisdictionId

SECONDS: Final = "_seconds"
DAY, WEEK = 86_400, 7 * 86_400

BOUNDS: Final[Mapping[str, tuple[float, float]]] = MappingProxyType(
    {
        "targets.critical.band_seconds": (0, 0),
        "targets.critical.hold_seconds": (0, 0),
        "targets.critical.within_seconds": (60, 1200),
        "targets.*.within_seconds": (60, 4 * 3600),
        "targets.*.weight": (0, 1),
        "targets.*.band_seconds": (0, 3600),
        "targets.*.hold_seconds": (0, 4 * 3600),
        "tie_seconds": (0, 30),
        "drop_gain_seconds": (0, 600),
        "request_seconds": (0, 900),
        "slope_seconds": (1, 600),
        "per_minute": (0, 1),
        "alarm.floor": (0, 1000),
        "alarm.amber_below": (0, 1000),
        "alarm.red_below": (0, 1000),
        "alarm.zero_on": (0.01, 1),
        "alarm.zero_off": (0, 1),
        "alarm.dwell_seconds": (0, 4 * 3600),
        "alarm.horizon_seconds": (60, 2 * 3600),
        "alarm.prior_calls": (0.1, 1000),
        "alarm.surge": (0, 0.5),
        "alarm.pending_seconds": (10, 3600),
        "alarm.fix_silence_seconds": (10, DAY),
        "alarm.status_silence_seconds": (10, DAY),
        "prices.loss_factor": (0, 100),
        "prices.loss_horizon_seconds": (60, DAY),
        "prices.aid": (0, 10),
        "prices.ledger_per_hour": (0, 10),
        "prices.ledger_memory_seconds": (3600, 4 * WEEK),
        "prices.busy_share": (0.01, 0.99),
        "prices.better_by": (0, 1),
        "standby.gain": (0, 10),
        "standby.longest_seconds": (60, DAY),
        "standby.lender_keeps": (0, 1000),
        "standby.ends_at_free": (1, 1000),
        "rollouts.futures": (10, 1000),
        "rollouts.horizon_seconds": (600, 4 * 3600),
        "rollouts.hold_margin": (0, 1),
        "rollouts.sure_errors": (0, 5),
        "rollouts.deadline_seconds": (0.01, 2),
        "crew.urgent_only_after_seconds": (0, 2 * DAY),
        "crew.critical_only_after_seconds": (0, 2 * DAY),
        "crew.never_after_seconds": (0, DAY),
        "crew.shift_margin_seconds": (0, 4 * 3600),
        "crew.busy_share": (0, 1),
        "crew.price_per_tenth": (0, 10),
        "crew.out_of_area_seconds": (0, DAY),
        "crew.missions": (0, 100),
    }
)
"""Least and most of every figure; ``*`` stands for any priority. A figure without bounds cannot be set."""

NULLABLE: Final = frozenset(
    {"alarm.floor", "alarm.amber_below", "alarm.red_below", "alarm.fix_silence_seconds"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledPractice:
    """What an agency set, as it is on record. ``document`` holds only what it set itself."""

    jurisdiction_id: JurisdictionId
    document: Mapping[str, Any]
    version: int
    set_by: str
    set_at: datetime


def practice_from(document: Mapping[str, Any]) -> Practice:
    """The practice that a document asks for. Raises ``Invalid`` with the path of the field."""
    practice: Practice = _read(DEFAULT_PRACTICE, document, "")
    _require_order(practice)
    return practice


def as_document(practice: Practice) -> dict[str, Any]:
    """All figures of a practice, those that are the default too."""
    written: dict[str, Any] = _write(practice)
    return written


def _require_order(practice: Practice) -> None:
    alarm, crew = practice.alarm, practice.crew
    if alarm.zero_off >= alarm.zero_on:
        raise Invalid("alarm.zero_off", "must be less than zero_on")
    if alarm.red_below is not None and alarm.amber_below is not None and alarm.red_below > alarm.amber_below:
        raise Invalid("alarm.red_below", "must not be more than amber_below")
    if not crew.urgent_only_after <= crew.critical_only_after <= crew.never_after:
        raise Invalid("crew.critical_only_after_seconds", "must lie between urgent_only and never")


def _read(default: Any, given: Any, path: str) -> Any:
    """``default`` with what is given in its place."""
    if given is None and path in NULLABLE:
        return None
    if is_dataclass(default) and not isinstance(default, type):
        named = {_wire_name(default, f.name): f.name for f in fields(default)}
        values = {
            named[key]: _read(getattr(default, named[key]), value, _join(path, key))
            for key, value in _require_fields(given, named, path).items()
        }
        return replace(default, **values)
    if isinstance(default, Mapping):
        named = {key.value: key for key in default}
        values = {
            named[key]: _read(default[named[key]], value, _join(path, key))
            for key, value in _require_fields(given, named, path).items()
        }
        return MappingProxyType({**default, **values})
    if isinstance(default, Enum):
        return _choice(type(default), given, path)
    if isinstance(default, tuple):
        return _figures(given, len(default), path)
    figure = _figure(given, path, whole=_is_whole(default, path))
    return timedelta(seconds=figure) if _is_duration(path) else figure


def _require_fields(given: Any, named: Mapping[str, Any], path: str) -> Mapping[str, Any]:
    if not isinstance(given, Mapping):
        raise Invalid(path or "practice", "must be an object")
    for key in given:
        if key not in named:
            raise Invalid(_join(path, str(key)[:80]), "is no figure of a practice")
    return given


def _choice(kind: type[Enum], given: Any, path: str) -> Enum:
    for choice in kind:
        if given == choice.value:
            return choice
    raise Invalid(path, "must be one of " + ", ".join(choice.value for choice in kind))


def _figures(given: Any, count: int, path: str) -> tuple[int, ...]:
    if not isinstance(given, list | tuple) or len(given) != count:
        raise Invalid(path, f"must be a list of {count}")
    return tuple(int(_figure(value, path, whole=True, shown=f"{path}[{n}]")) for n, value in enumerate(given))


def _figure(given: Any, path: str, *, whole: bool, shown: str = "") -> float:
    shown = shown or path
    if isinstance(given, bool) or not isinstance(given, int | float) or not math.isfinite(given):
        raise Invalid(shown, "must be a number")
    if whole and given != int(given):
        raise Invalid(shown, "must be a whole number")
    bounds = BOUNDS.get(path) or BOUNDS.get(_any_priority(path))
    if bounds is None:
        raise Invalid(shown, "cannot be set")
    least, most = bounds
    if not least <= given <= most:
        raise Invalid(shown, f"must be {least:g}" if least == most else f"must be {least:g} to {most:g}")
    return int(given) if whole else float(given)


def _any_priority(path: str) -> str:
    parts = path.split(".")
    return ".".join([parts[0], "*", *parts[2:]]) if parts[0] == "targets" and len(parts) > 1 else path


_DURATIONS: Final = frozenset(
    f"{part}.{f.name}{SECONDS}"
    for part in ("alarm", "prices", "standby", "rollouts", "crew")
    for f in fields(getattr(DEFAULT_PRACTICE, part))
    if isinstance(getattr(getattr(DEFAULT_PRACTICE, part), f.name), timedelta)
)


def _is_duration(path: str) -> bool:
    return path in _DURATIONS


def _is_whole(default: Any, path: str) -> bool:
    return default is None or _is_duration(path) or isinstance(default, int)


def _wire_name(owner: Any, name: str) -> str:
    return name + SECONDS if isinstance(getattr(owner, name), timedelta) else name


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _write(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {_written_name(value, f.name): _write(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {key.value: _write(part) for key, part in value.items()}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, timedelta):
        return int(value.total_seconds())
    return list(value) if isinstance(value, tuple) else value


def _written_name(owner: Any, name: str) -> str:
    """A duration that is switched off keeps its name."""
    default = getattr(_DEFAULTS.get(type(owner), owner), name)
    return name + SECONDS if isinstance(default, timedelta) else name


_DEFAULTS: Final = {
    type(part): part for part in (getattr(DEFAULT_PRACTICE, f.name) for f in fields(DEFAULT_PRACTICE))
}
