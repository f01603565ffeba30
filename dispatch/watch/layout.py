"""The whole board: a header that says how old it is, and as many rows of each table as there is room for."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from dispatch.watch.board import Board
from dispatch.watch.link import LinkState
from dispatch.watch.order import (
    is_open,
    is_ours,
    order_assignments,
    order_covers,
    order_incidents,
    order_requests,
)
from dispatch.watch.picture import Picture, Row, moment_ms
from dispatch.watch.tables import (
    ALARM,
    CAUTION,
    QUIET,
    assignments_table,
    incidents_table,
    requests_table,
    say_request,
    units_table,
)
from dispatch.watch.words import STATUSES, codes_name, counted, mmss, plain, wall_clock, zone_name

WIDE: Final = 150
"""From here on the units stand in a column of their own."""
UNITS_WIDTH: Final = 70
HEAD, CARD = 2, 2
LAST_ROWS: Final = 5
UNITS: Final = "Units"
_LINK: Final = {
    LinkState.CONNECTING: "◌ connecting",
    LinkState.LIVE: "● live",
    LinkState.RESYNCING: "◐ resyncing",
    LinkState.LOST: "✕ NOT LIVE",
    LinkState.REFUSED: "✕ refused",
    LinkState.SIGNED_OUT: "✕ signed out",
}
_FEED: Final = {"stale": "◐", "silent": "○"}
"""A feed that is well is not named."""
_COVER: Final = {"red": ALARM, "amber": CAUTION}

MakeTable: TypeAlias = Callable[[Board, Picture, Iterable[Row]], Table]


@dataclass(frozen=True, slots=True)
class Cut:
    """A text on so many lines, no more and no less."""

    text: str
    lines: int

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        wrapped = list(Text(self.text).wrap(console, options.max_width))
        shown = wrapped[: self.lines]
        if len(wrapped) > self.lines:
            shown[-1].truncate(options.max_width - 1)
            shown[-1].append("…")
        yield from (*shown, *(Text("") for _ in range(self.lines - len(shown))))


@dataclass(frozen=True, slots=True)
class Panel:
    """One table with its rows in order. ``most``: of the height that is shared, at most so many rows."""

    name: str
    note: str
    empty: str
    rows: Sequence[Row]
    make: MakeTable
    most: int
    card: str = ""
    """Said below the rows, on two lines at most."""

    @property
    def beside(self) -> int:
        """Lines beside the rows: title, headings, card."""
        return HEAD + (CARD if self.card else 0)

    def draw(self, page: "Page", room: int) -> RenderableType:
        """Title, headings and ``room`` rows; says how many are not shown."""
        first = page.first_unit if self.name == UNITS else 0
        shown = self.rows[first : first + max(0, room)]
        page.in_view.update(row["id"] for row in shown)
        title = Text(self.name.upper(), style="bold", no_wrap=True, overflow="ellipsis")
        title.append(f"  {self.note}", f"not bold {QUIET}")
        if len(shown) < len(self.rows):
            title.append(f"  {first + 1}–{first + len(shown)} of {len(self.rows)}", CAUTION)
        body: RenderableType = self.make(page.board, page.picture, shown)
        if not self.rows:
            body = Text(self.empty, style=QUIET, no_wrap=True, overflow="ellipsis")
        return Group(title, body, *_card(self.card))


@dataclass(frozen=True, slots=True)
class Page:
    """What is drawn from, and the ids of the rows that are on it."""

    board: Board
    picture: Picture
    first_unit: int = 0
    in_view: set[str] = field(default_factory=set)


def draw_board(
    board: Board,
    *,
    width: int,
    height: int | None,
    first_unit: int = 0,
    monotonic: float = 0.0,
    in_view: set[str] | None = None,
) -> RenderableType:
    """All of it in ``height`` lines; every row where there is no height. ``in_view`` gets the rows' ids."""
    head = [*draw_header(board, monotonic)]
    if board.picture is None:
        return Group(*head, Text("Waiting for the first data from the server…", style=CAUTION))
    page = Page(board, board.picture, first_unit, set() if in_view is None else in_view)
    panels, units = list_panels(board, board.picture), units_panel(board, board.picture)
    if height is None:
        whole = [each.draw(page, len(each.rows)) for each in (*panels, units)]
        return Group(*head, *_spaced(whole))
    left = height - _lines_of(head, width)
    if width >= WIDE:
        return Group(*head, _side_by_side(page, panels, units, left))
    return Group(*head, *_stacked(page, [*panels, units], left))


