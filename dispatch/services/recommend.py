"""Which units could come: asked by a dispatcher, answered with every reason, and recorded as shown."""

from dispatch.model.ids import IncidentId
from dispatch.model.unit import UnitType
from dispatch.services.command import CommandMeta, Row


class Recommendations:
    """Computes on the engine's thread, journals what was shown, then shows it."""

    async def recommend(
        self, meta: CommandMeta, incident_id: IncidentId, *, need: UnitType | None = None
    ) -> Row:
        """``{id, incident, made_at, picture, degraded[], own[], candidates[], refusals[]}``.

        ``need`` names one of the incident's needs; the first unmet one when absent. Acknowledged only
        after what is shown is in the journal. Raises ``NotFound``, ``Forbidden``, ``IllegalStep``
        (the incident is closed), ``Invalid`` (``need``).
        """
        ...
