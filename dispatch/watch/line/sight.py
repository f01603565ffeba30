"""What the command line looks at: the picture's rows in the order of the screen, and their names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from dispatch.watch.picture import Row
from dispatch.watch.words import Agency, Names


@dataclass(frozen=True, kw_only=True)
class Sight:
    """Candidates are offered in the order of these lists. ``now``: server time, ms since 1970."""

    now: float
    home: str | None
    role: str
    names: Names
    natures: Sequence[Row] = ()
    units: Sequence[Row] = ()
    incidents: Sequence[Row] = ()
    requests: Sequence[Row] = ()
    assignments: Sequence[Row] = ()
    advised: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """For an incident that was recommended for: its units, best first."""
    selected: str | None = None
    """The incident that was last spoken of."""

    @property
    def agencies(self) -> Sequence[Agency]:
        """All agencies of the region."""
        return tuple(self.names.agencies.values())

    @cached_property
    def _units(self) -> dict[str, Row]:
        return {row["id"]: row for row in self.units}

    def unit(self, unit_id: str) -> Row | None:
        """The unit of that id."""
        return self._units.get(unit_id)

    def incident(self, incident_id: str | None) -> Row | None:
        """The incident of that id."""
        return next((row for row in self.incidents if row["id"] == incident_id), None)

    def request(self, request_id: str) -> Row | None:
        """The request of that id."""
        return next((row for row in self.requests if row["id"] == request_id), None)
