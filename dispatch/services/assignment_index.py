"""Assignments by id, home and incident, so that nobody looks through a nation's; and who came to what."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, MutableMapping, Sequence
from types import MappingProxyType
from typing import Final, TypeVar

from dispatch.aid.assignment import Assignment
from dispatch.model.ids import AssignmentId, IncidentId, JurisdictionId, UnitId
from dispatch.model.unit import Unit

K = TypeVar("K")

NO_UNITS: Final[Mapping[UnitId, Unit]] = MappingProxyType({})


class AssignmentIndex(MutableMapping[AssignmentId, Assignment]):
    """A mapping by id. One that has ended stays until ``forget_ended``: its rows are told of once more.

    Which units came is known for longer, until ``forget_come``: a call may stay open when they have left.
    """

    def __init__(
        self, assignments: Iterable[Assignment] = (), *, units: Mapping[UnitId, Unit] = NO_UNITS
    ) -> None:
        """``units``: by whom each unit is registered now, which may not be who lent it."""
        self._units = units
        self._by_id: dict[AssignmentId, Assignment] = {}
        self._of_home: defaultdict[JurisdictionId, dict[AssignmentId, Assignment]] = defaultdict(dict)
        self._of_incident: defaultdict[IncidentId, dict[AssignmentId, Assignment]] = defaultdict(dict)
        self._ended: set[AssignmentId] = set()
        self._come: defaultdict[IncidentId, set[UnitId]] = defaultdict(set)
        for assignment in assignments:
            self[assignment.id] = assignment

    def list_of_homes(self, homes: Iterable[JurisdictionId]) -> Sequence[Assignment]:
        """Those of these jurisdictions' own units, lent or not, each once.

        A unit that changed hands while it was out counts for both homes.
        """
        found = {key: one for home in homes for key, one in self._of_home.get(home, {}).items()}
        return list(found.values())

    def list_of_incident(self, incident_id: IncidentId) -> Sequence[Assignment]:
        """Those of all units that work for the incident."""
        return list(self._of_incident.get(incident_id, {}).values())

    @property
    def come(self) -> Collection[IncidentId]:
        """The incidents that a unit came to and left, whoever works on them now."""
        return self._come.keys()

    def count_come(self, incident_id: IncidentId) -> int:
        """How many units came to the incident and have left; not those that are on it again."""
        on_it = self.list_of_incident(incident_id)
        live = {one.unit_id for one in on_it if one.ended_at is None and one.attends}
        return len(self._come.get(incident_id, set()) - live)

    def remember_come(self, assignments: Iterable[Assignment]) -> None:
        """Note of each that has ended whether its unit came, and nothing else of it."""
        for assignment in assignments:
            if assignment.ended_at is not None and assignment.attends:
                self._come[assignment.incident_id].add(assignment.unit_id)

    def forget_come(self, *, besides: Collection[IncidentId]) -> None:
        """Let go of who came to any other incident."""
        for incident_id in [one for one in self._come if one not in besides]:
            del self._come[incident_id]

    def forget_ended(self) -> None:
        """Let go of those that have ended, but for who came."""
        self.remember_come(self._by_id[assignment_id] for assignment_id in self._ended)
        for assignment_id in tuple(self._ended):
            del self[assignment_id]

    def _homes_of(self, assignment: Assignment) -> set[JurisdictionId]:
        unit = self._units.get(assignment.unit_id)
        return {assignment.home, unit.jurisdiction_id} if unit else {assignment.home}

    def __setitem__(self, assignment_id: AssignmentId, assignment: Assignment) -> None:
        self.pop(assignment_id, None)
        self._by_id[assignment_id] = assignment
        for home in self._homes_of(assignment):
            self._of_home[home][assignment_id] = assignment
        self._of_incident[assignment.incident_id][assignment_id] = assignment
        if assignment.ended_at is not None:
            self._ended.add(assignment_id)

    def __delitem__(self, assignment_id: AssignmentId) -> None:
        assignment = self._by_id.pop(assignment_id)
        self._ended.discard(assignment_id)
        for home in self._homes_of(assignment):
            _drop(self._of_home, home, assignment_id)
        _drop(self._of_incident, assignment.incident_id, assignment_id)

    def __getitem__(self, assignment_id: AssignmentId) -> Assignment:
        return self._by_id[assignment_id]

    def __iter__(self) -> Iterator[AssignmentId]:
        return iter(self._by_id)

    def __len__(self) -> int:
        return len(self._by_id)


def _drop(index: defaultdict[K, dict[AssignmentId, Assignment]], key: K, assignment_id: AssignmentId) -> None:
    del index[key][assignment_id]
    if not index[key]:
        del index[key]
