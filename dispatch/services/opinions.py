"""Second opinions: simulated futures played beside a recommendation that was already given.

On a thread of its own, for the engine's must stay free; until the agency's deadline, and not a moment more.
The opinion is journalled, so that every process knows it that hears of the commit; what was recommended
before this process started has none here.
"""

import asyncio
import time
import zlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, Final

import structlog

from dispatch.agreements.access import owned_by
from dispatch.agreements.actions import Action
from dispatch.aid.advice.opinion import (
    Because,
    Fallback,
    Opinion,
    Outlook,
    compare_courses,
    fall_back,
)
from dispatch.aid.advice.opinion_wording import NO_OPINION, opinion_sentence
from dispatch.aid.advice.options import Advice
from dispatch.aid.advice.players import warm_kernel
from dispatch.aid.advice.practice import Method, Practice
from dispatch.aid.advice.programme import warm_solver
from dispatch.aid.advice.situation import Situation
from dispatch.aid.advice.standby_opinion import Move, MoveOpinion, compare_standby
from dispatch.aid.recommend import Recommendation
from dispatch.model.advice_events import SecondOpinionGiven
from dispatch.model.errors import DispatchError, NotFound
from dispatch.model.events import RecommendationMade
from dispatch.model.ids import JurisdictionId, RecommendationId
from dispatch.model.jurisdiction import CoverState
from dispatch.model.principal import SERVICE, Principal
from dispatch.services.command import Row
from dispatch.services.core import Core
from dispatch.services.door import require
from dispatch.services.ports import Committed, Tx

log = structlog.get_logger(__name__)

MOST_KEPT: Final = 2000
"""Recommendations whose opinions are remembered; the oldest go first."""


@dataclass(slots=True, kw_only=True)
class _Kept:
    """What is known of one recommendation. ``because``: why there is no opinion (yet), a code."""

    jurisdiction_id: JurisdictionId
    because: str = "not_known"
    given: Mapping[str, Any] | None = None
    deadline_seconds: float = 0.0
    task: asyncio.Task[None] | None = None


