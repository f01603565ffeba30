"""A month of aid on a terminal, and agreements as files."""

import asyncio
import io
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from neris_api_client.models import AidAgreementPayload
from pypdf import PdfReader

from dispatch.agreements.parse import dump_agreement, parse_agreement, terms_sha256, text_sha256
from dispatch.agreements.terms import Agreement
from dispatch.aid.request import RequestState
from dispatch.gateways.regions.build import build_region
from dispatch.model.ids import JurisdictionId
from dispatch.services.ports import AgreementText, Tx
from dispatch.store.store import open_store
from tests.cli.test_command_line import Terminal
from tests.make_agreements import make_agreement
from tests.make_ledger import ask_for, hour, lend, make_paid
from tests.make_record import make_incident
from tests.make_region import write_grid_town

NOON = datetime(2026, 3, 15, 12, tzinfo=UTC)
WEST, EAST = JurisdictionId("west"), JurisdictionId("east")


def between_east_and_west(**more: object) -> Agreement:
    made = make_paid(lender=EAST, borrower=WEST, id_="east-west", **more)  # type: ignore[arg-type]
    return replace(made, title="East and West")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two fire departments with an agreement in two versions, of which the second is not signed."""
    folder = tmp_path_factory.mktemp("town")
    files = write_grid_town(folder)
    areas = json.loads(files.jurisdictions.read_text())
    for number, feature in enumerate(areas["features"]):
        feature["properties"]["neris_id"] = f"FD0000000{number}"
    files.jurisdictions.write_text(json.dumps(areas))
    (folder / "agreements").mkdir()
    for version, signed_by in ((1, (WEST, EAST)), (2, ())):
        text = dump_agreement(between_east_and_west(version=version, signed_by=signed_by))
        (folder / "agreements" / f"v{version}.yaml").write_text(text)
    build_region(replace(files, sample_fleet=None, agreements=folder / "agreements"), folder / "bundle")
    return folder / "bundle"


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(monkeypatch, capsys)


@pytest.fixture
def record(tmp_path: Path) -> str:
    """Two hours lent by East to West, and one request that weather kept from being filled."""
    url = f"sqlite:///{tmp_path / 'record.db'}"
    text = dump_agreement(between_east_and_west())
    kept = AgreementText(
        agreement_id=between_east_and_west().id,
        version=1,
        text=text,
        text_sha256=text_sha256(text),
        recorded_at=NOON,
    )

    def write(tx: Tx) -> None:
        tx.put_agreement(kept)
        tx.put_incident(make_incident("inc_1", number="26-00001"))
        tx.put_assignment(lend(NOON, 2 * hour, lender=EAST, borrower=WEST, agreement="east-west"))
        refused = ask_for(NOON, RequestState.DECLINED, lender=EAST, borrower=WEST, reason="weather")
        tx.put_request(refused)

    async def fill() -> None:
        store = open_store(url)
        await store.write(write)
        await store.close()

    asyncio.run(fill())
    return url


def test_a_month_is_printed_with_its_figures_and_what_was_not_given(
    terminal: Terminal, town: Path, record: str
) -> None:
    words = ("--region", str(town), "--record", record, "--month", "2026-03", "--jurisdiction", "west")
    code, said, _ = terminal.run("ledger", *words)
    assert code == 0
    assert re.search(r"East to West +1 +0 +1 +0 +1 +2:00:00 +200.00 USD", said)
    assert re.search(r"26-00001 +critical +unknown +East +weather", said)
    assert max(map(len, said.splitlines())) <= 80


def test_the_same_as_json_is_what_the_service_answers(terminal: Terminal, town: Path, record: str) -> None:
    words = ("--region", str(town), "--record", record, "--month", "2026-03", "--jurisdiction", "east")
    code, said, _ = terminal.run("ledger", *words, "--json")
    row = json.loads(said)
    assert (code, row["jurisdiction"], row["time_zone"]) == (0, "east", "Europe/Vaduz")
    assert row["pairs"][0]["figures"]["unit_seconds"] == 7200
    assert row["unfilled"][0]["reason"] == "weather"


def test_a_wrong_month_or_jurisdiction_is_one_sentence(terminal: Terminal, town: Path, record: str) -> None:
    always = ("ledger", "--region", str(town), "--record", record)
    assert "month" in terminal.refused(*always, "--month", "March", "--jurisdiction", "west")
    assert "west" in terminal.refused(*always, "--month", "2026-03", "--jurisdiction", "nowhere")


def test_yaml_in_and_yaml_out_is_the_same_agreement(terminal: Terminal, town: Path, tmp_path: Path) -> None:
    out, again = tmp_path / "out.yaml", tmp_path / "again.yaml"
    code, said, _ = terminal.run("agreements", "export", "east-west", "--region", str(town), "-o", str(out))
    agreement = parse_agreement(out.read_text())
    assert (code, agreement.version) == (0, 2), "the newest"
    assert terms_sha256(agreement) in said
    terminal.run("agreements", "export", str(out), "--region", "absent", "-o", str(again))
    assert again.read_bytes() == out.read_bytes()


@pytest.mark.parametrize(("version", "draft"), [("1", False), ("2", True)])
def test_the_pdf_of_a_version_has_its_hash_and_says_whether_it_binds(
    terminal: Terminal, town: Path, tmp_path: Path, version: str, draft: bool
) -> None:
    out = tmp_path / "out.pdf"
    words = ("--region", str(town), "--version", version, "--format", "pdf", "-o", str(out))
    assert terminal.run("agreements", "export", "east-west", *words)[0] == 0
    text = PdfReader(io.BytesIO(out.read_bytes())).pages[0].extract_text()
    assert terms_sha256(between_east_and_west(version=int(version))) in text
    assert ("DRAFT" in text) is draft


def test_neris_is_told_from_the_side_that_is_named(terminal: Terminal, town: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    words = ("--region", str(town), "--version", "1", "--format", "neris", "-o", str(out))
    terminal.run("agreements", "export", "east-west", *words, "--party", "west")
    told = json.loads(out.read_text())
    [payload] = [AidAgreementPayload.model_validate(one) for one in told["payloads"]]
    assert told["party"] == "west"
    assert payload.neris_id_dept != told["neris_id_entity"]
    assert "one of" in terminal.refused("agreements", "export", "east-west", *words, "--party", "far")


def test_what_cannot_be_exported_is_one_sentence(terminal: Terminal, town: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text(dump_agreement(make_agreement()).replace("kind: mutual", "kind: friendly"))
    always = ("--region", str(town), "-o", str(tmp_path / "out"))
    assert "neither a file nor one of east-west" in terminal.refused("agreements", "export", "x", *always)
    assert f"{broken}:4: kind" in terminal.refused("agreements", "export", str(broken), *always)
    said = terminal.refused("agreements", "export", "east-west", *always, "--version", "9")
    assert "east-west has no version 9 here, only" in said
    assert not (tmp_path / "out").exists()
