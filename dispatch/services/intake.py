"""Reports from vehicles and CAD feeds: checked, committed where they are statuses, then in the picture.

Positions go straight into the picture and are not journalled one by one. Statuses are: the picture
takes them in when their commit comes back, like every other reader.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from dispatch.agreements.access import owned_by
from dispatch.agreements.actions import Action
from dispatch.aid.assignment import Assignment, AssignmentState
from dispatch.aid.way_home import find_way_home
from dispatch.live.listening import KnownFeed
from dispatch.live.report import Accepted, Ignored, PositionReport
from dispatch.model.errors import Invalid
from dispatch.model.geo import Point
from dispatch.model.ids import UnitId
from dispatch.model.principal import Principal
from dispatch.model.unit import Unit, UnitStatus
from dispatch.services.command import CommandMeta
from dispatch.services.core import Core
from dispatch.services.door import require
from dispatch.services.feeds import FeedWatch
from dispatch.services.heard import Heard, Said, judge_status
from dispatch.services.ports import Tx
from dispatch.services.steps import StatusStep, put_lapses, put_status_and_follow
from dispatch.services.world import World

MOST_REPORTS: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitReport:
    """One report as a feed sends it: a status, a position, or both. ``at`` is the source's own time."""

    unit_id: UnitId
    at: datetime
    status: UnitStatus | None = None
    position: Point | None = None
    speed_mps: float | None = None
    heading_deg: float | None = None
    seq: int | None = None


class Taken(StrEnum):
    """What became of a report."""

    ACCEPTED = "accepted"
    IGNORED = "ignored"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One report's fate; ``reason`` is a stable code, None when accepted as it was."""

    unit_id: UnitId
    outcome: Taken
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class _Status:
    """A status report of one of the feed's own units, and its place in the batch."""

    index: int
    unit: Unit
    said: Said


class Intake:
    """The only way in for reports."""

    def __init__(self, core: Core, feeds: FeedWatch) -> None:
        """``feeds`` hears of every batch, whatever becomes of it."""
        self._core, self._feeds = core, feeds
        self._heard = Heard()

    async def report(self, principal: Principal, reports: Sequence[UnitReport]) -> Sequence[Outcome]:
        """One outcome per report, in order; statuses are durable when this returns.

        A report of a unit that is not the feed's own is ``refused: unknown_unit``, like one of a unit
        that does not exist. Raises ``Forbidden`` (this role may not report), ``Invalid`` (more than
        500), ``Unavailable``.
        """
        now = self._core.clock()
        own = owned_by(principal.jurisdiction_id)
        require(principal, Action.REPORT, own, what="reports", which="own", now=now)
        if len(reports) > MOST_REPORTS:
            raise Invalid("reports", f"at most {MOST_REPORTS} at once")
        feed = self._feeds.hear(principal, now)
        outcomes: list[Outcome] = []
        statuses: list[_Status] = []
        for index, report in enumerate(reports):
            unit = self._core.world.region.units.get(report.unit_id)
            if unit is None or unit.jurisdiction_id != principal.jurisdiction_id:
                outcomes.append(_outcome(report.unit_id, Taken.REFUSED, "unknown_unit"))
                continue
            outcomes.append(self._take_position(report, principal, feed, now))
            if report.status is not None:
                self._note_status(feed, unit)
                said = Said(at=report.at, status=report.status, source=principal.id)
                statuses.append(_Status(index, unit, said))
        for status, judged in await self._take_statuses(principal, statuses, now):
            had_position = reports[status.index].position is not None
            outcomes[status.index] = _joined(outcomes[status.index], had_position, judged)
        return outcomes

    def _take_position(
        self, report: UnitReport, principal: Principal, feed: KnownFeed | None, now: datetime
    ) -> Outcome:
        if report.position is None:
            return _outcome(report.unit_id, Taken.IGNORED, "nothing_reported")
        position = PositionReport(
            unit_id=report.unit_id,
            position=report.position,
            at=report.at,
            source=principal.id,
            speed_mps=report.speed_mps,
            heading_deg=report.heading_deg,
            seq=report.seq,
        )
        picture = self._core.world.picture
        judged = picture.judge_position(position, now)
        change = picture.apply_position(position, now) if isinstance(judged, Accepted) else None
        row = picture.find_row(report.unit_id)
        if feed is not None and row is not None:
            # What repeats an old fix is heard, and its own time says that it is old.
            at = judged.at if isinstance(judged, Accepted) else min(report.at, now)
            self._core.world.health.listening.note_fix(feed, row, at, is_newest=change is not None)
        return _taken(report.unit_id, judged)

    def _note_status(self, feed: KnownFeed | None, unit: Unit) -> None:
        row = self._core.world.picture.find_row(unit.id)
        if feed is not None and row is not None:
            self._core.world.health.listening.note_status(feed, row)

    async def _take_statuses(
        self, principal: Principal, statuses: Sequence[_Status], now: datetime
    ) -> Sequence[tuple[_Status, Accepted | Ignored]]:
        """All statuses of the batch in one transaction, in the order in which they happened."""
        picture, heard = self._core.world.picture, self._heard.copy()
        news: list[_Status] = []
        judged: list[tuple[_Status, Accepted | Ignored]] = []
        for status in sorted(statuses, key=lambda status: status.said.at):
            # Feeds repeat themselves: what the picture shows already needs no transaction.
            repeat = heard.judge_repeat(status.unit.id, status.said, picture.state(status.unit.id), now)
            if repeat is not None and not any(other.unit is status.unit for other in news):
                judged.append((status, repeat))
            else:
                news.append(status)

        def write(tx: Tx) -> Sequence[tuple[_Status, Accepted | Ignored]]:
            meta = CommandMeta(actor=principal)
            taken = [(status, _put_status(tx, meta, status, heard, self._core.world, now)) for status in news]
            put_lapses(tx, {status.unit.id for status in news}, now=now)
            return taken

        if news:
            judged += await self._core.store.write(write)
        self._heard.take(heard)
        return judged


