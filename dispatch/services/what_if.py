"""What a draft would have changed: jobs that run beside the service, and who may see them.

A run takes seconds of a whole core, minutes where every decision is advised. It runs where the runner puts it
(a process of its own); here is the table of jobs alone, in memory: after a restart one asks again.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, Protocol, TypeAlias

import structlog

from dispatch.agreements.access import Resource, owned_by
from dispatch.agreements.actions import Action
from dispatch.agreements.parse import parse_agreement
from dispatch.agreements.standing import Standing
from dispatch.agreements.terms import Agreement
from dispatch.aid.closure import LendingClosure
from dispatch.model.errors import Conflict, DispatchError, Invalid, NotFound, TooMany, Unavailable
from dispatch.model.ids import AgreementId, JurisdictionId
from dispatch.model.incident import Incident
from dispatch.model.principal import Principal
from dispatch.services.agreement_texts import Sent
from dispatch.services.agreements import Agreements
from dispatch.services.command import Row
from dispatch.services.core import Core
from dispatch.services.door import require
from dispatch.services.ports import Reader
from dispatch.services.what_if_policy import WhatIfPolicy

log = structlog.get_logger(__name__)

MOST_RUNNING: Final = 2
KEPT: Final = timedelta(hours=1)
MOST_KEPT: Final = 100
RETRY_SECONDS: Final = 15.0

WhatIfRow: TypeAlias = Mapping[str, Any]
"""An estimate as JSON values."""

Progress: TypeAlias = Callable[[int, int], None]
"""Is told how many of how many steps are done."""


class WhatIfFailed(Exception):
    """The run ended without an estimate; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIfOrder:
    """What a run is given. ``incidents``: the window's recorded ones, everybody's, oldest first.

    ``shown``: whose figures the estimate may tell.
    """

    draft: Agreement
    agreements: tuple[Agreement, ...]
    standing: Standing
    incidents: tuple[Incident, ...]
    now: datetime
    days: int
    seed: int
    policy: WhatIfPolicy
    shown: frozenset[JurisdictionId]


class WhatIfRun(Protocol):
    """A run under way."""

    def wait(self, progress: Progress) -> WhatIfRow:
        """Block until it is done. Raises ``WhatIfFailed``, also when it was stopped."""
        ...

    def stop(self) -> None:
        """End it, from any thread; ``wait`` then comes back. Stopping twice is no error."""
        ...


