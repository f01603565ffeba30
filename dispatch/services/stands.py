"""Who stands by where, as this process knows it."""

from collections.abc import Mapping

from dispatch.aid.advice.grid import Grid
from dispatch.aid.advice.gridding import nearest_post
from dispatch.aid.advice.situate import StandingBy
from dispatch.aid.standing_by import UNSENDABLE, list_standbys
from dispatch.model.ids import UnitId
from dispatch.services.world import World


def standing_on(grid: Grid, world: World) -> Mapping[UnitId, StandingBy]:
    """Everybody who stands by and can be sent, each at the grid's post nearest to its own.

    Cover is counted from there.
    """
    if not grid.posts:
        return {}
    return {
        standby.unit_id: StandingBy(borrower=standby.borrower, post=nearest_post(grid, standby.post))
        for standby in list_standbys(world.list_standing_by(), world.incidents)
        if (state := world.picture.state(standby.unit_id)) and state.status not in UNSENDABLE
    }


def asked_on(grid: Grid, world: World) -> Mapping[UnitId, StandingBy]:
    """Those that were asked for and nobody answered: as if they came, so that nobody asks for two."""
    found = {}
    for request in world.list_outstanding():
        incident = world.incidents.get(request.incident_id)
        if incident is not None and not incident.is_call and grid.posts:
            post = nearest_post(grid, incident.position)
            found[request.unit_id] = StandingBy(borrower=request.borrower, post=post)
    return found
