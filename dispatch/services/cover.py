"""How each jurisdiction is covered: looked at after each commit that touches it, and in turn by the clock.

Every change of a state is journalled with all its figures, once, whichever process saw it first. What is
not journalled yet when the process ends is seen again at the next start, which goes on from the states on
record.
"""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from dispatch.aid.advice.forecast import Forecast
from dispatch.aid.cover.known import KnownCover
from dispatch.aid.cover.reading import Capability, Sighted
from dispatch.aid.cover.step import CoverMemory
from dispatch.aid.overwhelm import Cover, LevelCover, look, read_levels
from dispatch.aid.remaining import TYPICAL_SECONDS
from dispatch.aid.standing_by import find_standby, list_lent_at_posts, list_standbys
from dispatch.aid.waiting import is_unattended
from dispatch.model.events import OverwhelmChanged
from dispatch.model.ids import IncidentId, JurisdictionId
from dispatch.model.incident import Incident
from dispatch.model.jurisdiction import CoverState
from dispatch.model.principal import SERVICE
from dispatch.model.unit import Unit
from dispatch.services.audience import Key, Table
from dispatch.services.core import Core
from dispatch.services.ports import Tx

ROUND_SECONDS: Final = 30.0
"""In which every jurisdiction is looked at, whatever happens."""

HOUR: Final = timedelta(hours=1)


Expected = Mapping[Capability, Mapping[JurisdictionId, float]]


@dataclass(frozen=True, slots=True)
class _Facts:
    """What all looks of one moment share: open calls and lent units by jurisdiction, and how many come."""

    now: datetime
    pending: Mapping[JurisdictionId, Sequence[Incident]]
    lent: Mapping[JurisdictionId, Sequence[Unit]]
    last_hour: Mapping[Capability, Mapping[JurisdictionId, int]]
    expected: Expected
    pace: float