class WhatIfRunner(Protocol):
    """Where runs are done (``simulate.whatif.runner``)."""

    def start(self, order: WhatIfOrder) -> WhatIfRun:
        """Begin; blocks for as long as it takes to hand the order over."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIfAsk:
    """What a person asks. ``sent``: a draft; without one a version, else the newest that is seen."""

    version: int | None = None
    sent: Sent | None = None
    days: int = 365
    seed: int = 7
    policy: WhatIfPolicy = WhatIfPolicy.CLOSEST_AUTOMATIC


class JobState(StrEnum):
    """Where a job stands."""

    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


@dataclass(slots=True, kw_only=True)
class _Job:
    id: str
    person: str
    jurisdiction_id: JurisdictionId | None
    draft: Agreement
    state: JobState = JobState.RUNNING
    done: int = 0
    total: int = 0
    because: str = ""
    result: WhatIfRow | None = None
    ended_at: datetime | None = None
    run: WhatIfRun | None = None
    task: asyncio.Task[None] | None = None

    def is_running(self) -> bool:
        return self.state is JobState.RUNNING

    def note(self, done: int, total: int) -> None:
        self.done, self.total = done, total

    def to_row(self) -> Row:
        return {
            "job": self.id,
            "agreement": self.draft.id,
            "version": self.draft.version,
            "state": self.state.value,
            "done": self.done,
            "total": self.total,
            "because": self.because,
            "result": self.result,
        }


def _log_fault(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (fault := task.exception()) is not None:
        log.error("what_if.fault", job=task.get_name(), exc_info=fault)


@dataclass(slots=True)
class WhatIfs:
    """The jobs of this process."""

    core: Core
    runner: WhatIfRunner | None
    agreements: Agreements
    _jobs: dict[str, _Job] = field(default_factory=dict)
    _threads: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(MOST_RUNNING, thread_name_prefix="what-if")
    )

    async def start(self, principal: Principal, agreement_id: AgreementId, ask: WhatIfAsk) -> Row:
        """Begin a run and answer its job.

        Raises ``NotFound``, ``Forbidden``, ``AgreementInvalid``, ``Invalid`` (a text of another agreement),
        ``Conflict`` (this person's last one still runs), ``TooMany`` and ``Unavailable`` (no runner).
        """
        draft = await self._draft_for(principal, agreement_id, ask)
        runner = self.runner
        if runner is None:
            raise Unavailable("no what-if can be run here")
        self._forget()
        running = [job for job in self._jobs.values() if job.task is not None and not job.task.done()]
        if any(job.person == principal.id for job in running):
            raise Conflict("your last what-if still runs: wait for it, or cancel it")
        if len(running) >= MOST_RUNNING:
            raise TooMany(retry_after_seconds=RETRY_SECONDS)
        job = _Job(
            id=self.core.ids("wif"),
            person=principal.id,
            jurisdiction_id=principal.jurisdiction_id,
            draft=draft,
        )
        self._jobs[job.id] = job
        job.task = asyncio.get_running_loop().create_task(self._see_through(job, runner, ask), name=job.id)
        job.task.add_done_callback(_log_fault)
        return job.to_row()

    def get(self, principal: Principal, job_id: str) -> Row:
        """How far a job of the caller's jurisdiction is, and its estimate. Raises ``NotFound``."""
        return self._get(principal, job_id).to_row()

    async def cancel(self, principal: Principal, job_id: str) -> Row:
        """End a job; one that is over stays as it is. Raises ``NotFound``."""
        job = self._get(principal, job_id)
        await self._stop([job])
        return job.to_row()

    async def close(self) -> None:
        """End all jobs and their threads; no process is left behind."""
        await self._stop(list(self._jobs.values()))
        self._threads.shutdown(wait=True, cancel_futures=True)

    async def _draft_for(self, principal: Principal, agreement_id: AgreementId, ask: WhatIfAsk) -> Agreement:
        if ask.sent is None:
            action = Action.RUN_WHAT_IF
            paper = await self.agreements.get_paper(principal, action, agreement_id, ask.version)
            return paper.agreement
        on_record = self.core.world.book.list_papers_of(agreement_id)
        if on_record:
            # A text may not open what is on record between others.
            self._require_party(principal, on_record[-1].agreement)
        sent = ask.sent
        draft = await asyncio.to_thread(lambda: parse_agreement(sent.as_text()))
        if draft.id != agreement_id:
            raise Invalid("document.id", f"is {draft.id!r}, not {agreement_id!r}")
        self._require_party(principal, draft)
        return draft

    def _require_party(self, principal: Principal, agreement: Agreement) -> None:
        resource = Resource(parties=agreement.party_set)
        now, action = self.core.clock(), Action.RUN_WHAT_IF
        require(principal, action, resource, what="agreement", which=agreement.id, now=now)

    def _get(self, principal: Principal, job_id: str) -> _Job:
        self._forget()
        job = self._jobs.get(job_id)
        # A missing one belongs to nobody: then the answer is the same as for a foreign one.
        owner = job.jurisdiction_id if job is not None else JurisdictionId("")
        now, action = self.core.clock(), Action.RUN_WHAT_IF
        require(principal, action, owned_by(owner), what="what-if", which=job_id, now=now)
        if job is None:
            raise NotFound("what-if", job_id)
        return job

    async def _see_through(self, job: _Job, runner: WhatIfRunner, ask: WhatIfAsk) -> None:
        loop = asyncio.get_running_loop()
        try:
            order = await self._order(job, ask)
            if job.is_running():
                job.run = await loop.run_in_executor(self._threads, runner.start, order)
                if not job.is_running():
                    job.run.stop()  # cancelled while it was being started
                result = await loop.run_in_executor(self._threads, job.run.wait, job.note)
                self._end(job, JobState.DONE, result=result)
        except (WhatIfFailed, DispatchError, OSError) as error:
            self._end(job, JobState.FAILED, because=str(error))
        finally:
            job.run = None
            self._end(job, JobState.FAILED, because="a fault of ours; it is logged")

    async def _order(self, job: _Job, ask: WhatIfAsk) -> WhatIfOrder:
        core, now = self.core, self.core.clock()
        since = now - timedelta(days=ask.days)

        def read(reader: Reader) -> tuple[Sequence[Incident], Sequence[LendingClosure]]:
            return reader.list_incidents_between(since, now), reader.list_closures()

        incidents, closures = await core.store.read(read)
        return WhatIfOrder(
            draft=job.draft,
            agreements=core.world.book.agreements,
            # Each call is judged by the closures of its own moment, ended ones too.
            standing=Standing(closures=tuple(closure.said for closure in closures)),
            incidents=tuple(incidents),
            now=now,
            days=ask.days,
            seed=ask.seed,
            policy=ask.policy,
            shown=self._list_shown(job),
        )

    def _list_shown(self, job: _Job) -> frozenset[JurisdictionId]:
        """Whose figures the job may tell: a draft alone opens nobody's calls to whoever writes a name in it.

        One's own, those of partners in force, and of everybody who was proposed a text under this id.
        """
        core, own = self.core, job.jurisdiction_id
        if own is None:
            return frozenset()
        papers = core.world.book.list_papers_of(job.draft.id)
        proposed = (paper.agreement.party_set for paper in papers if own in paper.agreement.party_set)
        return frozenset({own}).union(core.world.book.partners_of(own, now=core.clock()), *proposed)

    def _end(self, job: _Job, state: JobState, *, because: str = "", result: WhatIfRow | None = None) -> None:
        if job.is_running():
            job.state, job.because, job.result = state, because, result
            job.ended_at = self.core.clock()

    async def _stop(self, jobs: list[_Job]) -> None:
        for job in jobs:
            self._end(job, JobState.CANCELLED)
            if job.run is not None:
                job.run.stop()
        tasks = [job.task for job in jobs if job.task is not None]
        if tasks:
            await asyncio.wait(tasks)

    def _forget(self) -> None:
        since = self.core.clock() - KEPT
        over = [job for job in self._jobs.values() if job.ended_at is not None]
        old = [job for job in over if job.ended_at is not None and job.ended_at < since]
        for job in {job.id: job for job in (*old, *over[: max(0, len(over) - MOST_KEPT)])}.values():
            del self._jobs[job.id]
