"""Opening, closing and reading incidents."""

from collections.abc import Sequence
from dataclasses import dataclass

from dispatch.model.geo import Point
from dispatch.model.ids import IncidentId, JurisdictionId
from dispatch.model.incident import Need, Priority
from dispatch.model.principal import Principal
from dispatch.services.command import CommandMeta, Row


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentDraft:
    """What a dispatcher enters. ``jurisdiction_id`` overrides the polygons, within the actor's own."""

    position: Point
    priority: Priority
    nature: str
    needs: tuple[Need, ...]
    address: str = ""
    note: str = ""
    jurisdiction_id: JurisdictionId | None = None


class Incidents:
    """The incident's own use cases; each command is one transaction."""

    async def open(self, meta: CommandMeta, draft: IncidentDraft) -> Row:
        """Open an incident and answer its row with ``near_border``: jurisdiction ids within 500 m.

        Raises ``Invalid`` (``lon``/``lat`` outside every jurisdiction, ``jurisdiction`` not the
        actor's, empty ``needs``), ``Forbidden``, ``KeyReused``.
        """
        ...

    async def close(
        self,
        meta: CommandMeta,
        incident_id: IncidentId,
        *,
        expected_version: int | None = None,
        cancelled: bool = False,
    ) -> Row:
        """End an incident: own units are free, lent ones return, unanswered requests are withdrawn.

        Raises ``NotFound`` (missing or foreign), ``Forbidden``, ``StaleVersion``, ``IllegalStep``.
        """
        ...

    async def list_incidents(self, principal: Principal, *, active: bool = True) -> Sequence[Row]:
        """Rows of the incidents this principal may see, newest first; closed ones when not ``active``."""
        ...

    async def get_incident(self, principal: Principal, incident_id: IncidentId) -> Row:
        """One row, with ``entries`` (its journal entries as far as this principal may see). Raises ``NotFound``."""
        ...