class Opinions:
    """Plays, journals, remembers. ``consider`` costs the recommendation nothing."""

    def __init__(self, core: Core, *, seconds: Callable[[], float] = time.monotonic) -> None:
        """``seconds``: a clock that only runs forward, for deadlines."""
        self._core, self._seconds = core, seconds
        self._kept: dict[str, _Kept] = {}
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="opinions")
        self._compiler = ThreadPoolExecutor(max_workers=1, thread_name_prefix="compiler")
        self._compiling: Future[None] | None = None
        self._is_warm = False
        self.is_compiled = True
        """False once it is known that plain Python has to play."""

    def warm(self) -> None:
        """Make the compiled player ready, behind everything; until then plain Python plays."""
        self._compiling = self._compiler.submit(self._warm)

    def consider(self, found: Recommendation, recommendation_id: RecommendationId) -> None:
        """Begin an opinion where one is due: not life-threatening, and cover amber or red."""
        kept = self._remember(recommendation_id, found.jurisdiction_id)
        outlook = found.advised.outlook
        reason = why_none(found.is_critical, outlook)
        if outlook is None or reason is not None:
            kept.because = reason or "not_weighed"
            return
        kept.because = "pending"
        kept.deadline_seconds = outlook.practice.rollouts.deadline_seconds
        play = self._see_through(found, recommendation_id, outlook, kept)
        kept.task = asyncio.get_running_loop().create_task(play, name=recommendation_id)

    async def play_moves(
        self, moves: Sequence[Move], situation: Situation, practice: Practice, *, seed: int
    ) -> Sequence[MoveOpinion | None]:
        """What the futures say of each move to stand by, in order; None where they could not be played.

        Never raises and never takes longer than the agency's deadline.
        """
        began, deadline_seconds, kernel = self._seconds(), practice.rollouts.deadline_seconds, self._is_warm
        if not moves or practice.method is not Method.WEIGHED_WITH_ROLLOUTS:
            return [None] * len(moves)

        def compute() -> Sequence[MoveOpinion]:
            left = deadline_seconds - (self._seconds() - began)
            timed = replace(practice, rollouts=replace(practice.rollouts, deadline_seconds=left))
            clock = self._seconds
            return compare_standby(moves, situation, timed, seed=seed, clock=clock, kernel=kernel)

        running = asyncio.get_running_loop().run_in_executor(self._thread, compute)
        try:
            return await asyncio.wait_for(running, deadline_seconds)
        except TimeoutError:
            return [
                MoveOpinion(move=move, pays=False, fallback=Fallback.DEADLINE, seed=seed) for move in moves
            ]
        except Exception:
            log.exception("opinions.moves_failed")
            return [MoveOpinion(move=move, pays=False, fallback=Fallback.ERROR, seed=seed) for move in moves]

    def notice(self, committed: Committed) -> None:
        """Take in what was recommended and said, here or by another process."""
        for entry in committed.entries:
            if entry.type in (RecommendationMade.type, SecondOpinionGiven.type):
                home = JurisdictionId(entry.jurisdiction or "")
                kept = self._remember(entry.body["recommendation_id"], home)
                if entry.type == SecondOpinionGiven.type:
                    kept.given = entry.body

    async def read(self, principal: Principal, recommendation_id: RecommendationId) -> Row:
        """``{recommendation, status, because, advised, opinion, agrees, courses[], ..., sentence}``.

        ``status`` is given, pending or none. Waits for one that is being played, at most its deadline.
        Raises ``NotFound``, ``Forbidden``.
        """
        kept = self._kept.get(recommendation_id)
        # A missing one belongs to nobody: then the answer is the same as for a foreign one.
        resource = owned_by(kept.jurisdiction_id if kept is not None else JurisdictionId(""))
        action, now = Action.READ_SECOND_OPINION, self._core.clock()
        require(principal, action, resource, what="recommendation", which=recommendation_id, now=now)
        if kept is None:
            raise NotFound("recommendation", recommendation_id)
        if kept.task is not None and not kept.task.done():
            await asyncio.wait({kept.task}, timeout=kept.deadline_seconds)
        return opinion_row(recommendation_id, kept.given, kept.because, self._core.world.names)

    async def close(self) -> None:
        """Let what is being played end, and take no more."""
        tasks = [kept.task for kept in self._kept.values() if kept.task is not None]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        self._thread.shutdown(wait=True, cancel_futures=True)
        self._compiler.shutdown(wait=True, cancel_futures=True)

    def _warm(self) -> None:
        warm_solver()
        try:
            self._is_warm = self.is_compiled = warm_kernel()
        except Exception:
            self.is_compiled = False
            log.exception("opinions.not_compiled")

    def _remember(self, recommendation_id: str, jurisdiction_id: JurisdictionId) -> _Kept:
        kept = self._kept.get(recommendation_id)
        if kept is None:
            kept = self._kept[recommendation_id] = _Kept(jurisdiction_id=jurisdiction_id)
            if len(self._kept) > MOST_KEPT:
                del self._kept[next(iter(self._kept))]
        return kept

    async def _see_through(
        self, found: Recommendation, recommendation_id: RecommendationId, outlook: Outlook, kept: _Kept
    ) -> None:
        opinion = await self._play(outlook, seed=zlib.crc32(recommendation_id.encode()))
        if opinion.because is not Because.COMPARED:
            kept.because = opinion.because.value
            return
        event = SecondOpinionGiven(
            occurred_at=self._core.clock(),
            jurisdiction_id=found.jurisdiction_id,
            incident_id=found.incident_id,
            recommendation_id=recommendation_id,
            advised=_course_row(outlook.advice),
            opinion=_course_row(opinion),
            agrees=opinion.agrees,
            fallback=opinion.fallback.value if opinion.fallback else None,
            courses=tuple(course.to_json() for course in opinion.courses),
            futures=opinion.futures,
            horizon_seconds=round(opinion.horizon_seconds),
            seed=opinion.seed,
        )

        def write(tx: Tx) -> None:
            tx.record(event, actor=SERVICE)

        try:
            await self._core.store.write(write)
        except DispatchError:
            kept.because = "unavailable"
            log.warning("opinions.not_recorded", recommendation=recommendation_id, exc_info=True)

    async def _play(self, outlook: Outlook, *, seed: int) -> Opinion:
        """Never raises and never takes longer than the deadline: then it is plain closest."""
        began, deadline_seconds = self._seconds(), outlook.practice.rollouts.deadline_seconds
        kernel = self._is_warm

        def compute() -> Opinion:
            left = deadline_seconds - (self._seconds() - began)
            rules = replace(outlook.practice.rollouts, deadline_seconds=left)
            return compare_courses(
                outlook.call,
                outlook.advice,
                outlook.situation,
                replace(outlook.practice, rollouts=rules),
                seed=seed,
                clock=self._seconds,
                kernel=kernel,
            )

        running = asyncio.get_running_loop().run_in_executor(self._thread, compute)
        try:
            return await asyncio.wait_for(running, deadline_seconds)
        except TimeoutError:
            return fall_back(outlook.advice, Fallback.DEADLINE, seed=seed)
        except Exception:
            log.exception("opinions.failed")
            return fall_back(outlook.advice, Fallback.ERROR, seed=seed)


def why_none(is_critical: bool, outlook: Outlook | None) -> str | None:
    """Why no second opinion is sought, as a code; None where one is."""
    if is_critical:
        return Because.LIFE_THREATENING.value
    if outlook is None:
        return "not_weighed"
    if outlook.practice.method is not Method.WEIGHED_WITH_ROLLOUTS:
        return "switched_off"
    return "cover_green" if outlook.call.cover is CoverState.GREEN else None


def opinion_row(
    recommendation_id: str, given: Mapping[str, Any] | None, because: str, names: Mapping[str, str]
) -> Row:
    """The opinion as it is shown; the same fields whether there is one or not."""
    if given is not None:
        shown = {name: given[name] for name in _SHOWN}
        sentence = opinion_sentence(shown, names)
        return {
            "recommendation": recommendation_id,
            "status": "given",
            "because": Because.COMPARED.value,
            **shown,
            "sentence": sentence,
        }
    return {
        "recommendation": recommendation_id,
        "status": "pending" if because == "pending" else "none",
        "because": because,
        **dict.fromkeys(_SHOWN),
        "courses": [],
        "sentence": NO_OPINION[because],
    }


_SHOWN: Final = (
    "advised",
    "opinion",
    "agrees",
    "fallback",
    "courses",
    "futures",
    "horizon_seconds",
    "seed",
)


def _course_row(of: Advice | Opinion) -> dict[str, Any]:
    return {"course": of.course.value if of.course else None, "unit": of.unit_id}
