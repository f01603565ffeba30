"""What stands on the screen: everything that counts at 80 by 24, told without colour, never an empty lie."""

from typing import Any

import pytest
from rich.console import Console

from dispatch.watch.board import Board
from dispatch.watch.layout import draw_board, say_missed
from dispatch.watch.link import Link, LinkState
from dispatch.watch.picture import TABLES
from dispatch.watch.words import names_of, short_names
from tests.watch.make_sight import shared

NOON_MS = 1_795_442_400_000
NOW = "2026-11-23T14:00:00.000Z"


def unit(**changed: Any) -> dict[str, Any]:
    row = {"version": 1, "coarse": False, "lon": 1.0, "lat": 2.0, "position_at": NOW, "changed_at": NOW}
    return {**row, "capabilities": [], "reported_at": NOW, **changed}


def request(**changed: Any) -> dict[str, Any]:
    row = {
        "agreement": "harlow-cedar",
        "agreement_version": 3,
        "clauses": ["2.1", "3.1"],
        "automatic": False,
        "eta_seconds": 250,
        "eta_basis": "road",
        "keeps": 2,
        "floor": 1,
        "requested_at": NOW,
        "answered_at": None,
        "answered_by": None,
        "reason": None,
        "attempt": 1,
        "version": 1,
        "priority": "critical",
        "nature": "Cardiac arrest",
        "on_no_answer": "next_candidate",
        "next": None,
        "purpose": "incident",
        "warnings": [],
    }
    return {**row, **changed}


def make_board(**tables: list[dict[str, Any]]) -> Board:
    said = shared()
    who = {"role": "dispatcher", "jurisdiction": "harlow", "display_name": "Ana"}
    region = {"name": "Marlow", "time_zone": "UTC", "jurisdictions": said["jurisdictions"]}
    board = Board(who, names=names_of(region), monotonic=lambda: 0.0)
    incident = {
        "opened_at": NOW,
        "needs": [{"unit_type": "als_ambulance", "count": 1}],
        "address": "",
        "version": 1,
    }
    assignment = {"assigned_at": NOW, "changed_at": NOW, "ended_at": None, "version": 1}
    duty = {"due_at": NOW}
    lists: dict[str, Any] = {
        **{table: [] for table in TABLES},
        "units": [unit(**row) for row in said["units"]],
        "incidents": [{**incident, **row} for row in said["incidents"] if row["state"] == "active"],
        "requests": [request(**row) for row in said["requests"]],
        "assignments": [
            {
                **assignment,
                "incident_number": "26-00042",
                **row,
                "duties": [{**duty, **each} for each in row["duties"]],
            }
            for row in said["assignments"]
        ],
        "covers": [cover("harlow", "red", 0), cover("cedar", "green", 4)],
        **tables,
    }
    board.hear({"type": "snapshot", "epoch": "e", "seq": 1, "now": NOW, "me": who, **lists})
    board.linked(Link(LinkState.LIVE))
    return board


def cover(home: str, state: str, free: int) -> dict[str, Any]:
    row = {"jurisdiction": home, "state": state, "free": free, "total": 5, "pending": 0, "override": None}
    return {**row, "reasons": []}


def lines_of(board: Board, *, width: int = 80, height: int | None = 21, **more: Any) -> list[str]:
    console = Console(width=width, color_system=None, highlight=False)
    with console.capture() as capture:
        console.print(draw_board(board, width=width, height=height, **more), end="")
    return capture.get().split("\n")


@pytest.mark.parametrize(("width", "height"), [(80, 21), (80, 40), (120, 30), (150, 30), (220, 60), (40, 15)])
def test_it_fits_whatever_the_terminal_is_and_requests_are_on_it_first(width: int, height: int) -> None:
    lines = lines_of(make_board(), width=width, height=height)
    assert len([line for line in lines if line.strip()]) <= height
    assert max(map(len, lines)) <= width
    assert any(line.strip().startswith(("REQUESTS", "UNITS")) for line in lines[:6])
    assert "REQUESTS  3 to answer" in "\n".join(lines)


def test_what_does_not_fit_is_said() -> None:
    text = "\n".join(lines_of(make_board(), height=12))
    assert "no room for assignments, units" in text
    assert "1–5 of 19" in "\n".join(lines_of(make_board()))


def test_the_request_to_answer_shows_the_time_left_what_one_keeps_and_what_comes_without_an_answer() -> None:
    warned = request(
        **shared()["requests"][0], warnings=[{"code": "c", "sentence": "The crew is on for 14 h"}]
    )
    text = " ".join(" ".join(lines_of(make_board(requests=[warned]))).split())
    assert "! M211 Cedar Fen P1 #201 01:00 left ▼ you keep 2 (floor 1)" in text
    assert "▼ The crew is on for 14 h" in text
    assert "harlow-cedar v3: 2.1, 3.1" in text
    assert "no answer: Cedar Fen asks the next" in text


def test_status_is_glyph_and_code_a_lent_unit_has_its_mark_and_an_old_position_its_question_mark() -> None:
    rows = [unit(**row) for row in shared()["units"]]
    rows[0] |= {"position_at": "2026-11-23T13:55:39.000Z"}
    rows[1] |= {"position_at": None, "lon": None, "lat": None}
    lines = lines_of(make_board(units=rows), height=None)
    [aged] = [line for line in lines if line.startswith("M211 ") and "Harlow" in line and "AV" in line]
    assert "● AV" in aged
    assert "4:21 ?" in aged
    assert any("▶ ER" in line and "none ?" in line for line in lines)
    assert any("M213" in line and "⇄ Harlow" in line and "■ OS" in line for line in lines)


