"""A busy quarter of an hour on the real services, and boards that are cut off and come back all the time.

A board is cut in four ways: it says goodbye; its socket dies with frames on the way that nobody gets; it
reads too slowly and is closed; the service is restarted. Each comes back with the epoch and seq of what it
has folded, as the page and the terminal do.
"""

import contextlib
import json
import random
from collections import Counter, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from dispatch.aid.request import DeclineReason
from dispatch.model.clock import ManualClock
from dispatch.model.errors import DispatchError
from dispatch.model.geo import Point
from dispatch.model.ids import AssignmentId, ClosureId, PreAlertId, RequestId, UnitId
from dispatch.model.jurisdiction import CoverState
from dispatch.model.principal import Principal, Role
from dispatch.services.audience import Audience
from dispatch.services.hub import Board, Resume
from dispatch.services.intake import UnitReport
from dispatch.store.store import open_store
from dispatch.watch.picture import TABLES, Fix, Picture, fold, key_of
from tests.make_world import CEDAR, ELM, FLEET, GALE, HARLOW, HOMES, World, agreement_text, meta, open_world

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TEXTS = (
    agreement_text("cedar", "harlow", until="2026-03-02T12:06:00Z"),
    agreement_text("elm", "harlow", floor=0),
    agreement_text("harlow", "elm", kind="automatic", floor=0),
)
"""Cedar's ends by the clock alone while boards watch, and boards are away."""

WATCHERS = [
    *[(HARLOW, Role.DISPATCHER)] * 4,
    *[(home, Role.DISPATCHER) for home in (CEDAR, CEDAR, ELM, GALE)],
    (HARLOW, Role.SUPERVISOR),
    (CEDAR, Role.ADMIN),
    (ELM, Role.ANALYST),
]
PLACED = ("lon", "lat", "position_at")
"""Of a unit's row: as old as the row. Where it is now comes with positions."""


class Wire:
    """Between hub and board: frames wait here until the board reads them, or are lost with the socket."""

    def __init__(self, limit: int) -> None:
        self.frames: deque[bytes] = deque()
        self.closed: int | None = None
        self.dead = False
        self._limit = limit

    def offer(self, frame: bytes) -> bool:
        if self.closed is not None or len(self.frames) >= self._limit:
            return False
        if not self.dead:
            self.frames.append(frame)
        return True

    def close(self, code: int, reason: str) -> None:
        self.closed = code


Reopen = Callable[[ManualClock | None], AbstractAsyncContextManager[World]]
"""The services on the same record, for the first time or again; the clock goes on."""


@dataclass
class Watcher:
    """One board: what it has folded, and its socket while it has one."""

    audience: Audience
    picture: Picture | None = None
    wire: Wire | None = None
    seat: Board | None = None
    is_back: bool = False
    """It joined again and has not read what it missed."""
    resumed_by: Counter[str] = field(default_factory=Counter)

    @property
    def is_joined(self) -> bool:
        """Whether frames reach it."""
        return self.wire is not None and not self.wire.dead and self.wire.closed is None

    def read(self, most: int = 1_000) -> None:
        """Fold what came, at most so many frames."""
        for _ in range(min(most, len(self.wire.frames)) if self.wire else 0):
            assert self.wire is not None
            frame = json.loads(self.wire.frames.popleft())
            if self.is_back and frame["type"] in ("snapshot", "delta"):
                self.resumed_by[frame["type"]] += 1
                self.is_back = False
            self.picture = fold(self.picture, frame)

    def join(self, world: World, limit: int) -> None:
        """Come back with what was folded."""
        who = Principal(id="p", role=self.audience.role, jurisdiction_id=self.audience.jurisdiction_id)
        me = {"person": "p", "role": who.role.value, "jurisdiction": who.jurisdiction_id}
        resume = Resume(self.picture.epoch, self.picture.seq) if self.picture else None
        self.is_back, self.wire = resume is not None, Wire(limit)
        self.seat = world.services.hub.join(who, self.wire, session_id="s", me=me, resume=resume)

    def leave(self, world: World) -> None:
        """What is still on the way is lost."""
        if self.seat is not None:
            world.services.hub.leave(self.seat)
        self.wire = self.seat = None


