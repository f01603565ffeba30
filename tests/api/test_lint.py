"""Findings over HTTP: of one's own agreements, of drafts, and nothing that the caller could not look up."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.make_house import AGREEMENT, Console, House, open_house

pytestmark = pytest.mark.anyio

DRAFT = AGREEMENT.partition("signatures:")[0].replace("id: harlow-cedar", "id: draft")


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    people = ["admin-harlow", "admin-moor", "analyst-cedar"]
    async with open_house(Path(tmp_path_factory.mktemp("lint")), people=people) as opened:
        yield opened


@pytest.fixture(scope="module")
async def harlow(house: House) -> Console:
    return await house.sign_in("admin-harlow")


@pytest.fixture(scope="module")
async def moor(house: House) -> Console:
    return await house.sign_in("admin-moor")


async def lint(who: Console, text: str) -> list[dict[str, Any]]:
    answer = await who.post("/api/agreements/lint", {"text": text})
    assert answer.status_code == 200, answer.text
    return list(answer.json()["findings"])


async def test_a_party_hears_of_its_own_agreements_and_a_stranger_of_none(
    harlow: Console, moor: Console
) -> None:
    mine = (await harlow.get("/api/agreements/findings")).json()["findings"]
    assert {(one["code"], one["agreement"]) for one in mine} == {("missing_clause", "harlow-cedar")}
    theirs = (await moor.get("/api/agreements/findings")).json()["findings"]
    assert {(one["code"], one["agreement"], one["path"]) for one in theirs} == {
        ("no_backup", None, "jurisdictions.moor")
    }


async def test_the_gap_map_has_a_count_for_each_hour_of_the_week(house: House, moor: Console) -> None:
    cedar = await house.sign_in("analyst-cedar")
    gaps = (await cedar.get("/api/agreements/gaps")).json()
    counts = {row["unit_type"]: set(row["partners"]) for row in gaps["rows"]}
    assert counts["als_ambulance"] == {1}
    assert counts["critical_care_ambulance"] == {0}
    assert {len(row["partners"]) for row in gaps["rows"]} == {168}
    assert gaps["summary"] == []
    bare = (await moor.get("/api/agreements/gaps")).json()
    assert bare["summary"] == ["Moor: nobody for ALS ambulances and BLS ambulances, at any hour"]


async def test_a_draft_is_judged_beside_the_agreements_in_force(harlow: Console) -> None:
    found = {(one["code"], one["agreement"]) for one in await lint(harlow, DRAFT)}
    assert found == {("precedence_tie", "draft"), ("missing_clause", "draft")}


async def test_a_document_is_judged_as_its_text_is(harlow: Console) -> None:
    text = DRAFT.replace(
        '  - {id: "4.1"',
        '  - {id: "3.2", type: hours, windows: [{since: "22:00", until: "06:00"}]}\n  - {id: "4.1"',
    ).replace("2020-01-01T00:00:00Z", "'2020-01-01T00:00:00Z'")
    answer = await harlow.post("/api/agreements/lint", {"document": yaml.safe_load(text)})
    assert answer.status_code == 200, answer.text
    assert answer.json()["findings"] == await lint(harlow, text)


async def test_a_draft_that_cannot_be_read_is_named_by_path_and_line(harlow: Console) -> None:
    answer = await harlow.post(
        "/api/agreements/lint", {"text": DRAFT.replace("kind: mutual", "kind: friendly")}
    )
    assert answer.status_code == 422
    assert answer.json()["code"] == "agreement_invalid"
    assert (answer.json()["details"]["path"], answer.json()["details"]["line"]) == ("kind", 5)


@pytest.mark.parametrize(
    "body", [{}, {"text": DRAFT, "document": {}}, {"text": "x" * 70_000}, {"document": []}]
)
async def test_one_of_text_and_document_is_needed(harlow: Console, body: dict[str, Any]) -> None:
    assert (await harlow.post("/api/agreements/lint", body)).status_code == 422


async def test_nothing_is_recorded_by_linting(house: House, harlow: Console) -> None:
    before = await house.store.read(lambda reader: reader.head())
    await lint(harlow, DRAFT)
    assert await house.store.read(lambda reader: reader.head()) == before


async def test_a_stranger_learns_neither_titles_nor_fleets(moor: Console, harlow: Console) -> None:
    """Cedar's eight ambulances are known to its partner; to Moor a floor of eight says nothing."""
    empty = DRAFT.replace('  - {id: "4.1"', '  - {id: "3.2", type: reserve_floor, keep: 8}\n  - {id: "4.1"')
    probe = empty.replace(
        '{id: "4.2", type: answer_time, seconds: 600}',
        '{id: "9", type: precedence, supersedes: [harlow-cedar]}',
    )
    partner = {one["code"] for one in await lint(harlow, empty)}
    assert "floor_empties_promise" in partner
    stranger = await lint(moor, probe)
    assert "floor_empties_promise" not in {one["code"] for one in stranger}
    assert "supersedes_unknown" in {one["code"] for one in stranger}
    assert not any("mutual aid" in one["sentence"] for one in stranger)
