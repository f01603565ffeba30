"""Two admins and an agreement over HTTP, and what comes back when somebody sends what they should not."""

import hashlib
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import BaseModel

from dispatch.api.agreement_rows import AgreementDetailRow, AgreementRow, CheckRow, DiffRow, FormRow
from tests.contract import require_shape
from tests.make_house import AGREEMENT, PASSWORD, Console, House, open_house

pytestmark = pytest.mark.anyio

TEXT = AGREEMENT.partition("signatures:")[0].replace("id: harlow-cedar", "id: pact")
PATH = "/api/agreements/pact"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    people = [f"admin-{place}" for place in ("harlow", "cedar", "moor")]
    async with open_house(tmp_path, people=[*people, "dispatcher-cedar"]) as opened:
        yield opened


@pytest.fixture
async def harlow(house: House) -> Console:
    return await house.sign_in("admin-harlow")


@pytest.fixture
async def cedar(house: House) -> Console:
    return await house.sign_in("admin-cedar")


def done(answer: httpx.Response, row: type[BaseModel], status: int = 200) -> Mapping[str, Any]:
    """The answer's row, which must have the shape that the schema promises."""
    assert answer.status_code == status, answer.text
    require_shape(row, answer.content)
    return dict(answer.json())


def refused(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


async def put(console: Console, path: str, body: object) -> httpx.Response:
    return await console.http.put(path, json=body, headers=console.headers)


async def delete(console: Console, path: str) -> httpx.Response:
    return await console.http.request("DELETE", path, json={}, headers=console.headers)


def signing(row: Mapping[str, Any], **changed: object) -> dict[str, object]:
    body = {"version": row["version"], "terms_sha256": row["terms_sha256"]}
    return {**body, "typed_id": row["id"], "password": PASSWORD, **changed}


async def propose(console: Console, row: Mapping[str, Any]) -> Mapping[str, Any]:
    seen = {"version": row["version"], "revision": row["revision"]}
    return done(await console.post(f"{PATH}/propose", seen), AgreementRow)


async def test_two_admins_draft_reject_amend_sign_rest_resume_and_give_notice(
    harlow: Console, cedar: Console
) -> None:
    draft = done(await harlow.post("/api/agreements", {"text": TEXT}), AgreementRow, 201)
    assert "pact" not in [row["id"] for row in (await cedar.get("/api/agreements")).json()]
    assert refused(await cedar.get(PATH)) == (404, "not_found")
    proposed = await propose(harlow, draft)
    seen = done(await cedar.get(PATH), AgreementDetailRow)
    assert (seen["state"], seen["steps"]) == ("proposed", ["edit", "sign", "reject"])
    no = {"version": 1, "reason": "ten minutes are too long"}
    assert done(await cedar.post(f"{PATH}/reject", no), AgreementRow)["state"] == "rejected"

    document = {name: seen[name] for name in ("id", "title", "version", "kind", "parties", "directions")}
    document |= {"effective_from": seen["effective_from"], "clauses": []}
    for clause in seen["clauses"]:
        changed = {"seconds": 60} if clause["type"] == "answer_time" else {}
        terms = {name: value for name, value in clause.items() if name != "sentence"}
        document["clauses"].append(terms | changed)
    edited = await put(cedar, f"{PATH}/draft", {"document": document, "revision": None})
    amended = await propose(cedar, done(edited, AgreementRow))
    assert amended["version"] == 2
    diff = done(await harlow.get(f"{PATH}/diff?from=1&to=2"), DiffRow)
    [change] = [row for row in diff["rows"] if row["change"] == "changed" and row["path"].endswith("seconds")]
    assert (change["before"], change["after"]) == ("600", "60")

    for console in (harlow, cedar):
        row = done(await console.post(f"{PATH}/sign", signing(amended)), AgreementRow)
    assert (row["state"], row["missing_signatures"]) == ("active", [])
    assert {one["terms_sha256"] for one in row["signatures"]} == {amended["terms_sha256"]}
    assert proposed["terms_sha256"] != amended["terms_sha256"]
    rest = {"reason": "flood", "ends_at": "2099-01-01T00:00:00Z"}
    assert done(await cedar.post(f"{PATH}/suspend", rest), AgreementRow)["state"] == "suspended"
    assert refused(await harlow.post(f"{PATH}/resume", {})) == (409, "illegal_step")
    assert done(await cedar.post(f"{PATH}/resume", {}), AgreementRow)["state"] == "active"
    notice = done(await harlow.post(f"{PATH}/notice", {"reason": "new borders"}), AgreementRow)
    assert notice["state"] == "notice_given"
    again = await harlow.post(f"{PATH}/notice", {"reason": "new borders"})
    assert (refused(again), again.json()["details"]["because"]) == ((409, "illegal_step"), "already_said")


async def test_the_downloaded_text_is_the_one_that_was_signed(harlow: Console, cedar: Console) -> None:
    row = await propose(harlow, (await harlow.post("/api/agreements", {"text": TEXT})).json())
    answer = await cedar.get(f"{PATH}/versions/1/text")
    assert answer.headers["content-type"] == "text/yaml; charset=utf-8"
    assert hashlib.sha256(answer.content).hexdigest() == row["terms_sha256"]
    checked = done(await cedar.post("/api/agreements/check", {"text": answer.text}), CheckRow)
    assert checked["terms_sha256"] == row["terms_sha256"]


async def test_an_edit_after_the_first_signature_voids_it(harlow: Console, cedar: Console) -> None:
    row = await propose(harlow, (await harlow.post("/api/agreements", {"text": TEXT})).json())
    await harlow.post(f"{PATH}/sign", signing(row))
    changed = TEXT.replace("seconds: 600", "seconds: 120")
    done(await put(cedar, f"{PATH}/draft", {"text": changed, "revision": None}), AgreementRow)
    assert refused(await cedar.post(f"{PATH}/sign", signing(row))) == (409, "illegal_step")
    assert done(await harlow.get(PATH), AgreementDetailRow)["state"] == "withdrawn"


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"password": "wrong horse"}, 403, "step_up_failed"),
        ({"terms_sha256": "0" * 64}, 409, "terms_changed"),
        ({"typed_id": "pct"}, 422, "invalid"),
        ({"version": 2}, 404, "not_found"),
        ({"terms_sha256": "abc"}, 422, "invalid"),
        ({"password": ""}, 422, "invalid"),
    ],
)
async def test_what_is_wrong_in_signing_is_said_and_the_session_goes_on(
    harlow: Console, cedar: Console, changed: dict[str, object], status: int, code: str
) -> None:
    row = await propose(harlow, (await harlow.post("/api/agreements", {"text": TEXT})).json())
    assert refused(await cedar.post(f"{PATH}/sign", signing(row, **changed))) == (status, code)
    assert (await cedar.get("/api/me")).status_code == 200
    assert done(await cedar.get(PATH), AgreementDetailRow)["signatures"] == []


