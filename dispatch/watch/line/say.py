"""How things are named to a person, and why a line did nothing, in one or two sentences."""

from collections.abc import Mapping
from typing import Final

from dispatch.model.unit import UnitStatus
from dispatch.watch.line.choices import ON_LOANS
from dispatch.watch.line.parse import Stuck
from dispatch.watch.line.sight import Sight
from dispatch.watch.line.verbs import BY_NAME, Kind
from dispatch.watch.order import is_ours
from dispatch.watch.picture import Row, moment_ms
from dispatch.watch.words import (
    DECLINE_REASONS,
    codes_name,
    counted,
    left,
    level_of,
    plain,
    short_priority,
    status_word,
)

_MISSING: Final[Mapping[str, str]] = {
    "why": "the reason",
    "hours": "the number of hours",
    "text": "what to look for",
    "place": "the place behind @",
}
_BAD: Final[Mapping[str, str]] = {
    "hours": "1 to 72 hours",
    "need": "1 to 50 units of a type",
    "nature": "the nature is longer than 120 characters",
    "place": "the place is longer than 240 characters",
    "note": "the note is longer than 500 characters",
    "why": "the reason is longer than 300 characters",
    "text": "more than 120 characters to look for",
}
_NO_LOAN: Final[Mapping[str, str]] = {
    "REL": "is on no assignment that you may release",
    "RCL": "is not lent, or is recalled already",
    "EXT": "is not borrowed",
    "CNF": "has no loan to confirm",
}


def dots(*parts: object) -> str:
    """What there is of these, with dots between."""
    return " · ".join(plain(part) for part in parts if part)


def full_sign(unit_id: str, sight: Sight) -> str:
    """ "Cedar Fen M311": for sentences in which the agency does not stand beside it."""
    unit = sight.unit(unit_id)
    if unit is None:
        return plain(unit_id)
    return f"{sight.names.of(unit['jurisdiction'])} {sight.names.short_sign(unit)}"


def describe_unit(unit: Row, sight: Sight) -> str:
    """What there is to say of a unit in one line."""
    lent = f"lent to {sight.names.of(unit['lent_to'])}" if unit["lent_to"] else ""
    agency, status = sight.names.of(unit["jurisdiction"]), status_word(unit["status"]).name
    return f"{sight.names.short_sign(unit)}: {dots(level_of(unit['unit_type']), agency, status, lent)}"


def describe_incident(row: Row, sight: Sight) -> str:
    """What there is to say of an incident in one line."""
    there = left(row["came"]) if row.get("came") else "no unit"
    units = counted(len(row["assigned"]), "unit") if row["assigned"] else there
    about = dots(
        f"{short_priority(row['priority'])} {plain(row['nature'])}",
        row.get("address"),
        "" if row["own"] else sight.names.of(row["jurisdiction"]),
        units if row["state"] == "active" else row["state"],
    )
    return f"{plain(row['number'])}: {about}"


def describe_request(row: Row, sight: Sight) -> str:
    """Who asks whom for what."""
    about = f"{full_sign(row['unit'], sight)} for {plain(row['incident_number'])}"
    if row.get("offered_by_lender"):
        offers = sight.names.of(row["lender"]) + (" offers" if row["direction"] == "out" else " has offered")
        return f"{offers} {about} instead"
    if row["direction"] == "in":
        return f"{sight.names.of(row['borrower'])} asks for {about}"
    return f"{sight.names.of(row['lender'])} is asked for {about}"


def name_of(kind: Kind | None, which: str, sight: Sight) -> str:
    """A candidate as a list of them names it; a verb where ``kind`` is None."""
    match kind:
        case Kind.UNIT:
            return full_sign(which, sight)
        case Kind.INCIDENT:
            row = sight.incident(which)
            about = (
                row and f"{plain(row['number'])} ({short_priority(row['priority'])} {plain(row['nature'])})"
            )
        case Kind.REQUEST:
            row = sight.request(which)
            about = row and describe_request(row, sight)
        case Kind.AGENCY:
            about = sight.names.of(which)
        case Kind.STATUS:
            about = f"{status_word(which).name} ({status_word(which).code})"
        case Kind.REASON:
            about = f"{which} ({DECLINE_REASONS.get(which, codes_name(which))})"
        case _:
            about = which
    return about or plain(which)


