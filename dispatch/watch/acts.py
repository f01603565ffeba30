"""What each line does: one REST operation, and the server's words about it.

Nothing is done unless the line is complete and the board is live. Every command carries its own
``Idempotency-Key`` and the version of the row that the person saw.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final, TypeAlias

from dispatch.watch.board import Board
from dispatch.watch.line.choices import list_assignments_for, stands_by
from dispatch.watch.line.new_incident import Opens, needs_to_open
from dispatch.watch.line.parse import Complete, Stuck, parse
from dispatch.watch.line.say import full_sign, why_not
from dispatch.watch.line.sight import Sight
from dispatch.watch.line.verbs import BY_NAME
from dispatch.watch.looks import LOOKS
from dispatch.watch.order import is_unattended
from dispatch.watch.picture import Picture, Row
from dispatch.watch.places import address_of, find_single_place, places_path, say_places
from dispatch.watch.recommended import list_lines, why_lines
from dispatch.watch.refused import say_problem
from dispatch.watch.rest import Problem, Rest, in_thread, path_of
from dispatch.watch.said import Said
from dispatch.watch.words import left, plain, status_word

SURE_WITHIN_MS: Final = 10_000
Args: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A line that cannot be undone was asked about, at this server time."""

    line: str
    incident: str
    at: float


