from dataclasses import fields
from datetime import datetime
from typing import Any, get_args, get_origin, get_type_hints

import pytest

from dispatch.journal.canonical import canonical_json
from dispatch.journal.codec import encode, find_event
from dispatch.journal.ledger import IncidentTip, Ledger, Tip
from dispatch.model.events import EVENTS, Event
from tests.make_record import DISPATCHER, NOON, make_status_changed


def make_any(kind: type[Event]) -> Event:
    """An event with something in every field."""
    hints = get_type_hints(kind)
    return kind(**{field.name: _sample(hints[field.name]) for field in fields(kind)})


def _sample(hint: Any) -> Any:
    if datetime in (hint, *get_args(hint)):
        return NOON
    if get_origin(hint) is tuple:
        inner = get_args(hint)[0]
        return ({"code": "pending", "figures": {"free": 0}},) if get_origin(inner) is dict else ("a", "b")
    if get_origin(hint) is dict:
        return {"counter": 7}
    kinds = {str: "text", int: 3, bool: True}
    return next((kinds[part] for part in (hint, *get_args(hint)) if part in kinds), "id_1")


@pytest.mark.parametrize("kind", EVENTS.values(), ids=EVENTS.keys())
def test_every_event_reads_back_as_it_was_recorded(kind: type[Event]) -> None:
    event = make_any(kind)
    ledger = Ledger(Tip("e"), incident_tip=lambda _: IncidentTip())
    line = ledger.append(event, actor=DISPATCHER, key=None, recorded_at=NOON)
    assert find_event(line.entry, {d.field: d.value for d in line.disclosures}) == event


@pytest.mark.parametrize("kind", EVENTS.values(), ids=EVENTS.keys())
def test_no_personal_value_stands_in_clear(kind: type[Event]) -> None:
    event = make_any(kind)
    body, personal = encode(event)
    assert personal.keys() == kind.personal
    assert not body.keys() & kind.personal
    canonical_json(body)


def test_an_event_of_an_unknown_type_or_a_newer_version_is_not_guessed_at() -> None:
    ledger = Ledger(Tip("e"), incident_tip=lambda _: IncidentTip())

    class Later(Event):
        type = "later.thing"

    class Newer(type(make_status_changed())):  # type: ignore[misc]
        version = 2

    for event in (Later(occurred_at=NOON), Newer(**_values_of(make_status_changed()))):
        line = ledger.append(event, actor=DISPATCHER, key=None, recorded_at=NOON)
        assert find_event(line.entry, {}) is None


def _values_of(event: Event) -> dict[str, Any]:
    return {field.name: getattr(event, field.name) for field in fields(event)}
