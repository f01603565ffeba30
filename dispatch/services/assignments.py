"""Committing one's own unit to an incident, and letting a unit go."""

from dispatch.model.ids import AssignmentId, IncidentId, UnitId
from dispatch.services.command import CommandMeta, Row


class Assignments:
    """The assignment's use cases; each is one transaction and answers the assignment's row for the actor."""

    async def assign_own(
        self,
        meta: CommandMeta,
        incident_id: IncidentId,
        unit_id: UnitId,
        *,
        expected_version: int | None = None,
    ) -> Row:
        """Send one's own unit. ``expected_version`` is the unit's.

        Raises ``NotFound``, ``Forbidden``, ``StaleVersion``, ``UnitCommitted``, ``IllegalStep``
        (the unit's status or the closed incident), ``Invalid`` (a neighbour's unit: request it).
        """
        ...

    async def release(
        self,
        meta: CommandMeta,
        assignment_id: AssignmentId,
        *,
        reason: str = "",
        expected_version: int | None = None,
    ) -> Row:
        """The incident needs the unit no more: a lent unit returns home, an own one is available.

        The incident's jurisdiction releases; the unit's home may recall its lent unit too. Raises
        ``NotFound``, ``Forbidden``, ``StaleVersion``, ``IllegalStep``.
        """
        ...
