"""Orders for many units over HTTP."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from dispatch.api.order_rows import AidPlanRow
from tests.make_house import INCIDENT, Console, House, open_house

pytestmark = pytest.mark.anyio

ORDER = {"needs": [{"unit_type": "als_ambulance", "count": 3}], "staging": {"lon": 0.09, "lat": 0.05}}


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path, people=["dispatcher-harlow"]) as opened:
        yield opened


@pytest.fixture
async def harlow(house: House) -> Console:
    return await house.sign_in("dispatcher-harlow")


async def open_incident(harlow: Console) -> str:
    answer = await harlow.post("/api/incidents", INCIDENT)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def test_an_order_is_planned_looked_at_and_sent(harlow: Console) -> None:
    incident = await open_incident(harlow)
    made = await harlow.post(f"/api/incidents/{incident}/aid-plan", ORDER)
    assert made.status_code == 201, made.text
    row = AidPlanRow.model_validate_json(made.content)
    assert row.plan.figures.units == 2, "the agreement lets two go to one incident"
    shortfall = [{"need": "als_ambulance", "missing": 1, "because": {"cap": 1}}]
    assert made.json()["plan"]["shortfall"] == shortfall
    settled = await harlow.get(f"/api/aid-plans/{row.id}")
    assert settled.json()["status"] in ("exact", "same", "greedy")
    sent = await harlow.post(f"/api/aid-plans/{row.id}/send", {"all_or_nothing": True})
    assert sent.status_code == 200, sent.text
    assert len(sent.json()["requests"]) == 2
    again = await harlow.post(f"/api/aid-plans/{row.id}/send")
    assert (again.status_code, again.json()["code"]) == (409, "illegal_step")
    shown = (await harlow.get(f"/api/incidents/{incident}")).json()
    assert shown["needs"] == [{"unit_type": "als_ambulance", "count": 3}]


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "needs"),
        ({"needs": [{"unit_type": "als_ambulance", "count": 0}]}, "needs[0].count"),
        ({"needs": [{"unit_type": "tank", "count": 1}]}, "needs[0].unit_type"),
        ({"needs": [], "alarm_level": 1}, "alarm_level"),
        ({"alarm_level": 0}, "alarm_level"),
        ({**ORDER, "staging": {"lon": 181, "lat": 0}}, "staging.lon"),
        ({**ORDER, "more": 1}, "more"),
    ],
)
async def test_a_bad_order_is_refused_with_its_field(
    harlow: Console, body: dict[str, Any], path: str
) -> None:
    answer = await harlow.post(f"/api/incidents/{await open_incident(harlow)}/aid-plan", body)
    assert answer.status_code == 422, answer.text
    assert answer.json()["details"]["path"] == path


async def test_a_plan_that_is_not_there_is_not_found(harlow: Console) -> None:
    assert (await harlow.get("/api/aid-plans/pln_none")).status_code == 404
    assert (await harlow.post("/api/aid-plans/pln_none/send")).status_code == 404
