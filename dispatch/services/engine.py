"""One thread that computes: recommendations and arrival times.

Road engines keep their query state in the thread that made it, and a computation of some milliseconds
must not hold up the loop. The thread works on a still copy of a part of the picture and never sees it
change.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple, TypeVar

from dispatch.agreements.pairs import Pairs
from dispatch.aid.advice.counsel import Counsel
from dispatch.aid.advice.gridding import Places
from dispatch.aid.arrival.corrections import NO_CORRECTIONS, Corrections
from dispatch.aid.arrival.predict import Prediction, predict
from dispatch.aid.assignment import Assignment
from dispatch.aid.chain import list_asked
from dispatch.aid.cover.late import late_call_of
from dispatch.aid.lending import Asking
from dispatch.aid.neighbourhood import neighbourhood_of
from dispatch.aid.reach import Reach
from dispatch.aid.recommend import Recommendation, neighbourhood_for, recommend
from dispatch.aid.request import AidRequest
from dispatch.aid.standing_by import find_standby
from dispatch.aid.verdict import Verdict, judge_alone
from dispatch.aid.waves.gather import gather_case
from dispatch.aid.waves.greedy import plan_greedily
from dispatch.aid.waves.order import Case, Order
from dispatch.aid.waves.plan import Plan
from dispatch.model.ids import RequestId, UnitId
from dispatch.model.incident import Incident
from dispatch.model.principal import Role
from dispatch.model.unit import UnitType
from dispatch.routing.straight_line import StraightLineTravelTimes
from dispatch.routing.travel import TravelTimes
from dispatch.services.advisor import Advisor
from dispatch.services.standing import asking_now
from dispatch.services.world import World

T = TypeVar("T")


class _Given(NamedTuple):
    """What is decided from beside the picture, by the names that deciding functions take it under."""

    agreements: Pairs
    assignments: tuple[Assignment, ...]
    requests: tuple[AidRequest, ...]
    counsel: Counsel
    asking: Asking


class Engine:
    """Owns the travel times and the thread that may use them. ``advisor``: what advice is weighed with.

    ``corrections``: what was learned of arrivals so far; whoever learns more puts the next ones in its place.
    """

    def __init__(
        self, world: World, travel: TravelTimes, *, places: Callable[[], Places] | None = None
    ) -> None:
        self._world = world
        self.has_roads = travel.name != StraightLineTravelTimes.name
        """False: every arrival is a straight-line estimate."""
        self.corrections: Corrections = NO_CORRECTIONS
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="engine")
        self._reach = Reach(travel, world.region)
        self._thread.submit(self._reach.posts, world.picture.roster())  # or the first to ask would wait
        self.advisor = Advisor(world, travel, self.run, places=places)

    async def recommend(
        self,
        incident: Incident,
        *,
        need: UnitType | None,
        now: datetime,
        exclude: frozenset[UnitId] = frozenset(),
        at_most: int = 10,
        requester: Role | None = None,
        besides: RequestId | None = None,
    ) -> Recommendation:
        """Which units could come, on what this process knows at ``now``. Raises ``Invalid`` for ``need``.

        ``requester``: the role of whoever asks, as far as agreements want to know. ``besides``: as if this
        request had never been put, where it is to be answered with another unit.
        """
        world, given = self._world, self._take(incident, requester, now=now)
        if besides is not None:
            others = tuple(request for request in given.requests if request.id != besides)
            given = given._replace(requests=others)
        near = neighbourhood_for(
            incident,
            picture=world.picture,
            pairs=given.agreements,
            assignments=world.list_assignments_of(incident.id),
            exclude=exclude.union(given.asking.stands_by),
        )

        def compute() -> Recommendation:
            return recommend(
                incident,
                region=world.region,
                picture=near,
                reach=self._reach,
                need=need,
                exclude=exclude,
                at_most=at_most,
                now=now,
                **given._asdict(),
            )

        found = await self.run(compute)
        if not exclude:  # else it would be news of fewer units than there are
            self._note_late(incident, found, given.counsel)
        return found

    async def judge_alone(
        self,
        incident: Incident,
        unit_id: UnitId,
        *,
        need: UnitType | None,
        now: datetime,
        requester: Role | None = None,
    ) -> Verdict | None:
        """What ``recommend`` would find of one unit; None for one that is not known. Raises ``Invalid``."""
        world, given = self._world, self._take(incident, requester, now=now)
        near = neighbourhood_for(
            incident,
            picture=world.picture,
            pairs=given.agreements,
            assignments=world.list_assignments_of(incident.id),
            exclude=frozenset({unit_id, *given.asking.stands_by}),
        )

        def compute() -> Verdict | None:
            return judge_alone(
                incident,
                unit_id,
                region=world.region,
                picture=near,
                reach=self._reach,
                need=need,
                now=now,
                **given._asdict(),
            )

        return await self.run(compute)

    def _note_late(self, incident: Incident, found: Recommendation, counsel: Counsel) -> None:
        waited = (found.made_at - incident.opened_at).total_seconds()
        late = late_call_of(incident, found, counsel.practice, waited_seconds=waited)
        self._world.note_late(incident, late)

    def _take(self, incident: Incident, requester: Role | None, *, now: datetime) -> _Given:
        """As this process knows it, with what was learned and how long asking takes here. On the loop."""
        world = self._world
        counsel = self.advisor.counsel_for(incident.jurisdiction_id, now=now)
        return _Given(
            agreements=world.book.pairs,
            assignments=_bound_around(world, incident),
            requests=tuple(world.list_outstanding()),
            counsel=counsel,
            asking=replace(
                asking_now(world, incident, requester=requester, now=now),
                corrections=self.corrections,
                request_seconds=counsel.practice.request_seconds,
            ),
        )

    async def predict(self, incident: Incident, unit_id: UnitId, *, now: datetime) -> Prediction | None:
        """When one's own unit or a partner's would arrive; None where nobody can say."""
        world, corrections = self._world, self.corrections
        picture = world.picture.part(world.picture.rows([unit_id]))
        standby = find_standby(world.find_live_assignment(unit_id), world.incidents)

        def compute() -> Prediction | None:
            return predict(
                incident,
                unit_id,
                region=world.region,
                picture=picture,
                reach=self._reach,
                corrections=corrections,
                now=now,
                standby=standby,
            )

        return await self.run(compute)

    async def plan_closest(
        self, incident: Incident, order: Order, *, now: datetime, requester: Role | None = None
    ) -> tuple[Case, Plan]:
        """The closest-first answer to an order for many units, and the case that it was answered from.

        Units that said no or nothing to this incident before are left out.
        """
        world, given = self._world, self._take(incident, requester, now=now)
        asked_before = list_asked(world.list_requests_of(incident.id))
        also = asked_before.union(given.asking.stands_by)
        near = neighbourhood_of(
            incident.jurisdiction_id, picture=world.picture, pairs=given.agreements, also=also
        )

        def compute() -> tuple[Case, Plan]:
            case = gather_case(
                incident,
                order,
                region=world.region,
                picture=near,
                reach=self._reach,
                asked_before=asked_before,
                now=now,
                **given._asdict(),
            )
            return case, plan_greedily(case)

        return await self.run(compute)

    async def run(self, compute: Callable[[], T]) -> T:
        """Run anything on the engine's thread: the only one that may touch its travel times."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, compute)

    def close(self) -> None:
        """Let the current computation end and take no more."""
        self._thread.shutdown(wait=True, cancel_futures=True)


def _bound_around(world: World, incident: Incident) -> tuple[Assignment, ...]:
    """The live assignments that a decision about the incident can depend on: of its neighbourhood's units."""
    borrower, live = incident.jurisdiction_id, world.assignments
    of_homes = live.list_of_homes((borrower, *world.book.pairs.list_others(borrower)))
    own = {one.id for one in of_homes}
    return (*of_homes, *(one for one in live.list_of_incident(incident.id) if one.id not in own))