async def test_signing_again_answers_the_same(harlow: Console) -> None:
    row = await propose(harlow, (await harlow.post("/api/agreements", {"text": TEXT})).json())
    first = done(await harlow.post(f"{PATH}/sign", signing(row), key="key-00001"), AgreementRow)
    assert (await harlow.post(f"{PATH}/sign", signing(row), key="key-00001")).json() == first
    assert done(await harlow.post(f"{PATH}/sign", signing(row)), AgreementRow) == first


async def test_a_draft_is_changed_at_its_revision_and_thrown_away(harlow: Console) -> None:
    done(await harlow.post("/api/agreements", {"text": TEXT}), AgreementRow, 201)
    assert refused(await harlow.post("/api/agreements", {"text": TEXT})) == (409, "conflict")
    stale = await put(harlow, f"{PATH}/draft", {"text": TEXT, "revision": 2})
    assert (refused(stale), stale.json()["details"]["current"]) == ((409, "stale_version"), 1)
    row = done(await put(harlow, f"{PATH}/draft", {"text": TEXT, "revision": 1}), AgreementRow)
    assert row["revision"] == 2
    answer = await delete(harlow, f"{PATH}/draft")
    assert (answer.status_code, answer.json()) == (200, {})
    assert refused(await delete(harlow, f"{PATH}/draft")) == (404, "not_found")