def truth(world: World, audience: Audience) -> tuple[dict[str, dict[str, Any]], dict[str, Fix]]:
    """What the service's own fold of the journal shows this audience now: its rows, and where units are."""
    source, now = world.services.hub._watched, world.clock()
    rows: dict[str, dict[str, Any]] = {table: {} for table in TABLES}
    for key in source.list_keys(audience, now=now):
        row = source.find_row(key, audience, now=now)
        if row is not None:
            rows[key.table.value][key_of(key.table.value, row)] = json.loads(json.dumps(row))
    fixes = {}
    for unit_id, row in rows["units"].items():
        fix = world.core.world.picture.fix(UnitId(unit_id))
        if fix is None or row["coarse"] is None:
            continue
        place = fix.position.coarse() if row["coarse"] else fix.position
        fixes[unit_id] = Fix(place.lon, place.lat, round(fix.at.timestamp() * 1000))
    return rows, fixes


def shown(picture: Picture) -> tuple[dict[str, dict[str, Any]], dict[str, Fix]]:
    """The same of a board."""
    rows = {table: {key: dict(row) for key, row in picture.table(table).items()} for table in TABLES}
    fixes = dict(picture.fixes)
    return rows, fixes


def differences(
    rows: Mapping[str, Mapping[str, Any]], wanted: Mapping[str, Mapping[str, Any]]
) -> Iterator[tuple[str, str, Any, Any]]:
    for table in wanted:
        for key in sorted(rows[table].keys() | wanted[table].keys()):
            if rows[table].get(key) != wanted[table].get(key):
                yield table, key, rows[table].get(key), wanted[table].get(key)


def is_same(known: Fix | None, wanted: Fix | None) -> bool:
    """The wire has six or seven decimals of a degree."""
    if known is None or wanted is None or known.at != wanted.at:
        return False
    return abs(known.lon - wanted.lon) < 1e-6 and abs(known.lat - wanted.lat) < 1e-6


