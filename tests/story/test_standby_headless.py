"""An emptied area gets a neighbour's unit to stand by, sends it on to a call, and both are proved."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bench.crash import free_port
from tests.story.headless import Console, signed_in
from tests.story.serving import Demo, serving
from tests.story.test_story_headless import build, open_incident, verify

Row = dict[str, Any]


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    bundle = build("marlow", tmp_path / "region")
    with serving(bundle, tmp_path / "data", port=free_port()) as running:
        yield running


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_a_unit_stands_by_is_sent_on_and_goes_home(demo: Demo, tmp_path: Path) -> None:
    borrower, lender = f"{demo.borrower}-dispatcher", f"{demo.lender}-dispatcher"
    with (
        signed_in(demo.base, borrower, demo.password) as asking,
        signed_in(demo.base, lender, demo.password) as answering,
    ):
        asking.wait("covers", lambda row: row["jurisdiction"] == demo.borrower and row["state"] == "red")
        found, move = propose(asking, demo)
        asked = ask(asking, demo, found, move)
        standby = grant(asking, answering, asked)
        drive(asking, answering, standby)
        incident = open_incident(asking, demo)
        mission = send_on(asking, answering, standby, incident)
        let_go(asking, answering, mission)
        closed = asking.post(f"/api/incidents/{incident['id']}/close", {}, key="close-the-call")
        assert closed.status_code == 200, closed.text
        for which in (asked["incident"]["id"], incident["id"]):
            prove(asking, which, tmp_path)


def propose(asking: Console, demo: Demo) -> tuple[Row, Row]:
    """The best move of the lender that somebody sits at; waits until cover's figures are ready."""
    path = f"/api/jurisdictions/{demo.borrower}/standby-proposals"
    for _ in range(60):
        answer = asking.http.get(path)
        assert answer.status_code == 200, answer.text
        found: Row = answer.json()
        if found["because"] != "figures_not_ready":
            break
        asking.wait_a_beat()
    assert found["because"] == "proposed", found
    for one in found["moves"]:
        assert one["net"] > 0
        assert one["permit"]["agreement"]
        assert one["ends"]["sentence"]
        assert one["opinion"]["verdict"] in ("pays", "does_not_pay", "undecided", "not_played")
    move = next((one for one in found["moves"] if one["lender"] == demo.lender), None)
    assert move is not None, "the lender at the other console has a unit to spare"
    return found, move


def ask(asking: Console, demo: Demo, found: Row, move: Row) -> Row:
    body = {"unit": move["unit"], "post": move["to"]["post"], "proposal": found["id"], "note": "level zero"}
    answer = asking.post(f"/api/jurisdictions/{demo.borrower}/standbys", body, key="stand-by-1")
    assert answer.status_code == 201, answer.text
    asked: Row = answer.json()
    assert (asked["incident"]["purpose"], asked["request"]["on_no_answer"]) == ("standby", "nothing")
    return asked


def grant(asking: Console, answering: Console, asked: Row) -> Row:
    which = asked["request"]["id"]
    seen = answering.wait("requests", lambda row: row["id"] == which and row["direction"] == "in")
    assert seen["purpose"] == "standby"
    yes = answering.post(
        f"/api/requests/{which}/accept", {"expected_version": seen["version"]}, key="accept-standby"
    )
    assert yes.status_code == 200, yes.text
    answering.wait("assignments", lambda row: row["request"] == which and row["lent"])
    standby: Row = asking.wait("assignments", lambda row: row["request"] == which and row["lent"])
    assert standby["purpose"] == "standby"
    return standby


def drive(asking: Console, answering: Console, standby: Row) -> None:
    for status in ("en_route", "on_scene"):
        unit = answering.wait("units", lambda row: row["id"] == standby["unit"])
        if unit["status"] != status:
            path = f"/api/units/{standby['unit']}/status"
            said = answering.post(path, {"status": status}, key=f"post-{status}")
            assert said.status_code == 200, said.text
    asking.wait("assignments", lambda row: row["id"] == standby["id"] and row["state"] == "on_scene")


def send_on(asking: Console, answering: Console, standby: Row, incident: Row) -> Row:
    shown = asking.post(f"/api/incidents/{incident['id']}/recommendation", {}, key="recommend-1").json()
    here = next(row for row in shown["candidates"] if row["unit"] == standby["unit"])
    assert here["stands_by"] is True
    assert here["permit"]["agreement"]
    sent = asking.post(
        f"/api/assignments/{standby['id']}/redirect", {"incident": incident["id"]}, key="send-it-on"
    )
    assert sent.status_code == 201, sent.text
    mission: Row = sent.json()
    assert (mission["unit"], mission["lent"], mission["purpose"]) == (standby["unit"], True, "incident")
    for console in (asking, answering):
        console.wait("assignments", lambda row: row["id"] == mission["id"])
    assert answering.http.get(f"/api/incidents/{incident['id']}").status_code == 200, "its unit is on it"
    return mission


def let_go(asking: Console, answering: Console, mission: Row) -> None:
    released = asking.post(f"/api/assignments/{mission['id']}/release", {"reason": "done"}, key="release-it")
    assert released.status_code == 200, released.text
    answering.wait("assignments", lambda row: row["id"] == mission["id"] and row["state"] == "returning")
    path = f"/api/units/{mission['unit']}/status"
    assert answering.post(path, {"status": "available"}, key="home-again").status_code == 200
    answering.wait("units", lambda row: row["id"] == mission["unit"] and row["status"] == "available")


def prove(asking: Console, incident_id: str, tmp_path: Path) -> None:
    row = asking.http.get(f"/api/incidents/{incident_id}").json()
    assert row["state"] == "closed"
    log = asking.http.get(f"/api/incidents/{incident_id}/log.json")
    good, bad = tmp_path / f"{incident_id}.json", tmp_path / f"{incident_id}-changed.json"
    good.write_bytes(log.content)
    assert verify(good) == 0
    document = json.loads(log.text)
    del document["entries"][2]
    bad.write_text(json.dumps(document))
    assert verify(bad) != 0
