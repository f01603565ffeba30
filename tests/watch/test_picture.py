"""The terminal's fold is the page's: ``web/tests/picture`` has the same rules, and the same frames."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.watch.picture import TABLES, Fix, Picture, fold, list_changes
from tests.make_frames import put_in_order

NOON_MS = 1_772_452_800_000
REELS: dict[str, dict[str, Any]] = json.loads(
    (Path(__file__).parent / "frames.json").read_text(encoding="utf-8")
)


def at(second: float) -> str:
    return f"2026-03-02T12:{int(second) // 60:02d}:{int(second) % 60:02d}.000Z"


def unit(which: str = "u1", **changed: Any) -> dict[str, Any]:
    known = {"id": which, "version": 1, "status": "available", "coarse": False, "position_at": at(0)}
    return {**known, "lon": -82.9, "lat": 40.0, **changed}


def row(which: str = "i1", **changed: Any) -> dict[str, Any]:
    return {"id": which, "version": 1, **changed}


def snapshot(**rows: Any) -> dict[str, Any]:
    lists: dict[str, Any] = {table: [] for table in TABLES}
    head = {"type": "snapshot", "epoch": "e1", "seq": 1, "now": at(0), "me": {"jurisdiction": "harlow"}}
    return {**head, **lists, **rows}


def delta(seq: int, **rows: Any) -> dict[str, Any]:
    return {"type": "delta", "seq": seq, "now": at(seq), **rows}


def play(*frames: dict[str, Any]) -> Picture:
    picture = None
    for frame in frames:
        picture = fold(picture, frame)
    assert picture is not None
    return picture


@pytest.mark.parametrize("name", list(REELS))
def test_the_frames_of_a_real_run_give_what_the_file_says(name: str) -> None:
    reel = REELS[name]
    frames = reel.get("frames") or put_in_order(REELS[reel["of"]]["frames"], reel["order"])
    states, picture = {state["after"]: state for state in reel["states"]}, None
    for index, frame in enumerate(frames):
        picture = fold(picture, frame)
        state = states.get(index)
        if state is None or picture is None:
            continue
        assert (picture.epoch, picture.seq, picture.as_of) == (state["epoch"], state["seq"], state["as_of"])
        assert {unit: list(fix) for unit, fix in picture.fixes.items()} == state["fixes"]
        for table in TABLES:
            standing = state["rows"].get(table, {})
            assert picture.table(table).keys() == standing.keys()
            for key, brought in standing.items():
                assert picture.table(table)[key] in frames[brought][table]


def test_a_frame_before_the_first_snapshot_changes_nothing() -> None:
    assert fold(None, delta(2, units=[unit()])) is None
    assert fold(None, {"type": "beat", "now": at(0), "seq": 1}) is None


def test_a_delta_replaces_rows_adds_new_ones_and_drops_those_that_are_gone() -> None:
    first = snapshot(units=[unit(), unit("u2")], incidents=[row()])
    gone = [{"kind": "unit", "id": "u2"}, {"kind": "incident", "id": "i1"}]
    picture = play(first, delta(2, units=[unit(status="en_route", version=2), unit("u3")], gone=gone))
    assert set(picture.units) == set(picture.fixes) == {"u1", "u3"}
    assert picture.units["u1"]["status"] == "en_route"
    assert (picture.incidents, picture.seq) == ({}, 2)


def test_a_row_of_an_older_version_never_replaces_a_newer_one() -> None:
    picture = play(snapshot(units=[unit(version=5, status="on_scene")]), delta(2, units=[unit(version=4)]))
    assert picture.units["u1"]["status"] == "on_scene"


def test_a_frame_leaves_the_picture_before_it_as_it_was() -> None:
    before = play(snapshot(units=[unit()]))
    fold(before, delta(2, units=[unit(version=2, status="en_route")]))
    fold(before, {"type": "positions", "now": at(9), "rows": [["u1", 1, 2, NOON_MS + 9000, "fresh"]]})
    assert before.units["u1"]["status"] == "available"
    assert before.fixes["u1"].lon == -82.9
    with pytest.raises(TypeError):
        before.units["u1"] = unit()  # type: ignore[index]


def test_what_a_frame_does_not_touch_stays_the_same_so_that_nothing_is_sorted_again() -> None:
    before = play(snapshot(units=[unit()], incidents=[row()]))
    after = fold(before, {"type": "beat", "now": at(2), "seq": 1})
    assert after is not None
    assert after.units is before.units
    assert after.as_of == NOON_MS + 2000


def test_a_position_of_a_unit_that_this_board_does_not_know_is_not_kept() -> None:
    ghost = {"type": "positions", "now": at(1), "rows": [["ghost", 1, 2, NOON_MS, "fresh"]]}
    assert play(snapshot(), ghost).fixes == {}


def test_a_position_that_an_agreement_withholds_again_is_forgotten() -> None:
    home = unit(lon=None, lat=None, position_at=None, coarse=None, version=2)
    assert play(snapshot(units=[unit()]), delta(2, units=[home])).fixes == {}


def test_a_new_snapshot_forgets_everything_that_went_before() -> None:
    again = {**snapshot(units=[unit("u9")]), "epoch": "e2"}
    picture = play(snapshot(units=[unit()]), again)
    assert (set(picture.units), set(picture.fixes), picture.epoch) == ({"u9"}, {"u9"}, "e2")


def test_rows_without_a_version_stand_as_the_newest_frame_has_them() -> None:
    covers = [{"jurisdiction": "harlow", "state": "red"}]
    picture = play(snapshot(covers=covers), delta(2, covers=[{**covers[0], "state": "green"}]))
    assert picture.covers["harlow"]["state"] == "green"


def test_a_frame_of_a_kind_that_this_client_does_not_know_changes_nothing() -> None:
    before = play(snapshot(units=[unit()]))
    assert fold(before, {"type": "news", "now": at(1)}) is before


moves = st.lists(st.tuples(st.sampled_from(["u1", "u2", "u3"]), st.integers(1, 100)), max_size=30)


@given(moves=moves, chance=st.randoms(use_true_random=False))
def test_in_whatever_order_and_however_often_positions_come_the_newest_fix_stands(
    moves: list[tuple[str, int]], chance: Any
) -> None:
    # The place follows from the time: the same report is always the same fix.
    frames = [
        {
            "type": "positions",
            "now": at(100),
            "rows": [[which, second / 10, 0, NOON_MS + second * 1000, "fresh"]],
        }
        for which, second in [*moves, *moves]
    ]
    chance.shuffle(frames)
    picture = play(snapshot(units=[unit(which) for which in ("u1", "u2", "u3")]), *frames)
    for which in ("u1", "u2", "u3"):
        newest = max((second for who, second in moves if who == which), default=0)
        wanted = Fix(newest / 10, 0, NOON_MS + newest * 1000) if newest else Fix(-82.9, 40.0, NOON_MS)
        assert picture.fixes[which] == wanted


def test_what_was_missed_is_counted_by_table() -> None:
    before = play(snapshot(units=[unit()], incidents=[row()]))
    after = play(snapshot(units=[unit(version=2)], incidents=[row(), row("i2")]))
    assert list_changes(before, after) == {"units": 1, "incidents": 1}
    assert list_changes(before, before) == {}