def why_not(stuck: Stuck, sight: Sight) -> str:
    """Why nothing was done, and what may have been meant."""
    usage = BY_NAME[stuck.verb].usage if stuck.verb else ""
    typed, choice = f"“{plain(stuck.typed)}”", _list(stuck, sight)
    match stuck.reason:
        case "missing":
            said = _missing(stuck, usage, choice)
        case "ambiguous":
            said = f"{typed} may be {choice}. Nothing was done"
        case "no_verb":
            said = f"No command {typed}. " + (f"Is it {choice}?" if choice else "“?” lists them all")
        case "not_allowed":
            said = f"{stuck.verb} is for dispatchers and supervisors"
        case "too_much":
            said = f"{usage}: {typed} is too much. Nothing was done"
        case "bad_value":
            said = f"{usage}: {_BAD.get(stuck.argument, f'{typed} does not fit')}"
        case "not_now":
            known = "; ".join(_why_not_now(stuck, which, sight) for which in stuck.which)
            said = f"{known}." + (f" Possible: {choice}" if choice else "")
        case _:
            tail = f". Is it {choice}?" if choice else f" that {stuck.verb} may apply to"
            said = f"No {stuck.argument} {typed}{tail}"
    return said


def kind_of(verb: str | None, argument: str) -> Kind | None:
    """What an argument of a verb names; None for the verb itself."""
    known = BY_NAME.get(verb or "")
    arguments = known.arguments if known else ()
    return next((each.kind for each in arguments if each.name == argument), None)


def _missing(stuck: Stuck, usage: str, choice: str) -> str:
    if stuck.argument == "verb":
        return f"Which command? {choice}"
    said = f"{usage}: {_MISSING.get(stuck.argument, f'the {stuck.argument}')} is missing"
    if choice:
        return f"{said}: {choice}"
    named = kind_of(stuck.verb, stuck.argument) in (Kind.INCIDENT, Kind.UNIT, Kind.REQUEST, Kind.AGENCY)
    return f"{said}: there is none that it may apply to now" if named else said


def _list(stuck: Stuck, sight: Sight) -> str:
    """ "Cedar Fen M12 or Dunmere M12", with how many more there are."""
    kind = kind_of(stuck.verb, stuck.argument)
    names = [name_of(kind, which, sight) for which in stuck.candidates]
    if stuck.of > len(names):
        names.append(f"{stuck.of - len(names)} more")
    return " or ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def _why_not_now(stuck: Stuck, which: str, sight: Sight) -> str:
    verb = stuck.verb or ""
    match kind_of(verb, stuck.argument):
        case Kind.UNIT:
            return _unit_not_now(verb, which, sight)
        case Kind.INCIDENT:
            return _incident_not_now(sight.incident(which), which, sight)
        case Kind.REQUEST:
            return _request_not_now(verb, which, sight)
        case Kind.STATUS:
            return f"{status_word(which).name} is no step from here"
        case _:
            return f"{plain(which)} is not possible now"


def _unit_not_now(verb: str, which: str, sight: Sight) -> str:
    unit, sign = sight.unit(which), full_sign(which, sight)
    if unit is None:
        return f"{sign} is not known"
    if verb in ON_LOANS:
        return f"{sign} {_NO_LOAN[verb]}"
    if verb == "REQ" and unit["own"]:
        return f"{sign} is your own: AS assigns it"
    if verb == "AS" and not unit["own"]:
        return f"{sign} is not your own: REQ asks for it"
    return f"{sign} {_state_of(verb, unit, sight)}"


def _state_of(verb: str, unit: Row, sight: Sight) -> str:
    if verb in ("ST", "ACC") and not unit["own"]:
        return f"is {sight.names.of(unit['jurisdiction'])}’s"
    if unit["lent_to"]:
        return f"is lent to {sight.names.of(unit['lent_to'])}"
    if unit["status"] == UnitStatus.AVAILABLE:
        return "is asked for already"
    return f"is {status_word(unit['status']).name}"


def _incident_not_now(row: Row | None, which: str, sight: Sight) -> str:
    if row is None:
        return f"{plain(which)} is not known"
    number = plain(row["number"])
    if row["state"] != "active":
        return f"{number} is {row['state']}"
    if not row["own"]:
        return f"{number} is {sight.names.of(row['jurisdiction'])}’s incident"
    return f"{number} is a standby, no call"


def _request_not_now(verb: str, which: str, sight: Sight) -> str:
    row = sight.request(which)
    if row is None:
        return f"{plain(which)} is not known"
    what = f"The request for {full_sign(row['unit'], sight)}"
    if row["state"] != "offered":
        return f"{what} was {row['state']}"
    if verb == "CAN":
        return f"{what} is not your own: ACC or DEC answers it"
    if is_ours(row):
        return f"{what} is your own: CAN withdraws it"
    if moment_ms(row["expires_at"]) <= sight.now:
        return f"{what} has run out"
    return f"{what}: the agreement leaves no refusal"
