"""Overrides, pre-alerts and practices over HTTP: flaws by path and code."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.make_house import Console, House, open_house

pytestmark = pytest.mark.anyio

PEOPLE = ["dispatcher-harlow", "admin-harlow", "dispatcher-cedar", "dispatcher-moor"]
HARLOW = "/api/jurisdictions/harlow"
RED = {"state": "red", "minutes": 30, "reason": "bus crash"}


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path, people=PEOPLE) as opened:
        yield opened


async def put(console: Console, path: str, body: dict[str, Any], *, key: str = "") -> Any:
    headers = console.headers | ({"Idempotency-Key": key} if key else {})
    return await console.http.put(path, json=body, headers=headers)


async def test_an_override_is_set_and_ended(house: House) -> None:
    ana = await house.sign_in("dispatcher-harlow")
    answer = await ana.post(f"{HARLOW}/cover/override", RED)
    assert answer.status_code == 201, answer.text
    assert (await ana.post(f"{HARLOW}/cover/override/end")).status_code == 200
    again = await ana.post(f"{HARLOW}/cover/override/end")
    assert (again.status_code, again.json()["details"]["because"]) == (409, "no_override_holds")


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"state": "purple"}, "state"),
        ({"reason": ""}, "reason"),
        ({"minutes": 0}, "minutes"),
        ({"minutes": 1441}, "minutes"),
        ({"minutes": None, "until": "2020-01-01T00:00:00Z"}, "until"),
        ({"colour": 1}, "colour"),
    ],
)
async def test_what_is_wrong_with_an_override_is_named(
    house: House, change: dict[str, Any], path: str
) -> None:
    ana = await house.sign_in("dispatcher-harlow")
    answer = await ana.post(f"{HARLOW}/cover/override", RED | change)
    assert (answer.status_code, answer.json()["details"]["path"]) == (422, path), answer.text


async def test_an_override_needs_one_of_until_and_minutes(house: House) -> None:
    ana = await house.sign_in("dispatcher-harlow")
    for body in (RED | {"until": "2099-01-01T00:00:00Z"}, RED | {"minutes": None}):
        answer = await ana.post(f"{HARLOW}/cover/override", body)
        assert answer.status_code == 422, answer.text


async def test_a_pre_alert_is_sent_listed_and_acknowledged(house: House) -> None:
    ana, ben = await house.sign_in("dispatcher-harlow"), await house.sign_in("dispatcher-cedar")
    sent = await ana.post(f"{HARLOW}/cover/pre-alert", {"to": ["cedar"], "note": "storm"})
    assert sent.status_code == 201, sent.text
    (seen,) = (await ben.get("/api/pre-alerts")).json()
    assert seen["note"] == "storm"
    answer = await ben.post(f"/api/pre-alerts/{seen['id']}/acknowledge")
    assert answer.json()["acknowledged"] == ["cedar"]
    stranger = await house.sign_in("dispatcher-moor")
    assert (await stranger.get("/api/pre-alerts")).json() == []
    refused = await ana.post(f"{HARLOW}/cover/pre-alert", {"to": ["cedar", "moor"]})
    assert (refused.status_code, refused.json()["details"]["path"]) == (422, "to[1]")


async def test_a_practice_is_read_and_set_with_a_version(house: House) -> None:
    admin = await house.sign_in("admin-harlow")
    row = (await admin.get(f"{HARLOW}/practice")).json()
    assert (row["version"], row["practice"], row["by"]) == (0, {}, None)
    body = {"practice": {"method": "closest", "alarm": {"floor": 2}}, "version": 0}
    answer = await put(admin, f"{HARLOW}/practice", body, key="practice-1")
    assert answer.status_code == 200, answer.text
    assert answer.json()["in_force"]["alarm"]["floor"] == 2
    assert (await put(admin, f"{HARLOW}/practice", body, key="practice-1")).json() == answer.json()
    stale = await put(admin, f"{HARLOW}/practice", body)
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_version")


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ({"alarm": {"zero_on": 2}}, "practice.alarm.zero_on"),
        ({"alarm": {"zero": 2}}, "practice.alarm.zero"),
        ({"targets": {"critical": {"hold_seconds": 9}}}, "practice.targets.critical.hold_seconds"),
        ({"alarm": 1}, "practice.alarm"),
        ([1], "practice"),
    ],
)
async def test_what_is_wrong_with_a_practice_is_named(house: House, document: Any, path: str) -> None:
    admin = await house.sign_in("admin-harlow")
    answer = await put(admin, f"{HARLOW}/practice", {"practice": document, "version": 0})
    assert (answer.status_code, answer.json()["details"]["path"]) == (422, path), answer.text
