"""Boards: who sees what, snapshot, deltas, positions and beats. Never waits for a slow board.

One ``View`` per audience computes and encodes; the hub hands the same bytes to every board of it. A
board whose sink is full is closed with 1013 and resumes; no other board notices.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Final, Protocol

import orjson

from dispatch.agreements.sight import wire_time
from dispatch.model.ids import JurisdictionId
from dispatch.model.principal import Principal
from dispatch.services.audience import Audience, Key, RowSource, View
from dispatch.services.command import Row
from dispatch.services.positions import Positions
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


class Watched(RowSource, Protocol):
    """What the hub needs of the read-model."""

    @property
    def epoch(self) -> str: ...

    @property
    def seq(self) -> int: ...

    def partners_of(self, jurisdiction_id: JurisdictionId, *, now: datetime) -> frozenset[JurisdictionId]:
        """Jurisdictions that share an agreement in force: a change of these changes what may be seen."""
        ...

    def hiding_from(self, jurisdiction_id: JurisdictionId, *, now: datetime) -> frozenset[JurisdictionId]:
        """The partners whose units' places an agreement in force withholds from the jurisdiction."""
        ...

    @property
    def positions(self) -> Positions: ...

    def feed_ages(self, fixes_by_feed: Mapping[str, bool]) -> bytes:
        """The end of a beat: when these feeds were heard, and (where true) how old their positions are."""
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
    hiding: frozenset[JurisdictionId]
    empty_since: datetime
    boards: set[Board] = field(default_factory=set)
    life: str = field(default_factory=lambda: token_hex(4))
    """Tells this seat from one before a restart, or before all its boards were gone for long."""
    all_positions: tuple[tuple[int, int], bytes | None] | None = None


class Hub:
    """All boards of this process, grouped by audience (jurisdiction and role)."""

    def __init__(
        self, watched: Watched, *, may_watch: Callable[[Principal], None], clock: Callable[[], datetime]
    ) -> None:
        """``may_watch`` raises ``Forbidden`` for a principal to whom no board belongs."""
        self._watched, self._may_watch, self._clock = watched, may_watch, clock
        self._seats: dict[Audience, _Seat] = {}
        self._tick = 0
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
        for frame in self._first_frames(seat, me, resume, now):
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
        for audience, seat in tuple(self._seats.items()):
            # Where a signature or a suspension made or unmade partners, every row is looked at again.
            if not self._refresh_partners(audience, seat, now):
                self._broadcast(seat, seat.view.advance(keys, seq=seq, now=now))

    def send_positions(self) -> None:
        """Every half second: the units that moved, last place wins, encoded once for exact and coarse."""
        now, positions = self._clock(), self._watched.positions
        self._tick += 1
        moved = positions.take_moved()
        for seat in tuple(self._seats.values()) if moved else ():
            if seat.boards:
                self._broadcast(seat, positions.frame(seat.view.coarse_by_unit, moved, now=now))

    def send_beats(self) -> None:
        """Every two seconds: the clock and the head, so that silence means trouble, and the feeds' ages."""
        now = self._clock()
        for audience, seat in tuple(self._seats.items()):
            self._refresh_partners(audience, seat, now)
            if seat.boards:
                self._broadcast(seat, self._beat(seat, now))
            elif now - seat.empty_since > LINGER:
                del self._seats[audience]

    # -- inside -------------------------------------------------------------------------------------

    def _open_seat(self, audience: Audience, now: datetime) -> _Seat:
        view = View(audience, self._watched, seq=self._watched.seq, now=now)
        partners, hiding = self._partners_of(audience, now)
        seat = _Seat(view=view, partners=partners, hiding=hiding, empty_since=now)
        self._seats[audience] = seat
        return seat

    def _partners_of(
        self, audience: Audience, now: datetime
    ) -> tuple[frozenset[JurisdictionId], frozenset[JurisdictionId]]:
        """The audience's partners, and those of them that hide their units' places from it."""
        own, watched = audience.jurisdiction_id, self._watched
        if own is None:
            return frozenset(), frozenset()
        return watched.partners_of(own, now=now), watched.hiding_from(own, now=now)

    def _refresh_partners(self, audience: Audience, seat: _Seat, now: datetime) -> bool:
        """Whether an agreement came into force or ended since, by a commit or by the clock alone."""
        partners, hiding = self._partners_of(audience, now)
        if (partners, hiding) == (seat.partners, seat.hiding):
            return False
        seat.partners, seat.hiding = partners, hiding
        self._broadcast(seat, seat.view.refresh(seq=self._watched.seq, now=now))
        return True

    def _first_frames(self, seat: _Seat, me: Row, resume: Resume | None, now: datetime) -> Iterable[bytes]:
        """Rows, then positions and feeds' ages: not remembered by seq, so all follow as they are now."""
        epoch, seq, view = self._epoch_of(seat), self._watched.seq, seat.view
        delta = None
        if resume is not None and resume.epoch == epoch:
            delta = view.delta_since(resume.seq, seq=seq, now=now)
        if delta is None:
            head = {"type": "snapshot", "epoch": epoch, "seq": seq, "now": wire_time(now), "me": me}
            delta = orjson.dumps(head)[:-1] + b"," + view.snapshot(seq=seq) + b"}"
        positions = self._all_positions(seat, seq, now)
        beat = self._beat(seat, now) if view.fixes_by_feed else None
        return [frame for frame in (delta, positions, beat) if frame]

    def _epoch_of(self, seat: _Seat) -> str:
        """The record's epoch, and who looks with which partners since when: others must start anew.

        What changed without a commit (an agreement ended by the clock, cover settled, a process forgot where
        units were) while the board was away or we were is in no delta.
        """
        audience = seat.view.audience
        sees = orjson.dumps(
            [audience.jurisdiction_id, audience.role, sorted(seat.partners), sorted(seat.hiding), seat.life]
        )
        return f"{self._watched.epoch}.{hashlib.sha256(sees).hexdigest()[:12]}"

    def _all_positions(self, seat: _Seat, seq: int, now: datetime) -> bytes | None:
        """Every position this audience sees; the same bytes until the next tick or commit."""
        moment = (self._tick, seq)
        if seat.all_positions is None or seat.all_positions[0] != moment:
            seen = seat.view.coarse_by_unit
            seat.all_positions = (moment, self._watched.positions.frame(seen, seen, now=now))
        return seat.all_positions[1]

    def _beat(self, seat: _Seat, now: datetime) -> bytes:
        head = b'{"type":"beat","now":"%s","seq":%d' % (wire_time(now).encode(), self._watched.seq)
        return head + self._watched.feed_ages(seat.view.fixes_by_feed) + b"}"

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