def test_without_the_server_the_board_says_since_when_and_whom_to_telephone() -> None:
    board = make_board()
    board.linked(Link(LinkState.LOST, 2, 3.0))
    text = " ".join(" ".join(lines_of(board, monotonic=1.0)).split())
    assert "✕ NOT LIVE. Data is from 14:00:00 (00:00 old). Actions are blocked; use the telephone." in text
    assert "Retrying in 2 s (attempt 2)" in text
    assert "Cedar Fen Ambulance Association +1 555 0132" in text
    assert "Harlow Borough" not in text, "nobody telephones oneself"
    assert "UNITS" in text, "the last picture stays"


def test_before_any_data_nothing_looks_like_no_units() -> None:
    who = {"role": "dispatcher", "jurisdiction": "harlow", "display_name": "Ana"}
    board = Board(who, names=make_board().names)
    assert "Waiting for the first data" in "\n".join(lines_of(board))
    board.linked(Link(LinkState.LOST, 1, 2.0))
    text = " ".join(" ".join(lines_of(board)).split())
    assert "There is no data yet. Use the telephone." in text
    assert "Port Marlow Bureau" in text
    assert "UNITS" not in text


def test_an_empty_table_says_as_of_when_it_is_empty() -> None:
    text = "\n".join(lines_of(make_board(requests=[], incidents=[], assignments=[])))
    assert "no request as of 14:00:00" in text
    assert "no incident is open as of 14:00:00" in text


def test_what_others_typed_does_not_steer_the_terminal() -> None:
    rows = [{**shared()["incidents"][0], "nature": "\x1b]0;x\x07\x9b2J", "address": "a\r\nb", "version": 1}]
    rows[0] |= {"opened_at": NOW, "needs": []}
    text = "\n".join(lines_of(make_board(incidents=rows)))
    assert not {"\x1b", "\x07", "\x9b", "\r"} & set(text)


def test_after_a_cut_it_says_what_changed_meanwhile() -> None:
    board = make_board()
    board.linked(Link(LinkState.LOST, 1, 2.0))
    changed = [unit(**{**row, "version": 2, "status": "out_of_service"}) for row in shared()["units"][:2]]
    board.hear(
        {"type": "delta", "seq": 2, "now": NOW, "units": changed, "covers": [cover("cedar", "red", 0)]}
    )
    board.linked(Link(LinkState.LIVE))
    assert say_missed(board) == "3 changes while away: 2 units, 1 cover"


def test_of_five_thousand_units_only_those_on_the_screen_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[Any] = []

    def draw(_board: Board, _picture: Any, rows: Any) -> str:
        drawn.extend(rows)
        return ""

    monkeypatch.setattr("dispatch.watch.layout.units_table", draw)
    rows = [
        unit(**{**shared()["units"][0], "id": f"u{number}", "call_sign": f"M{number}"})
        for number in range(5000)
    ]
    lines_of(make_board(units=rows))
    assert 0 < len(drawn) < 20


def test_rows_are_sorted_anew_at_most_once_a_second_and_still_show_what_came() -> None:
    seconds = [10.0]
    board = make_board()
    board._monotonic = lambda: seconds[0]
    order = [row["id"] for row in board.list_units()]
    last = next(row for row in board.list_units() if row["own"] and row["status"] == "available")
    board.hear(
        {"type": "delta", "seq": 2, "now": NOW, "units": [{**last, "version": 2, "status": "dispatched"}]}
    )
    assert [row["id"] for row in board.list_units()] == order
    assert any(row["id"] == last["id"] and row["status"] == "dispatched" for row in board.list_units())
    seconds[0] += 1.1
    assert board.list_units()[0]["id"] == last["id"]


def test_two_places_that_would_sound_alike_keep_their_full_names() -> None:
    said = short_names(
        {"a": "City of Marlow", "b": "Marlow Township", "c": "Borough of Cedar Fen", "d": "Village"}
    )
    assert said == {"a": "City of Marlow", "b": "Marlow Township", "c": "Cedar Fen", "d": "Village"}


def test_what_the_service_lacks_and_which_feeds_are_not_well_is_said_above_the_tables() -> None:
    feed = {
        "jurisdiction": "harlow",
        "own": True,
        "since": NOW,
        "shows_fixes": True,
        "stale_after_seconds": 120,
    }
    feeds = [
        {**feed, "id": "1", "name": "CAD Harlow", "state": "live"},
        {**feed, "id": "2", "name": "AVL Harlow", "state": "stale"},
        {**feed, "id": "3", "name": "AVL Cedar", "state": "silent"},
    ]
    lost = {"code": "roads_missing", "sentence": "Roads are missing.", "affects": ["arrivals"], "since": NOW}
    service = [{"id": "service", "started_at": NOW, "degraded": [lost]}]
    text = "\n".join(lines_of(make_board(feeds=feeds, service=service), width=200))
    assert "▼ Degraded: Roads are missing. · ◐ AVL Harlow (Harlow) STALE since" in text
    assert "○ AVL Cedar (Harlow) SILENT since" in text
    assert "CAD Harlow" not in text
