"""An order for many units: answered at once, bettered within a moment where that can be, and sent in one go.

The closest-first answer is computed on the engine's thread and never waits for the solver, which has a thread
of its own. Plans live in memory for some minutes; what was shown of them, and what was sent, is on record.
"""

import asyncio
import time
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import structlog

from dispatch.agreements.access import owned_by
from dispatch.agreements.actions import Action
from dispatch.agreements.shapes import Viewer
from dispatch.aid.waves.cards import RunCard, added_up, find_card, order_for
from dispatch.aid.waves.exact import DEADLINE_SECONDS, Answer, Exact, plan_exactly
from dispatch.aid.waves.order import Case, Order
from dispatch.aid.waves.plan import Pick, Plan
from dispatch.model.errors import IllegalStep, Invalid, NotFound
from dispatch.model.geo import Point
from dispatch.model.ids import PLAN_PREFIX, AidPlanId, IncidentId, JurisdictionId, UnitId
from dispatch.model.incident import Incident, Need
from dispatch.model.principal import Principal
from dispatch.services.command import CommandMeta, Row
from dispatch.services.core import Core
from dispatch.services.door import require
from dispatch.services.idempotency import find_answer, once
from dispatch.services.incidents import require_needs
from dispatch.services.kept_plans import KeptPlans
from dispatch.services.ports import Tx
from dispatch.services.recommend import find_for, require_active, require_call
from dispatch.services.wave_steps import (
    CLOSEST_FIRST,
    EXACT,
    Ordered,
    needs_json,
    plan_row,
    put_plan,
    send_picks,
    types_coming,
)

log = structlog.get_logger(__name__)

SENT_WITHIN: Final = timedelta(minutes=5)
"""How long a plan may be sent: by then units have moved, and its arrivals are no longer true."""

SOLVER_DOUBTED: Final = timedelta(minutes=5)
"""So long after an exact plan failed the solver is said to be off: it may be that one order's fault, and the
next order is perhaps days away."""

GREEDY: Final = "greedy"
SAME: Final = "same"
FAILED: Final = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanAsk:
    """What a dispatcher orders: ``needs``, or what an ``alarm_level`` of the agency's run card still lacks.

    ``card`` names the card where the agency has several that fit.
    """

    needs: tuple[Need, ...] = ()
    staging: Point | None = None
    alarm_level: int | None = None
    card: str | None = None


@dataclass(slots=True, kw_only=True)
class _Job:
    """One plan. ``exact`` None: not settled yet. It settles once, before or after anybody looks."""

    ordered: Ordered
    case: Case
    closest: Plan
    deadline: float
    exact: Exact | None = None
    because: str = ""
    claimed: bool = False
    sent_at: datetime | None = None
    task: asyncio.Task[None] | None = None

    @property
    def best(self) -> Plan:
        """The plan that stands."""
        return self.closest if self.exact is None or self.exact.plan is None else self.exact.plan

    @property
    def answer(self) -> str:
        """Which of the two that is, in the journal's words."""
        return CLOSEST_FIRST if self.best is self.closest else EXACT

    @property
    def status(self) -> str:
        """``exact``; ``same`` where the solver found none better; ``greedy`` where it has no say (yet)."""
        if self.exact is None:
            return GREEDY
        return {Answer.EXACT: EXACT, Answer.SAME: SAME}.get(self.exact.answer, GREEDY)


