"""Ways to have units stand by for Harlow, and to see what became of it."""

from collections.abc import Mapping
from typing import Any

from dispatch.aid.request import DeclineReason
from dispatch.model.ids import AssignmentId, IncidentId, RequestId, StationId, UnitId
from dispatch.model.incident import IncidentState
from dispatch.model.unit import UnitStatus
from dispatch.services.standbys import Posting, StandbyAsk
from tests.make_world import HARLOW, World, meta

HARLOWS = StationId("harlow")


async def ask(world: World, unit: str, *, by: str = "harlow", **more: Any) -> Mapping[str, Any]:
    wanted = StandbyAsk(posting=Posting(unit_id=UnitId(unit), post=HARLOWS), **more)
    return await world.services.standby.asks.ask(meta(by), HARLOW, wanted)


async def stand_by(world: World, unit: str) -> AssignmentId:
    """Asked, granted, driven there."""
    asked = await ask(world, unit)
    await world.accept(asked["request"])
    await world.say(UnitStatus.EN_ROUTE, unit)
    await world.say(UnitStatus.ON_SCENE, unit)
    live = await world.store.read(lambda reader: reader.find_live_assignment(UnitId(unit)))
    assert live is not None
    return live.id


async def redirect(world: World, assignment_id: AssignmentId, incident_id: IncidentId) -> Mapping[str, Any]:
    return await world.services.standby.redirects.redirect(meta("harlow"), assignment_id, incident_id)


async def state_of(world: World, incident_id: str) -> IncidentState:
    incident = await world.store.read(lambda reader: reader.get_incident(IncidentId(incident_id)))
    return incident.state


async def settle(world: World) -> None:
    assert world.services.background
    await world.services.background.standbys.sweep()


async def decline(world: World, request_id: RequestId, *, by: str) -> None:
    await world.services.requests.decline(meta(by), request_id, reason=DeclineReason.WEATHER)
