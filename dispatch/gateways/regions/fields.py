"""Fields of features and rows: found under their usual names, converted, and named when wrong."""

import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path

from dispatch.model.errors import RegionInvalid

NAME_KEYS = ("name", "Name", "NAME", "comune", "COMUNE", "municipality", "namelsad", "NAMELSAD", "label")


def slug(text: str) -> str:
    """A stable id from a name: lower-case ASCII words joined by hyphens. Empty for no usable letter."""
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss")).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")


def text_of(properties: Mapping[str, object], key: str, default: str = "") -> str:
    """A property as text; the default when absent or null."""
    value = properties.get(key)
    return default if value is None else str(value).strip()


def name_of(properties: Mapping[str, object], path: Path, where: str) -> str:
    """The first usual name property. Raises ``RegionInvalid`` when there is none."""
    for key in NAME_KEYS:
        if name := text_of(properties, key):
            return name
    raise RegionInvalid(str(path), f"{where} has no name (looked for {', '.join(NAME_KEYS)})")


def number_of(
    properties: Mapping[str, object], key: str, default: float, *, least: float, path: Path, where: str
) -> float:
    """A numeric property. Raises ``RegionInvalid`` for text that is no number or one below ``least``."""
    value = properties.get(key)
    if value is None or value == "":
        return default
    try:
        number = float(str(value))
    except ValueError:
        number = float("nan")
    if not least <= number < float("inf"):
        raise RegionInvalid(
            str(path), f"{where} has {key} {value!r}: a number of at least {least:g} is needed"
        )
    return number


class Ids:
    """Gives each thing of one file its id: its own, or one made from its name."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._taken: set[str] = set()

    def take(self, properties: Mapping[str, object], name: str, where: str) -> str:
        """Raises ``RegionInvalid`` when two things claim one id."""
        given = text_of(properties, "id")
        if given:
            chosen = given
            if chosen in self._taken:
                raise RegionInvalid(str(self._path), f"{where} repeats the id {chosen!r}")
        else:
            base = slug(name) or "unnamed"
            numbered = (f"{base}-{count}" for count in range(2, len(self._taken) + 3))
            chosen = base if base not in self._taken else next(n for n in numbered if n not in self._taken)
        self._taken.add(chosen)
        return chosen
