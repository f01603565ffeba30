"""A whole loan over HTTP on the real services: what two dispatchers do, and what is on record after it."""

import csv
import io
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import BaseModel

from dispatch.api.advice_rows import RecommendationRow
from dispatch.api.request_rows import InsteadRow, ReceiptRow
from dispatch.api.rows import (
    AssignmentRow,
    CheckpointRow,
    IncidentDetailRow,
    IncidentRow,
    OpenedIncidentRow,
    RequestRow,
    UnitRow,
)
from tests.contract import require_shape
from tests.make_house import INCIDENT, Console, House, open_house

pytestmark = pytest.mark.anyio


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path, people=["dispatcher-harlow", "dispatcher-cedar"]) as opened:
        yield opened


@pytest.fixture
async def harlow(house: House) -> Console:
    return await house.sign_in("dispatcher-harlow")


@pytest.fixture
async def cedar(house: House) -> Console:
    return await house.sign_in("dispatcher-cedar")


def done(answer: httpx.Response, row: type[BaseModel], status: int = 200) -> Mapping[str, Any]:
    """The answer's row, which must have the shape that the schema promises."""
    assert answer.status_code == status, answer.text
    require_shape(row, answer.content)
    return dict(answer.json())


async def ask_for_a_unit(harlow: Console) -> tuple[str, Mapping[str, Any]]:
    """An open incident at Harlow and its request for Cedar's best unit."""
    incident = done(await harlow.post("/api/incidents", INCIDENT), OpenedIncidentRow, 201)["id"]
    advice = done(await harlow.post(f"/api/incidents/{incident}/recommendation", {}), RecommendationRow)
    best = next(one for one in advice["candidates"] if one["lender"] == "cedar")
    body = {"unit_id": best["unit"], "recommendation_id": advice["id"]}
    request = done(await harlow.post(f"/api/incidents/{incident}/requests", body), RequestRow, 201)
    return incident, request


async def test_a_unit_is_asked_for_lent_followed_and_sent_home(
    house: House, harlow: Console, cedar: Console
) -> None:
    incident, asked = await ask_for_a_unit(harlow)
    assert asked["direction"] == "out"
    accepted = done(
        await cedar.post(f"/api/requests/{asked['id']}/accept", {"expected_version": asked["version"]}),
        RequestRow,
    )
    assert (accepted["state"], accepted["direction"]) == ("accepted", "in")
    shared = done(await cedar.get(f"/api/incidents/{incident}"), IncidentDetailRow)
    assert shared["address"] == INCIDENT["address"]
    for status in ("en_route", "on_scene"):
        moved = done(await cedar.post(f"/api/units/{asked['unit']}/status", {"status": status}), UnitRow)
        assert moved["status"] == status
    assignment = await find_assignment(house, asked["unit"])
    released = done(
        await harlow.post(f"/api/assignments/{assignment}/release", {"reason": "patient refused"}),
        AssignmentRow,
    )
    assert (released["state"], released["lent"]) == ("returning", True)
    done(await cedar.post(f"/api/units/{asked['unit']}/status", {"status": "available"}), UnitRow)
    closed = done(await harlow.post(f"/api/incidents/{incident}/close", {}), IncidentRow)
    assert closed["state"] == "closed"
    await check_the_log(harlow, incident)


async def check_the_log(harlow: Console, incident: str) -> None:
    """JSON for a verifier and CSV for a spreadsheet, both with the whole story."""
    answer = await harlow.get(f"/api/incidents/{incident}/log.json")
    log = answer.json()
    number = answer.json()["about"]["number"]
    assert answer.headers["content-disposition"] == f'attachment; filename="incident-{number}.json"'
    assert log["schema"] == "dispatch.incident-log/1"
    kinds = [entry["type"] for entry in log["entries"]]
    assert kinds[0] == "incident.opened"
    assert {"recommendation.made", "aid.requested", "aid.answered", "unit.assigned"} <= set(kinds)
    assert "incident.closed" in kinds
    table = await harlow.get(f"/api/incidents/{incident}/log.csv")
    assert table.headers["content-type"].startswith("text/csv")
    assert len(list(csv.reader(io.StringIO(table.text)))) > len(kinds)
    done(await harlow.get("/api/journal/checkpoint"), CheckpointRow)


async def find_assignment(house: House, unit: str) -> str:
    """The unit's live assignment, as a board would show it."""
    live = await house.store.read(lambda reader: reader.list_live_assignments())
    return next(one.id for one in live if one.unit_id == unit)


async def test_a_retry_is_answered_alike_and_done_once(harlow: Console) -> None:
    first = await harlow.post("/api/incidents", INCIDENT, key="key-0001")
    again = await harlow.post("/api/incidents", INCIDENT, key="key-0001")
    assert (again.status_code, again.json()) == (201, first.json())
    assert len((await harlow.get("/api/incidents")).json()) == 1


async def test_a_key_with_another_body_is_refused(harlow: Console) -> None:
    await harlow.post("/api/incidents", INCIDENT, key="key-0001")
    other = await harlow.post("/api/incidents", INCIDENT | {"nature": "Fall"}, key="key-0001")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


