"""What this process knows: the region, the live picture, and the open rows of the record.

One writer: the event loop, after each commit. Everybody else reads, and whoever computes for longer
than a moment takes a still copy (``engine.py``). Restart-safe: ``load`` rebuilds it from the record.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, assert_never

from dispatch.agreements.record import AgreementText, FiledAct, FiledSignature
from dispatch.agreements.standing import Standing
from dispatch.aid.advice.practice import Practice
from dispatch.aid.advice.practice_document import FiledPractice
from dispatch.aid.assignment import Assignment
from dispatch.aid.closure import LendingClosure
from dispatch.aid.cover.override import CoverOverride
from dispatch.aid.cover.reading import LateCall, needs_als
from dispatch.aid.crew_rules import CrewRules
from dispatch.aid.given import reach_of
from dispatch.aid.overwhelm import Cover
from dispatch.aid.pre_alert import PreAlert
from dispatch.aid.receipts import count_receipts
from dispatch.aid.request import AidRequest, RequestState
from dispatch.aid.stand_down import StandDown
from dispatch.aid.waiver import AskedWaiver
from dispatch.live.picture import Picture
from dispatch.model.ids import (
    AssignmentId,
    ClosureId,
    IncidentId,
    JurisdictionId,
    RequestId,
    UnitId,
    WaiverId,
)
from dispatch.model.incident import Incident, IncidentState
from dispatch.model.principal import Principal
from dispatch.model.region import Region
from dispatch.model.unit import Unit, UnitState
from dispatch.services.advice_book import AdviceBook
from dispatch.services.assignment_index import AssignmentIndex
from dispatch.services.audience import Key, Table
from dispatch.services.book import AgreementBook
from dispatch.services.given_book import GivenBook
from dispatch.services.health_book import HealthBook
from dispatch.services.ports import Advised, Changed, Committed, Filed, Reader

Rows = UnitState | Incident | AidRequest | Assignment | LendingClosure | AskedWaiver
"""What the board shows a row of."""

RECENT: Final = timedelta(days=2)
"""How far back loans are known after they ended: caps per day count local days, which begin anywhere."""


RECENTLY: Final = timedelta(hours=2)
"""How far back it is known which incidents were opened: what is to be expected looks at the last hour's."""


