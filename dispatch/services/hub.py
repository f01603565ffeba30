"""Boards: who sees what, snapshot, deltas, positions and beats. Never waits for a slow board.

One ``View`` per audience computes and encodes; the hub hands the same bytes to every board of it. A
board whose sink is full is closed with 1013 and resumes; no other board notices.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, NamedTuple, Protocol

import orjson

from dispatch.agreements.sight import wire_time
from dispatch.model.geo import Point
from dispatch.model.ids import JurisdictionId
from dispatch.model.principal import Principal
from dispatch.services.audience import Audience, Key, RowSource, View
from dispatch.services.command import Row
from dispatch.services.sinks import QueueSink, Sink, SinkClosed

__all__ = ["Board", "Hub", "QueueSink", "Resume", "Sink", "SinkClosed"]

SIGNED_OUT: Final = 4401
TOO_SLOW: Final = 1013
RESTART: Final = 1012

LINGER: Final = timedelta(minutes=5)
"""How long an audience without boards is kept up to date, so that its boards may resume with a delta."""


@dataclass(frozen=True, slots=True)
class Resume:
    """Where a board was when it lost its socket."""

    epoch: str
    seq: int


class Moved(NamedTuple):
    """One unit's position as the positions frame gives it."""

    unit_id: str
    position: Point
    at: datetime
    freshness: str


class Watched(RowSource, Protocol):
    """What the hub needs of the read-model."""

    @property
    def epoch(self) -> str: ...

    @property
    def seq(self) -> int: ...

    def partners_of(self, jurisdiction_id: JurisdictionId, *, now: datetime) -> frozenset[JurisdictionId]:
        """Jurisdictions that share an agreement in force: a change of these changes what may be seen."""
        ...

    def list_moved(self, *, now: datetime, since: int | None = None) -> tuple[Sequence[Moved], int]:
        """Units whose position moved after the picture's counter stood at ``since``; and the counter."""
        ...


@dataclass(eq=False, slots=True)
class Board:
    """One joined board; an opaque handle to give back to ``leave``."""

    sink: Sink
    session_id: str
    principal_id: str
    audience: Audience


@dataclass(eq=False, slots=True)
class _Seat:
    """An audience with its boards."""

    view: View
    partners: frozenset[JurisdictionId]
    empty_since: datetime
    boards: set[Board] = field(default_factory=set)


