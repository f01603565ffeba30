"""Recommendations with 10,000 units on Milan's roads, beside two loops that people write first.

``python -m bench.recommend``. The peers answer less: a loop over ``geopy.distance.geodesic`` sorts by
the crow's way; plain scipy runs Dijkstra and sorts. Neither asks an agreement or gives a reason.
"""

import argparse
import json
import os
import resource
import time
from datetime import timedelta
from pathlib import Path

import numpy as np
from geopy.distance import geodesic

from bench.world import World, build_real, open_world, percentiles
from dispatch.aid.recommend import recommend
from dispatch.model.clock import system_now
from dispatch.model.incident import Incident
from dispatch.routing.dijkstra import DijkstraTravelTimes
from dispatch.routing.travel import Snaps

MOVED_BETWEEN = 200


def ours(world: World, incident: Incident) -> None:
    """The whole answer: exact road times, permits, refusals with all reasons, own units."""
    recommend(
        incident,
        region=world.region,
        picture=world.picture,
        reach=world.reach,
        agreements=world.pairs,
        assignments=(),
        requests=(),
        now=incident.opened_at,
    )


def geopy_loop(world: World, incident: Incident) -> None:
    """The crow's way to every unit, one by one."""
    target = (incident.position.lat, incident.position.lon)
    found = []
    for unit_id in world.units:
        fix = world.picture.fix(unit_id)
        if fix is not None:
            found.append((geodesic((fix.position.lat, fix.position.lon), target).m, unit_id))
    found.sort()


def plain_scipy(travel: DijkstraTravelTimes, snaps: Snaps, incident: Incident) -> None:
    """Dijkstra from the incident against the traffic, then a sort."""
    etas = travel.to_target(snaps, incident.position)
    np.argsort(etas.seconds)[:10]


def measure(*, units: int, rounds: int, data: Path, folder: Path) -> dict[str, object]:
    """Interleave the three in one run and answer their figures."""
    now = system_now()
    bundle = build_real("milan", data, folder)
    world = open_world(bundle, units=units, seed=3, now=now)
    plain = DijkstraTravelTimes(world.roads)
    snaps = plain.snap([fix.position for u in world.units if (fix := world.picture.fix(u)) is not None])
    ours(world, world.incident(0, now=now))
    taken: dict[str, list[float]] = {"ours": [], "plain_scipy": [], "geopy_loop": []}
    for number in range(rounds):
        now += timedelta(seconds=1)
        world.move(MOVED_BETWEEN, now=now)
        incident = world.incident(number, now=now)
        _clock(taken["ours"], lambda i=incident: ours(world, i))
        _clock(taken["plain_scipy"], lambda i=incident: plain_scipy(plain, snaps, i))
        if number % (rounds // 5) == 0:
            _clock(taken["geopy_loop"], lambda i=incident: geopy_loop(world, i))
    return {
        "units": units,
        "rounds": rounds,
        "moved_between_queries": MOVED_BETWEEN,
        "travel_times": world.travel.name,
        **{name: percentiles(times) for name, times in taken.items()},
        "resident_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "load_average": os.getloadavg()[0],
    }


def _clock(times: list[float], what: object) -> None:
    began = time.perf_counter()
    what()  # type: ignore[operator]
    times.append((time.perf_counter() - began) * 1000)


def main() -> None:
    """Parse, measure, print JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument(
        "--data", type=Path, default=Path(os.environ.get("DISPATCH_REAL_DATA", "../shared/data"))
    )
    parser.add_argument("--folder", type=Path, default=Path("var/bench/milan"))
    chosen = parser.parse_args()
    print(json.dumps(measure(**vars(chosen)), indent=2))


if __name__ == "__main__":
    main()
