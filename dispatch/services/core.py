"""What every use case is built from."""

from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from dispatch.model.clock import Clock
from dispatch.model.ids import IdSource
from dispatch.routing.areas import Areas
from dispatch.services.engine import Engine
from dispatch.services.ports import Store
from dispatch.services.world import World

NEAR_BORDER_M: Final = 100.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Core:
    """The record, the read-model, the engine, the map, and where time and ids come from."""

    store: Store
    world: World
    engine: Engine
    areas: Areas
    clock: Clock
    ids: IdSource
    near_border_m: float = NEAR_BORDER_M
    """A position nearer than this to a border is said to be on it."""

    @property
    def zone(self) -> ZoneInfo:
        """The region's civil time."""
        return ZoneInfo(self.world.region.time_zone)
