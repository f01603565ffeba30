"""What sources said of units' statuses, beyond what the record keeps.

A feed that repeats a status every few seconds makes no event of it, but its time counts: an older
report that comes late must not undo what was said again since. Kept in memory; after a restart the
record's own times stand in until the feeds have spoken again.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from dispatch.aid.assignment import Assignment, AssignmentState
from dispatch.live.checks import check_status
from dispatch.live.report import Accepted, Ignored, IgnoredReason, StatusReport
from dispatch.model.ids import UnitId
from dispatch.model.unit import UnitState, UnitStatus


@dataclass(frozen=True, slots=True)
class Said:
    """One source's word on a unit."""

    at: datetime
    status: UnitStatus
    source: str


class Heard:
    """The newest word on each unit."""

    def __init__(self, said: dict[UnitId, Said] | None = None) -> None:
        self._said = dict(said or {})
        self._news: dict[UnitId, Said] = {}

    def copy(self) -> "Heard":
        """To be written to inside a transaction, and taken over only once it is durable."""
        return Heard(self._said)

    def take(self, other: "Heard") -> None:
        """Take over what a copy heard."""
        for unit_id, said in other._news.items():
            self.note(unit_id, said)

    def note(self, unit_id: UnitId, said: Said) -> None:
        """Remember it, unless something newer was heard."""
        known = self._said.get(unit_id)
        if known is None or known.at <= said.at:
            self._said[unit_id] = self._news[unit_id] = said

    def find(self, unit_id: UnitId) -> Said | None:
        """The newest word."""
        return self._said.get(unit_id)

    def known_state(self, unit_id: UnitId, state: UnitState | None) -> UnitState | None:
        """The recorded state with the time at which it was last heard."""
        said = self._said.get(unit_id)
        if state is None or said is None or said.at <= state.reported_at:
            return state
        return replace(state, reported_at=said.at)

    def judge_repeat(
        self, unit_id: UnitId, said: Said, state: UnitState | None, now: datetime
    ) -> Accepted | Ignored | None:
        """The verdict on a report that only repeats the status in ``state``; None for any other."""
        if state is None or state.status is not said.status:
            return None
        return _check(unit_id, said, self.known_state(unit_id, state), self, now)


def judge_status(
    unit_id: UnitId,
    said: Said,
    *,
    state: UnitState | None,
    live: Assignment | None,
    heard: Heard,
    now: datetime,
    way_home: bool = False,
) -> Accepted | Ignored:
    """Whether a feed's status counts against what the record holds now.

    While a unit works on an incident, a feed that merely says again what it said before does not end that,
    and neither does "available" from a feed whose crew has not yet moved: the feed has not heard of the
    dispatch. A dispatcher can always end it, and a unit that was released is free as soon as it says so. On
    its ``way_home`` from a post, where it was available all along, it has to say something new.
    """
    if live is not None and (state is None or said.status is not state.status):
        unheard = _find_unheard(said, heard.find(unit_id), live, state=state, way_home=way_home)
        if unheard is not None:
            return Ignored(unheard)
    return _check(unit_id, said, heard.known_state(unit_id, state), heard, now)


def _find_unheard(
    said: Said, last: Said | None, live: Assignment, *, state: UnitState | None, way_home: bool
) -> IgnoredReason | None:
    """What the source has not heard of, as ``said`` shows; ``last`` is the word before."""
    says_it_again = last is not None and (last.source, last.status) == (said.source, said.status)
    if live.state is not AssignmentState.RETURNING:
        unmoved = said.status is UnitStatus.AVAILABLE and live.state is AssignmentState.DISPATCHED
        return IgnoredReason.BEFORE_DISPATCH if says_it_again or unmoved else None
    # After a restart nobody knows what it said there; it is no news unless it has spoken since.
    spoken = last is not None or (state is not None and state.source == said.source)
    forgotten = said.status is UnitStatus.AVAILABLE and not spoken
    return IgnoredReason.BEFORE_RELEASE if way_home and (says_it_again or forgotten) else None


def _check(
    unit_id: UnitId, said: Said, known: UnitState | None, heard: Heard, now: datetime
) -> Accepted | Ignored:
    report = StatusReport(unit_id=unit_id, status=said.status, at=said.at, source=said.source)
    judged = check_status(report, state=known, now=now)
    if isinstance(judged, Accepted):
        heard.note(unit_id, replace(said, at=judged.at))
    return judged