def share_rows(height: int, panels: Sequence[Panel]) -> list[int]:
    """How many rows each panel gets: one (the last one five), then by their order up to ``most``.

    The last one gets the rest.
    """
    wanted = [max(1, len(panel.rows)) for panel in panels]
    rooms = [1] * len(panels)
    left = height - sum(panel.beside + 1 for panel in panels)
    for index, most in [(-1, LAST_ROWS), *((index, panel.most) for index, panel in enumerate(panels))]:
        more = max(0, min(wanted[index], most) - rooms[index])
        rooms[index] += min(more, max(0, left))
        left -= min(more, max(0, left))
    rooms[-1] += max(0, left)
    return rooms


def list_panels(board: Board, picture: Picture) -> list[Panel]:
    """Requests first: they wait for an answer; then incidents and assignments."""
    requests = order_requests(picture.requests.values(), board.now)
    incidents = order_incidents(picture.incidents.values())
    assignments = order_assignments(picture.assignments.values())
    to_answer = sum(1 for row in requests if is_open(row))
    card = say_request(board, requests[0]) if to_answer else ""
    sent = sum(1 for row in requests if row["state"] == "offered" and is_ours(row))
    lent = sum(1 for row in assignments if row["lent"] and row["home"] == board.home)
    borrowed = sum(1 for row in assignments if row["lent"] and row["borrower"] == board.home)
    as_of = f" as of {wall_clock(picture.as_of, board.names.zone)}"
    return [
        Panel(
            "Requests",
            f"{to_answer} to answer · {sent} sent",
            f"no request{as_of}",
            requests,
            requests_table,
            5,
            card,
        ),
        Panel(
            "Incidents",
            f"{len(incidents)} open",
            f"no incident is open{as_of}",
            incidents,
            incidents_table,
            5,
        ),
        Panel(
            "Assignments",
            f"{borrowed} borrowed · {lent} lent · {len(assignments) - borrowed - lent} own",
            f"no unit is committed{as_of}",
            assignments,
            assignments_table,
            4,
        ),
    ]


def units_panel(board: Board, picture: Picture) -> Panel:
    """All units, with how many there are of each status."""
    rows = board.list_units()
    counts = Counter(row["status"] for row in rows)
    note = " ".join(
        f"{word.glyph}{word.code} {counts[status]}" for status, word in STATUSES.items() if counts[status]
    )
    return Panel(UNITS, note, "no unit is known to this board", rows, units_table, len(rows))


def draw_header(board: Board, monotonic: float) -> Iterable[RenderableType]:
    """Who, how it stands with the server, how old the data is; cover; and what to do where it is not live."""
    who, picture = board.who, board.picture
    person = f"{board.names.of(board.home)} · {plain(who['display_name'])} ({who['role']})"
    line = Table.grid(expand=True, padding=(0, 1))
    line.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    line.add_column(justify="right", no_wrap=True)
    state = Text(_LINK[board.link.state], style="" if board.live else f"bold {CAUTION}")
    if picture is not None:
        state.append(f"  data {mmss((board.now - picture.as_of) / 1000)} old  {_clock(board)}", "default")
    line.add_row(Text(person, style="bold"), state)
    yield line
    if picture is not None:
        yield _cover_line(board, picture)
        yield from _notices(board, picture)
    if not board.live and board.link.state not in (LinkState.CONNECTING, LinkState.RESYNCING):
        yield from _not_live(board, monotonic)
    if board.link.state is LinkState.RESYNCING:
        yield Text("◐ Resyncing. Actions are blocked until it is complete.", style=CAUTION)


def say_missed(board: Board) -> str:
    """ "3 changes while away: 2 units, 1 request"; nothing where there were none."""
    total = sum(board.missed.values())
    if not total:
        return ""
    parts = [counted(count, codes_name(table)[:-1]) for table, count in board.missed.items()]
    return f"{counted(total, 'change')} while away: {', '.join(parts)}"


def _clock(board: Board) -> str:
    return f"{wall_clock(board.now, board.names.zone)} {zone_name(board.now, board.names.zone)}"