def without_places(rows: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    units = {key: {k: v for k, v in row.items() if k not in PLACED} for key, row in rows["units"].items()}
    return {**rows, "units": units}  # type: ignore[dict-item]


class Desk:
    """People and feeds who do something at random; what the service refuses is part of it."""

    def __init__(self, world: World, chance: random.Random) -> None:
        self.world, self.chance = world, chance
        self.done: Counter[str] = Counter()
        self._acts: list[tuple[int, Callable[[], Awaitable[object]]]] = [
            (4, self._open),
            (2, self._close),
            (6, self._ask),
            (5, self._answer),
            (2, self._assign),
            (3, self._status),
            (8, self._move),
            (2, self._loan),
            (1, self._lending),
            (1, self._warn),
            (3, self._wait),
        ]

    async def act(self) -> None:
        weights = [weight for weight, _ in self._acts]
        [(_, act)] = self.chance.choices(self._acts, weights)
        try:
            await act()
            self.done[act.__name__.strip("_")] += 1
        except DispatchError as refused:
            self.done[refused.code] += 1

    async def settle(self) -> None:
        """What the timers do by themselves: nothing is due any more, and everybody has been told."""
        background, hub = self.world.services.background, self.world.services.hub
        assert background
        await background.escalation.sweep()
        hub.publish(background.cover.look_around(seconds=60.0, now=self.world.clock()))
        await background.cover.record_changes()
        await background.standbys.sweep()
        hub.publish(self.world.core.world.list_timed_keys())
        hub.send_positions()
        hub.send_beats()

    def _pick(self, rows: Mapping[Any, Any], wanted: Callable[[Any], bool] = lambda _row: True) -> Any:
        fit = [row for row in rows.values() if wanted(row)]
        if not fit:
            raise DispatchError("nobody to do it to")
        return self.chance.choice(fit)

    def _incident(self) -> Any:
        return self._pick(self.world.core.world.incidents, lambda row: row.state == "active" and row.is_call)

    async def _open(self) -> None:
        active = [row for row in self.world.core.world.incidents.values() if row.state == "active"]
        if len(active) >= 5:
            raise DispatchError("enough")
        home = self.chance.choice(["harlow", "harlow", "elm"])
        await self.world.open(home, note=f"note {self.chance.random()}")

    async def _close(self) -> None:
        incident = self._incident()
        await self.world.services.incidents.close(meta(incident.jurisdiction_id), incident.id)

    async def _ask(self) -> None:
        incident = self._incident()
        lenders = {"harlow": "ccce", "elm": "hhg"}[incident.jurisdiction_id]
        home = self.chance.choice(lenders)
        unit = self.chance.choice([unit for unit in FLEET if unit[0] == home])
        await self.world.ask(incident.id, unit, by=incident.jurisdiction_id)

    async def _answer(self) -> None:
        request = self._pick(self.world.core.world.requests, lambda row: row.state == "offered")
        requests, which = self.world.services.requests, RequestId(request.id)
        match self.chance.randrange(4):
            case 0:
                await requests.decline(meta(request.lender), which, reason=DeclineReason.WEATHER, note="snow")
            case 1:
                await requests.withdraw(meta(request.borrower), which, reason="")
            case _:
                await requests.accept(meta(request.lender), which)

    async def _assign(self) -> None:
        incident = self._incident()
        unit = self.chance.choice([unit for unit in FLEET if HOMES[unit[0]] == incident.jurisdiction_id])
        await self.world.services.assignments.assign_own(
            meta(incident.jurisdiction_id), incident.id, UnitId(unit)
        )

    async def _status(self) -> None:
        words = ["available", "en_route", "on_scene", "transporting", "at_hospital", "out_of_service"]
        await self.world.say(self.chance.choice(words), self.chance.choice(list(FLEET)))

    async def _move(self) -> None:
        """Some units move; a report may be late, or come twice."""
        for unit in self.chance.sample(sorted(FLEET), 3):
            late = self.chance.choice([0, 0, 0, 5, 40])
            place = Point(lon=-99.9 + self.chance.random() * 0.7, lat=40.05 + self.chance.random() / 10)
            at = self.world.clock() - timedelta(seconds=late)
            report = UnitReport(unit_id=UnitId(unit), at=at, position=place)
            await self.world.report(unit[0], *[report] * self.chance.choice([1, 1, 2]))
        if self.chance.random() < 0.7:
            self.world.services.hub.send_positions()

    async def _loan(self) -> None:
        loan = self._pick(self.world.core.world.assignments, lambda row: row.state != "ended")
        which, loans = AssignmentId(loan.id), self.world.services.loans
        if not loan.lent or self.chance.random() < 0.4:
            await self.world.services.assignments.release(meta(loan.borrower), which, reason="")
        elif self.chance.random() < 0.5:
            await loans.recall(meta(loan.home), which, reason="needed at home")
        else:
            await loans.confirm(meta(loan.borrower), which)

    async def _lending(self) -> None:
        closures = self.world.services.closures
        holding = [row for row in self.world.core.world.closures.values() if row.holds(self.world.clock())]
        if holding:
            row = self.chance.choice(holding)
            boss = meta(row.jurisdiction_id, role=Role.SUPERVISOR)
            await closures.end(boss, ClosureId(row.id))
        else:
            ends_at = self.world.clock() + timedelta(seconds=self.chance.choice([30, 300]))
            await closures.close(meta("elm", role=Role.SUPERVISOR), reason="storm", ends_at=ends_at)

    async def _warn(self) -> None:
        cover = self.world.services.cover
        if self.chance.random() < 0.5:
            state, minutes = self.chance.choice(list(CoverState)), self.chance.choice([1, 5])
            await cover.override(meta("harlow"), HARLOW, state=state, reason="storm", minutes=minutes)
            return
        sent = await cover.pre_alert(meta("harlow"), HARLOW, partners=[ELM])
        await cover.acknowledge(meta("elm"), PreAlertId(sent["id"]))

    async def _wait(self) -> None:
        self.world.clock.advance(seconds=self.chance.choice([1, 3, 20, 70]))
        await self.world.escalation.sweep()


@dataclass
class Campaign:
    """What came of it."""

    cuts: Counter[str] = field(default_factory=Counter)
    resumed_by: Counter[str] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)
    checks: int = 0

    def add(self, other: "Campaign") -> None:
        self.cuts += other.cuts
        self.resumed_by += other.resumed_by
        self.done += other.done
        self.checks += other.checks


