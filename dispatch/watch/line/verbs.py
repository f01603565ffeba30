"""Every verb of the command line, in the order in which they are listed."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from dispatch.model.principal import Role


class Kind(StrEnum):
    """What an argument names."""

    INCIDENT = "incident"
    UNIT = "unit"
    REQUEST = "request"
    AGENCY = "agency"
    STATUS = "status"
    REASON = "reason"
    HOURS = "hours"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Argument:
    """``rest``: it takes the rest of the line, blanks and all. ``most``: the longest text, in characters."""

    name: str
    kind: Kind
    optional: bool = False
    rest: bool = False
    most: int = 0


@dataclass(frozen=True, slots=True)
class Verb:
    """``changes``: it asks the server for something, so it needs a live connection. ``desk``: and a desk."""

    name: str
    usage: str
    arguments: tuple[Argument, ...]
    help: str
    desk: bool = True
    changes: bool = True


INCIDENT: Final = Argument("incident", Kind.INCIDENT)
UNIT: Final = Argument("unit", Kind.UNIT)
REQUEST: Final = Argument("request", Kind.REQUEST)
NOTE: Final = Argument("note", Kind.TEXT, optional=True, rest=True, most=500)
WHY: Final = Argument("why", Kind.TEXT, rest=True, most=300)
TEXT: Final = Argument("text", Kind.TEXT, rest=True, most=120)


def _plain(name: str, usage: str, arguments: tuple[Argument, ...], sentence: str) -> Verb:
    return Verb(name, usage, arguments, sentence, desk=False, changes=False)


VERBS: Final = (
    Verb("N", "N p1..p4 nature @ place [need x count ...]", (), "Open an incident"),
    Verb("REC", "REC inc", (INCIDENT,), "Recommend units for an incident"),
    Verb("REQ", "REQ inc unit", (INCIDENT, UNIT), "Ask a neighbour for its unit"),
    Verb("AS", "AS inc unit", (INCIDENT, UNIT), "Assign an own unit"),
    Verb(
        "ACC",
        "ACC request [unit]",
        (REQUEST, Argument("unit", Kind.UNIT, optional=True)),
        "Accept a request; with a unit, offer that one instead",
    ),
    Verb(
        "DEC",
        "DEC request reason [note]",
        (REQUEST, Argument("reason", Kind.REASON), NOTE),
        "Decline a request, with a reason",
    ),
    Verb("CAN", "CAN request", (REQUEST,), "Withdraw an own request"),
    Verb("REL", "REL unit", (UNIT,), "Release a unit: the incident needs it no more"),
    Verb("RCL", "RCL unit reason", (UNIT, WHY), "Recall an own unit that is lent, and say why"),
    Verb("EXT", "EXT unit hours", (UNIT, Argument("hours", Kind.HOURS)), "Keep a borrowed unit longer"),
    Verb("CNF", "CNF unit", (UNIT,), "Confirm a loan in writing"),
    Verb(
        "ST",
        "ST unit status",
        (UNIT, Argument("status", Kind.STATUS, rest=True)),
        "Set the status of an own unit",
    ),
    Verb("CL", "CL inc", (INCIDENT,), "Close an incident, or cancel it where no unit came"),
    Verb(
        "WHY",
        "WHY unit [inc]",
        (UNIT, Argument("incident", Kind.INCIDENT, optional=True)),
        "Say why a unit may not come",
    ),
    Verb("ORD", "ORD inc", (INCIDENT,), "Order many units at once (on the page)", changes=False),
    _plain("COV", "COV", (), "Show cover, with its reasons"),
    _plain("U", "U unit", (UNIT,), "Show a unit"),
    _plain("I", "I inc", (INCIDENT,), "Show an incident"),
    _plain("FIND", "FIND text", (TEXT,), "Find units and incidents by sign, number, nature or address"),
    _plain(
        "PH",
        "PH agency",
        (Argument("agency", Kind.AGENCY, rest=True),),
        "Show the telephone number of an agency, and what to say",
    ),
    _plain("ACK", "ACK", (), "Acknowledge the oldest alarm (on the page)"),
    _plain("SIL", "SIL", (), "Silence the sound for 60 s (on the page)"),
    _plain("?", "?", (), "List all commands and keys"),
)

BY_NAME: Final[Mapping[str, Verb]] = {verb.name: verb for verb in VERBS}


def find_verb(word: str) -> Verb | None:
    """The verb of that name, in whatever case."""
    return BY_NAME.get(word.upper())


def may_use(verb: Verb, role: str) -> bool:
    """Whether a role has any use for it; the server judges each command all the same."""
    return not verb.desk or role in (Role.DISPATCHER, Role.SUPERVISOR)
