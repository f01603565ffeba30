"""What each verb may apply to now."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeAlias

from dispatch.model.incident import Purpose
from dispatch.model.unit import UnitStatus
from dispatch.watch.line.resolve import (
    Choice,
    Thing,
    agency_thing,
    incident_thing,
    request_thing,
    unit_thing,
    word_thing,
)
from dispatch.watch.line.sight import Sight
from dispatch.watch.line.verbs import Kind
from dispatch.watch.order import is_open
from dispatch.watch.picture import Row, moment_ms
from dispatch.watch.words import DECLINE_REASONS, NEXT_STATUS, STATUSES

Said: TypeAlias = Mapping[str, Any]
"""What was said before in the same line, by the name of the argument."""
Rule: TypeAlias = Callable[[Row], bool]

ON_LOANS: Final = frozenset({"REL", "RCL", "EXT", "CNF"})
_READY: Final = (UnitStatus.AVAILABLE, UnitStatus.AVAILABLE_DELAYED)
_REASONS: Final = tuple(word_thing(code, code) for code in DECLINE_REASONS)
_STATUS_THINGS: Final = {
    status: word_thing(str(status), word.name, word.code)
    for status, word in STATUSES.items()
    if status != UnitStatus.UNKNOWN
}


def choice_of(verb: str, kind: Kind, sight: Sight, said: Said) -> Choice:
    """What an argument of this kind may mean behind this verb."""
    choice = Choice()
    match kind:
        case Kind.INCIDENT:
            choice = _choose(sight.incidents, _incident_rule(verb), incident_thing)
        case Kind.UNIT:
            choice = _choose(sight.units, _unit_rule(verb, sight, said), lambda row: unit_thing(row, sight))
        case Kind.REQUEST:
            choice = _choose(
                sight.requests, _request_rule(verb, sight), lambda row: request_thing(row, sight)
            )
        case Kind.AGENCY:
            agencies = tuple(agency_thing(agency) for agency in sight.agencies)
            choice = Choice(agencies, agencies)
        case Kind.STATUS:
            choice = _statuses(sight.unit(said.get("unit", "")))
        case Kind.REASON:
            choice = Choice(_REASONS, _REASONS)
        case Kind.HOURS | Kind.TEXT:
            pass  # whatever was written
    return choice


def is_working(assignment: Row) -> bool:
    """Whether the unit is still out on it."""
    return assignment["state"] not in ("returning", "ended")


def stands_by(assignment: Row, home: str | None) -> bool:
    """Whether the unit of this assignment stands by in our own area."""
    standby = assignment.get("purpose") == Purpose.STANDBY
    return is_working(assignment) and standby and assignment["borrower"] == home


def list_assignments_for(verb: str, assignments: Iterable[Row], home: str | None) -> list[Row]:
    """The assignments that REL, RCL, EXT or CNF may change now."""
    rule = _LOAN_RULES[verb]
    return [row for row in assignments if rule(row, home)]


def _choose(rows: Iterable[Row], applies: Rule, thing_of: Callable[[Row], Thing]) -> Choice:
    both = [(row, thing_of(row)) for row in rows]
    return Choice([thing for row, thing in both if applies(row)], [thing for _, thing in both])


def _incident_rule(verb: str) -> Rule:
    if verb == "I":
        return lambda row: bool(row["state"] == "active")
    if verb == "CL":
        return lambda row: bool(row["state"] == "active" and row["own"])
    return lambda row: bool(row["state"] == "active" and row["own"] and row.get("purpose") != Purpose.STANDBY)


def _request_rule(verb: str, sight: Sight) -> Rule:
    if verb == "CAN":
        return lambda row: bool(
            (row["direction"] == "out" or row.get("offered_by_lender")) and row["state"] == "offered"
        )
    return lambda row: bool(
        is_open(row) and moment_ms(row["expires_at"]) > sight.now and (verb != "DEC" or row["may_decline"])
    )


def _unit_rule(verb: str, sight: Sight, said: Said) -> Rule:
    match verb:
        case "REQ":
            return _askable(sight)
        case "AS":
            return lambda unit: _is_here(unit) and unit["status"] in _READY
        case "ACC":
            request = sight.request(said.get("request", ""))
            asked = request["unit"] if request else None
            # Another unit instead is the lender's to offer; what it offered so is taken or left.
            others = not (request and request.get("offered_by_lender"))
            return lambda unit: (
                unit["id"] == asked or (others and _is_here(unit) and unit["status"] == UnitStatus.AVAILABLE)
            )
        case "ST":
            return lambda unit: bool(unit["own"])
        case _ if verb in ON_LOANS:
            units = {row["unit"] for row in list_assignments_for(verb, sight.assignments, sight.home)}
            return lambda unit: unit["id"] in units
        case _:
            return lambda _unit: True


def _is_here(unit: Row) -> bool:
    return bool(unit["own"] and not unit["lent_to"])


def _askable(sight: Sight) -> Rule:
    """A neighbour's that is free and not asked for yet, or one that stands by for us already."""
    asked = {row["unit"] for row in sight.requests if row["direction"] == "out" and row["state"] == "offered"}
    standing = {row["unit"] for row in sight.assignments if stands_by(row, sight.home)}

    def applies(unit: Row) -> bool:
        if unit["own"] or unit["id"] in standing:
            return not unit["own"]
        free = unit["status"] == UnitStatus.AVAILABLE and not unit["lent_to"]
        return free and unit["id"] not in asked

    return applies


def _statuses(unit: Row | None) -> Choice:
    steps = NEXT_STATUS.get(unit["status"], ()) if unit else ()
    return Choice([_STATUS_THINGS[step] for step in steps], list(_STATUS_THINGS.values()))


def _duty(assignment: Row, code: str) -> Row | None:
    return next((duty for duty in assignment["duties"] if duty["code"] == code), None)


def _may_release(row: Row, home: str | None) -> bool:
    recall = _duty(row, "recall")
    own_overdue = row["lent"] and row["home"] == home and recall is not None and recall["state"] == "overdue"
    return is_working(row) and (row["borrower"] == home or own_overdue)


def _may_recall(row: Row, home: str | None) -> bool:
    return bool(is_working(row) and row["lent"] and row["home"] == home and not row["recalled_at"])


def _may_extend(row: Row, home: str | None) -> bool:
    return bool(is_working(row) and row["lent"] and row["borrower"] == home)


def _may_confirm(row: Row, home: str | None) -> bool:
    owed = _duty(row, "written_confirmation") is not None
    return bool(row["lent"] and row["borrower"] == home and not row["confirmed_at"] and owed)


_LOAN_RULES: Final[Mapping[str, Callable[[Row, str | None], bool]]] = {
    "REL": _may_release,
    "RCL": _may_recall,
    "EXT": _may_extend,
    "CNF": _may_confirm,
}
