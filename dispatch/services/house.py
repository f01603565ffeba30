"""All use cases of one process, put together."""

from dataclasses import dataclass

from dispatch.model.clock import Clock, system_now
from dispatch.model.ids import IdSource, random_ids
from dispatch.model.region import Region
from dispatch.routing.travel import TravelTimes
from dispatch.services.assignments import Assignments
from dispatch.services.exports import Exports
from dispatch.services.hub import Hub
from dispatch.services.identity import Identity
from dispatch.services.incidents import Incidents
from dispatch.services.intake import Intake
from dispatch.services.recommend import Recommendations
from dispatch.services.requests import Requests
from dispatch.services.units import Units


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What ``api`` and ``simulate`` call. ``region`` is the region in force."""

    region: Region
    identity: Identity
    intake: Intake
    incidents: Incidents
    recommendations: Recommendations
    requests: Requests
    assignments: Assignments
    units: Units
    exports: Exports
    hub: Hub

    def start(self) -> None:
        """Start the timers (escalation, positions, beats) on the running loop."""
        ...

    async def close(self) -> None:
        """Stop the timers, close the boards with 1012, and end the engine's thread. The store stays open."""
        ...


async def open_services(
    *,
    region: Region,
    travel: TravelTimes,
    store: object,
    clock: Clock = system_now,
    ids: IdSource = random_ids,
) -> Services:
    """Load what the record knows and stand ready; call ``start`` for the timers. ``store`` is a ``ports.Store``."""
    ...