class CoverWatch:
    """The covers, and the transitions that wait for the journal."""

    def __init__(self, core: Core, covers: dict[JurisdictionId, Cover]) -> None:
        """``covers`` is filled and kept up to date; the board's rows read it."""
        self._core, self.covers = core, covers
        self._order = tuple(core.world.region.jurisdictions)
        self._next = 0
        self._measured: dict[JurisdictionId, Mapping[Capability, CoverMemory]] = {}
        self._said: dict[tuple[JurisdictionId, Capability], CoverState] = {}
        self._unrecorded: list[OverwhelmChanged] = []
        self._expected: tuple[Forecast, datetime, Expected] | None = None
        self.has_news = asyncio.Event()
        self._remember(core.world.advice.known)

    def _remember(self, known: Sequence[KnownCover]) -> None:
        """Go on from the record: a state does not begin anew with the process."""
        for one in known:
            memory = CoverMemory(state=one.state, since=one.since)
            before = self._measured.get(one.jurisdiction_id, {})
            self._measured[one.jurisdiction_id] = {**before, one.capability: memory}
            self._said[one.jurisdiction_id, one.capability] = one.state

    def assess_all(self, *, now: datetime) -> None:
        """Look at every jurisdiction, at start."""
        self.assess(self._order, now=now)

    def assess(self, jurisdiction_ids: Iterable[JurisdictionId], *, now: datetime) -> frozenset[Key]:
        """Look again after a commit; answers the rows that changed."""
        wanted = [home for home in jurisdiction_ids if home in self._core.world.region.jurisdictions]
        if not wanted:
            return frozenset()
        facts = self._take_facts(now)
        changed: set[Key] = set()
        for jurisdiction_id in wanted:
            before, after = self.covers.get(jurisdiction_id), self._look(jurisdiction_id, facts)
            self.covers[jurisdiction_id] = after
            if before is None or before.to_json() != after.to_json() or before.override != after.override:
                changed.add(Key(Table.COVERS, jurisdiction_id))
            for level in after.levels:
                self._note(after, level, now)
        return frozenset(changed)

    def look_around(self, *, seconds: float, now: datetime) -> frozenset[Key]:
        """Look at the next share of all jurisdictions, so that ``ROUND_SECONDS`` see each of them, and at
        those of which a recommendation said something new. Called every so many seconds.
        """
        count = min(len(self._order), -int(-len(self._order) * seconds // ROUND_SECONDS))
        turn = [self._order[(self._next + n) % len(self._order)] for n in range(count)]
        self._next = (self._next + count) % max(1, len(self._order))
        return self.assess(dict.fromkeys([*self._core.world.take_due_covers(), *turn]), now=now)

    async def record_changes(self) -> None:
        """Journal the transitions seen since the last time. Raises ``Unavailable``; then they wait on."""
        self.has_news.clear()
        waiting = tuple(self._unrecorded)
        if not waiting:
            return

        def write(tx: Tx) -> None:
            for event in waiting:
                _record(tx, event)

        await self._core.store.write(write)
        del self._unrecorded[: len(waiting)]

    def _look(self, home: JurisdictionId, facts: _Facts) -> Cover:
        world = self._core.world
        alarm = world.practice_of(home).alarm
        readings = read_levels(
            [self._sight(unit) for unit in world.units_of(home)],
            facts.pending.get(home, ()),
            lent=[self._sight(unit) for unit in facts.lent.get(home, ())],
            alarm=alarm,
            now=facts.now,
            late=world.advice.late,
            calls={c: (facts.last_hour[c].get(home, 0), facts.expected[c].get(home)) for c in Capability},
            pace=facts.pace,
        )
        cover, self._measured[home] = look(
            home,
            readings,
            before=self._measured.get(home, {}),
            alarm=alarm,
            now=facts.now,
            override=world.advice.find_override(home, facts.now),
        )
        return cover

    def _sight(self, unit: Unit) -> Sighted:
        world = self._core.world
        assignment, fix = world.find_live_assignment(unit.id), world.picture.fix(unit.id)
        return Sighted(
            unit=unit,
            state=world.picture.state(unit.id),
            assignment=assignment,
            fix_at=fix.at if fix else None,
            stands_by=find_standby(assignment, world.incidents) is not None,
        )

    def _list_lent(self, now: datetime) -> Mapping[JurisdictionId, Sequence[Unit]]:
        """Neighbours' units at their posts, by whom they stand by for."""
        world = self._core.world
        standbys = list_standbys(world.list_standing_by(), world.incidents)
        found: dict[JurisdictionId, list[Unit]] = defaultdict(list)
        for standby in list_lent_at_posts(standbys, now):
            unit = world.region.units.get(standby.unit_id)
            if unit is not None:
                found[standby.borrower].append(unit)
        return found

    def _take_facts(self, now: datetime) -> _Facts:
        world, forecast = self._core.world, self._core.engine.advisor.forecast
        attended = {a.incident_id for a in world.assignments.values() if a.attends}
        return _Facts(
            now=now,
            pending=_by_home(world.incidents, attended.union(world.assignments.come)),
            lent=self._list_lent(now),
            last_hour={
                Capability.ANY: world.count_opened(since=now - HOUR),
                Capability.ALS: world.count_opened(since=now - HOUR, als=True),
            },
            expected=self._expect(forecast, now),
            pace=forecast.occupancy_seconds / TYPICAL_SECONDS,
        )

    def _expect(self, forecast: Forecast, now: datetime) -> Expected:
        """Calls per hour; the same within a quarter of an hour, on which every time zone's hours begin."""
        quarter = now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0)
        if self._expected is None or self._expected[0] is not forecast or self._expected[1] != quarter:
            rates = forecast.calls_per_hour(now)
            found = {
                capability: dict(zip(forecast.jurisdictions, share.tolist(), strict=True))
                for capability, share in (
                    (Capability.ANY, rates),
                    (Capability.ALS, rates * forecast.als_share),
                )
            }
            self._expected = (forecast, quarter, found)
        return self._expected[2]

    def _note(self, cover: Cover, level: LevelCover, now: datetime) -> None:
        """A state that is not the one said last is to be journalled; the very first of all is not news."""
        key, after = (cover.jurisdiction_id, level.capability), level.memory.state
        before = self._said.get(key)
        self._said[key] = after
        if before is None or before is after:
            return
        self._unrecorded.append(
            OverwhelmChanged(
                occurred_at=now,
                jurisdiction_id=cover.jurisdiction_id,
                before=before.value,
                after=after.value,
                reasons=tuple(reason.to_json() for reason in level.memory.reasons),
                capability=level.capability.value,
                figures=level.figures(),
            )
        )
        self.has_news.set()


def _by_home(
    incidents: Mapping[IncidentId, Incident], attended: Collection[IncidentId]
) -> Mapping[JurisdictionId, Sequence[Incident]]:
    """The active calls that no unit works on or has come to."""
    pending: dict[JurisdictionId, list[Incident]] = defaultdict(list)
    for incident in incidents.values():
        if is_unattended(incident, attended):
            pending[incident.jurisdiction_id].append(incident)
    return pending


def _record(tx: Tx, event: OverwhelmChanged) -> None:
    """Unless another process has said so already: the record's own state is what it changes from."""
    home, capability = event.jurisdiction_id, Capability(event.capability)
    if home is None:
        raise ValueError("cover of no jurisdiction")
    known = tx.find_known_cover(home, capability)
    if known is not None and (known.state.value == event.after or known.since > event.occurred_at):
        return
    said = event if known is None else replace(event, before=known.state.value)
    tx.record(said, actor=SERVICE)
    tx.put_known_cover(
        KnownCover(
            jurisdiction_id=home,
            capability=capability,
            state=CoverState(event.after),
            since=event.occurred_at,
        )
    )
