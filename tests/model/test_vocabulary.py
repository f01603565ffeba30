"""Ids, priorities, events, principals and the region."""

from dataclasses import fields

import pytest

from dispatch.model.events import EVENTS, Event, IncidentOpened
from dispatch.model.ids import counted_ids, random_ids
from dispatch.model.incident import Priority
from dispatch.model.principal import SERVICE, Role
from tests.make_aid import east, make_region
from tests.make_live import make_unit


def test_random_ids_carry_their_prefix_and_do_not_repeat() -> None:
    made = {random_ids("inc") for _ in range(1000)}
    assert len(made) == 1000
    assert all(each.startswith("inc_") and len(each) == 24 for each in made)


def test_counted_ids_come_in_order_for_every_source_anew() -> None:
    ids, others = counted_ids(), counted_ids()
    assert [ids("a"), ids("b"), others("a")] == ["a_000001", "b_000002", "a_000001"]


def test_priorities_are_ranked_from_the_most_urgent() -> None:
    assert [priority.rank for priority in Priority] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("priority", "siren"),
    [
        (Priority.CRITICAL, True),
        (Priority.EMERGENT, True),
        (Priority.LOWER_ACUITY, False),
        (Priority.NON_ACUTE, False),
    ],
)
def test_only_the_two_most_urgent_priorities_use_the_siren(priority: Priority, siren: bool) -> None:
    assert priority.is_emergent is siren


def kinds_below(kind: type[Event]) -> set[type[Event]]:
    ours = {below for below in kind.__subclasses__() if below.__module__.startswith("dispatch.model.")}
    return ours.union(*(kinds_below(below) for below in ours))


def test_every_event_is_listed_under_its_wire_name() -> None:
    ours = {kind.__name__ for kind in kinds_below(Event) if "type" in vars(kind)}
    assert {kind.__name__ for kind in EVENTS.values()} == ours
    assert all(name == kind.type and kind.version >= 1 for name, kind in EVENTS.items())


@pytest.mark.parametrize("kind", list(EVENTS.values()), ids=lambda kind: kind.type)
def test_what_is_personal_is_a_field_of_its_event(kind: type[Event]) -> None:
    assert kind.personal <= {field.name for field in fields(kind)}


def test_an_address_is_personal() -> None:
    assert {"address", "note"} <= IncidentOpened.personal


def test_the_service_acts_for_no_jurisdiction() -> None:
    assert (SERVICE.role, SERVICE.jurisdiction_id) == (Role.SERVICE, None)


def test_a_unit_waits_at_its_station_if_it_has_one() -> None:
    region = make_region(stations={"post": east(2)})
    assert region.home_of(make_unit(station="post")) == east(2)
    assert region.home_of(make_unit()) is None
