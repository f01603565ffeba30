"""What agencies set for their advice, who overruled cover, and which partners were told: as of now."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from dispatch.aid.advice.practice import DEFAULT_PRACTICE, Practice
from dispatch.aid.advice.practice_document import FiledPractice, practice_from
from dispatch.aid.cover.known import KnownCover
from dispatch.aid.cover.override import CoverOverride
from dispatch.aid.cover.reading import LateCall
from dispatch.aid.pre_alert import PreAlert
from dispatch.model.errors import Invalid
from dispatch.model.ids import IncidentId, JurisdictionId, OverrideId, PreAlertId
from dispatch.services.audience import Key, Table
from dispatch.services.ports import Advised, Reader

KEPT: Final = timedelta(hours=1)
"""How long what is over stays here: commits of two processes may cross."""


class AdviceBook:
    """A part of the read-model. ``known``: the states of cover that were on record at the start.

    ``practices`` has only agencies that set one, ``late`` the calls that a neighbour would reach sooner.
    """

    def __init__(self) -> None:
        self.practices: dict[JurisdictionId, Practice] = {}
        self.pre_alerts: dict[PreAlertId, PreAlert] = {}
        self.late: dict[IncidentId, LateCall] = {}
        self.known: tuple[KnownCover, ...] = ()
        self._filed: dict[JurisdictionId, FiledPractice] = {}
        self._overrides: dict[OverrideId, CoverOverride] = {}

    def load(self, reader: Reader, *, now: datetime) -> None:
        """Take what holds at ``now`` from the record."""
        for practice in reader.list_practices():
            self.put(practice)
        for override in reader.list_overrides(holding_at=now):
            self.put(override)
        for alert in reader.list_pre_alerts(holding_at=now):
            self.put(alert)
        self.known = tuple(reader.list_known_covers())

    def put(self, value: Advised) -> frozenset[Key]:
        """Take a row in, unless a newer one is known; answers the rows of the board that it changes."""
        match value:
            case FiledPractice():
                if not _is_newer(self._filed.get(value.jurisdiction_id), value):
                    return frozenset()
                self._filed[value.jurisdiction_id] = value
                self.practices[value.jurisdiction_id] = _read(value)
                return frozenset({Key(Table.COVERS, value.jurisdiction_id)})
            case CoverOverride():
                if _is_newer(self._overrides.get(value.id), value):
                    self._overrides[value.id] = value
                return frozenset({Key(Table.COVERS, value.jurisdiction_id)})
            case PreAlert():
                if _is_newer(self.pre_alerts.get(value.id), value):
                    self.pre_alerts[value.id] = value
                return frozenset({Key(Table.PRE_ALERTS, value.id)})

    def practice_of(self, jurisdiction_id: JurisdictionId) -> Practice:
        """What the agency set, and the defaults for the rest."""
        return self.practices.get(jurisdiction_id, DEFAULT_PRACTICE)

    @property
    def ledger_memory(self) -> timedelta:
        """The longest that any agency goes by."""
        set_by_agencies = (practice.prices.ledger_memory for practice in self.practices.values())
        return max((DEFAULT_PRACTICE.prices.ledger_memory, *set_by_agencies))

    def find_override(self, jurisdiction_id: JurisdictionId, now: datetime) -> CoverOverride | None:
        """The override that holds; the newest where two processes set one each."""
        held = [o for o in self._overrides.values() if o.jurisdiction_id == jurisdiction_id and o.holds(now)]
        return max(held, key=lambda override: (override.begins_at, override.id), default=None)

    def note_late(self, incident_id: IncidentId, late: LateCall | None) -> bool:
        """What the newest recommendation says of a call; answers whether that is news."""
        before = self.late.pop(incident_id, None)
        if late is not None:
            self.late[incident_id] = late
        return before != late

    def forget_over(self, now: datetime, *, open_incidents: Mapping[IncidentId, object]) -> None:
        """Let go of what the time has passed."""
        for alert_id in [key for key, alert in self.pre_alerts.items() if alert.expires_at <= now - KEPT]:
            del self.pre_alerts[alert_id]
        for override_id in [key for key, one in self._overrides.items() if one.ends_at <= now - KEPT]:
            del self._overrides[override_id]
        for incident_id in [key for key in self.late if key not in open_incidents]:
            del self.late[incident_id]


def _is_newer(
    known: FiledPractice | CoverOverride | PreAlert | None, value: FiledPractice | CoverOverride | PreAlert
) -> bool:
    return known is None or known.version <= value.version


def _read(filed: FiledPractice) -> Practice:
    """A document of a later version of the service may hold what this one refuses: the defaults then."""
    try:
        return practice_from(filed.document)
    except Invalid:
        return DEFAULT_PRACTICE