async def test_a_second_borrower_of_the_same_unit_learns_who_holds_it(
    harlow: Console, cedar: Console
) -> None:
    _, asked = await ask_for_a_unit(harlow)
    mine = done(await cedar.post("/api/incidents", INCIDENT | {"lon": 0.15}), OpenedIncidentRow, 201)["id"]
    done(await cedar.post(f"/api/requests/{asked['id']}/accept"), RequestRow)
    taken = await cedar.post(f"/api/incidents/{mine}/assignments", {"unit_id": asked["unit"]})
    assert (taken.status_code, taken.json()["code"]) == (409, "unit_committed")
    assert set(taken.json()["details"]) == {"unit_id", "holder", "since", "alternatives"}


async def test_an_old_version_is_told_the_current_one(harlow: Console) -> None:
    incident = done(await harlow.post("/api/incidents", INCIDENT), OpenedIncidentRow, 201)
    stale = await harlow.post(f"/api/incidents/{incident['id']}/close", {"expected_version": 99})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_version")
    assert stale.json()["details"]["current"] == incident["version"]


async def test_what_no_agreement_permits_comes_with_its_reasons(harlow: Console) -> None:
    incident = done(await harlow.post("/api/incidents", INCIDENT), OpenedIncidentRow, 201)["id"]
    refused = await harlow.post(f"/api/incidents/{incident}/requests", {"unit_id": "moor-1"})
    assert (refused.status_code, refused.json()["code"]) == (409, "not_permitted")
    assert refused.json()["details"]["reasons"][0]["code"] == "no_agreement"


async def test_a_decline_carries_its_reason_back(harlow: Console, cedar: Console) -> None:
    _, asked = await ask_for_a_unit(harlow)
    body = {"reason": "crew_fatigue", "note": "end of shift"}
    declined = done(await cedar.post(f"/api/requests/{asked['id']}/decline", body), RequestRow)
    assert (declined["state"], declined["reason"]) == ("declined", "crew_fatigue")
    late = await cedar.post(f"/api/requests/{asked['id']}/accept")
    assert (late.status_code, late.json()["code"]) == (409, "already_answered")
    said = late.json()["details"]
    assert (said["answered_by_name"], said["because"]) == ("dispatcher of cedar", "already_declined")
    assert said["answered_at"]


async def test_a_place_outside_every_jurisdiction_is_named(harlow: Console) -> None:
    answer = await harlow.post("/api/incidents", INCIDENT | {"lon": 5.0})
    assert answer.status_code == 422
    assert answer.json()["details"]["path"] == "position"


async def test_a_feed_is_told_the_fate_of_each_report(house: House) -> None:
    feed = await house.machine("harlow")
    at = "2020-01-01T00:00:00Z"
    reports = [
        {"unit_id": "harlow-1", "at": at, "lon": 0.01, "lat": 0.01},
        {"unit_id": "harlow-1", "at": at, "lon": 0.01, "lat": 0.01},
        {"unit_id": "cedar-1", "at": at, "lon": 0.01, "lat": 0.01},
        {"unit_id": "nobodys", "at": at, "status": "available"},
    ]
    answer = await feed.post("/api/feeds/reports/batch", {"reports": reports})
    fates = [(one["outcome"], one["reason"]) for one in answer.json()["results"]]
    assert fates == [
        ("accepted", "late"),
        ("ignored", "duplicate"),
        ("refused", "unknown_unit"),
        ("refused", "unknown_unit"),
    ]


async def test_a_request_says_when_it_came_and_who_had_it_in_view(harlow: Console, cedar: Console) -> None:
    incident, asked = await ask_for_a_unit(harlow)
    assert (asked["delivered_at"], asked["seen_at"], asked["seen_by_name"]) == (None, None, "")
    path = f"/api/requests/{asked['id']}/receipt"
    came = done(await cedar.post(path, {"stage": "delivered"}), ReceiptRow)
    assert (came["delivered_at"] is None, came["seen_at"]) == (False, None)
    seen = done(await cedar.post(path, {"stage": "seen"}), ReceiptRow)
    assert (seen["delivered_at"], seen["seen_at"] is None) == (came["delivered_at"], False)
    assert (await cedar.post(path, {"stage": "read"})).json()["details"]["path"] == "stage"
    accepted = done(await cedar.post(f"/api/requests/{asked['id']}/accept"), RequestRow)
    assert (accepted["seen_at"], accepted["seen_by_name"]) == (seen["seen_at"], "dispatcher of cedar")
    log = await harlow.get(f"/api/incidents/{incident}/log.csv")
    assert "The request reached Cedar (board)." in log.text
    assert "had the request in view." in log.text


async def test_another_unit_is_offered_over_http_and_taken(harlow: Console, cedar: Console) -> None:
    _, asked = await ask_for_a_unit(harlow)
    path = f"/api/requests/{asked['id']}/instead"
    shown = done(await cedar.get(path), InsteadRow)
    other = shown["units"][0]["unit"]
    assert asked["unit"] not in {one["unit"] for one in shown["units"]}
    wrong = await cedar.post(path, {"unit_id": "harlow-1"})
    assert (wrong.status_code, wrong.json()["details"]["path"]) == (422, "unit_id")
    offered = done(await cedar.post(path, {"unit_id": other, "expected_version": 1}), RequestRow, 201)
    assert (offered["direction"], offered["offered_by_lender"], offered["instead_of"]) == (
        "in",
        True,
        asked["unit"],
    )
    taken = done(await harlow.post(f"/api/requests/{offered['id']}/accept"), RequestRow)
    assert (taken["state"], taken["answered_by_name"]) == ("accepted", "dispatcher of harlow")