class World:
    """The read-model.

    ``incidents``: active ones, and closed ones that a unit is still out for. ``requests`` and
    ``waivers``: those of active incidents. ``assignments``: live ones. ``closures``: those that are not
    over. ``covers`` is kept by ``CoverWatch``, ``stand_downs`` (who stands by and may go home) by
    ``StandbyWatch``, ``health`` by ``FeedWatch`` and ``ServiceWatch``.
    """

    def __init__(self, region: Region, book: AgreementBook) -> None:
        self.region = region
        self.take_book(book)
        self.picture = Picture(region.units)
        self.incidents: dict[IncidentId, Incident] = {}
        self.requests: dict[RequestId, AidRequest] = {}
        self.assignments = AssignmentIndex(units=region.units)
        self.closures: dict[ClosureId, LendingClosure] = {}
        self.waivers: dict[WaiverId, AskedWaiver] = {}
        self.covers: dict[JurisdictionId, Cover] = {}
        self.stand_downs: dict[AssignmentId, StandDown] = {}
        self.people: dict[str, str] = {}
        """What those who act are called, by id: all that there were at start, and who acted since."""
        self.advice = AdviceBook()
        self.given = GivenBook()
        self.health = HealthBook()
        self._due_covers: set[JurisdictionId] = set()
        self._recent = AssignmentIndex(units=region.units)
        self._work: defaultdict[JurisdictionId, dict[UnitId, tuple[Assignment, ...]]] = defaultdict(dict)
        self._opened: dict[IncidentId, tuple[JurisdictionId, datetime, bool]] = {}
        self.epoch = ""
        self.seq = 0
        self._live_by_unit: dict[UnitId, Assignment] = {}
        self._units_of: dict[JurisdictionId, list[Unit]] = defaultdict(list)
        for unit in region.units.values():
            self._units_of[unit.jurisdiction_id].append(unit)

    # -- reading ------------------------------------------------------------------------------------

    def units_of(self, jurisdiction_id: JurisdictionId) -> Sequence[Unit]:
        """A jurisdiction's own units."""
        return self._units_of.get(jurisdiction_id, ())

    def find_live_assignment(self, unit_id: UnitId) -> Assignment | None:
        """What the unit works for."""
        return self._live_by_unit.get(unit_id)

    def list_assignments_of(self, incident_id: IncidentId) -> Sequence[Assignment]:
        """The incident's live assignments."""
        return self.assignments.list_of_incident(incident_id)

    def list_requests_of(self, incident_id: IncidentId) -> Sequence[AidRequest]:
        """The incident's requests, oldest first."""
        return [r for r in self.requests.values() if r.incident_id == incident_id]

    def list_outstanding(self) -> Sequence[AidRequest]:
        """Requests that nobody answered yet, due or not."""
        return [r for r in self.requests.values() if r.state is RequestState.OFFERED]

    def list_recent(self, now: datetime, homes: Iterable[JurisdictionId]) -> Sequence[Assignment]:
        """These lenders' loans that began in the last two days, ended ones too."""
        return [loan for loan in self._recent.list_of_homes(homes) if loan.assigned_at > now - RECENT]

    def work_of_crews(self, homes: Iterable[JurisdictionId]) -> Mapping[UnitId, Sequence[Assignment]]:
        """Of these jurisdictions' units the assignments of the last two days, as they stand now."""
        work: dict[UnitId, Sequence[Assignment]] = {}
        for home in homes:
            work.update(self._work.get(home, {}))
        return work

    def list_standing_by(self) -> Sequence[Assignment]:
        """The live assignments to posts: few, among many to calls."""
        posts = [incident.id for incident in self.incidents.values() if not incident.is_call]
        return [one for post in posts for one in self.assignments.list_of_incident(post)]

    def count_opened(self, *, since: datetime, als: bool = False) -> Mapping[JurisdictionId, int]:
        """The calls since then, at most ``RECENTLY`` ago, by jurisdiction; ended ones too.

        ``als``: only those that need advanced life support.
        """
        opened = self._opened.values()
        return Counter(home for home, at, needs in opened if at > since and (needs or not als))

    @property
    def crew_rules(self) -> Mapping[JurisdictionId, CrewRules]:
        """Of agencies that set their own figures; the others go by the defaults."""
        return {home: practice.crew for home, practice in self.advice.practices.items()}

    def practice_of(self, jurisdiction_id: JurisdictionId) -> Practice:
        """What the agency set for its advice, and the defaults for the rest."""
        return self.advice.practice_of(jurisdiction_id)

    def standing_for(self, incident_id: IncidentId, now: datetime) -> Standing:
        """The closures that hold, and the waivers that were given for this incident."""
        given = (waiver.given for waiver in self.waivers.values() if waiver.incident_id == incident_id)
        return Standing(
            closures=tuple(closure.said for closure in self.closures.values() if closure.holds(now)),
            waivers=tuple(waiver for waiver in given if waiver and waiver.holds(now)),
        )

    def list_timed_keys(self) -> frozenset[Key]:
        """The rows that change with the time alone: duties, waivers and closures that run out."""
        return frozenset(
            {
                *(Key(Table.ASSIGNMENTS, key) for key, loan in self.assignments.items() if loan.lent),
                *(Key(Table.CLOSURES, key) for key in self.closures),
                *(Key(Table.WAIVERS, key) for key in self.waivers),
                *(Key(Table.PRE_ALERTS, key) for key in self.advice.pre_alerts),
            }
        )

    def states_of(self, units: Iterable[Unit]) -> Mapping[UnitId, UnitState]:
        """What the record holds of these units; one that nobody heard of is left out."""
        found = ((unit.id, self.picture.state(unit.id)) for unit in units)
        return {unit_id: state for unit_id, state in found if state is not None}

    # -- writing: only the loop, at start and after each commit ---------------------------------------

    def take_book(self, book: AgreementBook) -> None:
        """Put another book in the place of the one before: whoever asks from now on asks this one."""
        self.book = book
        self.names: Mapping[str, str] = {
            **{jurisdiction.id: jurisdiction.name for jurisdiction in self.region.jurisdictions.values()},
            **{unit.id: unit.call_sign for unit in self.region.units.values()},
            **{agreement.id: agreement.title for agreement in book.agreements},
        }
        """What people call an id, for sentences."""

    def load(self, reader: Reader, *, now: datetime) -> None:
        """Take everything that is open at ``now`` from the record."""
        head = reader.head()
        self.people = {person.login: person.display_name for person in reader.list_persons()}
        for state in reader.list_unit_states():
            self.picture.apply_state(state)
        active = reader.list_incidents(active_only=True)
        self.incidents = {incident.id: incident for incident in active}
        self.assignments = AssignmentIndex(reader.list_live_assignments(), units=self.region.units)
        for assignment in self.assignments.values():
            self._live_by_unit[assignment.unit_id] = assignment
            incident_id = assignment.incident_id
            if incident_id not in self.incidents:
                self.incidents[incident_id] = reader.get_incident(incident_id)
        for incident in active:
            self.assignments.remember_come(reader.list_assignments(incident_id=incident.id))
        for incident in reader.list_incidents_between(now - RECENTLY, now + RECENTLY):
            self._opened[incident.id] = _opened(incident)
        self.requests = {
            request.id: request
            for incident in active
            for request in reader.list_requests(incident_id=incident.id)
        }
        recent = reader.list_assignments(since=now - RECENT)
        self._recent = AssignmentIndex((a for a in recent if a.lent), units=self.region.units)
        for assignment in recent:
            self._note_work(assignment)
        self.closures = {closure.id: closure for closure in reader.list_closures(holding_at=now)}
        self.waivers = {waiver.id: waiver for waiver in reader.list_waivers(active_only=True)}
        self.advice.load(reader, now=now)
        since = now - reach_of(self.advice.ledger_memory)
        self.given.take(reader.list_ended_loans(since), since=since)
        self.epoch, self.seq = head.epoch, head.seq

    def note_person(self, actor: Principal) -> None:
        """Somebody acts: whoever sees what they did sees their name."""
        self.people[actor.id] = actor.display_name

    def note_late(self, incident: Incident, late: LateCall | None) -> None:
        """A recommendation says of a waiting call whether a neighbour would be there sooner."""
        if self.advice.note_late(incident.id, late):
            self._due_covers.add(incident.jurisdiction_id)

    def take_due_covers(self) -> frozenset[JurisdictionId]:
        """The jurisdictions whose cover something but a commit may have changed since the last time."""
        due, self._due_covers = frozenset(self._due_covers), set()
        return due

    def apply(self, committed: Committed) -> frozenset[Key]:
        """Take a commit in; answers every row whose content or visibility it may have changed."""
        self.epoch, self.seq = committed.epoch, max(self.seq, committed.last_seq)
        touched: set[Key] = set()
        filed: list[Filed] = []
        for value in committed.changed:
            if isinstance(value, Filed):
                filed.append(value)
            elif isinstance(value, Advised):
                touched |= self.advice.put(value)
            elif not self._knows_newer(value):
                touched |= self._put(value)
        book = self.book.with_filed(filed) if filed else self.book
        if book is not self.book:
            self.take_book(book)
        self._forget_ended()
        return frozenset(touched)

    def _put(self, value: Rows) -> set[Key]:
        match value:
            case UnitState():
                self.picture.apply_state(value)
                unit = self.region.units.get(value.unit_id)
                asked = self._keys_asked_of(unit.jurisdiction_id) if unit else set()
                return {Key(Table.UNITS, value.unit_id), *asked}
            case Incident():
                self.incidents[value.id] = value
                if value.is_call:
                    self._opened[value.id] = _opened(value)
                return self._keys_around(value.id)
            case AidRequest():
                self.requests[value.id] = value
                asked = self._keys_asked_of(value.lender)
                return {Key(Table.UNITS, value.unit_id), *self._keys_around(value.incident_id), *asked}
            case Assignment():
                self.assignments[value.id] = value
                if value.lent:
                    self._recent[value.id] = value
                    self.given.put(value)
                self._index(value)
                self._note_work(value)
                asked = self._keys_asked_of(value.home)
                return {Key(Table.UNITS, value.unit_id), *self._keys_around(value.incident_id), *asked}
            case LendingClosure():
                self.closures[value.id] = value
                return {Key(Table.CLOSURES, value.id)}
            case AskedWaiver():
                self.waivers[value.id] = value
                return {Key(Table.WAIVERS, value.id)}
            case _:
                assert_never(value)

    def _knows_newer(self, value: Rows) -> bool:
        """Whether a row was taken in already in a later version: commits of two processes may cross."""
        match value:
            case UnitState():
                known: Rows | None = self.picture.state(value.unit_id)
            case Incident():
                known = self.incidents.get(value.id)
            case AidRequest():
                known = self.requests.get(value.id)
                if known is not None and known.version == value.version:
                    return count_receipts(known) > count_receipts(value)
            case Assignment():
                known = self.assignments.get(value.id)
            case LendingClosure():
                known = self.closures.get(value.id)
            case AskedWaiver():
                known = self.waivers.get(value.id)
            case _:
                assert_never(value)
        return known is not None and known.version > value.version

    def _keys_around(self, incident_id: IncidentId) -> set[Key]:
        """An incident, its requests and assignments: each may open or close the sight of the others."""
        keys = {Key(Table.INCIDENTS, incident_id)}
        keys |= {Key(Table.REQUESTS, request.id) for request in self.list_requests_of(incident_id)}
        keys |= {Key(Table.WAIVERS, w.id) for w in self.waivers.values() if w.incident_id == incident_id}
        for assignment in self.list_assignments_of(incident_id):
            keys |= {Key(Table.ASSIGNMENTS, assignment.id), Key(Table.UNITS, assignment.unit_id)}
        incident = self.incidents.get(incident_id)
        if incident is not None:
            keys |= self._keys_asked_of(incident.jurisdiction_id)
        return keys

    def _keys_asked_of(self, lender: JurisdictionId) -> set[Key]:
        """What the lender is asked: it is warned where calls of its own wait for more than its free units."""
        return {Key(Table.REQUESTS, asked.id) for asked in self.list_outstanding() if asked.lender == lender}

    def _index(self, assignment: Assignment) -> None:
        known = self._live_by_unit.get(assignment.unit_id)
        if assignment.ended_at is None:
            self._live_by_unit[assignment.unit_id] = assignment
        elif known is not None and known.id == assignment.id:
            del self._live_by_unit[assignment.unit_id]

    def _note_work(self, assignment: Assignment) -> None:
        unit = self.region.units.get(assignment.unit_id)
        work = self._work[unit.jurisdiction_id if unit else assignment.home]
        others = (one for one in work.get(assignment.unit_id, ()) if one.id != assignment.id)
        work[assignment.unit_id] = (*others, assignment)

    def forget_over(self, now: datetime) -> None:
        """Let go of what the time has passed: loans of days ago, and closures that are over."""
        for loan_id in [key for key, loan in self._recent.items() if loan.assigned_at <= now - RECENT]:
            del self._recent[loan_id]
        for work in self._work.values():
            for unit_id, done in work.items():
                work[unit_id] = tuple(a for a in done if a.ended_at is None or a.ended_at > now - RECENT)
        for incident_id in [key for key, (_, at, _als) in self._opened.items() if at <= now - RECENTLY]:
            del self._opened[incident_id]
        self.advice.forget_over(now, open_incidents=self.incidents)
        self.given.forget_before(now - reach_of(self.advice.ledger_memory))
        over = [key for key, said in self.closures.items() if said.ends_at and said.ends_at <= now - RECENT]
        for closure_id in over:
            del self.closures[closure_id]

    def _forget_ended(self) -> None:
        self.assignments.forget_ended()
        closed = {key for key, i in self.incidents.items() if i.state is not IncidentState.ACTIVE}
        for request_id in [key for key, r in self.requests.items() if r.incident_id in closed]:
            del self.requests[request_id]
        for waiver_id in [key for key, w in self.waivers.items() if w.incident_id in closed]:
            del self.waivers[waiver_id]
        for incident_id in closed:
            if not self.assignments.list_of_incident(incident_id):
                del self.incidents[incident_id]
        self.assignments.forget_come(besides=self.incidents)


def _opened(incident: Incident) -> tuple[JurisdictionId, datetime, bool]:
    return incident.jurisdiction_id, incident.opened_at, needs_als(incident)


def changed_jurisdictions(world: World, changed: Iterable[Changed]) -> frozenset[JurisdictionId]:
    """Whose cover a commit may have changed: the units' homes, whom they work for, and the incidents'."""
    found: set[JurisdictionId] = set()
    for value in changed:
        match value:
            case UnitState():
                unit = world.region.units.get(value.unit_id)
                if unit is not None:
                    found.add(unit.jurisdiction_id)
                live = world.find_live_assignment(value.unit_id)
                if live is not None:  # it may stand by there
                    found.add(live.borrower)
            case AidRequest():
                found |= {value.borrower, value.lender}
            case Assignment():
                found |= {value.borrower, value.home}
            case Incident() | FiledPractice() | CoverOverride():
                found.add(value.jurisdiction_id)
            case AgreementText() | FiledSignature() | FiledAct():
                pass  # cover is what a jurisdiction has of its own
            case LendingClosure() | AskedWaiver() | PreAlert():
                pass  # what a party says of lending changes nobody's cover
            case _:
                assert_never(value)
    return frozenset(found)
