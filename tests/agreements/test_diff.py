"""Two versions side by side: nothing that differs is left out."""

from dataclasses import replace
from datetime import time

from dispatch.agreements.diff import Change, TermDiff, diff_agreements
from dispatch.agreements.provisions import AnswerTime, Balance, Liability
from dispatch.agreements.restrictions import Hours, ReserveFloor, Weekday, Window
from dispatch.agreements.terms import Clause
from tests.make_papers import CEDAR, ELM, HARLOW, make_terms, words

NAMES = {"harlow": "Harlow", "cedar": "Cedar Fen", "elm": "Elm"}
SQUARE = "POLYGON((0 0,1 0,1 1,0 1,0 0))"
LARGER = "POLYGON((0 0,2 0,2 2,0 2,0 0))"


def changes(before: Clause | None, after: Clause | None) -> list[TermDiff]:
    old, new = (make_terms(*((clause,) if clause else ())) for clause in (before, after))
    return [row for row in diff_agreements(old, new, names=NAMES) if row.change is not Change.SAME]


def test_a_version_beside_itself_is_the_same_in_every_row() -> None:
    agreement = make_terms(words("Be kind."), ReserveFloor(id="2", keep=1))
    rows = diff_agreements(agreement, agreement, names=NAMES)
    assert {row.change for row in rows} == {Change.SAME}
    assert [row.clause for row in rows if row.clause] == ["9", "1", "1", "2"]


def test_the_head_is_compared_in_words() -> None:
    old = make_terms(parties=(HARLOW, CEDAR))
    new = replace(make_terms(parties=(HARLOW, CEDAR, ELM)), title="Compact", effective_to=None)
    rows = {row.path: row for row in diff_agreements(old, new, names=NAMES) if row.change is Change.CHANGED}
    assert set(rows) == {"title", "parties", "effective_to"}
    assert (rows["parties"].before, rows["parties"].after) == ("Harlow, Cedar Fen", "Harlow, Cedar Fen, Elm")
    assert rows["effective_to"].after == "no end"


def test_a_field_that_changed_stands_below_its_clauses_sentence() -> None:
    sentence, field = changes(AnswerTime(id="4", seconds=60), AnswerTime(id="4", seconds=90))
    assert (sentence.path, sentence.before) == ("clauses.4", "The lender answers within 60 s")
    assert (field.path, field.title, field.before, field.after) == (
        "clauses.4.seconds",
        "Answer within",
        "60",
        "90",
    )


def test_that_the_giver_is_spared_from_now_on_is_shown() -> None:
    sentence, field = changes(Balance(id="7"), Balance(id="7", spares_the_giver=True))
    assert sentence.before == "The ledger warns of nothing"
    assert sentence.after.endswith("who has lent more than it borrowed is asked later")
    assert (field.path, field.before, field.after) == ("clauses.7.spares_the_giver", "no", "yes")


def test_a_polygon_that_moved_is_shown_though_no_sentence_names_it() -> None:
    rows = changes(ReserveFloor(id="2", keep=1, area=SQUARE), ReserveFloor(id="2", keep=1, area=LARGER))
    assert [(row.path, row.before, row.after) for row in rows][-1] == ("clauses.2.area", SQUARE, LARGER)


def test_hours_are_compared_as_people_write_them() -> None:
    night, day = (
        Hours(id="3", windows=(Window(days=tuple(Weekday), since=since, until=time(6)),))
        for since in (time(22), time(5))
    )
    assert changes(night, day)[-1].before == "22:00-06:00"


def test_clauses_come_and_go() -> None:
    floor = ReserveFloor(id="2", keep=1)
    [added], [removed] = changes(None, floor), changes(floor, None)
    assert (added.change, added.before, removed.change, removed.after) == ("added", "", "removed", "")


def test_a_clause_that_became_of_another_kind_is_one_changed_row() -> None:
    [row] = changes(AnswerTime(id="2", seconds=60), ReserveFloor(id="2", keep=1))
    assert (row.change, row.title) == (Change.CHANGED, "Reserve floor")


def test_long_texts_are_compared_word_by_word_and_shown_even_when_they_stay() -> None:
    old = Liability(id="7", text="Each party bears its own loss.")
    rows = changes(old, replace(old, text="Each party bears its own loss and injury."))
    assert [row.path for row in rows if row.words] == ["clauses.7.text"]
    agreement = make_terms(old)
    kept = [row for row in diff_agreements(agreement, agreement, names=NAMES) if row.words]
    assert [(row.path, row.change) for row in kept] == [("clauses.7.text", Change.SAME)]
