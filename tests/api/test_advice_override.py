"""Why another unit was chosen than the advised one, over HTTP: one answer, and a field for each refusal."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.make_house import INCIDENT, Console, House, open_house

pytestmark = pytest.mark.anyio


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    people = ["dispatcher-harlow", "analyst-harlow"]
    async with open_house(tmp_path, people=people) as opened:
        yield opened


@pytest.fixture
async def harlow(house: House) -> Console:
    return await house.sign_in("dispatcher-harlow")


async def override(harlow: Console) -> tuple[str, dict[str, Any]]:
    """An incident where another own unit was sent than the advised one, and the body that says why."""
    incident = (await harlow.post("/api/incidents", INCIDENT)).json()["id"]
    shown = (await harlow.post(f"/api/incidents/{incident}/recommendation", {})).json()
    chosen = next(own["unit"] for own in shown["own"] if own["unit"] != shown["advice"]["unit"])
    sent = await harlow.post(f"/api/incidents/{incident}/assignments", {"unit_id": chosen})
    assert sent.status_code == 201, sent.text
    return incident, {"recommendation_id": shown["id"], "unit_id": chosen, "reason": "crew"}


async def test_an_analyst_reads_the_reason_in_the_incidents_entries_and_in_both_logs(
    house: House, harlow: Console
) -> None:
    incident, why = await override(harlow)
    path = f"/api/incidents/{incident}/advice-override"
    said = await harlow.post(path, {**why, "note": "=CANARY: had a hard night"})
    assert said.status_code == 201, said.text
    assert "CANARY" not in said.text
    again = await harlow.post(path, why)
    assert (again.status_code, again.json()["code"]) == (409, "illegal_step")
    assert again.json()["details"]["because"] == "reason_given_already"

    analyst = await house.sign_in("analyst-harlow")
    entries = (await analyst.get(f"/api/incidents/{incident}")).json()["entries"]
    (entry,) = [one for one in entries if one["type"] == "recommendation.overridden"]
    assert (entry["body"]["reason"], entry["body"]["unit_id"]) == ("crew", why["unit_id"])
    assert entry["body"]["advised"]["unit"] == said.json()["advised"]
    assert entry["personal"] == {"note": "=CANARY: had a hard night"}
    table = (await analyst.get(f"/api/incidents/{incident}/log.csv")).text
    assert "was chosen where the advice was to send own" in table
    assert ": crew; =CANARY: had a hard night." in table
    log = (await analyst.get(f"/api/incidents/{incident}/log.json")).json()
    assert "recommendation.overridden" in [one["type"] for one in log["entries"]]


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"reason": "because"}, "reason"),
        ({"note": "x" * 201}, "note"),
        ({"note": "two\nlines"}, "note"),
        ({"note": None}, "note"),
        ({"recommendation_id": "rec_nobody_made"}, "recommendation_id"),
        ({"unit_id": "cedar-1"}, "unit_id"),
        ({"surplus": 1}, "surplus"),
    ],
)
async def test_a_refusal_names_the_field(harlow: Console, changes: Mapping[str, object], path: str) -> None:
    incident, why = await override(harlow)
    refused = await harlow.post(f"/api/incidents/{incident}/advice-override", {**why, **changes})
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid")
    assert refused.json()["details"]["path"] == path


async def test_the_advised_unit_and_a_missing_reason_are_refused(harlow: Console) -> None:
    incident, why = await override(harlow)
    path = f"/api/incidents/{incident}/advice-override"
    said = (await harlow.post(path, why)).json()
    advised = await harlow.post(path, {**why, "unit_id": said["advised"]})
    assert (advised.status_code, advised.json()["details"]["path"]) == (422, "unit_id")
    bare = {name: why[name] for name in ("recommendation_id", "unit_id")}
    missing = await harlow.post(path, bare)
    assert (missing.status_code, missing.json()["details"]["path"]) == (422, "reason")
