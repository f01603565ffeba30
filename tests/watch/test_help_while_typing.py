"""What the word under the cursor may become, what a list of names looks like, and why a line did nothing."""

from typing import Any

import pytest

from dispatch.watch.line.complete import accept, complete, shared_beginning
from dispatch.watch.line.parse import Stuck, parse
from dispatch.watch.line.say import why_not
from dispatch.watch.line.sight import Sight
from dispatch.watch.places import address_of, find_single_place, say_places
from tests.watch.make_sight import make_sight, shared


def inserts(line: str, sight: Sight | None = None) -> list[str]:
    found = complete(line, len(line), sight or make_sight())
    return [candidate.insert for candidate in found.candidates] if found else []


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("re", ["REC", "REQ", "REL"]),
        ("erc", ["REC"]),
        ("REC 4", ["42", "142"]),
        ("REC 57", ["26-00057", "25-00057"]),
        ("REQ 42 M41", ["M411"]),
        ("REQ 42 M12", ["CedarFenM12", "DunmereM12", "M121"]),
        ("ST M212 o", ["OS", "OO"]),
        ("ST M211 ", ["AD", "OO", "OD"]),
        ("DEC M211 c", ["coverage_floor", "capability", "crew_fatigue"]),
        ("ACC ", ["M211", "M221"]),
        ("PH mar", ["Port Marlow", "Marlow County"]),
        ("N ", ["p1", "p2", "p3", "p4"]),
        ("N p1 ch", ["Chest pain @"]),
        ("N p1 Fall @ M", []),
        ("EXT M331 ", []),
        ("FIND mill", []),
        ("COV ", []),
        ("xyz", []),
    ],
)
def test_candidates_are_written_as_short_as_they_are_clear(line: str, wanted: list[str]) -> None:
    assert inserts(line) == wanted


def test_whatever_is_offered_means_what_it_was_offered_for() -> None:
    sight = make_sight()
    for line in (
        "REC ",
        "REQ 42 ",
        "AS 42 ",
        "ACC ",
        "CAN ",
        "REL ",
        "ST ",
        "ST M213 ",
        "U ",
        "WHY ",
        "PH ",
        "CL ",
    ):
        found = complete(line, len(line), sight)
        assert found
        for candidate in found.candidates:
            parsed = parse(accept(line, found, candidate.insert, whole=True)[0], sight)
            meant = parsed.args.values() if not isinstance(parsed, Stuck) else [candidate.id]
            assert candidate.id in meant, candidate
            assert not isinstance(parsed, Stuck) or parsed.reason == "missing"
            assert candidate.sentence


def test_units_stand_in_the_order_of_the_advice_once_there_is_one() -> None:
    sight = make_sight(advised={"i42": ["marlow-m111", "dunmere-m411"]})
    assert inserts("REQ 42 ", sight)[:2] == ["M111", "M411"]
    assert inserts("REQ 142 ", sight)[:2] == ["M311", "CedarFenM12"]


def test_a_candidate_takes_the_place_of_the_whole_word_and_tab_goes_as_far_as_all_agree() -> None:
    sight = make_sight()
    found = complete("REC 4 x", 5, sight)
    assert found
    assert accept("REC 4 x", found, "42", whole=True) == ("REC 42 x", 7)
    few = complete("ST M21", 6, sight)
    assert few
    assert (few.of, shared_beginning(few)) == (3, "M21")
    many = complete("WHY ", 4, sight)
    assert many
    assert (many.of > 8, shared_beginning(many)) == (True, "")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("REQ 42 M12", "“M12” may be Cedar Fen M12 or Dunmere M12. Nothing was done"),
        ("REX 1", "No command “REX”. Is it REC, REQ or REL?"),
        ("xyz", "No command “xyz”. “?” lists them all"),
        ("REQ 42 M211", "Harlow M211 is your own: AS assigns it."),
        ("AS 42 M411", "Dunmere M411 is not your own: REQ asks for it."),
        ("AS 42 M213", "Harlow M213 is lent to Cedar Fen."),
        ("REQ 42 M321", "Cedar Fen M321 is asked for already."),
        ("REQ 42 A322", "Cedar Fen A322 is dispatched."),
        ("REL M211", "Harlow M211 is on no assignment that you may release."),
        ("REC 61", "26-00061 is Cedar Fen’s incident."),
        ("REC 30", "26-00030 is closed."),
        ("REC 88", "26-00088 is a standby, no call."),
        ("DEC M221 no", "The request for Harlow M221: the agreement leaves no refusal."),
        ("ACC A222", "The request for Harlow A222 has run out."),
        ("ACC M321", "The request for Cedar Fen M321 is your own: CAN withdraws it."),
        ("CAN M411", "The request for Dunmere M411 was declined."),
        ("ST M212 tr", "transporting is no step from here. Possible: on scene (OS)"),
        ("EXT M331 73", "EXT unit hours: 1 to 72 hours"),
        ("COV x", "COV: “x” is too much. Nothing was done"),
        ("RCL M213", "RCL unit reason: the reason is missing"),
        ("N p1 Fall ALS x 0", "1 to 50 units of a type"),
        ("U \x9b2J", "No unit “2J” that U may apply to"),
    ],
)
def test_a_line_that_did_nothing_says_why_and_what_may_have_been_meant(line: str, said: str) -> None:
    sight = make_sight()
    parsed = parse(line, sight)
    assert isinstance(parsed, Stuck)
    assert said in why_not(parsed, sight)


def test_whatever_the_shared_cases_leave_undone_is_said_in_printable_words() -> None:
    for case in shared()["cases"]:
        sight = make_sight(role=case.get("role", "dispatcher"))
        parsed = parse(case["line"], sight)
        if isinstance(parsed, Stuck):
            assert why_not(parsed, sight).isprintable()


def place(**changed: Any) -> dict[str, Any]:
    row = {
        "name": "Mill Lane",
        "kind": "street",
        "lon": 1.0,
        "lat": 2.0,
        "jurisdiction": "harlow",
        "where": "Harlow",
    }
    return {**row, "match": "exact", "without_number": "", **changed}


def test_a_place_is_taken_only_where_the_text_can_mean_no_other() -> None:
    one, other, begun = place(), place(where="Dunmere"), place(match="begins", name="Mill Lane North")
    assert find_single_place([one, begun]) is one
    assert find_single_place([begun]) is begun
    assert find_single_place([one, other]) is None
    assert find_single_place([place(without_number="400"), begun]) is None
    elsewhere = place(without_number="12", where="Quillford")
    assert find_single_place([one, elsewhere]) is None, "the other town may have a 12 too"
    assert find_single_place([place(match="close")]) is None
    assert address_of(one, "mill lane") == "Mill Lane, Harlow"
    assert address_of(place(where="Mill"), "x") == "Mill Lane"


def test_places_to_choose_from_say_what_to_write_instead() -> None:
    said = say_places(
        "Mill", [place(), place(where="Dunmere", jurisdiction=None, without_number="4")], make_sight()
    )
    assert said.more == (
        "@ 1.00000,2.00000  Mill Lane · Harlow · Harlow",
        "@ 1.00000,2.00000  Mill Lane · Dunmere (house number 4 is not known)",
    )
    assert "nothing is called “Mill”" in say_places("Mill", [], make_sight()).text