def _cover_line(board: Board, picture: Picture) -> Text:
    line = Text("Cover ", style=QUIET, no_wrap=True, overflow="ellipsis")
    for row in order_covers(picture):
        state = str(row["state"])
        mark = {"red": "▼▼ ", "amber": "▼ "}.get(state, "")
        line.append(
            f"{mark}{board.names.of(row['jurisdiction'])} {state.upper()}", _COVER.get(state, "default")
        )
        line.append(f" {row['free']}/{row['total']}  ", "default")
    return line


def _not_live(board: Board, monotonic: float) -> Iterable[Text]:
    """As of when, that nothing may be done, whom to telephone."""
    picture, link = board.picture, board.link
    said = Text(style=ALARM)
    if picture is not None:
        at, old = wall_clock(picture.as_of, board.names.zone), mmss((board.now - picture.as_of) / 1000)
        said.append(f"✕ NOT LIVE. Data is from {at} ({old} old). Actions are blocked; use the telephone.")
    else:
        said.append("✕ NOT LIVE. There is no data yet. Use the telephone.")
    wait = 0.0 if link.retry_at is None else max(0.0, link.retry_at - monotonic)
    said.append(f" Retrying{f' in {wait:.0f} s' if wait else ''} (attempt {link.attempt})")
    yield said
    partners = [
        f"{agency.agency_name} {agency.telephone}"
        for agency in board.names.agencies.values()
        if agency.id != board.home and agency.telephone and (picture is None or agency.id in picture.covers)
    ]
    yield Text(
        "☎ " + (" · ".join(partners) or "no numbers are on file for the partner agencies"), style="bold"
    )


def _notices(board: Board, picture: Picture) -> Iterable[Text]:
    """What the service lacks, which feeds are not well, who runs low and says so, who lends nothing."""
    said = [
        f"▼ Degraded: {plain(one['sentence'])}" for row in picture.service.values() for one in row["degraded"]
    ]
    said += [
        f"{_FEED[row['state']]} {plain(row['name'])} ({board.names.of(row['jurisdiction'])})"
        f" {row['state'].upper()}"
        f" since {wall_clock(moment_ms(row['since']), board.names.zone)}"
        for row in picture.feeds.values()
        if row["state"] in _FEED
    ]
    said += [
        f"▼ {plain(row['sentence'])}"
        for row in picture.pre_alerts.values()
        if row["jurisdiction"] != board.home and moment_ms(row["expires_at"]) > board.now
    ]
    said += [
        f"{board.names.of(row['jurisdiction'])} is closed to lending: {plain(row['reason'])}"
        for row in picture.closures.values()
        if row["ends_at"] is None or moment_ms(row["ends_at"]) > board.now
    ]
    if said:
        yield Text(" · ".join(said), style=CAUTION, no_wrap=True, overflow="ellipsis")


def _card(sentence: str) -> Iterable[RenderableType]:
    """Always ``CARD`` lines, so that nothing below it moves."""
    if sentence:
        yield Cut(sentence, CARD)


def _spaced(parts: Iterable[RenderableType]) -> Iterable[RenderableType]:
    for part in parts:
        yield Text("")
        yield part


def _lines_of(parts: Sequence[RenderableType], width: int) -> int:
    """How many lines these need; only texts wrap."""
    lines = 0
    for part in parts:
        wraps = isinstance(part, Text) and not part.no_wrap
        lines += (
            -(-part.cell_len // width) + 1
            if wraps and isinstance(part, Text) and part.cell_len > width
            else 1
        )
    return lines


def _stacked(page: Page, panels: Sequence[Panel], height: int) -> Iterable[RenderableType]:
    """As many panels as there is room for, in their order."""
    shown = list(panels)
    while len(shown) > 1 and sum(each.beside + 1 for each in shown) + (len(shown) < len(panels)) > height:
        shown.pop()
    hidden = panels[len(shown) :]
    rooms = share_rows(height - bool(hidden), shown)
    for each, room in zip(shown, rooms, strict=True):
        yield each.draw(page, room)
    if hidden:
        names = ", ".join(each.name.lower() for each in hidden)
        yield Text(f"no room for {names}", style=CAUTION, no_wrap=True, overflow="ellipsis")


def _side_by_side(page: Page, panels: Sequence[Panel], units: Panel, height: int) -> Table:
    grid = Table.grid(expand=True, padding=(0, 1))
    grid.add_column(width=UNITS_WIDTH)
    grid.add_column(ratio=1)
    right = Group(*_stacked(page, panels, height))
    grid.add_row(units.draw(page, height - HEAD), right)
    return grid
