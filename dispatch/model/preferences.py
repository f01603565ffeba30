"""How a person wants the board to look and sound: a small document, the same at every console.

Nothing in it changes what is dispatched or who may do it; an absent key is the board's default. The board
reads the same keys in ``web/src/comforts/preferences.ts``.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from dispatch.model.errors import Invalid

MOST_BYTES: Final = 8 * 1024
FONT_PERCENT: Final = (90, 150)
VOLUME_PERCENT: Final = (20, 100)
"""Never nothing: an alarm that needs an answer is heard by everybody, and silenced for a minute at most."""

COLUMNS: Final = ("unit", "level", "agency", "status", "time", "incident", "age")
"""Of the units' table; whose row it is stands in the first, which cannot be hidden."""
TABLES: Final = ("units", "incidents")
SIZED_PANELS: Final = ("units", "incidents", "recommendation", "requests", "assignments", "cover")
"""Those that may have a text size of their own; the map is enlarged by looking closer."""
THEMES: Final = ("dark", "light", "system")
SOUNDS: Final = ("all", "high")
"""Which alarms are heard: those of high priority always are."""


def require_preferences(document: Mapping[str, Any]) -> None:
    """Raise ``Invalid`` with the path of the first key that is none, or whose value is out of bounds."""
    for key, value in document.items():
        rule = _RULES.get(key)
        if rule is None:
            raise Invalid(str(key)[:80], "is no preference")
        rule(key, value)
    size = len(json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode())
    if size > MOST_BYTES:
        raise Invalid("", f"may have {MOST_BYTES} bytes, has {size}")


def _whole(least: int, most: int) -> Callable[[str, Any], None]:
    def require(path: str, value: Any) -> None:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise Invalid(path, f"must be a whole number, {least} to {most}")

    return require


def _one_of(choices: Sequence[str]) -> Callable[[str, Any], None]:
    def require(path: str, value: Any) -> None:
        if not isinstance(value, str) or value not in choices:
            raise Invalid(path, "must be one of " + ", ".join(choices))

    return require


def _some_of(choices: Sequence[str], *, among: Sequence[str] = ()) -> Callable[[str, Any], None]:
    one = _one_of(choices)

    def require(path: str, value: Any) -> None:
        if not isinstance(value, list):
            raise Invalid(path, "must be a list")
        for at, item in enumerate(value):
            one(f"{path}[{at}]", item)
            if item in value[:at]:
                raise Invalid(f"{path}[{at}]", f"{item} is there twice")
        for item in among:
            if item not in value:
                raise Invalid(path, f"{item} cannot be hidden")

    return require


def _each_of(names: Sequence[str], rule: Callable[[str, Any], None]) -> Callable[[str, Any], None]:
    def require(path: str, value: Any) -> None:
        if not isinstance(value, dict):
            raise Invalid(path, "must be an object")
        for name, item in value.items():
            if name not in names:
                raise Invalid(f"{path}.{str(name)[:80]}", "must be one of " + ", ".join(names))
            rule(f"{path}.{name}", item)

    return require


def _switch(path: str, value: Any) -> None:
    if not isinstance(value, bool):
        raise Invalid(path, "must be true or false")


_RULES: Final[Mapping[str, Callable[[str, Any], None]]] = MappingProxyType(
    {
        "theme": _one_of(THEMES),
        "font_percent": _whole(*FONT_PERCENT),
        "panel_font_percent": _each_of(SIZED_PANELS, _whole(*FONT_PERCENT)),
        "sound": _one_of(SOUNDS),
        "volume_percent": _whole(*VOLUME_PERCENT),
        "single_keys": _switch,
        "unit_columns": _some_of(COLUMNS, among=("unit",)),
        "hold_sort": _some_of(TABLES),
    }
)

KEYS: Final = tuple(_RULES)
