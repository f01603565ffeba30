"""What stands behind ``N``: priority, nature, place and needs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from re import ASCII, IGNORECASE, compile, escape
from typing import Any, Final, NamedTuple

from dispatch.model.incident import Priority
from dispatch.watch.line.text import squash
from dispatch.watch.picture import Row
from dispatch.watch.words import UNIT_TYPES, short_priority

MOST_NATURE: Final = 120
MOST_PLACE: Final = 240
MOST_UNITS: Final = 50

_TYPE_BY_SHORT: Final = {short: str(kind) for kind, short in UNIT_TYPES.items()}
_SHORTS: Final = "|".join(escape(short) for short in sorted(_TYPE_BY_SHORT, key=len, reverse=True))
_NEED_AT_END: Final = compile(rf"(?:^| )({_SHORTS}) ?[x×] ?([0-9]+)$", IGNORECASE | ASCII)
_AT: Final = compile(r"(?:^| )@")
_NUMBER: Final = r"([+-]?[0-9]+(?:\.[0-9]+)?)"
_LON_LAT: Final = compile(rf"\s*{_NUMBER}\s*[,;\s]\s*{_NUMBER}\s*")


class Opens(StrEnum):
    """What is there is enough to open it at once, after a search for the place, or not yet."""

    AT_ONCE = "at_once"
    SEARCH = "search"
    FORM = "form"


@dataclass(frozen=True, slots=True)
class Flaw:
    """What cannot be read: ``argument`` place, nature or need. ``typed`` is empty where it is missing."""

    argument: str
    typed: str = ""


class _Part(NamedTuple):
    text: str
    needs: list[tuple[str, int]]


def read_new_incident(text: str, natures: Sequence[Row]) -> dict[str, Any] | Flaw:
    """The arguments of ``N``; blanks in ``text`` are single ones."""
    at = _AT.search(text)
    head = _cut_needs(text[: at.start()] if at else text)
    tail = _cut_needs(text[at.end() :] if at else "")
    needs = _added_up([*head.needs, *tail.needs])
    for kind, count in needs.items():
        if not 1 <= count <= MOST_UNITS:
            return Flaw("need", f"{UNIT_TYPES[kind]} x {count}")
    if at and not tail.text:
        return Flaw("place")
    priority, rest = _cut_priority(head.text)
    nature = _known_nature(rest, natures)
    if len(nature) > MOST_NATURE:
        return Flaw("nature", nature)
    if len(tail.text) > MOST_PLACE:
        return Flaw("place", tail.text)
    place: Row | None = (parse_lon_lat(tail.text) or {"text": tail.text}) if at else None
    return {
        "priority": priority,
        "nature": nature,
        "place": place,
        "needs": [{"unit_type": kind, "count": count} for kind, count in needs.items()],
        "opens": _opens(priority, nature, place),
    }


def needs_to_open(words: Row, natures: Sequence[Row]) -> list[dict[str, Any]]:
    """The needs given, else the nature's usual unit, else one ALS ambulance."""
    if words["needs"]:
        return list(words["needs"])
    usual = next((row.get("need") for row in natures if row["name"] == words["nature"]), None)
    return [{"unit_type": usual or "als_ambulance", "count": 1}]


def parse_lon_lat(text: str) -> dict[str, float] | None:
    """ "-76.8842, 40.2731" or "-76.8842 40.2731", longitude first. None unless it is a place."""
    found = _LON_LAT.fullmatch(text)
    if not found:
        return None
    lon, lat = float(found[1]), float(found[2])
    return {"lon": lon, "lat": lat} if abs(lon) <= 180 and abs(lat) <= 90 else None


def _opens(priority: str | None, nature: str, place: Row | None) -> Opens:
    if not priority or not nature or place is None:
        return Opens.FORM
    return Opens.SEARCH if "text" in place else Opens.AT_ONCE


def _cut_needs(part: str) -> _Part:
    """Needs stand at the end of either part: they are taken off from behind."""
    text = part.strip()
    needs: list[tuple[str, int]] = []
    while found := _NEED_AT_END.search(text):
        # No more digits than it takes to see that there are too many.
        count = int(found[2].lstrip("0")[:6] or 0)
        needs.insert(0, (_TYPE_BY_SHORT[found[1].upper()], count))
        text = text[: found.start()].strip()
    return _Part(text, needs)


def _added_up(needs: Iterable[tuple[str, int]]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for kind, count in needs:
        # None of a type is a slip of the hand, whatever else is asked for of it.
        sums[kind] = 0 if count == 0 or sums.get(kind) == 0 else sums.get(kind, 0) + count
    return sums


def _cut_priority(text: str) -> tuple[str | None, str]:
    first = text.partition(" ")[0]
    for priority in Priority:
        if short_priority(priority) == first.upper():
            return str(priority), text[len(first) :].strip()
    return None, text


def _known_nature(text: str, natures: Sequence[Row]) -> str:
    """As the region writes it."""
    key = squash(text)
    return next((row["name"] for row in natures if key and squash(row["name"]) == key), text)
