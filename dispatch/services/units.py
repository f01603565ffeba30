"""A dispatcher sets a unit's status by hand."""

from dispatch.model.ids import UnitId
from dispatch.model.unit import UnitStatus
from dispatch.services.command import CommandMeta, Row


class Units:
    """Statuses that a person sets; a feed's come through ``intake``."""

    async def set_status(
        self,
        meta: CommandMeta,
        unit_id: UnitId,
        status: UnitStatus,
        *,
        expected_version: int | None = None,
        force: bool = False,
        reason: str = "",
    ) -> Row:
        """Record a status and move the unit's live assignment along; answers the unit's row.

        Only the home jurisdiction's. A step outside the table needs ``force`` from a supervisor with
        a ``reason``. Raises ``NotFound``, ``Forbidden``, ``StaleVersion``, ``IllegalStep``, ``Invalid``.
        """
        ...