class Acts:
    """One person's command line."""

    def __init__(self, board: Board, rest: Rest) -> None:
        self._board, self._rest = board, rest
        self._asked: _Asked | None = None
        self._recommended: dict[str, Row] = {}
        self._verbs: dict[str, Callable[[Sight, Args], Awaitable[Said]]] = {
            "N": self._open,
            "REC": self._recommend,
            "REQ": self._request,
            "AS": self._assign,
            "ACC": self._accept,
            "DEC": self._decline,
            "CAN": self._withdraw,
            "REL": partial(self._on_loan, "REL"),
            "RCL": partial(self._on_loan, "RCL"),
            "EXT": partial(self._on_loan, "EXT"),
            "CNF": partial(self._on_loan, "CNF"),
            "ST": self._set_status,
            "CL": self._close,
            "WHY": self._why,
        }

    async def run(self, line: str) -> Said:
        """Do what the line says, or say why not."""
        sight = self._board.sight()
        parsed = parse(line, sight)
        asked, self._asked = self._asked, None
        if isinstance(parsed, Stuck):
            return Said(ok=False, text=why_not(parsed, sight))
        incident = parsed.args.get("incident")
        if incident:
            self._board.selected = incident
        if not BY_NAME[parsed.verb].changes:
            return LOOKS[parsed.verb](self._board, sight, parsed.args)
        if not self._board.live:
            return Said(ok=False, text="not sent: there is no connection to the server. Use the telephone")
        sure = self._ask_first(asked, line, parsed, sight)
        return sure or await self._perform(parsed, sight)

    async def _perform(self, command: Complete, sight: Sight) -> Said:
        try:
            return await self._verbs[command.verb](sight, command.args)
        except Problem as problem:
            if problem.status == 401:
                return Said(ok=False, text="not sent: your session has ended")
            return say_problem(problem, sight)

    def _ask_first(self, asked: _Asked | None, line: str, command: Complete, sight: Sight) -> Said | None:
        """What must be said twice; None where once is enough, or it was the second time."""
        row = sight.incident(command.args["incident"]) if command.verb == "CL" else None
        if row is None:
            return None
        now, again = self._board.now, _Asked(" ".join(line.split()).upper(), row["id"], self._board.now)
        same = asked is not None and (asked.line, asked.incident) == (again.line, again.incident)
        if asked and same and 0 <= now - asked.at <= SURE_WITHIN_MS:
            return None
        self._asked = again
        return Said(ok=False, text=f"{_say_closing(row)}. The same line again within 10 s does it", asks=True)

    async def _command(self, path: str, **body: Any) -> Row:
        row: Row = await in_thread(lambda: self._rest.command(path, body))
        return row

    # -- one method for each verb -------------------------------------------------------------------

    async def _open(self, sight: Sight, args: Args) -> Said:
        if args["opens"] is Opens.FORM:
            return Said(ok=False, text=_what_lacks(args))
        place = dict(args["place"])
        if args["opens"] is Opens.SEARCH:
            typed = place["text"]
            rows = await self._find_places(typed)
            only = find_single_place(rows)
            if only is None:
                return say_places(typed, rows, sight)
            place = {"lon": only["lon"], "lat": only["lat"], "address": address_of(only, typed)}
        row = await self._command(
            path_of("incidents"),
            **place,
            priority=args["priority"],
            nature=args["nature"],
            needs=needs_to_open(args, sight.natures),
        )
        self._board.selected = row["id"]
        notice = plain(row.get("border_notice") or "")
        at = f" at {plain(place['address'])}" if place.get("address") else ""
        said = _done(f"Incident {plain(row['number'])} opened{at}", "incidents", row, new=True)
        return replace(said, more=(notice,)) if notice else said

    async def _find_places(self, typed: str) -> Sequence[Row]:
        """What the text may mean; nothing where the service knows no names."""
        try:
            rows: Sequence[Row] = (await in_thread(lambda: self._rest.get(places_path(typed))))["rows"]
        except Problem as problem:
            if problem.status != 404:
                raise
            return ()
        return rows

    async def _recommend(self, sight: Sight, args: Args) -> Said:
        shown = await self._ask_advice(args["incident"])
        return Said(ok=True, text=plain(shown["advice"]["sentence"]), more=tuple(list_lines(shown, sight)))

    async def _ask_advice(self, incident: str) -> Row:
        self._recommended[incident] = shown = await self._command(
            path_of("incidents", incident, "recommendation")
        )
        self._board.advised[incident] = [row["unit"] for row in (*shown["own"], *shown["candidates"])]
        return shown

    async def _why(self, sight: Sight, args: Args) -> Said:
        incident = args["incident"] or sight.selected
        if incident is None:
            return Said(ok=False, text="for which incident? Say WHY unit inc")
        path = path_of("incidents", incident, "units", args["unit"], "verdict")
        verdict: Row = await in_thread(lambda: self._rest.get(path))
        return Said(ok=True, text=plain(verdict["sentence"]), more=tuple(why_lines(verdict, sight)))

    async def _request(self, sight: Sight, args: Args) -> Said:
        incident, unit = args["incident"], args["unit"]
        sign = full_sign(unit, sight)
        standing = [row for row in sight.assignments if row["unit"] == unit and stands_by(row, sight.home)]
        if standing:
            path, version = path_of("assignments", standing[0]["id"], "redirect"), standing[0]["version"]
            row = await self._command(path, incident=incident, expected_version=version)
            number = plain(row["incident_number"])
            return _done(f"{sign} is sent on to {number}", "assignments", row, new=True)
        seen = self._recommended.get(incident)
        body = {"unit_id": unit} | ({"recommendation_id": seen["id"]} if seen else {})
        row = await self._command(path_of("incidents", incident, "requests"), **body)
        lender = sight.names.of(row["lender"])
        at_once = row["automatic"] or row["state"] == "accepted"
        text = (
            f"{sign} is coming: {lender} lends automatically" if at_once else f"{lender} is asked for {sign}"
        )
        return _done(f"{text} ({_by(row)})", "requests", row, new=True)

    async def _assign(self, sight: Sight, args: Args) -> Said:
        path = path_of("incidents", args["incident"], "assignments")
        row = await self._command(path, unit_id=args["unit"])
        text = f"{full_sign(args['unit'], sight)} assigned to {plain(row['incident_number'])}"
        return _done(text, "assignments", row, new=True)

    async def _accept(self, sight: Sight, args: Args) -> Said:
        request = _get(sight.request(args["request"]))
        borrower = sight.names.of(request["borrower"])
        if args["unit"] not in (None, request["unit"]):
            row = await self._answer(request, "instead", unit_id=args["unit"])
            text = f"{full_sign(args['unit'], sight)} offered to {borrower} instead"
            return _done(f"{text} ({_by(row)})", "requests", row, new=True)
        row = await self._answer(request, "accept")
        sign = full_sign(request["unit"], sight)
        text = f"{sign} comes instead" if request.get("offered_by_lender") else f"{sign} lent to {borrower}"
        return _done(f"{text} ({_by(row)})", "requests", row)

    async def _decline(self, sight: Sight, args: Args) -> Said:
        request = _get(sight.request(args["request"]))
        note = {"note": args["note"]} if args["note"] else {}
        row = await self._answer(request, "decline", reason=args["reason"], **note)
        return _done(f"Declined: {full_sign(request['unit'], sight)} stays", "requests", row)

    async def _withdraw(self, sight: Sight, args: Args) -> Said:
        request = _get(sight.request(args["request"]))
        row = await self._answer(request, "withdraw")
        sign = full_sign(request["unit"], sight)
        offered = request.get("offered_by_lender") and request["direction"] == "in"
        text = f"{sign} is offered no more" if offered else f"Request for {sign} withdrawn"
        return _done(text, "requests", row)

    async def _answer(self, request: Row, word: str, **body: Any) -> Row:
        path = path_of("requests", request["id"], word)
        return await self._command(path, expected_version=request["version"], **body)

    async def _on_loan(self, verb: str, sight: Sight, args: Args) -> Said:
        loans = list_assignments_for(verb, sight.assignments, sight.home)
        loan = _get(next((row for row in loans if row["unit"] == args["unit"]), None))
        sign, borrower = full_sign(args["unit"], sight), sight.names.of(loan["borrower"])
        word, body, text = {
            "REL": ("release", {}, f"{sign} released"),
            "RCL": ("recall", {"reason": args.get("why")}, f"{sign} is called back from {borrower}"),
            "EXT": ("extend", {"hours": args.get("hours")}, f"{sign} is kept longer"),
            "CNF": ("confirm", {}, f"The loan of {sign} is confirmed"),
        }[verb]
        path = path_of("assignments", loan["id"], word)
        return _done(text, "assignments", await self._command(path, expected_version=loan["version"], **body))

    async def _set_status(self, sight: Sight, args: Args) -> Said:
        unit = _get(sight.unit(args["unit"]))
        path = path_of("units", unit["id"], "status")
        # A unit that nothing was heard of has no version yet.
        version = {"expected_version": unit["version"]} if unit["version"] else {}
        row = await self._command(path, status=args["status"], **version)
        return _done(f"{full_sign(unit['id'], sight)} is {status_word(row['status']).name}", "units", row)

    async def _close(self, sight: Sight, args: Args) -> Said:
        incident = _get(sight.incident(args["incident"]))
        cancelled = is_unattended(incident)
        path = path_of("incidents", incident["id"], "close")
        row = await self._command(path, expected_version=incident["version"], cancelled=cancelled)
        self._board.selected = None
        text = f"Incident {plain(row['number'])} {'cancelled' if cancelled else 'closed'}"
        return _done(text, "incidents", row)


