"""The forecast is what the region says until the record knows better."""

from datetime import timedelta

import pytest

from dispatch.model.clock import ManualClock
from dispatch.services.forecasting import Forecasting
from dispatch.store.store import SqlStore
from tests.make_world import HARLOW, open_world

pytestmark = pytest.mark.anyio


async def test_it_learns_from_the_record_once_that_is_long_enough(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock) as world:
        advisor = world.core.engine.advisor
        told = advisor.forecast
        forecasting = Forecasting(world.core)
        await forecasting.relearn()
        assert advisor.forecast.per_hour.tolist() == told.per_hour.tolist()
        for _ in range(40):
            await world.open()
            clock.advance(seconds=timedelta(hours=12).total_seconds())
        await forecasting.relearn()
        assert advisor.forecast.per_hour.tolist() == told.per_hour.tolist()
        clock.advance(seconds=timedelta(weeks=1.5).total_seconds())
        await forecasting.relearn()
        row = advisor.forecast.jurisdictions.index(HARLOW)
        weekly = advisor.forecast.per_hour.sum(axis=1)
        expected = told.per_hour.sum(axis=1)
        weeks = 20 / 7 + 1.5
        assert weekly[row] == pytest.approx((expected[row] + 40) / (weeks + 1), rel=0.05)
