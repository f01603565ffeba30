"""Verbs that ask the server for nothing: looking, finding, telephoning, and what only the page has."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeAlias

from dispatch.watch.board import Board
from dispatch.watch.line.find import find_rows, what_to_say
from dispatch.watch.line.say import describe_incident, describe_request, describe_unit
from dispatch.watch.line.sight import Sight
from dispatch.watch.line.verbs import VERBS, may_use
from dispatch.watch.order import order_covers
from dispatch.watch.picture import Row
from dispatch.watch.said import Said
from dispatch.watch.words import age, age_seconds, codes_name, plain, wall_clock

Args: TypeAlias = Mapping[str, Any]
MOST_FOUND: Final = 30
KEYS: Final = (
    "Tab completes · ↑ ↓ lines typed before · Esc clears the line, then closes the answer",
    "PgUp PgDn scroll the answer, or the units · Enter on an empty line tries to connect now · Ctrl-C leaves",
)


def _unit(board: Board, sight: Sight, args: Args) -> Said:
    unit = sight.unit(args["unit"])
    if unit is None or board.picture is None:
        return Said(ok=False, text="it is gone meanwhile; look again")
    fix = board.picture.fixes.get(unit["id"])
    place = f"at {fix.lon:.5f},{fix.lat:.5f}" if fix else "no position"
    more = [f"position {age(age_seconds(fix.at if fix else None, board.now))}, {place}"]
    incident = sight.incident(unit["incident"])
    if incident:
        more.append(describe_incident(incident, sight))
    return Said(ok=True, text=describe_unit(unit, sight), more=tuple(more))


def _incident(_board: Board, sight: Sight, args: Args) -> Said:
    row = sight.incident(args["incident"])
    if row is None:
        return Said(ok=False, text="it is gone meanwhile; look again")
    more = [f"at {row['lon']:.5f},{row['lat']:.5f}"]
    if row.get("note"):
        more.append(f"note: {plain(row['note'])}")
    more += [describe_unit(unit, sight) for unit in map(sight.unit, row["assigned"]) if unit]
    more += [describe_request(each, sight) for each in sight.requests if each["incident"] == row["id"]]
    return Said(ok=True, text=describe_incident(row, sight), more=tuple(more))


def _find(_board: Board, sight: Sight, args: Args) -> Said:
    incidents, units = find_rows(args["text"], sight)
    found = [*(describe_incident(row, sight) for row in incidents)]
    found += [describe_unit(row, sight) for row in units[:MOST_FOUND]]
    if not found:
        return Said(ok=False, text="nothing found")
    if len(found) == 1:
        return Said(ok=True, text=found[0])
    cut = (f"and {len(units) - MOST_FOUND} more units",) if len(units) > MOST_FOUND else ()
    return Said(ok=True, text=f"{len(incidents) + len(units)} found", more=(*found, *cut))


def _telephone(_board: Board, sight: Sight, args: Args) -> Said:
    agency = sight.names.agencies[args["agency"]]
    if not agency.telephone:
        return Said(ok=False, text=f"no number is on file for {agency.agency_name}")
    return Said(
        ok=True, text=f"{agency.telephone} {agency.agency_name}", more=(f"Say: {what_to_say(agency, sight)}",)
    )


def _cover(board: Board, sight: Sight, _args: Args) -> Said:
    if board.picture is None:
        return Said(ok=False, text="there is no data yet")
    lines = [line for row in order_covers(board.picture) for line in _cover_lines(row, sight)]
    lines.append("Setting it by hand, pre-alerts and standbys are on the page")
    return Said(
        ok=True, text=f"cover as of {wall_clock(board.picture.as_of, sight.names.zone)}", more=tuple(lines)
    )


def _cover_lines(row: Row, sight: Sight) -> Iterator[str]:
    by_hand = ", set by hand" if row["override"] else ""
    waiting = f", {row['pending']} waiting" if row["pending"] else ""
    name, state = sight.names.of(row["jurisdiction"]), str(row["state"]).upper()
    yield f"{name} {state}: {row['free']} of {row['total']} free{waiting}{by_hand}"
    for reason in row["reasons"]:
        yield f"   {plain(reason.get('sentence') or codes_name(reason['code']))}"


def _list_verbs(_board: Board, sight: Sight, _args: Args) -> Said:
    mine = [verb for verb in VERBS if may_use(verb, sight.role)]
    width = max(len(verb.usage) for verb in mine)
    lines = [f"{verb.usage:<{width}}  {verb.help}" for verb in mine]
    return Said(ok=True, text="commands and keys", more=(*lines, *KEYS))


def _only_on_the_page(what: str) -> Callable[[Board, Sight, Args], Said]:
    said = Said(ok=False, text=f"nothing was done: {what}")
    return lambda _board, _sight, _args: said


LOOKS: Final[Mapping[str, Callable[[Board, Sight, Args], Said]]] = {
    "U": _unit,
    "I": _incident,
    "FIND": _find,
    "PH": _telephone,
    "COV": _cover,
    "?": _list_verbs,
    "ORD": _only_on_the_page("orders for many units are made on the page; here REC, then REQ for each unit"),
    "ACK": _only_on_the_page("alarms are shown and acknowledged on the page"),
    "SIL": _only_on_the_page("sounds are the page's; here only the terminal's bell rings"),
}
