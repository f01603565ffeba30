"""Asking a neighbour for a unit, and the neighbour's answer."""

from dispatch.aid.request import DeclineReason
from dispatch.model.ids import IncidentId, RecommendationId, RequestId, UnitId
from dispatch.services.command import CommandMeta, Row


class Requests:
    """The aid request's use cases; each is one transaction and answers the request's row for the actor."""

    async def request(
        self,
        meta: CommandMeta,
        incident_id: IncidentId,
        unit_id: UnitId,
        *,
        recommendation_id: RecommendationId | None = None,
    ) -> Row:
        """Ask for a named unit of a neighbour; automatic aid is accepted and assigned in the same transaction.

        The permit is checked again inside the transaction, with outstanding offers counted against
        the lender's floor. Raises ``NotFound``, ``Forbidden``, ``NotPermitted`` (all reasons),
        ``UnitCommitted`` (holder, since, alternatives), ``IllegalStep`` (incident closed), ``Invalid``
        (``unit_id`` is one's own: assign it).
        """
        ...

    async def accept(
        self, meta: CommandMeta, request_id: RequestId, *, expected_version: int | None = None
    ) -> Row:
        """The lender commits the unit: request accepted, assignment made, unit dispatched, all at once.

        Raises ``NotFound``, ``Forbidden``, ``StaleVersion``, ``IllegalStep`` (answered or expired),
        ``UnitCommitted``.
        """
        ...

    async def decline(
        self,
        meta: CommandMeta,
        request_id: RequestId,
        *,
        reason: DeclineReason,
        note: str = "",
        expected_version: int | None = None,
    ) -> Row:
        """The lender says no; the next candidate is asked by itself. Raises ``Forbidden`` where aid is mandatory."""
        ...

    async def withdraw(
        self,
        meta: CommandMeta,
        request_id: RequestId,
        *,
        reason: str = "",
        expected_version: int | None = None,
    ) -> Row:
        """The borrower takes the question back. Raises ``NotFound``, ``StaleVersion``, ``IllegalStep``."""
        ...
