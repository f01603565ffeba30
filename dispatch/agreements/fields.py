"""One field of a clause: how it is read from YAML, written back, and described to the editor's form.

The rules live here once: the parser, the form on the page and the tables in the documents all come
from these descriptors.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from typing import Any, Final

from dispatch.agreements.nodes import Field
from dispatch.agreements.restrictions import Weekday, Window
from dispatch.agreements.zones import LONGEST_AREA, shape_of

_CLOCK: Final = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_CURRENCY: Final = re.compile(r"[A-Z]{3}")


class FieldKind(StrEnum):
    """How a field is entered and written."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    WHOLE = "whole"
    FLAG = "flag"
    CHOICE = "choice"
    CHOICES = "choices"
    PARTY = "party"
    PARTIES = "parties"
    WORDS = "words"
    AGREEMENTS = "agreements"
    DATES = "dates"
    WINDOWS = "windows"
    AREA = "area"
    CURRENCY = "currency"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSpec:
    """A clause's field. ``choices``: the words of a CHOICE or CHOICES; limits count units or characters."""

    name: str
    kind: FieldKind
    title: str
    help: str = ""
    required: bool = False
    unit: str = ""
    at_least: int = 0
    at_most: int = 20_000
    choices: type[StrEnum] | None = None

    def read(self, field: Field) -> Any:
        """The value that the text says. Raises ``AgreementInvalid`` with path and line."""
        return _READ[self.kind](self, field)

    def write(self, value: Any) -> Any:
        """The value as YAML and JSON have it."""
        return _WRITE.get(self.kind, _plain)(value)

    def describe(self) -> dict[str, Any]:
        """The descriptor as JSON, for the form."""
        return {
            "name": self.name,
            "kind": self.kind.value,
            "title": self.title,
            "help": self.help,
            "required": self.required,
            "unit": self.unit,
            "at_least": self.at_least,
            "at_most": self.at_most,
            "choices": [choice.value for choice in self.choices] if self.choices else [],
        }


def _choices_of(spec: FieldSpec) -> type[StrEnum]:
    if spec.choices is None:
        raise TypeError(f"{spec.name} has no choices")
    return spec.choices


def _read_distinct(field: Field, read: Callable[[Field], Any], *, at_least: int = 1) -> tuple[Any, ...]:
    found: dict[Any, None] = {}
    for item in field.items(at_least=at_least):
        value = read(item)
        if value in found:
            raise item.refuse(f"{value} comes twice")
        found[value] = None
    return tuple(found)


def _read_date(field: Field) -> date:
    words = field.day_text()
    try:
        return date.fromisoformat(words)
    except ValueError:
        raise field.refuse("must be a day such as 2026-12-25") from None


def _read_clock(field: Field) -> time:
    # YAML 1.1 reads 22:00 as a number to the base of sixty: quotes make it a clock.
    words = field.text(at_most=5)
    if not _CLOCK.fullmatch(words):
        raise field.refuse('must be a clock time in quotes, such as "22:00"')
    return time.fromisoformat(words)


def _read_window(field: Field) -> Window:
    fields = field.only(required=("since", "until"), optional=("days",))
    days = fields["days"].choices(Weekday) if "days" in fields else tuple(Weekday)
    return Window(days=days, since=_read_clock(fields["since"]), until=_read_clock(fields["until"]))


def _read_area(_: FieldSpec, field: Field) -> str:
    area = field.text(at_most=LONGEST_AREA)
    try:
        shape_of(area)
    except ValueError as error:
        raise field.refuse(str(error)) from None
    return area


def _read_currency(_: FieldSpec, field: Field) -> str:
    code = field.text(at_most=3)
    if not _CURRENCY.fullmatch(code):
        raise field.refuse("must be an ISO 4217 code such as USD")
    return code


_READ: Final[dict[FieldKind, Callable[[FieldSpec, Field], Any]]] = {
    FieldKind.TEXT: lambda spec, field: field.text(at_most=min(spec.at_most, 200)),
    FieldKind.LONG_TEXT: lambda spec, field: field.text(at_most=spec.at_most),
    FieldKind.WHOLE: lambda spec, field: field.whole(at_least=spec.at_least, at_most=spec.at_most),
    FieldKind.FLAG: lambda _, field: field.flag(),
    FieldKind.CHOICE: lambda spec, field: field.choice(_choices_of(spec)),
    FieldKind.CHOICES: lambda spec, field: field.choices(_choices_of(spec), at_least=int(spec.required)),
    FieldKind.PARTY: lambda _, field: field.slug(),
    FieldKind.PARTIES: lambda _, field: _read_distinct(field, Field.slug),
    FieldKind.AGREEMENTS: lambda _, field: _read_distinct(field, Field.slug),
    FieldKind.WORDS: lambda _, field: _read_distinct(field, lambda item: item.text(at_most=80)),
    FieldKind.DATES: lambda _, field: _read_distinct(field, _read_date),
    FieldKind.WINDOWS: lambda _, field: _read_distinct(field, _read_window),
    FieldKind.AREA: _read_area,
    FieldKind.CURRENCY: _read_currency,
}


def _plain(value: Any) -> Any:
    return value


def _write_window(window: Window) -> dict[str, Any]:
    days = {} if window.days == tuple(Weekday) else {"days": [day.value for day in window.days]}
    return {**days, "since": f"{window.since:%H:%M}", "until": f"{window.until:%H:%M}"}


def _write_windows(windows: Sequence[Window]) -> list[dict[str, Any]]:
    return [_write_window(window) for window in windows]


_WRITE: Final[dict[FieldKind, Callable[[Any], Any]]] = {
    FieldKind.CHOICE: lambda choice: choice.value,
    FieldKind.CHOICES: lambda choices: [choice.value for choice in choices],
    FieldKind.PARTIES: list,
    FieldKind.AGREEMENTS: list,
    FieldKind.WORDS: list,
    FieldKind.DATES: lambda days: [day.isoformat() for day in days],
    FieldKind.WINDOWS: _write_windows,
}
