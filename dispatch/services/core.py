"""What every use case is built from."""

from dataclasses import dataclass

from dispatch.model.clock import Clock
from dispatch.model.ids import IdSource
from dispatch.services.engine import Engine
from dispatch.services.ports import Store
from dispatch.services.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Core:
    """The record, the read-model, the engine, and where time and ids come from."""

    store: Store
    world: World
    engine: Engine
    clock: Clock
    ids: IdSource
