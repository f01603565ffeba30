"""The board's rows as rich tables: each thing told by glyph, code or word, never by colour alone."""

from collections.abc import Iterable, Sequence

from rich.table import Table
from rich.text import Text

from dispatch.model.incident import Purpose
from dispatch.watch.board import Board
from dispatch.watch.order import count_sent, is_open, is_short, is_unattended, needed_units
from dispatch.watch.picture import Picture, Row, moment_ms
from dispatch.watch.words import (
    STEPS,
    WAIT_LIMIT_SECONDS,
    age,
    age_seconds,
    codes_name,
    eta,
    is_doubtful,
    level_of,
    mmss,
    plain,
    rank_of,
    reason_name,
    short_number,
    short_priority,
    status_word,
    wall_clock,
)

CAUTION, ALARM, QUIET = "yellow", "bold white on red", "dim"
LENT = "⇄"
UNDELIVERED_MS = 10_000
"""After this long without a receipt somebody has to telephone."""


def make_table(*columns: tuple[str, int]) -> Table:
    """A table without lines. A column of width 0 takes what is left."""
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), expand=True, header_style=QUIET)
    for heading, width in columns:
        ratio = None if width else 1
        table.add_column(heading, no_wrap=True, overflow="ellipsis", width=width or None, ratio=ratio)
    return table


def units_table(board: Board, picture: Picture, rows: Iterable[Row]) -> Table:
    """Status by glyph and code; a position that must be doubted in italics with a question mark."""
    table = make_table(
        ("Unit", 9), ("Lvl", 5), ("Agency", 0), ("Status", 6), ("Time in", 8), ("Inc.", 6), ("Pos.", 10)
    )
    for unit in rows:
        word, fix = status_word(unit["status"]), picture.fixes.get(unit["id"])
        seconds = age_seconds(fix.at if fix else None, board.now)
        since = mmss((board.now - moment_ms(unit["changed_at"])) / 1000) if unit["changed_at"] else "–"
        lent = f"{LENT} " if unit["lent_to"] else ""
        incident = picture.incidents.get(unit["incident"] or "")
        table.add_row(
            Text(board.names.short_sign(unit), style="bold" if unit["own"] else ""),
            level_of(unit["unit_type"]),
            Text(lent + board.names.of(unit["jurisdiction"])),
            f"{word.glyph} {word.code}",
            since,
            short_number(incident["number"]) if incident else "",
            Text(age(seconds), style=f"italic {CAUTION}" if is_doubtful(seconds) else ""),
            style="italic" if is_doubtful(seconds) else "",
        )
    return table


def incidents_table(board: Board, picture: Picture, rows: Iterable[Row]) -> Table:
    """Waiting time with ``!`` or ``▼`` once it is over its priority's limit."""
    table = make_table(
        ("Pri", 3), ("Incident", 10), ("Nature", 0), ("Address", 0), ("Units", 6), ("Waiting", 10)
    )
    for row in rows:
        waited, rank = (board.now - moment_ms(row["opened_at"])) / 1000, rank_of(row["priority"])
        limit = WAIT_LIMIT_SECONDS[min(rank, len(WAIT_LIMIT_SECONDS)) - 1]
        late = is_short(row) and is_unattended(row) and waited > limit
        mark, style = (
            ("", "" if is_short(row) else QUIET)
            if not late
            else (" !", ALARM)
            if rank == 1
            else (" ▼", CAUTION)
        )
        owner = "" if row["own"] else f"{LENT} {board.names.of(row['jurisdiction'])} "
        table.add_row(
            Text(short_priority(row["priority"]), style="bold"),
            plain(row["number"]),
            Text(owner + plain(row["nature"])),
            Text(plain(row["address"] or "–")),
            f"{count_sent(row)}/{max(1, needed_units(row))}",
            Text(mmss(waited) + mark, style=style),
        )
    return table


def requests_table(board: Board, picture: Picture, rows: Iterable[Row]) -> Table:
    """Those that wait for an answer of ours have ``!`` and the time left by the server's clock."""
    table = make_table(("", 1), ("Unit", 9), ("Agency", 13), ("Call", 8), ("State", 17), ("", 0))
    for row in rows:
        unit = picture.units.get(row["unit"])
        other = row["borrower"] if row["direction"] == "in" else row["lender"]
        table.add_row(
            Text("!" if is_open(row) else "↑" if row["direction"] == "out" else "↓"),
            Text(board.names.short_sign(unit) if unit else plain(row["unit"]), style="bold"),
            Text(board.names.of(other)),
            f"{short_priority(row['priority'])} {short_number(row['incident_number'])}",
            _request_state(board, row),
            Text(_about_request(board, row)),
        )
    return table