async def test_a_surge_pact_is_proposed_in_one_step_and_signed_by_both(house: House, harlow: Console) -> None:
    moor, template = await house.sign_in("admin-moor"), {"template": "surge", "partner": "moor"}
    made = await harlow.post("/api/agreements/from-template", {**template, "propose": True}, key="key-00001")
    row = done(made, AgreementRow, 201)
    again = await harlow.post("/api/agreements/from-template", {**template, "propose": True}, key="key-00001")
    assert again.json() == row
    assert (row["state"], row["ends_at"] is None) == ("proposed", False)
    for console in (harlow, moor):
        row = done(await console.post(f"/api/agreements/{row['id']}/sign", signing(row)), AgreementRow)
    assert row["state"] == "active"


async def test_the_form_describes_every_kind_of_clause_and_no_agreement_has_its_name(
    house: House, harlow: Console
) -> None:
    dispatcher = await house.sign_in("dispatcher-cedar")
    form = done(await dispatcher.get("/api/agreements/form"), FormRow)
    floor = next(kind for kind in form["kinds"] if kind["type"] == "reserve_floor")
    assert [field["name"] for field in floor["fields"]][:2] == ["keep", "unit_types"]
    assert {group["group"] for group in form["groups"]} >= {kind["group"] for kind in form["kinds"]}
    taken = await harlow.post("/api/agreements", {"text": TEXT.replace("id: pact", "id: form")})
    assert taken.json()["details"]["path"] == "id"


@pytest.mark.parametrize(
    ("body", "status", "path"),
    [
        ({}, 422, "body"),
        ({"text": TEXT, "document": {}}, 422, "body"),
        ({"text": "id: ["}, 422, "document"),
        ({"text": TEXT.replace("version: 1", "version: one")}, 422, "version"),
        ({"text": TEXT.replace("seconds: 600", "seconds: 5")}, 422, "clauses[3].seconds"),
        ({"text": TEXT.replace("Harlow / Cedar", "a\x00b")}, 400, ""),
        ({"document": {"id": "pact"}}, 422, "document"),
        ({"document": {"id": {"a": [1, {}]}}}, 422, "document"),
        ({"text": "x" * 70_000}, 422, "text"),
    ],
)
async def test_what_is_no_agreement_is_refused_with_its_place(
    harlow: Console, body: dict[str, object], status: int, path: str
) -> None:
    answer = await harlow.post("/api/agreements", body)
    assert answer.status_code == status, answer.text
    assert answer.json()["details"].get("path", "") == path


async def test_a_text_of_five_hundred_clauses_is_taken_as_a_document_too(harlow: Console) -> None:
    clauses = [
        {"id": f"c{number}", "type": "reserve_floor", "keep": 1, "unit_types": ["als_ambulance"]}
        for number in range(500)
    ]
    document = {"id": "pact", "title": "Long", "version": 1, "kind": "mutual", "parties": ["harlow", "cedar"]}
    document |= {"directions": "reciprocal", "effective_from": "2026-01-01T00:00:00Z", "clauses": clauses}
    checked = done(await harlow.post("/api/agreements/check", {"document": document}), CheckRow)
    assert (checked["ok"], len(checked["sentences"])) == (True, 500)


async def test_a_mutation_from_another_site_is_refused(harlow: Console) -> None:
    for method, path in (("PUT", f"{PATH}/draft"), ("DELETE", f"{PATH}/draft")):
        strange = harlow.headers | {"Origin": "http://evil.example"}
        answer = await harlow.http.request(method, path, json={}, headers=strange)
        assert refused(answer) == (403, "forbidden")
        without = {name: value for name, value in harlow.headers.items() if name != "X-CSRF-Token"}
        assert (await harlow.http.request(method, path, json={}, headers=without)).status_code == 403
