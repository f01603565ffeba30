"""A month of aid over HTTP: who reads it, and that both parties are told the same."""

import csv
import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from neris_api_client.models import AidAgreementPayload
from pypdf import PdfReader

from dispatch.agreements.parse import parse_agreement, terms_sha256
from dispatch.model.clock import ManualClock
from tests.make_house import AGREEMENT, INCIDENT, PLACES, Console, House, open_house

pytestmark = pytest.mark.anyio

LAST_EVENING = datetime(2026, 10, 31, 22, tzinfo=UTC)
PEOPLE = (*(f"dispatcher-{place}" for place in PLACES), "analyst-harlow")


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(LAST_EVENING)


@pytest.fixture
async def house(tmp_path: Path, clock: ManualClock) -> AsyncIterator[House]:
    async with open_house(tmp_path, clock=clock, people=PEOPLE) as opened:
        yield opened


async def consoles(house: House) -> dict[str, Console]:
    return {place: await house.sign_in(f"dispatcher-{place}") for place in PLACES}


async def lend_over_midnight(house: House, clock: ManualClock) -> dict[str, Console]:
    """Cedar lends from 22:00 until 01:30 of the next month, and says no to a second unit."""
    desks = await consoles(house)
    incident = done(await desks["harlow"].post("/api/incidents", INCIDENT))["id"]
    for unit, answer, body in (
        ("cedar-2", "accept", {}),
        ("cedar-1", "decline", {"reason": "weather"}),
    ):
        asked = await desks["harlow"].post(f"/api/incidents/{incident}/requests", {"unit_id": unit})
        done(await desks["cedar"].post(f"/api/requests/{done(asked)['id']}/{answer}", body))
    clock.advance(seconds=3.5 * 3600)
    desks = await consoles(house)
    home = {"status": "available"}
    done(await desks["cedar"].post("/api/units/cedar-2/status", home))
    return desks


def statement(ending: str, partner: str) -> str:
    return f"/api/ledger/statement.{ending}?month=2026-10&partner={partner}"


def done(answer: httpx.Response) -> dict[str, object]:
    assert answer.status_code in (200, 201), answer.text
    return dict(answer.json())


def text_of(answer: httpx.Response) -> str:
    assert answer.status_code == 200, answer.text
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)


async def test_both_parties_are_told_the_same_figures(house: House, clock: ManualClock) -> None:
    desks = await lend_over_midnight(house, clock)
    for month, seconds in (("2026-10", 2 * 3600), ("2026-11", 3600 + 1800)):
        address = f"/api/ledger?month={month}"
        given = done(await desks["cedar"].get(address))["pairs"]
        received = done(await desks["harlow"].get(address))["pairs"]
        assert given == received
        [pair] = given  # type: ignore[misc]
        assert (pair["lender"], pair["borrower"]) == ("cedar", "harlow")
        assert pair["figures"]["unit_seconds"] == seconds
        assert pair["figures"]["unit_seconds_by_type"] == {"als_ambulance": seconds}


async def test_both_parties_download_the_same_statement(house: House, clock: ManualClock) -> None:
    desks = await lend_over_midnight(house, clock)
    ours = [await desks["cedar"].get(statement(ending, "harlow")) for ending in ("csv", "pdf")]
    theirs = [await desks["harlow"].get(statement(ending, "cedar")) for ending in ("csv", "pdf")]
    assert text_of(ours[1]) == text_of(theirs[1])
    assert [answer.content for answer in ours] == [answer.content for answer in theirs]
    assert [answer.headers["content-type"] for answer in ours] == [
        "text/csv; charset=utf-8",
        "application/pdf",
    ]
    assert ours[1].headers["content-disposition"] == ('attachment; filename="aid-2026-10-cedar-harlow.pdf"')
    rows = list(csv.DictReader(io.StringIO(ours[0].text, newline="")))
    [loan] = [row for row in rows if row["row"] == "loan"]
    assert (loan["call_sign"], loan["seconds"], loan["ended_at"]) == ("C2", "7200", "")
    assert "2:00:00" in text_of(ours[1])
    assert "Cedar to Harlow" in text_of(ours[1])


async def test_what_was_not_given_is_on_record_with_its_reason(house: House, clock: ManualClock) -> None:
    desks = await lend_over_midnight(house, clock)
    ledger = done(await desks["harlow"].get("/api/ledger?month=2026-10"))
    [no] = ledger["unfilled"]  # type: ignore[misc]
    assert (no["outcome"], no["reason"], no["answer_seconds"]) == ("declined", "weather", 0)
    assert (no["lender"], no["unit_type"], no["priority"]) == ("cedar", "als_ambulance", "critical")
    assert no["incident_number"]


async def test_a_third_jurisdiction_sees_nothing_of_it(house: House, clock: ManualClock) -> None:
    desks = await lend_over_midnight(house, clock)
    ledger = done(await desks["moor"].get("/api/ledger?month=2026-10"))
    assert (ledger["pairs"], ledger["unfilled"], ledger["alerts"]) == ([], [], [])
    for partner in ("harlow", "cedar", "moor", "nowhere"):
        for ending in ("csv", "pdf"):
            answer = await desks["moor"].get(statement(ending, partner))
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_a_month_without_aid_between_partners_is_a_statement_too(house: House) -> None:
    desk = await house.sign_in("analyst-harlow")
    assert "No unit was lent." in text_of(
        await desk.get("/api/ledger/statement.pdf?month=2026-01&partner=cedar")
    )


async def test_what_is_no_month_is_refused(house: House) -> None:
    desk = await house.sign_in("dispatcher-harlow")
    for month in ("", "2026-13", "2026-1", "1999-12", "2026-10-01", "october"):
        assert (await desk.get(f"/api/ledger?month={month}")).status_code == 422


async def test_the_agreements_pdf_has_the_hash_of_the_text_that_was_signed(house: House) -> None:
    desk = await house.sign_in("dispatcher-harlow")
    answer = await desk.get("/api/agreements/harlow-cedar/versions/1/pdf")
    assert terms_sha256(parse_agreement(AGREEMENT)) in text_of(answer)
    assert answer.headers["content-disposition"] == ('attachment; filename="agreement-harlow-cedar-v1.pdf"')


async def test_neris_is_told_of_fire_departments_only(house: House) -> None:
    desk = await house.sign_in("dispatcher-harlow")
    said = done(await desk.get("/api/agreements/harlow-cedar/versions/1/neris"))
    assert [AidAgreementPayload.model_validate(one) for one in said["payloads"]] == []  # type: ignore[attr-defined]
    assert said["left_out"] == [{"party": "cedar", "because": "harlow has no NERIS id of a fire department"}]


async def test_what_is_not_there_or_not_ones_own_is_not_found(house: House) -> None:
    for login, which in (
        ("dispatcher-harlow", "harlow-cedar/versions/2"),
        ("dispatcher-harlow", "absent/versions/1"),
        ("dispatcher-moor", "harlow-cedar/versions/1"),
    ):
        desk = await house.sign_in(login)
        for form in ("pdf", "neris"):
            assert (await desk.get(f"/api/agreements/{which}/{form}")).status_code == 404
