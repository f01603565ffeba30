"""A what-if over HTTP on the real runner, and whom the edge turns away."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from dispatch.agreements.parse import as_document, dump_agreement
from dispatch.simulate.whatif.runner import ProcessRunner
from tests.make_house import Console, House, make_region, open_house
from tests.make_what_if import lively_agreement

pytestmark = [pytest.mark.anyio, pytest.mark.slow]

PATH = "/api/agreements/harlow-cedar/what-if"
DRAFT = lively_agreement(keep=2, version=2)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    people = ["admin-harlow", "analyst-cedar", "dispatcher-harlow", "admin-moor"]
    async with open_house(tmp_path, people=people, what_if=ProcessRunner(make_region(), None)) as opened:
        yield opened


@pytest.fixture
async def admin(house: House) -> Console:
    return await house.sign_in("admin-harlow")


async def result_of(console: Console, body: dict[str, Any]) -> dict[str, Any]:
    asked = await console.post(PATH, body)
    assert asked.status_code == 202, asked.text
    while True:
        answer = await console.get(f"/api/what-if/{asked.json()['job']}")
        assert answer.status_code == 200, answer.text
        row: dict[str, Any] = answer.json()
        if row["state"] != "running":
            assert row["state"] == "done", row
            found: dict[str, Any] = row["result"]
            return found
        await asyncio.sleep(0.05)


async def test_a_document_and_its_text_give_the_same_estimate(admin: Console) -> None:
    document = {key: value for key, value in as_document(DRAFT).items() if key != "signatures"}
    by_document = await result_of(admin, {"days": 2, "document": document})
    assert await result_of(admin, {"days": 2, "text": dump_agreement(DRAFT)}) == by_document
    assert by_document["version"] == 2
    assert by_document["replaces"] == 1


async def test_the_answer_has_the_shape_that_the_page_reads(admin: Console) -> None:
    found = await result_of(admin, {"days": 2, "seed": 11})
    assert set(found["window"]) == {"from", "to", "source", "calls", "seed"}
    assert found["window"]["seed"] == 11
    for measure in found["measures"]:
        assert {"code", "title", "unit", "party", "before", "after", "change", "low", "high"} < set(measure)
        assert measure["better"] in ("up", "down", "neither")
    assert len({(measure["party"], measure["code"]) for measure in found["measures"]}) == len(
        found["measures"]
    )
    assert all(isinstance(said, str) for said in found["assumptions"])
    assert found["text"]


async def test_automatic_aid_goes_when_it_is_sooner_unless_another_policy_is_named(admin: Console) -> None:
    assert (await result_of(admin, {"days": 2}))["policy"] == "closest_automatic"
    assert (await result_of(admin, {"days": 2, "policy": "boundary_drop"}))["policy"] == "boundary_drop"


async def test_a_policy_that_is_none_is_refused_by_its_path_and_code(admin: Console) -> None:
    answer = await admin.post(PATH, {"days": 1, "policy": "fastest"})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert answer.json()["details"]["path"] == "policy"


async def test_deleting_a_job_cancels_it(admin: Console) -> None:
    job = (await admin.post(PATH, {"days": 365})).json()["job"]
    answer = await admin.delete(f"/api/what-if/{job}")
    assert answer.status_code == 200
    assert answer.json()["state"] == "cancelled"
    assert (await admin.get(f"/api/what-if/{job}")).json()["state"] == "cancelled"


async def test_a_dispatcher_and_a_stranger_are_turned_away(house: House, admin: Console) -> None:
    dispatcher, stranger = await house.sign_in("dispatcher-harlow"), await house.sign_in("admin-moor")
    assert (await dispatcher.post(PATH, {"days": 1})).status_code == 403
    assert (await stranger.post(PATH, {"days": 1})).status_code == 404
    job = (await admin.post(PATH, {"days": 365})).json()["job"]
    assert (await stranger.get(f"/api/what-if/{job}")).status_code == 404
    assert (await stranger.delete(f"/api/what-if/{job}")).status_code == 404


async def test_an_analyst_of_the_other_party_may_ask_too(house: House) -> None:
    analyst = await house.sign_in("analyst-cedar")
    assert (await result_of(analyst, {"days": 1}))["parties"] == ["harlow", "cedar"]


async def test_a_cancellation_needs_the_sessions_own_token(admin: Console) -> None:
    job = (await admin.post(PATH, {"days": 365})).json()["job"]
    forged = Console(admin.http, {**admin.headers, "X-CSRF-Token": "guessed"})
    assert (await forged.delete(f"/api/what-if/{job}")).status_code == 403
    assert (await admin.get(f"/api/what-if/{job}")).json()["state"] == "running"


@pytest.mark.parametrize(
    "body",
    [
        {"days": 0},
        {"days": 366},
        {"days": 1, "seed": -1},
        {"days": 1, "policy": "fastest"},
        {"days": 1, "policy": "no_borders"},
        {"days": 1, "text": "no: agreement"},
        {"days": 1, "document": {"id": "harlow-cedar"}},
        {"days": 1, "version": 1, "text": "twice"},
    ],
)
async def test_what_cannot_be_played_is_refused_by_field(admin: Console, body: dict[str, Any]) -> None:
    answer = await admin.post(PATH, body)
    assert answer.status_code == 422
    assert answer.json()["details"]["path"] is not None