def _request_state(board: Board, row: Row) -> Text:
    if row["state"] == "offered":
        left = mmss(max(0.0, (moment_ms(row["expires_at"]) - board.now) / 1000))
        return Text(f"{left} left", style=ALARM if is_open(row) else CAUTION)
    mark = {"accepted": "✓", "withdrawn": "–"}.get(row["state"], "✕")
    at = f" {wall_clock(moment_ms(row['answered_at']), board.names.zone)[:5]}" if row["answered_at"] else ""
    return Text(f"{mark} {row['state']}{at}")


def _about_request(board: Board, row: Row) -> str:
    if is_open(row):
        mark = "▼ " if row["warnings"] or not row["may_decline"] else ""
        nature = plain(row["nature"] or "nature withheld")
        if row.get("offered_by_lender"):
            return f"{mark}offered instead · ETA {_eta_of(row)}"
        return f"{mark}you keep {row['keeps']} (floor {row['floor']}) · {nature}"
    if row["state"] == "offered":
        return f"{_receipt_of(board, row)}ETA {_eta_of(row)}"
    if row["state"] == "accepted":
        who = plain(row.get("answered_by_name") or row["answered_by"] or "?")
        return "automatic aid" if row["automatic"] else f"by {who}"
    none_left = " → nobody left: telephone" if row["next"] == "none" else ""
    return (reason_name(row["reason"]) if row["reason"] else "") + none_left


def _receipt_of(board: Board, row: Row) -> str:
    """Seen, delivered, or whom to telephone where it is not; a service without receipts tells the number."""
    for stage in ("seen", "delivered"):
        if row.get(f"{stage}_at"):
            return f"{stage} {wall_clock(moment_ms(row[f'{stage}_at']), board.names.zone)[:5]} · "
    agency = board.names.agencies.get(row["lender"] if row["direction"] == "out" else row["borrower"])
    number = agency.telephone if agency else ""
    waited = board.now - moment_ms(row["requested_at"])
    late = "▼ not delivered: " if "delivered_at" in row and waited >= UNDELIVERED_MS else ""
    return f"{late}{number} · " if number else late


def say_request(board: Board, row: Row) -> str:
    """What one should know of a request before one answers it, in a sentence or two."""
    borrower, clauses = board.names.of(row["borrower"]), ", ".join(map(plain, row["clauses"]))
    parts = [f"▼ {plain(warning['sentence'])}" for warning in row["warnings"]]
    if not row["may_decline"]:
        parts.append("▼ mandatory aid: the agreement leaves no refusal")
    asks = "asks for a standby" if row["purpose"] == Purpose.STANDBY else "asks"
    who = f"{borrower} {asks}"
    if row.get("offered_by_lender"):
        who = f"{board.names.of(row['lender'])} offers it instead"
    parts.append(f"{who}, ETA {_eta_of(row)}")
    parts.append(f"{plain(row['agreement'])} v{row['agreement_version']}: {clauses}")
    next_one = row["on_no_answer"] == "next_candidate"
    parts.append(f"no answer: {borrower} asks the next" if next_one else "no answer: the request lapses")
    return " · ".join(parts)


def _eta_of(row: Row) -> str:
    return eta(row["eta_seconds"], estimated=row["eta_basis"] == "straight_line")


def assignments_table(board: Board, picture: Picture, rows: Iterable[Row]) -> Table:
    """Loans with ``⇄`` and whose they are; what a loan asks of us last."""
    table = make_table(("", 1), ("Unit", 9), ("", 20), ("Step", 13), ("For", 8), ("Call", 6), ("", 0))
    for row in rows:
        unit = picture.units.get(row["unit"])
        since = (board.now - moment_ms(row["changed_at"] or row["assigned_at"])) / 1000
        step = codes_name(row["state"]) if row["state"] in STEPS else plain(row["state"])
        table.add_row(
            LENT if row["lent"] else "",
            Text(board.names.short_sign(unit) if unit else plain(row["unit"]), style="bold"),
            Text(_whose(board, row)),
            step,
            mmss(since),
            short_number(row["incident_number"]),
            Text("; ".join(_duties(board, row["duties"])), style=CAUTION),
        )
    return table


def _whose(board: Board, row: Row) -> str:
    if not row["lent"]:
        return ""
    if row["borrower"] == board.home:
        return f"from {board.names.of(row['home'])}"
    return f"lent to {board.names.of(row['borrower'])}"


def _duties(board: Board, duties: Sequence[Row]) -> list[str]:
    said = []
    for duty in duties:
        at = wall_clock(moment_ms(duty["due_at"]), board.names.zone)[:5]
        mark = "▼ " if duty["state"] == "overdue" else ""
        said.append(f"{mark}{plain(duty.get('sentence') or codes_name(duty['code']))} {at}")
    return said
