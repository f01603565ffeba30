"""An overwhelmed jurisdiction gets a unit of a neighbour, without a browser, on sample and real regions."""

import json
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bench.crash import free_port
from tests.real_data import real_data
from tests.story.headless import Console, signed_in
from tests.story.serving import Demo, serving

ROOT = Path(__file__).resolve().parents[2]
Row = dict[str, Any]
PLACES = ("marlow", "milan", "liechtenstein")


def build(place: str, target: Path) -> Path:
    """The place's bundle: the sample region's is there; a real one is built with a made-up fleet."""
    if place == "marlow":
        return ROOT / "var" / "regions" / "marlow"
    data = real_data() / place
    hospitals = data / ("pois.geojson" if place == "liechtenstein" else "hospitals.geojson")
    command = [sys.executable, "-m", "dispatch", "region", "build", "--osm", data / f"{place}.osm.pbf"]
    command += ["--jurisdictions", data / "municipalities.geojson", "--hospitals", hospitals]
    command += ["--sample-fleet", "7", "-o", target]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return target


def choose_pair(bundle: Path) -> tuple[str, str]:
    """The borrower and lender of the first mutual agreement in force that lets an ALS ambulance come."""
    from dispatch.agreements.parse import parse_agreement
    from dispatch.agreements.permit import Permit, may_lend
    from dispatch.agreements.question import Call, LentUnit, Loans
    from dispatch.gateways.regions.bundle import list_agreement_texts, load_region
    from dispatch.model.clock import system_now
    from dispatch.model.incident import Priority
    from dispatch.model.unit import UnitType

    region = load_region(bundle)
    for _, text in list_agreement_texts(bundle):
        agreement = parse_agreement(text)
        for direction in agreement.directions:
            fleet = [u.unit_type for u in region.units.values() if u.jurisdiction_id == direction.lender]
            answer = may_lend(
                [agreement],
                lender=direction.lender,
                unit=LentUnit(unit_type=UnitType.ALS_AMBULANCE),
                call=Call(borrower=direction.borrower, priority=Priority.CRITICAL),
                loans=Loans(free_by_type={kind: fleet.count(kind) for kind in set(fleet)}),
                now=system_now(),
            )
            if isinstance(answer, Permit) and answer.may_decline and not answer.automatic:
                return direction.borrower, direction.lender
    raise AssertionError("no agreement of this region lets a unit come")


