"""What clients send about standing by."""

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