def _say_closing(incident: Row) -> str:
    """What the line is about to do, in the page's words."""
    number, units = plain(incident["number"]), len(incident["assigned"])
    if is_unattended(incident):
        return f"cancels {number}: no unit came"
    return f"closes {number} with {units} assigned" if units else f"closes {number}: {left(incident['came'])}"


def _get(row: Row | None) -> Row:
    """The row that the line named a moment ago. Raises ``Problem``."""
    if row is None:
        raise Problem(404, "not_found", "it is gone meanwhile; look again")
    return row


def _by(request: Row) -> str:
    """Under which agreement and clauses."""
    clauses = ", ".join(map(plain, request["clauses"]))
    return f"{plain(request['agreement'])} v{request['agreement_version']}" + (
        f": {clauses}" if clauses else ""
    )


def _what_lacks(args: Args) -> str:
    lacks = [name for name in ("priority", "nature", "place") if not args[name]]
    return f"Nothing was opened: {' and '.join(lacks)} missing. {BY_NAME['N'].usage}"


def _done(text: str, table: str, row: Row, *, new: bool = False) -> Said:
    """With how to see that the board has heard of it; a row that was changed may also have left."""

    def is_on(picture: Picture) -> bool:
        known = picture.table(table).get(row["id"])
        return not new if known is None else bool(known["version"] >= row["version"])

    return Said(ok=True, text=text, is_on=is_on)
