"""Rows to values and back, by hand: no object-relational mapping, so that a value stays a plain value."""

import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from enum import Enum
from typing import Any, Final, TypeVar

from sqlalchemy import RowMapping

from dispatch.agreements.record import FiledAct
from dispatch.agreements.terms import ActKind
from dispatch.aid.advice.practice_document import FiledPractice
from dispatch.aid.assignment import Assignment, AssignmentState
from dispatch.aid.cover.known import KnownCover
from dispatch.aid.cover.override import CoverOverride
from dispatch.aid.cover.reading import Capability
from dispatch.aid.pre_alert import PreAlert
from dispatch.aid.request import AidRequest, RequestState
from dispatch.aid.waiver import AskedWaiver, WaiverState
from dispatch.journal.canonical import require_storable
from dispatch.journal.codec import to_json
from dispatch.journal.entry import Disclosure, Entry, entry_from_header
from dispatch.model.geo import Point
from dispatch.model.incident import Incident, IncidentState, Need, Priority, Purpose
from dispatch.model.jurisdiction import CoverState
from dispatch.model.principal import Role
from dispatch.model.unit import UnitState, UnitStatus, UnitType
from dispatch.services.ports import ApiKey, KeptPreferences, Person, RememberedAnswer

T = TypeVar("T")


def _tuple(text: str) -> tuple[Any, ...]:
    return tuple(json.loads(text))


def _role(text: str | None) -> Role | None:
    return None if text is None else Role(text)


def _needs(text: str) -> tuple[Need, ...]:
    return tuple(Need(unit_type=UnitType(n["unit_type"]), count=n["count"]) for n in json.loads(text))


_PARSERS: Final[Mapping[type, Mapping[str, Callable[[Any], Any]]]] = {
    UnitState: {"status": UnitStatus},
    Incident: {"priority": Priority, "state": IncidentState, "needs": _needs, "purpose": Purpose},
    AidRequest: {
        "state": RequestState,
        "clauses": _tuple,
        "asked_before": _tuple,
        "requester": _role,
        "waivers": _tuple,
    },
    Assignment: {"state": AssignmentState},
    AskedWaiver: {"state": WaiverState},
    Person: {"role": Role},
    ApiKey: {"role": Role},
    Disclosure: {"value": json.loads},
    RememberedAnswer: {"answer": json.loads},
    FiledAct: {"kind": ActKind},
    FiledPractice: {"document": json.loads},
    KeptPreferences: {"document": json.loads},
    CoverOverride: {"state": CoverState},
    PreAlert: {"partners": _tuple, "acknowledged": _tuple},
    KnownCover: {"capability": Capability, "state": CoverState},
}
"""Columns that hold something else than the value's field does; all others are the field itself."""

_JSON: Final = frozenset(
    {
        (Disclosure, "value"),
        (RememberedAnswer, "answer"),
        (FiledPractice, "document"),
        (KeptPreferences, "document"),
    }
)
"""Fields that may hold any JSON value."""


def row_of(value: object) -> dict[str, Any]:
    """The row that keeps ``value``. Raises ``Invalid`` for text that one of the databases cannot keep."""
    row: dict[str, Any] = {}
    for field in fields(value):  # type: ignore[arg-type]
        content = getattr(value, field.name)
        if isinstance(content, Point):
            row["lon_e7"], row["lat_e7"] = content.lon_e7, content.lat_e7
        else:
            as_json = isinstance(content, tuple) or (type(value), field.name) in _JSON
            text = _json_text(content, column=field.name) if as_json else content
            row[field.name] = _plain(text, column=field.name)
    return row


def value_of(kind: type[T], row: RowMapping) -> T:
    """The value that ``row_of`` put into ``row``."""
    values: dict[str, Any] = {str(column): content for column, content in row.items()}
    for column, parse in _PARSERS.get(kind, {}).items():
        values[column] = parse(values[column])
    if kind is Incident:
        values["position"] = Point.from_e7(lon_e7=values.pop("lon_e7"), lat_e7=values.pop("lat_e7"))
    return kind(**values)


def entry_of(row: RowMapping) -> Entry:
    """The journal entry whose hashed bytes the row keeps."""
    return entry_from_header(json.loads(row["line"]), hash=row["hash"])


def _plain(content: Any, *, column: str) -> Any:
    if isinstance(content, Enum):
        return content.value
    if isinstance(content, str):
        require_storable(content, path=column)
    return content


def _json_text(content: Any, *, column: str) -> str:
    if isinstance(content, tuple) and content and isinstance(content[0], Need):
        content = [{"unit_type": need.unit_type, "count": need.count} for need in content]
    value = to_json(content)
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if "\\u0000" in text:  # JSON writes NUL as an escape, which a look at the text alone would let pass
        _require_storable_within(value, column)
    return text


def _require_storable_within(value: Any, column: str) -> None:
    if isinstance(value, str):
        require_storable(value, path=column)
    elif isinstance(value, dict):
        _require_storable_within([*value.keys(), *value.values()], column)
    elif isinstance(value, list):
        for item in value:
            _require_storable_within(item, column)