@dataclass(slots=True)
class AidPlans:
    """The plans of this process."""

    core: Core
    cards: Sequence[RunCard] = ()
    deadline_seconds: float = DEADLINE_SECONDS
    kept: KeptPlans[_Job] = field(default_factory=KeptPlans)
    _thread: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="solver")
    )
    _failed_at: datetime | None = None

    @property
    def solver_works(self) -> bool:
        """Whether the last exact plan did not fail, or did so some minutes ago."""
        if self._failed_at is None:
            return True
        return not timedelta(0) <= self.core.clock() - self._failed_at <= SOLVER_DOUBTED

    async def plan(self, meta: CommandMeta, incident_id: IncidentId, ask: PlanAsk) -> Row:
        """The closest-first plan, journaled before it is shown; the solver starts behind it.

        ``{id, incident, made_at, order, plan, degraded, status, because, pending, compared}``. Raises
        ``NotFound``, ``Forbidden``, ``IllegalStep`` (incident ended), ``Invalid`` (``needs``,
        ``alarm_level``, ``card``).
        """
        core = self.core
        incident = await find_for(core, meta, Action.PLAN_AID, incident_id)
        body = _plan_body(incident_id, ask)
        answered = await self._find_answer(meta, "plan_aid", body)
        if answered is not None:  # what is asked for since would be planned for no more
            return answered
        require_active(incident, wanted="planned_for")
        require_call(incident, wanted="planned_for")
        ordered = await self._order(incident, ask)
        began = time.monotonic()
        case, closest = await core.engine.plan_closest(
            incident, ordered.order, now=ordered.made_at, requester=meta.actor.role
        )
        job = _Job(ordered=ordered, case=case, closest=closest, deadline=began + self.deadline_seconds)

        def write(tx: Tx) -> Row:
            require_active(tx.get_incident(incident_id), wanted="planned_for")
            put_plan(tx, meta, ordered, closest, answer=CLOSEST_FIRST)
            return self._row(job, meta.actor)

        row = await core.store.write(
            lambda tx: once(tx, meta, command="plan_aid", body=body, run=lambda: write(tx))
        )
        if row["id"] == ordered.plan_id:  # else: a retry, and the first answer's plan is at work already
            self._begin(job, meta)
        return row

    async def get(self, principal: Principal, plan_id: AidPlanId) -> Row:
        """The plan that stands, after waiting for the solver until its deadline at most; then it is final.

        Raises ``NotFound``.
        """
        job = self._get(principal, Action.PLAN_AID, plan_id)
        await self._settle(job)
        return self._row(job, principal)

    async def send(
        self,
        meta: CommandMeta,
        plan_id: AidPlanId,
        *,
        unit_ids: Collection[UnitId] | None = None,
        all_or_nothing: bool = False,
    ) -> Row:
        """Ask all lenders of the plan that stands, or for those of its units, in one transaction.

        Each unit's permit is judged again on the record. What cannot be asked any more is told with its
        reasons and the rest stands, unless ``all_or_nothing``. Raises ``NotFound``, ``Forbidden``,
        ``IllegalStep`` (sent before, too old, incident ended), ``Invalid`` (``unit_ids``, ``needs``), and
        with ``all_or_nothing`` ``NotPermitted`` and ``UnitCommitted``.
        """
        core = self.core
        body = {
            "plan": plan_id,
            "unit_ids": None if unit_ids is None else sorted(unit_ids),
            "all_or_nothing": all_or_nothing,
        }
        answered = await self._find_answer(meta, "send_aid_plan", body)
        if answered is not None:  # also where the plan itself is forgotten by now
            return answered
        job = self._get(meta.actor, Action.SEND_AID_PLAN, plan_id)
        await self._settle(job)
        picks = _chosen(job.best, unit_ids)

        def write(tx: Tx) -> Row:
            if core.clock() - job.ordered.made_at > SENT_WITHIN:
                raise IllegalStep("made", wanted="sent", because="plan_too_old")
            return send_picks(
                tx,
                meta,
                job.ordered,
                picks,
                core=core,
                answer=job.answer,
                all_or_nothing=all_or_nothing,
            )

        row = await core.store.write(
            lambda tx: once(tx, meta, command="send_aid_plan", body=body, run=lambda: write(tx))
        )
        job.sent_at = core.clock()
        return row

    async def close(self) -> None:
        """Let the solver end; it is never longer at work than its deadline."""
        tasks = [job.task for job in self.kept.list_all() if job.task is not None]
        if tasks:
            await asyncio.wait(tasks)
        self._thread.shutdown(wait=True, cancel_futures=True)

    async def _order(self, incident: Incident, ask: PlanAsk) -> Ordered:
        core, card = self.core, None
        if ask.alarm_level is None:
            require_needs(ask.needs)
            order = Order(needs=added_up(ask.needs), staging=ask.staging)
        else:
            if ask.needs:
                raise Invalid("needs", "either needs or an alarm_level")
            card = self._card(incident, ask.card)
            order = await self._by_card(incident, card, ask.alarm_level, ask.staging)
        return Ordered(
            plan_id=AidPlanId(core.ids(PLAN_PREFIX)),
            incident_id=incident.id,
            jurisdiction_id=incident.jurisdiction_id,
            order=order,
            made_at=core.clock(),
            alarm_level=ask.alarm_level,
            card=card.id if card else None,
        )

    def _card(self, incident: Incident, card_id: str | None) -> RunCard:
        card = find_card(self.cards, incident.jurisdiction_id, nature=incident.nature, card_id=card_id)
        if card is None:
            raise Invalid("card" if card_id else "alarm_level", "your agency has no such run card")
        return card

    async def _by_card(self, incident: Incident, card: RunCard, level: int, staging: Point | None) -> Order:
        units = self.core.world.region.units
        coming = await self.core.store.read(lambda reader: types_coming(reader, incident.id, units))
        order = order_for(card, level, coming=coming, staging=staging)
        if order is None:
            raise Invalid("alarm_level", "all that this level brings is there or asked for")
        require_needs(order.needs)
        return order

    def _begin(self, job: _Job, meta: CommandMeta) -> None:
        self.kept.put(job, now=self.core.clock())
        job.task = asyncio.get_running_loop().create_task(self._solve(job, meta), name=job.ordered.plan_id)

    async def _solve(self, job: _Job, meta: CommandMeta) -> None:
        """Look for a better plan; what goes wrong is logged, and the closest-first one stands."""
        try:
            left = job.deadline - time.monotonic()
            found = Exact(answer=Answer.TIMED_OUT)
            if left > 0:
                found = await asyncio.get_running_loop().run_in_executor(
                    self._thread, _solve_until, job.case, job.closest, job.deadline
                )
                self._failed_at = None
            if job.exact is not None:
                return  # somebody looked at the deadline: what was shown stands
            job.claimed = True
            plan = found.plan
            if plan is not None:
                await self.core.store.write(
                    lambda tx: put_plan(tx, CommandMeta(actor=meta.actor), job.ordered, plan, answer=EXACT)
                )
            job.exact = found
        except Exception:
            log.exception("aid_plan.fault", plan=job.ordered.plan_id)
            if not job.claimed:  # else it was solved, and what failed came after
                self._failed_at = self.core.clock()
            job.because = FAILED
            job.exact = Exact(answer=Answer.TIMED_OUT)

    async def _settle(self, job: _Job) -> None:
        if job.exact is not None or job.task is None:
            return
        await asyncio.wait([job.task], timeout=max(0.0, job.deadline - time.monotonic()))
        if job.claimed:  # found in time, and being recorded: a moment
            await asyncio.wait([job.task])
        elif job.exact is None:
            job.exact = Exact(answer=Answer.TIMED_OUT)

    def _row(self, job: _Job, viewer: Viewer) -> Row:
        answer = None if job.exact is None else job.exact.answer
        exact = job.exact.plan if job.exact else None
        reason = answer.value if answer and job.status == GREEDY else ""
        return {
            **plan_row(job.ordered, job.best, self.core.world, viewer=viewer),
            "status": job.status,
            "because": job.because or reason,
            "pending": job.exact is None,
            "compared": {
                GREEDY: job.closest.to_json()["figures"],
                EXACT: exact.to_json()["figures"] if exact else None,
            },
        }

    def _get(self, principal: Principal, action: Action, plan_id: AidPlanId) -> _Job:
        job = self.kept.find(plan_id, now=self.core.clock())
        # A missing one belongs to nobody: then the answer is the same as for a foreign one.
        owner = job.ordered.jurisdiction_id if job is not None else JurisdictionId("")
        require(principal, action, owned_by(owner), what="aid plan", which=plan_id, now=self.core.clock())
        if job is None:
            raise NotFound("aid plan", plan_id)
        return job

    async def _find_answer(self, meta: CommandMeta, command: str, body: Row) -> Row | None:
        if meta.key is None:
            return None
        return await self.core.store.read(
            lambda reader: find_answer(reader, meta, command=command, body=body)
        )


def _plan_body(incident_id: IncidentId, ask: PlanAsk) -> Row:
    return {
        "incident": incident_id,
        "needs": needs_json(ask.needs),
        "staging": [ask.staging.lon_e7, ask.staging.lat_e7] if ask.staging else None,
        "alarm_level": ask.alarm_level,
        "card": ask.card,
    }


def _solve_until(case: Case, closest: Plan, deadline: float) -> Exact:
    """On the solver's thread, which may have been busy with another plan until now."""
    left = deadline - time.monotonic()
    return plan_exactly(case, closest, deadline_seconds=left) if left > 0 else Exact(answer=Answer.TIMED_OUT)


def _chosen(plan: Plan, unit_ids: Collection[UnitId] | None) -> Sequence[Pick]:
    if unit_ids is None:
        return plan.picks
    strange = set(unit_ids) - {pick.offer.unit.id for pick in plan.picks}
    if strange:
        raise Invalid("unit_ids", f"not in the plan: {', '.join(sorted(strange))}")
    return [pick for pick in plan.picks if pick.offer.unit.id in unit_ids]
