"""What a kind of clause is: its name in the text, its fields, what it means and who enforces it.

``row`` is the number in the list of thirty-four clauses that real agreements contain (the survey is named
in ``docs/decisions/0013``); ``enforced_by`` says where in the service the clause has its consequences, and
``people`` where it is kept, shown and exported only.
"""

from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields, replace
from enum import StrEnum
from typing import Any, Final

from dispatch.agreements.fields import FieldKind, FieldSpec
from dispatch.agreements.terms import Clause
from dispatch.model.unit import UnitType

K = FieldKind

MAX_UNITS: Final = 1_000
"""More than any fleet: a floor or cap beyond it is a slip of the finger."""


class Enforcer(StrEnum):
    """Where a clause has its consequence."""

    RECOMMENDER = "recommender"
    """Judged for each unit, when candidates are shown and again when one is asked for or accepted."""
    REQUEST = "request"
    TIMER = "timer"
    LEDGER = "ledger"
    LINTER = "linter"
    PEOPLE = "people"


class Group(StrEnum):
    """The part of the form that a clause stands in."""

    SCOPE = "scope"
    LIMITS = "limits"
    ANSWER = "answer"
    SERVICE = "service"
    MONEY = "money"
    LEGAL = "legal"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseKind:
    """One kind of clause. ``single``: an agreement says it once at most, or once per lender named."""

    tag: str
    make: Callable[..., Clause]
    title: str
    help: str
    row: int
    group: Group
    enforced_by: tuple[Enforcer, ...]
    fields: tuple[FieldSpec, ...]
    single: bool = False

    def describe(self) -> dict[str, Any]:
        """The descriptor as JSON, for the form."""
        return {
            "type": self.tag,
            "title": self.title,
            "help": self.help,
            "row": self.row,
            "group": self.group.value,
            "enforced_by": [enforcer.value for enforcer in self.enforced_by],
            "single": self.single,
            "fields": [{**spec.describe(), "default": self._default_of(spec)} for spec in self.fields],
        }

    def _default_of(self, spec: FieldSpec) -> Any:
        """What the text means where it leaves the field out; None where it then means nothing."""
        made: Any = self.make
        value = next((f.default for f in fields(made) if f.name == spec.name), MISSING)
        return spec.write(value) if value is not MISSING and value not in (None, "", ()) else None


LENDER: Final = FieldSpec(name="lender", kind=K.PARTY, title="Lender", help="Empty: every lender.")
BORROWER: Final = FieldSpec(name="borrower", kind=K.PARTY, title="Borrower", help="Empty: every borrower.")
PAIR: Final = (LENDER, BORROWER)
"""For whom a restriction holds."""
AREA: Final = FieldSpec(
    name="area", kind=K.AREA, title="Area", help="A polygon as WKT, longitude first, for exceptions only."
)
WINDOWS: Final = FieldSpec(
    name="windows", kind=K.WINDOWS, title="Hours", help="On the wall clocks of the agreement's time zone."
)
TYPES: Final = FieldSpec(name="unit_types", kind=K.CHOICES, title="Unit types", choices=UnitType)
CURRENCY: Final = FieldSpec(name="currency", kind=K.CURRENCY, title="Currency", help="ISO 4217.")
WORDS: Final = FieldSpec(name="text", kind=K.LONG_TEXT, title="Text")


def required(spec: FieldSpec) -> FieldSpec:
    """The same field, which must be there."""
    return replace(spec, required=True)


def whole(
    name: str, title: str, least: int, most: int, *, unit: str = "", required: bool = True
) -> FieldSpec:
    """A whole number within limits."""
    return FieldSpec(
        name=name, kind=K.WHOLE, title=title, unit=unit, at_least=least, at_most=most, required=required
    )


def pick(name: str, title: str, choices: type[StrEnum], *, many: bool, required: bool = True) -> FieldSpec:
    """One or several of an enumeration's words."""
    kind = K.CHOICES if many else K.CHOICE
    return FieldSpec(name=name, kind=kind, title=title, choices=choices, required=required)
