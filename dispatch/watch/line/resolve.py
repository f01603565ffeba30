"""What a word means among the things that there are. Nothing is guessed.

Exact ways to write something win over abbreviations, also where the verb may not apply to what was named
so exactly: an abbreviation never stands in for it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias

from dispatch.watch.line.sight import Sight
from dispatch.watch.line.text import Typed, canon, last_number, number_key, squash, typed_of
from dispatch.watch.picture import Row
from dispatch.watch.words import Agency

MOST_CANDIDATES: Final = 8
"""More would have to be searched rather than seen."""

Rule: TypeAlias = Callable[[Typed], bool]


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that a word may mean. ``names``: squashed, what a part of a name is looked for in."""

    id: str
    names: tuple[str, ...]
    exact: Rule
    near: Rule

    def has_part(self, key: str) -> bool:
        """Whether a name contains what was typed."""
        return any(key in name for name in self.names)


@dataclass(frozen=True, slots=True)
class Choice:
    """What an argument may mean: what its verb may apply to now, and all that there is of its kind."""

    now: Sequence[Thing] = ()
    all: Sequence[Thing] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """``meant``: one, several, or nobody that the verb applies to; ``not_now``: known, but not now."""

    meant: tuple[str, ...] = ()
    not_now: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()


def resolve(text: str, choice: Choice) -> Found:
    """What the word means."""
    typed = typed_of(text)
    if not typed.squash:
        return Found()
    candidates = tuple(thing.id for thing in choice.now if thing.has_part(typed.squash))
    for fits in (_is_exact, _is_near):
        meant = tuple(thing.id for thing in choice.now if fits(thing, typed))
        if meant:
            return Found(meant=meant)
        known = tuple(thing.id for thing in choice.all if fits(thing, typed))
        if known:
            return Found(not_now=known, candidates=candidates)
    return Found(candidates=candidates)


def _is_exact(thing: Thing, typed: Typed) -> bool:
    return thing.exact(typed)


def _is_near(thing: Thing, typed: Typed) -> bool:
    return thing.near(typed)


def unit_names(unit: Row, sight: Sight) -> tuple[str, ...]:
    """The ways to write a unit, the shortest first; each is exact."""
    sign = sight.names.short_sign(unit)
    return sign, unit["call_sign"], f"{sight.names.of(unit['jurisdiction'])} {sign}", unit["id"]


def unit_thing(unit: Row, sight: Sight) -> Thing:
    """A unit by its names, or by the ending of one."""
    return _unit_thing(unit["id"], unit_names(unit, sight))


@lru_cache(maxsize=20_000)
def _unit_thing(unit_id: str, written: tuple[str, ...]) -> Thing:
    names = tuple(squash(name) for name in written)
    canonical = frozenset(canon(name) for name in written)
    numbers = frozenset(last_number(name) for name in names)

    def ends(typed: Typed) -> bool:
        if any(name.endswith(typed.squash) for name in names):
            return True
        # "07" is also the number of "medic7".
        return typed.is_digits and typed.squash.startswith("0") and typed.last_number in numbers

    return Thing(unit_id, names, lambda typed: typed.canon in canonical, ends)


def incident_thing(incident: Row) -> Thing:
    """An incident by its number, as it is or as tables show it, or by the number's ending."""
    number: str = incident["number"]
    key = squash(number)
    return Thing(
        incident["id"],
        (key,),
        lambda typed: _is_number(number, typed) or _is_short_number(number, typed),
        lambda typed: key.endswith(typed.squash),
    )


def _is_number(number: str, typed: Typed) -> bool:
    return squash(number) == typed.squash or number_key(number) == typed.number_key


def _is_short_number(number: str, typed: Typed) -> bool:
    """ "42", "#42" and "042" are what tables show for 26-00042."""
    return typed.is_digits and last_number(number) == typed.last_number


def request_thing(request: Row, sight: Sight) -> Thing:
    """A request by its unit or by its incident.

    Digits may mean either, so neither is exact; and digits that are some incident's whole number never
    stand for the ending of another.
    """
    row, number = sight.unit(request["unit"]), request["incident_number"]
    unit = unit_thing(row, sight) if row else None
    key = squash(number)

    def near(typed: Typed) -> bool:
        if (unit is not None and unit.near(typed)) or _is_short_number(number, typed):
            return True
        return key.endswith(typed.squash) and not any(
            _is_short_number(other, typed) for other in _all_numbers(sight)
        )

    return Thing(
        request["id"],
        ((*unit.names, key) if unit else (squash(request["unit"]), key)),
        lambda typed: (unit is not None and unit.exact(typed)) or _is_number(number, typed),
        near,
    )


def _all_numbers(sight: Sight) -> list[str]:
    return [row["number"] for row in sight.incidents] + [row["incident_number"] for row in sight.requests]


def agency_thing(agency: Agency) -> Thing:
    """An agency by one of its names, or by the beginning of one."""
    names = tuple(squash(name) for name in (agency.id, agency.short, agency.name, agency.agency_name))
    return Thing(
        agency.id,
        names,
        lambda typed: typed.squash in names,
        lambda typed: any(name.startswith(typed.squash) for name in names),
    )


@lru_cache(maxsize=100)
def word_thing(word_id: str, name: str, code: str = "") -> Thing:
    """One of a fixed list of words, as a status or a reason; its code is exact too."""
    key = squash(name)
    exact = tuple(filter(None, (key, squash(code))))
    return Thing(
        word_id, exact, lambda typed: typed.squash in exact, lambda typed: key.startswith(typed.squash)
    )
