"""The forecast of calls, learned again every day from the record of the last quarter of a year."""

from datetime import datetime, timedelta
from typing import Final

from dispatch.aid.advice.forecast import Forecast, forecast_of
from dispatch.aid.advice.learning import learn_forecast
from dispatch.services.core import Core
from dispatch.services.ports import Reader

REMEMBERED: Final = timedelta(weeks=13)
"""Older calls tell of another season."""


class Forecasting:
    """Keeps the advisor's forecast level with the record. What the region's bundle says is what is told."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._told = forecast_of(core.world.region)

    async def relearn(self) -> None:
        """Read and learn on a reader's thread; whoever asks from then on gets the new one.

        Raises ``Unavailable``; then the forecast stays as it is.
        """
        now = self._core.clock()
        self._core.engine.advisor.forecast = await self._core.store.read(
            lambda reader: self._learn(reader, now)
        )

    def _learn(self, reader: Reader, now: datetime) -> Forecast:
        incidents = reader.list_incidents_between(now - REMEMBERED, now)
        if not incidents:
            return self._told
        since = incidents[0].opened_at  # a record that began later knows nothing of the weeks before
        return learn_forecast(
            self._told,
            incidents,
            since=since,
            until=now,
            assignments=reader.list_assignments(since=since),
        )