def _put_status(
    tx: Tx, meta: CommandMeta, status: _Status, heard: Heard, world: World, now: datetime
) -> Accepted | Ignored:
    unit_id, said = status.unit.id, status.said
    state, live = tx.find_unit_state(unit_id), tx.find_live_assignment(unit_id)
    way_home = live is not None and _is_on_its_way(tx, live, status, world, now)
    judged = judge_status(unit_id, said, state=state, live=live, heard=heard, now=now, way_home=way_home)
    if isinstance(judged, Accepted) and (state is None or state.status is not said.status):
        step = StatusStep(status=said.status, at=judged.at, source=said.source)
        put_status_and_follow(tx, meta, unit_id, step, home=status.unit.jurisdiction_id)
    return judged


def _is_on_its_way(tx: Tx, live: Assignment, status: _Status, world: World, now: datetime) -> bool:
    """Whether the unit was let go from a post and cannot be home yet."""
    if live.state is not AssignmentState.RETURNING or not live.lent:
        return False  # nearly every report: nothing is read for it
    way_home = find_way_home(
        live,
        at_post=not tx.get_incident(live.incident_id).is_call,
        sent_on_from=tx.find_assignment(live.continues) if live.continues else None,
        station=world.region.home_of(status.unit),
    )
    fix = world.picture.fix(status.unit.id)
    return way_home is not None and not way_home.is_over(min(status.said.at, now), fix)


def _outcome(unit_id: UnitId, taken: Taken, reason: str | None = None) -> Outcome:
    return Outcome(unit_id=unit_id, outcome=taken, reason=reason)


def _taken(unit_id: UnitId, judged: Accepted | Ignored) -> Outcome:
    if isinstance(judged, Ignored):
        return _outcome(unit_id, Taken.IGNORED, judged.reason.value)
    return _outcome(unit_id, Taken.ACCEPTED, ",".join(flag.value for flag in judged.flags) or None)


def _joined(place: Outcome, had_position: bool, judged: Accepted | Ignored) -> Outcome:
    """One outcome for a report of two halves: accepted when either half was."""
    status = _taken(place.unit_id, judged)
    if not had_position or status.outcome is place.outcome:
        return status
    refused = f"status_{status.reason}" if place.outcome is Taken.ACCEPTED else f"position_{place.reason}"
    return _outcome(place.unit_id, Taken.ACCEPTED, refused)
