"""Run card text to value. Strict as an agreement's: what is not understood is refused, with path and line."""

from collections.abc import Callable
from typing import Final, TypeVar

from dispatch.agreements.nodes import Field, compose
from dispatch.aid.waves.cards import AlarmLevel, RunCard, StrikeTeam, TaskForce
from dispatch.aid.waves.order import FIRST_WAVE
from dispatch.model.errors import AgreementInvalid, RunCardInvalid
from dispatch.model.geo import Point
from dispatch.model.ids import JurisdictionId
from dispatch.model.incident import Need
from dispatch.model.unit import UnitType

MOST_OF_A_TYPE: Final = 50
MOST_IN_FIRST_WAVE: Final = 10

T = TypeVar("T")


def parse_card(text: str) -> RunCard:
    """The card that the YAML text says. Raises ``RunCardInvalid`` with ``.path`` and ``.line``."""
    try:
        return _card(compose(text))
    except AgreementInvalid as wrong:
        raise RunCardInvalid(wrong.path, wrong.because, line=wrong.line) from None


def _card(root: Field) -> RunCard:
    fields = root.only(
        required=("id", "title", "jurisdiction", "levels"), optional=("natures", "staging", "first_wave")
    )
    return RunCard(
        id=fields["id"].slug(),
        title=fields["title"].text(at_most=200),
        jurisdiction_id=JurisdictionId(fields["jurisdiction"].slug()),
        levels=_levels(fields["levels"]),
        natures=_all(fields.get("natures"), lambda item: item.text(at_most=80)),
        staging=_point(fields["staging"]) if "staging" in fields else None,
        first_wave=_first_wave(fields["first_wave"]) if "first_wave" in fields else FIRST_WAVE,
    )


def _levels(field: Field) -> tuple[AlarmLevel, ...]:
    levels = []
    for at, item in enumerate(field.items(at_least=1), start=1):
        fields = item.only(required=("level",), optional=("units", "strike_teams", "task_forces", "lenders"))
        if fields["level"].whole(at_least=1, at_most=99) != at:
            raise fields["level"].refuse(f"must be {at}: levels count from 1 without gaps")
        level = AlarmLevel(
            level=at,
            units=_needs(fields.get("units")),
            strike_teams=_all(fields.get("strike_teams"), _strike_team),
            task_forces=_all(fields.get("task_forces"), _task_force),
            lenders=_distinct(fields.get("lenders")),
        )
        if not level.needs:
            raise item.refuse("brings nobody: name units, strike_teams or task_forces")
        levels.append(level)
    return tuple(levels)


def _needs(field: Field | None) -> tuple[Need, ...]:
    found: dict[UnitType, Need] = {}
    for item in () if field is None else field.items(at_least=1):
        fields = item.only(required=("type", "count"))
        kind = fields["type"].choice(UnitType)
        if kind in found:
            raise fields["type"].refuse(f"{kind} comes twice")
        count = fields["count"].whole(at_least=1, at_most=MOST_OF_A_TYPE)
        found[kind] = Need(unit_type=kind, count=count)
    return tuple(found.values())


def _strike_team(field: Field) -> StrikeTeam:
    fields = field.only(required=("type",), optional=("leader",))
    return StrikeTeam(unit_type=fields["type"].choice(UnitType), leader=_leader(fields.get("leader")))


def _task_force(field: Field) -> TaskForce:
    fields = field.only(required=("units",), optional=("leader",))
    return TaskForce(units=_needs(fields["units"]), leader=_leader(fields.get("leader")))


def _leader(field: Field | None) -> UnitType:
    return UnitType.SUPERVISOR if field is None else field.choice(UnitType)


def _distinct(field: Field | None) -> tuple[JurisdictionId, ...]:
    found: dict[str, None] = {}
    for item in () if field is None else field.items(at_least=1):
        word = item.slug()
        if word in found:
            raise item.refuse(f"{word} comes twice")
        found[word] = None
    return tuple(JurisdictionId(word) for word in found)


def _all(field: Field | None, read: Callable[[Field], T]) -> tuple[T, ...]:
    return () if field is None else tuple(read(item) for item in field.items(at_least=1))


def _first_wave(field: Field) -> int:
    return field.whole(at_least=0, at_most=MOST_IN_FIRST_WAVE)


def _point(field: Field) -> Point:
    """``LON,LAT`` in quotes, degrees, as the command line takes them."""
    words = field.text(at_most=60)
    try:
        lon, lat = (float(part) for part in words.split(","))
        return Point(lon=lon, lat=lat)
    except ValueError:
        raise field.refuse('must be "LON,LAT" in degrees, longitude first') from None
