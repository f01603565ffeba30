"""What clients send and get about standing by."""

from typing import Any

from dispatch.api.rows import AssignmentRow, IncidentRow, RequestRow, Row
from dispatch.api.schemas import Body, Id, Lat, Lines, Lon, Version
from dispatch.model.geo import Point
from dispatch.model.ids import RecommendationId, StationId, UnitId
from dispatch.services.standbys import Posting, StandbyAsk


class PlaceBody(Body):
    """A place that is no station."""

    lon: Lon
    lat: Lat


class PostingBody(Body):
    """One unit to one post: a station's id, or a place in the area that is to be covered."""

    unit: Id
    post: Id | PlaceBody

    def posting(self) -> Posting:
        """The same in the services' words."""
        post = self.post
        where = StationId(post) if isinstance(post, str) else Point(lon=post.lon, lat=post.lat)
        return Posting(unit_id=UnitId(self.unit), post=where)


class StandbyBody(PostingBody):
    """A standby. ``proposal`` showed it; ``backfill``: who comes to the lender meanwhile, asked together."""

    proposal: Id | None = None
    note: Lines = ""
    backfill: PostingBody | None = None

    def ask(self) -> StandbyAsk:
        """The same in the services' words."""
        return StandbyAsk(
            posting=self.posting(),
            proposal_id=RecommendationId(self.proposal) if self.proposal else None,
            note=self.note,
            backfill=self.backfill.posting() if self.backfill else None,
        )


class RedirectBody(Body):
    """To which call a unit that stands by is sent."""

    incident: Id
    expected_version: Version | None = None


class StandbyProposalsRow(Row):
    """Whom to bring, best first; empty with the reason in ``because``.

    Each of ``moves`` (neighbours') and ``move_ups`` (own): ``{unit, call_sign, unit_type, lender, own,
    from{}, to{post, name, lon, lat}, travel_seconds, gain, cost, net, keeps, permit, ends{}, opinion{verdict,
    …}, backfill{}, sentence}``. ``gain`` and ``cost`` in late life-threatening calls of the next hour.
    ``together``: the moves to make if several are made, in order.
    """

    id: str | None
    jurisdiction: str
    cover: str
    made_at: str
    because: str
    sentence: str
    moves: list[dict[str, Any]]
    move_ups: list[dict[str, Any]]
    together: list[dict[str, Any]]


class StandbyAskedRow(Row):
    """The standby, with its request to a neighbour or its assignment of an own unit.

    ``backfill``: ``{unit, lender, borrower}`` where a third was asked in the same breath.
    """

    incident: IncidentRow
    request: RequestRow | None
    assignment: AssignmentRow | None
    backfill: dict[str, Any] | None
