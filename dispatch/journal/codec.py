"""Events to JSON and back.

An event's ``occurred_at``, jurisdiction and incident go to the entry's header; its personal fields go
beside it; all others are the body. Moments are ISO text, enums their text, tuples lists.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from enum import Enum
from typing import Any, get_args, get_origin, get_type_hints

from dispatch.journal.entry import Entry
from dispatch.model.clock import iso, parse_iso
from dispatch.model.event import Event
from dispatch.model.events import EVENTS
from dispatch.model.ids import IncidentId, JurisdictionId

_IN_HEADER = frozenset({"occurred_at", "jurisdiction_id", "incident_id"})


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    is_moment: bool
    is_tuple: bool
    is_personal: bool


def encode(event: Event) -> tuple[dict[str, Any], dict[str, Any]]:
    """The event's body and its personal values, both JSON values by field name."""
    body: dict[str, Any] = {}
    personal: dict[str, Any] = {}
    for field in _fields_of(type(event)):
        (personal if field.is_personal else body)[field.name] = to_json(getattr(event, field.name))
    return body, personal


def find_event(entry: Entry, disclosed: Mapping[str, Any]) -> Event | None:
    """The event that the entry records, or None where this version of the service cannot read it.

    ``disclosed`` holds the personal values by field; a redacted one reads as empty text. Raises
    ``ValueError``, ``KeyError`` or ``TypeError`` for a body that its type does not allow.
    """
    kind = EVENTS.get(entry.type)
    if kind is None or kind.version < entry.ver:
        return None
    values: dict[str, Any] = {}
    for field in _fields_of(kind):
        if field.is_personal:
            values[field.name] = disclosed.get(field.name, "")
        elif field.name in entry.body:
            values[field.name] = _from_json(field, entry.body[field.name])
    return kind(
        occurred_at=entry.occurred_at,
        jurisdiction_id=JurisdictionId(entry.jurisdiction) if entry.jurisdiction is not None else None,
        incident_id=IncidentId(entry.incident) if entry.incident is not None else None,
        **values,
    )


def to_json(value: Any) -> Any:
    """The JSON value for a field's value, all the way down."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, (list, tuple)):
        return [to_json(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): to_json(item) for key, item in value.items()}
    return value


def _from_json(field: _Field, value: Any) -> Any:
    if field.is_moment and value is not None:
        return parse_iso(value)
    return tuple(value) if field.is_tuple else value


def _fields_of(kind: type[Event]) -> tuple[_Field, ...]:
    known = _FIELDS.get(kind)
    if known is None:
        known = _FIELDS[kind] = _look_up_fields(kind)
    return known


_FIELDS: dict[type[Event], tuple[_Field, ...]] = {}


def _look_up_fields(kind: type[Event]) -> tuple[_Field, ...]:
    hints = get_type_hints(kind)
    return tuple(
        _Field(
            name=field.name,
            is_moment=datetime in (hints[field.name], *get_args(hints[field.name])),
            is_tuple=get_origin(hints[field.name]) is tuple,
            is_personal=field.name in kind.personal,
        )
        for field in fields(kind)
        if field.name not in _IN_HEADER
    )
