"""The way home of a unit that comes from a post, where it may have said all along that it is available."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from dispatch.aid.assignment import Assignment, AssignmentState
from dispatch.aid.reach import AT_STATION_M
from dispatch.aid.recommend import DEFAULT_HORIZON_SECONDS
from dispatch.model.geo import Point, crow_m
from dispatch.model.unit import Fix


@dataclass(frozen=True, slots=True, kw_only=True)
class WayHome:
    """``since``: when the unit was let go. ``until``: when it is home, as predicted.

    ``station``: None for a unit without one.
    """

    since: datetime
    until: datetime
    station: Point | None

    def is_over(self, at: datetime, fix: Fix | None) -> bool:
        """Whether the unit may be home: the predicted way is over, or it was seen at its station since."""
        if at >= self.until:
            return True
        if fix is None or self.station is None or fix.at < self.since:
            return False
        return crow_m(fix.position, self.station) <= AT_STATION_M


def find_way_home(
    loan: Assignment, *, at_post: bool, sent_on_from: Assignment | None, station: Point | None
) -> WayHome | None:
    """The way home of a lent unit that was let go; None where it is on none, or comes from no post.

    ``at_post``: the loan is to stand by. ``sent_on_from``: the standby that the unit was sent on from. It
    takes as long as the ways out were predicted to take, one after the other; of a way on which it was let
    go, no longer than it was on it.
    """
    if loan.state is not AssignmentState.RETURNING or not loan.lent or not (at_post or sent_on_from):
        return None
    since = loan.changed_at or loan.assigned_at
    seconds = _way_seconds(loan, since)
    if sent_on_from is not None:
        seconds += _way_seconds(sent_on_from, sent_on_from.ended_at or loan.assigned_at)
    return WayHome(since=since, until=since + timedelta(seconds=seconds), station=station)


def _way_seconds(work: Assignment, until: datetime) -> float:
    """Where nobody could predict it, as long as the farthest way that anybody is asked to come."""
    predicted = DEFAULT_HORIZON_SECONDS if work.predicted_seconds is None else work.predicted_seconds
    if work.arrived_at is not None:
        return predicted
    return min(predicted, max(0.0, (until - work.assigned_at).total_seconds()))