class Hub:
    """All boards of this process, grouped by audience (jurisdiction and role)."""

    def __init__(
        self, watched: Watched, *, may_watch: Callable[[Principal], None], clock: Callable[[], datetime]
    ) -> None:
        """``may_watch`` raises ``Forbidden`` for a principal to whom no board belongs."""
        self._watched, self._may_watch, self._clock = watched, may_watch, clock
        self._seats: dict[Audience, _Seat] = {}
        self._moved_until = 0
        self.dropped_slow = 0
        """How many boards were closed with 1013 so far."""

    def join(
        self, principal: Principal, sink: Sink, *, session_id: str, me: Row, resume: Resume | None
    ) -> Board:
        """Offer the snapshot (or, after a short gap, the delta) to the sink, and all that follows.

        Raises ``Forbidden`` when the principal may see no board.
        """
        self._may_watch(principal)
        now = self._clock()
        audience = Audience(principal.jurisdiction_id, principal.role)
        seat = self._seats.get(audience) or self._open_seat(audience, now)
        board = Board(sink, session_id, principal.id, audience)
        seat.boards.add(board)
        for frame in self._first_frames(seat.view, me, resume, now):
            self._send(board, frame)
        return board

    def leave(self, board: Board) -> None:
        """The socket is gone. Leaving twice is no error."""
        seat = self._seats.get(board.audience)
        if seat is not None and board in seat.boards:
            seat.boards.discard(board)
            seat.empty_since = self._clock()

    def drop_session(self, session_id: str) -> int:
        """Close every board of a session with 4401; answers how many."""
        return self._close_where(lambda board: board.session_id == session_id, SIGNED_OUT, "signed_out")

    def drop_person(self, principal_id: str) -> int:
        """Close every board of a person with 4401; answers how many."""
        return self._close_where(lambda board: board.principal_id == principal_id, SIGNED_OUT, "signed_out")

    def close_all(self, code: int = RESTART, reason: str = "restart") -> None:
        """Close every board, at shutdown."""
        self._close_where(lambda _: True, code, reason)

    def list_session_ids(self) -> frozenset[str]:
        """The sessions that have a board open, to be looked up again now and then."""
        return frozenset(board.session_id for board in self._boards())

    @property
    def board_count(self) -> int:
        """How many boards are joined."""
        return sum(len(seat.boards) for seat in self._seats.values())

    # -- what the read-model and the timers call ----------------------------------------------------

    def publish(self, touched: Iterable[Key]) -> None:
        """After a commit: tell each audience about the rows it may see, at once and in commit order."""
        now, seq = self._clock(), self._watched.seq
        keys = tuple(touched)
        for seat in tuple(self._seats.values()):
            self._broadcast(seat, seat.view.advance(keys, seq=seq, now=now))

    def send_positions(self) -> None:
        """Every half second: the units that moved, last place wins, encoded once for exact and coarse."""
        now = self._clock()
        moved, self._moved_until = self._watched.list_moved(now=now, since=self._moved_until)
        if not moved:
            return
        for seat in self._seats.values():
            seat.view.mark_moved(unit.unit_id for unit in moved)
        fragments = [(unit.unit_id, _fragment(unit), _fragment(unit, coarse=True)) for unit in moved]
        for seat in tuple(self._seats.values()):
            if seat.boards:
                self._broadcast(seat, _positions(fragments, seat.view, now=now))

    def send_beats(self) -> None:
        """Every two seconds: the clock and the head, so that silence means trouble."""
        now, seq = self._clock(), self._watched.seq
        frame = b'{"type":"beat","now":"%s","seq":%d}' % (wire_time(now).encode(), seq)
        for audience, seat in tuple(self._seats.items()):
            self._refresh_partners(audience, seat, now)
            self._broadcast(seat, frame)
            if not seat.boards and now - seat.empty_since > LINGER:
                del self._seats[audience]

    # -- inside -------------------------------------------------------------------------------------

    def _open_seat(self, audience: Audience, now: datetime) -> _Seat:
        view = View(audience, self._watched, seq=self._watched.seq, now=now)
        seat = _Seat(view=view, partners=self._partners_of(audience, now), empty_since=now)
        self._seats[audience] = seat
        return seat

    def _partners_of(self, audience: Audience, now: datetime) -> frozenset[JurisdictionId]:
        if audience.jurisdiction_id is None:
            return frozenset()
        return self._watched.partners_of(audience.jurisdiction_id, now=now)

    def _refresh_partners(self, audience: Audience, seat: _Seat, now: datetime) -> None:
        """An agreement came into force or ended by the clock alone: no commit tells us."""
        partners = self._partners_of(audience, now)
        if partners != seat.partners:
            seat.partners = partners
            self._broadcast(seat, seat.view.refresh(seq=self._watched.seq, now=now))

    def _first_frames(self, view: View, me: Row, resume: Resume | None, now: datetime) -> Sequence[bytes]:
        epoch, seq = self._watched.epoch, self._watched.seq
        if resume is not None and resume.epoch == epoch:
            delta = view.delta_since(resume.seq, seq=seq, now=now)
            if delta is not None:
                # Positions are not remembered by seq: all of them, as they are now, follow the delta.
                moved, _ = self._watched.list_moved(now=now)
                fragments = [(unit.unit_id, _fragment(unit), _fragment(unit, coarse=True)) for unit in moved]
                positions = _positions(fragments, view, now=now)
                return [delta, positions] if positions else [delta]
        head = {"type": "snapshot", "epoch": epoch, "seq": seq, "now": wire_time(now), "me": me}
        return [orjson.dumps(head)[:-1] + b"," + view.snapshot(seq=seq, now=now) + b"}"]

    def _broadcast(self, seat: _Seat, frame: bytes | None) -> None:
        if frame is not None:
            for board in tuple(seat.boards):
                self._send(board, frame)

    def _send(self, board: Board, frame: bytes) -> None:
        if not board.sink.offer(frame):
            self.dropped_slow += 1
            self.leave(board)
            board.sink.close(TOO_SLOW, "too_slow")

    def _close_where(self, matches: Callable[[Board], bool], code: int, reason: str) -> int:
        closing = [board for board in self._boards() if matches(board)]
        for board in closing:
            self.leave(board)
            board.sink.close(code, reason)
        return len(closing)

    def _boards(self) -> Sequence[Board]:
        return [board for seat in self._seats.values() for board in seat.boards]


def _fragment(unit: Moved, *, coarse: bool = False) -> bytes:
    place = unit.position.coarse() if coarse else unit.position
    at_ms = round(unit.at.timestamp() * 1000)
    return orjson.dumps([unit.unit_id, round(place.lon, 6), round(place.lat, 6), at_ms, unit.freshness])


def _positions(fragments: Iterable[tuple[str, bytes, bytes]], view: View, *, now: datetime) -> bytes | None:
    seen = view.coarse_by_unit
    rows = [coarse if seen[unit_id] else exact for unit_id, exact, coarse in fragments if unit_id in seen]
    if not rows:
        return None
    return b'{"type":"positions","now":"%s","rows":[%s]}' % (wire_time(now).encode(), b",".join(rows))
