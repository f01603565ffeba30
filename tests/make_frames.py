"""Frames of a real run, and what a board shows after each of them, for the page's fold and the terminal's.

``python -m tests.make_frames > tests/watch/frames.json``. The services run on the region of squares; a
dispatcher's board and a neighbour's hear everything, one of them with a cut and a resume in between. A third
reel has the first one's frames in disorder: some twice, some late. A state names, for each row, the frame
whose row stands, so that nothing is said twice.
"""

import asyncio
import json
import random
import tempfile
from pathlib import Path
from typing import Any

from dispatch.model.clock import ManualClock
from dispatch.model.ids import JurisdictionId
from dispatch.model.principal import Role
from dispatch.services.audience import Audience
from dispatch.store.engine import writing_engine
from dispatch.store.migrate import migrate
from dispatch.store.store import open_store
from dispatch.watch.picture import TABLES, Picture, fold
from tests.make_world import open_world
from tests.watch.busy import NOON, TEXTS, Desk, Watcher

ACTS = 160
EVERY = 6


def states_of(frames: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Now and then: what stands after a frame, by the index of the frame that brought it."""
    origin = {
        id(row): index
        for index, frame in enumerate(frames)
        for table in TABLES
        for row in frame.get(table, ())
    }
    states, picture = [], None
    for index, frame in enumerate(frames):
        picture = fold(picture, frame)
        if picture is not None and (index % EVERY == 0 or index == len(frames) - 1):
            states.append({"after": index, **_state(picture, origin)})
    return states


def _state(picture: Picture, origin: dict[int, int]) -> dict[str, Any]:
    rows = {
        table: {key: origin[id(row)] for key, row in sorted(picture.table(table).items())}
        for table in TABLES
        if picture.table(table)
    }
    fixes = {unit: list(fix) for unit, fix in sorted(picture.fixes.items())}
    return {"epoch": picture.epoch, "seq": picture.seq, "as_of": picture.as_of, "rows": rows, "fixes": fixes}


def disorder(count: int, chance: random.Random) -> list[int]:
    """The snapshot first; of the other frames each late or early by up to six places, one in five twice."""
    rest = [index for index in range(1, count) for _ in range(1 + (chance.random() < 0.2))]
    keyed = sorted(enumerate(rest), key=lambda pair: pair[0] + chance.uniform(0, 6))
    return [0, *(index for _, index in keyed)]


def put_in_order(frames: list[dict[str, Any]], order: list[int]) -> list[dict[str, Any]]:
    """The frames as a reel names them; each stands for itself, also where it comes twice."""
    return [json.loads(json.dumps(frames[index])) for index in order]


async def record(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """What two boards heard."""
    clock, chance = ManualClock(NOON), random.Random(5)
    store = open_store(f"sqlite:///{folder / 'record.db'}", clock=clock)
    homes = {"harlow": Role.DISPATCHER, "cedar": Role.SUPERVISOR}
    reels: dict[str, list[dict[str, Any]]] = {home: [] for home in homes}
    async with open_world(store, clock, agreements=TEXTS) as world:
        desk = Desk(world, chance)
        watchers = {home: Watcher(Audience(JurisdictionId(home), role)) for home, role in homes.items()}
        for number in range(ACTS):
            if number == ACTS // 2:
                watchers["cedar"].leave(world)
            for home, watcher in watchers.items():
                if watcher.wire is None and not ACTS // 2 <= number < ACTS // 2 + 6:
                    watcher.join(world, limit=10_000)
                for frame in watcher.wire.frames if watcher.wire else ():
                    reels[home].append(json.loads(frame))
                watcher.read()
            await desk.act()
            if chance.random() < 0.3:
                await desk.settle()
    await store.close()
    return reels


def main() -> None:
    """Print the file."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        engine = writing_engine(f"sqlite:///{folder / 'record.db'}")
        migrate(engine)
        engine.dispose()
        reels = asyncio.run(record(folder))
    texts = [
        f'"{name}": {{"frames": [\n{_lines(frames)}\n],\n"states": [\n{_lines(states_of(frames))}\n]}}'
        for name, frames in reels.items()
    ]
    order = disorder(len(reels["harlow"]), random.Random(7))
    states = states_of(put_in_order(reels["harlow"], order))
    texts.append(f'"disorder": {{"of": "harlow", "order": {order},\n"states": [\n{_lines(states)}\n]}}')
    print("{\n" + ",\n".join(texts) + "\n}")


def _lines(values: list[Any]) -> str:
    return ",\n".join(json.dumps(value, ensure_ascii=False, separators=(",", ":")) for value in values)


if __name__ == "__main__":
    main()
