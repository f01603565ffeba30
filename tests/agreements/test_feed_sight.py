"""Of feeds a viewer sees what concerns units that it sees, and of the service whatever is lost."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from dispatch.agreements.feed_sight import feed_view, service_view
from dispatch.agreements.provisions import Withheld
from dispatch.model.ids import JurisdictionId
from dispatch.model.principal import Role
from tests.make_agreements import CEDAR, ELM, HARLOW

AT = datetime(2026, 6, 1, 12, tzinfo=UTC)
WIRE = "2026-06-01T12:00:00.000Z"
HEARD_SINCE = datetime(2026, 6, 1, 9, tzinfo=UTC)


@dataclass(frozen=True)
class Looker:
    jurisdiction_id: JurisdictionId | None
    role: Role = Role.DISPATCHER


@dataclass(frozen=True)
class Feed:
    id: str = "key_1"
    name: str = "AVL Cedar"
    jurisdiction_id: JurisdictionId = CEDAR
    state: str = "stale"
    since: datetime = AT
    heard_since: datetime = HEARD_SINCE
    stale_after_seconds: float = 120.0


@dataclass(frozen=True)
class Figures:
    heard_at: datetime | None = AT
    newest_fix_at: datetime | None = AT
    units: int = 3
    stale_units: int = 2
    silent_after_seconds: float = 15.0


def see(viewer: Looker, *, withheld: tuple[Withheld, ...] = ()) -> dict[str, Any] | None:
    return feed_view(Feed(), Figures(), viewer=viewer, partners=[HARLOW], withheld=withheld)


WHOLE = {
    "id": "key_1",
    "name": "AVL Cedar",
    "jurisdiction": "cedar",
    "state": "stale",
    "since": WIRE,
    "shows_fixes": True,
    "stale_after_seconds": 120.0,
    "heard_at": WIRE,
    "newest_fix_at": WIRE,
    "units": 3,
    "stale_units": 2,
    "silent_after_seconds": 15.0,
}


@pytest.mark.parametrize("role", [Role.DISPATCHER, Role.SUPERVISOR, Role.ANALYST, Role.ADMIN])
def test_everybody_at_home_sees_their_own_feeds_whole(role: Role) -> None:
    assert see(Looker(CEDAR, role)) == {**WHOLE, "own": True}


def test_a_partners_desk_sees_them_too_and_nobody_else_there_does() -> None:
    assert see(Looker(HARLOW)) == {**WHOLE, "own": False}
    assert see(Looker(HARLOW, Role.ANALYST)) is None
    assert see(Looker(HARLOW, Role.ADMIN)) is None
    assert see(Looker(ELM)) is None
    assert see(Looker(None)) is None


def test_where_places_are_withheld_their_age_is_too() -> None:
    hidden = {"state": "live", "since": "2026-06-01T09:00:00.000Z", "shows_fixes": False, "own": False}
    hidden |= dict.fromkeys(("newest_fix_at", "stale_units", "stale_after_seconds"))
    assert see(Looker(HARLOW), withheld=(Withheld.EXACT_POSITION,)) == {**WHOLE, **hidden}
    assert see(Looker(HARLOW), withheld=(Withheld.CALL_NATURE,)) == {**WHOLE, "own": False}
    assert see(Looker(CEDAR), withheld=(Withheld.EXACT_POSITION,)) == {**WHOLE, "own": True}


def test_a_silent_feed_is_silent_for_everybody() -> None:
    row = feed_view(
        Feed(state="silent"),
        None,
        viewer=Looker(HARLOW),
        partners=[HARLOW],
        withheld=[Withheld.EXACT_POSITION],
    )
    assert row is not None
    assert row["state"] == "silent"
    assert "heard_at" not in row, "ages go with the beat"


def test_what_the_service_lacks_is_told_to_all_people_and_to_no_machine() -> None:
    lost = {"code": "roads_missing"}
    for role in (Role.DISPATCHER, Role.SUPERVISOR, Role.ANALYST, Role.ADMIN):
        row = service_view(row_id="service", started_at=AT, degraded=[lost], viewer=Looker(ELM, role))
        assert row == {"id": "service", "started_at": WIRE, "degraded": [lost]}
    assert service_view(row_id="service", started_at=AT, degraded=[], viewer=Looker(ELM, Role.FEED)) is None