async def cut_and_resume(reopen: Reopen, *, seed: int, cuts: int) -> Campaign:
    """Cut boards and let them come back until there were so many cuts; each is compared when it is back."""
    chance, found = random.Random(seed), Campaign()
    async with contextlib.AsyncExitStack() as stack:
        world = await stack.enter_async_context(reopen(None))
        desk, watchers = Desk(world, chance), [Watcher(Audience(*who)) for who in WATCHERS]
        while found.cuts.total() < cuts:
            for _ in range(chance.randrange(1, 4)):
                await desk.act()
            if chance.random() < 1 / 60:
                for watcher in watchers:
                    watcher.read(chance.randrange(8))
                    found.cuts["restart"] += watcher.wire is not None
                    watcher.leave(world)
                await stack.aclose()
                world = await stack.enter_async_context(reopen(world.clock))
                desk.world = world
            for watcher in watchers:
                _live_on(watcher, world, chance, found)
            await desk.settle()
            everybody = chance.random() < 0.1
            for watcher in watchers:
                if (watcher.is_back or everybody) and watcher.is_joined:
                    watcher.read()
                    compare(watcher, world, f"seed {seed}, cut {found.cuts.total()}")
                    found.checks += 1
        found.done = desk.done
    for watcher in watchers:
        found.resumed_by += watcher.resumed_by
    return found


async def campaign(path: Path, *, seed: int, cuts: int) -> Campaign:
    """``cut_and_resume`` on the SQLite record at ``path``, which has the schema and nothing else."""

    @contextlib.asynccontextmanager
    async def reopen(clock: ManualClock | None) -> AsyncIterator[World]:
        now, on_duty = clock or ManualClock(NOON), FLEET if clock is None else ()
        store = open_store(f"sqlite:///{path}", clock=now)
        try:
            async with open_world(store, now, agreements=TEXTS, on_duty=on_duty) as world:
                yield world
        finally:
            await store.close()

    return await cut_and_resume(reopen, seed=seed, cuts=cuts)


def _live_on(watcher: Watcher, world: World, chance: random.Random, found: Campaign) -> None:
    """One board's next moment: it reads on, is cut off, or comes back."""
    wire = watcher.wire
    if wire is None:
        if chance.random() < 0.6:
            watcher.join(world, limit=chance.choice([3, 256, 256, 256]))
    elif wire.closed is not None or wire.dead:
        # The hub has closed it, or has not noticed yet that nobody is there any more.
        found.cuts["too slow"] += wire.closed is not None
        watcher.leave(world)
    elif chance.random() < 0.5:
        watcher.read(chance.randrange(6))
        found.cuts["frames lost" if wire.frames else "goodbye"] += 1
        if chance.random() < 0.3:
            wire.dead = True
        else:
            watcher.leave(world)


def compare(watcher: Watcher, world: World, where: str) -> None:
    """Raises where the board shows anything else than the service's own fold for this audience."""
    assert watcher.picture is not None
    (rows, fixes), (wanted_rows, wanted_fixes) = shown(watcher.picture), truth(world, watcher.audience)
    differ = list(differences(without_places(rows), without_places(wanted_rows)))
    assert differ == [], f"{where}: {watcher.audience} {differ}"
    wrong = {
        unit: (fixes.get(unit), wanted_fixes.get(unit))
        for unit in fixes.keys() | wanted_fixes.keys()
        if not is_same(fixes.get(unit), wanted_fixes.get(unit))
    }
    assert wrong == {}, f"{where}: {watcher.audience} {wrong}"
