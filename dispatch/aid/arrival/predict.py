"""When one unit would be on scene once it is sent: what a request says, and an assignment keeps to be learned
from."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from dispatch.aid.arrival.columns import profile_of
from dispatch.aid.arrival.corrections import NO_CORRECTIONS, Corrections
from dispatch.aid.eta import NO_ETA
from dispatch.aid.reach import Reach
from dispatch.aid.standing_by import NO_STANDBYS, Standby
from dispatch.live.picture import Picture
from dispatch.model.ids import UnitId
from dispatch.model.incident import Incident
from dispatch.model.region import Region
from dispatch.routing.travel import EtaBasis


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """Seconds from being sent to the arrival; ``learned_seconds`` of them were learned."""

    seconds: int
    learned_seconds: int
    basis: EtaBasis = EtaBasis.STRAIGHT_LINE


def predict(
    incident: Incident,
    unit_id: UnitId,
    *,
    region: Region,
    picture: Picture,
    reach: Reach,
    corrections: Corrections,
    now: datetime,
    standby: Standby | None = None,
) -> Prediction | None:
    """For a unit whose position may be used: one's own or a partner's. None where nobody can say.

    ``standby``: where it stands by, if it does.
    """
    row = picture.find_row(unit_id)
    if row is None:
        return None
    standbys = NO_STANDBYS if standby is None else {unit_id: standby}
    rows = np.array([row], dtype=np.int64)
    located = reach.locate(picture, now, standbys=standbys, target=incident.position)
    reached = reach.to_target(picture, located, rows, incident.position)
    seconds, plain = (
        int(profile.arrivals(rows, reached.seconds / profile.siren[rows])[0])
        for known in (corrections, NO_CORRECTIONS)
        if (
            profile := profile_of(
                incident, region, picture, rolling=located.rolling, live=located.live, corrections=known
            )
        )
    )
    if seconds == NO_ETA:
        return None
    basis = EtaBasis.ROAD if reached.on_road[0] else EtaBasis.STRAIGHT_LINE
    return Prediction(seconds=seconds, learned_seconds=seconds - plain, basis=basis)