@pytest.fixture(scope="module", params=PLACES)
def demo(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp(request.param)
    bundle = build(request.param, folder / "region")
    borrower, lender = ("harlow", "cedar") if request.param == "marlow" else choose_pair(bundle)
    with serving(bundle, folder / "data", port=free_port(), borrower=borrower, lender=lender) as running:
        yield running


@pytest.fixture
def consoles(demo: Demo) -> Iterator[tuple[Console, Console]]:
    borrower, lender = f"{demo.borrower}-dispatcher", f"{demo.lender}-dispatcher"
    with (
        signed_in(demo.base, borrower, demo.password) as asking,
        signed_in(demo.base, lender, demo.password) as answering,
    ):
        yield asking, answering


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_an_overwhelmed_jurisdiction_gets_a_neighbours_unit(
    demo: Demo, consoles: tuple[Console, Console], tmp_path: Path
) -> None:
    asking, answering = consoles

    cover = asking.wait(
        "covers", lambda row: row["jurisdiction"] == demo.borrower and row["state"] == "red", seconds=30
    )
    assert cover["reasons"]
    assert all(reason["sentence"] for reason in cover["reasons"])

    incident = open_incident(asking, demo)
    shown = asking.post(f"/api/incidents/{incident['id']}/recommendation", {}, key="recommend-1").json()
    assert shown["own"], "the best own unit is always among what is shown"
    assert all(own["free_in_seconds"] > 0 for own in shown["own"]), "all own units are out"
    candidates = [row for row in shown["candidates"] if row["lender"] == demo.lender]
    assert candidates
    assert all(row["permit"]["clauses"] and row["keeps"] >= row["floor"] for row in shown["candidates"])
    assert shown["refusals"]
    assert all(row["reasons"] for row in shown["refusals"])

    request = ask(asking, incident, candidates[0], shown)
    seen = answering.wait("requests", lambda row: row["id"] == request["id"] and row["direction"] == "in")
    assert seen["keeps"] >= seen["floor"]
    assert answering.http.get(f"/api/incidents/{incident['id']}").status_code == 404, (
        "no detail before aid is agreed"
    )

    accepted = answering.post(
        f"/api/requests/{request['id']}/accept",
        {"expected_version": seen["version"]},
        key="accept-the-request",
    )
    assert accepted.status_code == 200, accepted.text
    follow(asking, answering, request, demo)
    close_and_verify(asking, incident, tmp_path)


def open_incident(asking: Console, demo: Demo) -> Row:
    stations = asking.http.get("/api/region").json()["stations"]
    here = next(row for row in stations if row["jurisdiction"] == demo.borrower)
    answer = asking.post(
        "/api/incidents",
        {
            "lon": here["lon"],
            "lat": here["lat"],
            "priority": "critical",
            "nature": "Cardiac arrest",
            "needs": [{"unit_type": "als_ambulance", "count": 1}],
            "note": "canary 7391",
        },
        key=f"open-{here['id']}",
    )
    assert answer.status_code == 201, answer.text
    opened: Row = answer.json()
    return opened


def ask(asking: Console, incident: Row, candidate: Row, shown: Row) -> Row:
    body = {"unit_id": candidate["unit"], "recommendation_id": shown["id"]}
    answer = asking.post(f"/api/incidents/{incident['id']}/requests", body, key="request-1")
    assert answer.status_code in (200, 201), answer.text
    again = asking.post(f"/api/incidents/{incident['id']}/requests", body, key="request-1")
    assert again.json()["id"] == answer.json()["id"], "a retry has one effect"
    asked: Row = answer.json()
    return asked


def follow(asking: Console, answering: Console, request: Row, demo: Demo) -> None:
    """Both boards follow the unit; the borrower releases it; it comes home."""
    for console in (asking, answering):
        console.wait("assignments", lambda row: row["request"] == request["id"] and row["lent"])
    for status in ("en_route", "on_scene", "transporting", "at_hospital"):
        unit = answering.wait("units", lambda row: row["id"] == request["unit"])
        if unit["status"] != status:
            path = f"/api/units/{request['unit']}/status"
            said = answering.post(path, {"status": status}, key=f"status-{status}")
            assert said.status_code == 200, said.text
        for console in (asking, answering):
            console.wait("assignments", partial(is_at, request["id"], status))
    assignment = asking.wait("assignments", lambda row: row["request"] == request["id"])
    released = asking.post(
        f"/api/assignments/{assignment['id']}/release", {"reason": "done"}, key="release-1"
    )
    assert released.status_code == 200, released.text
    asking.wait("assignments", lambda row: row["id"] == assignment["id"] and row["state"] == "returning")
    home = answering.post(f"/api/units/{request['unit']}/status", {"status": "available"}, key="come-home-1")
    assert home.status_code == 200, home.text
    answering.wait("units", lambda row: row["id"] == request["unit"] and row["status"] == "available")


def is_at(request_id: str, state: str, row: Row) -> bool:
    return bool(row["request"] == request_id and row["state"] == state)


def close_and_verify(asking: Console, incident: Row, tmp_path: Path) -> None:
    closed = asking.post(f"/api/incidents/{incident['id']}/close", {}, key="close-the-incident")
    assert closed.status_code == 200, closed.text
    log = asking.http.get(f"/api/incidents/{incident['id']}/log.json")
    assert asking.http.get(f"/api/incidents/{incident['id']}/log.csv").text.count("\n") > 5
    good, bad = tmp_path / "log.json", tmp_path / "changed.json"
    good.write_bytes(log.content)
    bad.write_text(log.text.replace('"critical"', '"emergent"', 1))
    assert bad.read_text() != log.text
    assert verify(good) == 0
    assert verify(bad) != 0
    document = json.loads(log.text)
    del document["entries"][2]
    bad.write_text(json.dumps(document))
    assert verify(bad) != 0


def verify(path: Path) -> int:
    return subprocess.run(
        [sys.executable, "-m", "dispatch", "verify", str(path)], capture_output=True, check=False
    ).returncode
