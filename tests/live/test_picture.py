from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.live.freshness import Freshness
from dispatch.live.picture import STATUS_CODE, ChangeKind, Picture
from dispatch.live.report import Accepted, Flag, Ignored, IgnoredReason, PositionReport
from dispatch.model.ids import JurisdictionId, UnitId
from dispatch.model.unit import UnitState, UnitStatus, UnitType
from tests.make_live import NOON, after, make_picture, make_position_report, make_state, make_unit

A1 = UnitId("a1")


def test_a_unit_without_word_is_unknown_and_never_available() -> None:
    picture = make_picture()
    assert picture.status_of(A1) is UnitStatus.UNKNOWN
    assert picture.state(A1) is None
    assert picture.status[0] == STATUS_CODE[UnitStatus.UNKNOWN]


def test_a_unit_that_was_never_seen_is_nowhere() -> None:
    picture = make_picture()
    assert picture.fix(A1) is None
    assert np.isnan(picture.position_at_s[0])
    assert picture.freshness(A1, NOON) is Freshness.LOST


def test_a_position_report_moves_its_unit() -> None:
    picture = make_picture()
    change = picture.apply_position(make_position_report(at=-2, speed_mps=12.5), NOON)
    assert change is not None
    assert (change.unit_id, change.kind, change.counter) == (A1, ChangeKind.POSITION, picture.counter)
    fix = picture.fix(A1)
    assert fix is not None
    assert (fix.at, fix.position.lon, fix.speed_mps, fix.heading_deg) == (after(-2), 9.0, 12.5, None)
    assert (picture.lon[0], picture.lat[0]) == (9.0, 45.0)


def test_a_report_of_a_unit_that_nobody_registered_is_ignored() -> None:
    picture = make_picture()
    stranger = make_position_report("zz")
    assert picture.judge_position(stranger, NOON) == Ignored(IgnoredReason.UNKNOWN_UNIT)
    assert picture.apply_position(stranger, NOON) is None
    assert picture.apply_state(make_state("zz")) is None
    assert picture.state(UnitId("zz")) is None
    assert picture.fix(UnitId("zz")) is None
    assert picture.freshness(UnitId("zz"), NOON) is Freshness.LOST


def test_an_older_report_never_moves_a_unit_back() -> None:
    picture = make_picture()
    picture.apply_position(make_position_report(at=-2, lon=9.002), NOON)
    assert picture.apply_position(make_position_report(at=-20, lon=9.0), NOON) is None
    assert picture.lon[0] == 9.002


def test_a_fix_older_than_the_trail_is_told_from_one_that_fills_it() -> None:
    picture = make_picture()
    for at in (-30, -10):
        picture.apply_position(make_position_report(at=at), NOON)
    assert picture.judge_position(make_position_report(at=-40), NOON) == Ignored(IgnoredReason.OLDER)
    late = picture.judge_position(make_position_report(at=-20), NOON)
    assert isinstance(late, Accepted)
    assert late.flags == (Flag.LATE,)


def test_a_repeated_report_is_a_duplicate() -> None:
    picture = make_picture()
    report = make_position_report(at=-2)
    picture.apply_position(report, NOON)
    counter = picture.counter
    assert picture.judge_position(report, after(60)) == Ignored(IgnoredReason.DUPLICATE)
    assert picture.apply_position(report, after(60)) is None
    assert picture.counter == counter


def test_a_feed_that_repeats_an_old_fix_does_not_keep_it_fresh() -> None:
    picture = make_picture()
    report = make_position_report(at=0)
    seen = []
    for minute in (0, 1, 4, 11):
        picture.apply_position(report, after(60 * minute))
        seen.append(picture.freshness(A1, after(60 * minute)))
    assert seen == [Freshness.FRESH, Freshness.AGEING, Freshness.STALE, Freshness.LOST]


def test_a_time_ahead_of_ours_is_clamped_and_flagged() -> None:
    picture = make_picture()
    change = picture.apply_position(make_position_report(at=3600), NOON)
    assert change is not None
    assert change.flags == (Flag.CLOCK_AHEAD,)
    fix = picture.fix(A1)
    assert fix is not None
    assert fix.at == NOON


def test_five_seconds_ahead_are_tolerated() -> None:
    picture = make_picture()
    change = picture.apply_position(make_position_report(at=5), NOON)
    assert change is not None
    assert change.flags == ()
    assert picture.age_seconds(NOON)[0] == 0.0, "an age is never negative"


def test_an_honest_report_follows_one_from_a_clock_ahead() -> None:
    picture = make_picture()
    picture.apply_position(make_position_report(at=3600, lon=9.0), NOON)
    picture.apply_position(make_position_report(at=10, lon=9.001), after(11))
    assert picture.lon[0] == 9.001


def test_repeating_a_fix_from_the_future_does_not_keep_it_fresh() -> None:
    picture = make_picture()
    report = make_position_report(at=3600)
    picture.apply_position(report, NOON)
    picture.apply_position(report, after(300))
    assert picture.freshness(A1, after(300)) is Freshness.STALE


def test_a_jump_no_vehicle_can_make_is_kept_but_not_fresh() -> None:
    picture = make_picture()
    picture.apply_position(make_position_report(at=-10), NOON)
    change = picture.apply_position(make_position_report(at=0, lon=9.1), NOON)
    assert change is not None
    assert change.flags == (Flag.SUSPECT_JUMP,)
    assert picture.lon[0] == 9.1
    assert picture.freshness(A1, NOON) is Freshness.AGEING


def test_a_suspicion_ends_with_the_next_plausible_fix() -> None:
    picture = make_picture()
    picture.apply_position(make_position_report(at=0), after(30))
    picture.apply_position(make_position_report(at=10, lon=9.1), after(30))
    picture.apply_position(make_position_report(at=20, lon=9.1005), after(30))
    assert picture.freshness(A1, after(30)) is Freshness.FRESH


def test_a_late_fix_that_explains_the_jump_lifts_the_suspicion() -> None:
    picture = make_picture()
    picture.apply_position(make_position_report(at=0), after(120))
    picture.apply_position(make_position_report(at=110, lon=9.05), after(120))
    assert not picture.suspect[0]
    picture.apply_position(make_position_report(at=105, lon=9.0), after(120))
    assert picture.suspect[0]
    change = picture.apply_position(make_position_report(at=108, lon=9.0495), after(120))
    assert change is not None, "the word for the position changed, so boards must hear"
    assert not picture.suspect[0]


def test_a_helicopter_may_fly_faster_than_an_ambulance_drives() -> None:
    picture = make_picture(make_unit(), make_unit("h1", unit_type=UnitType.AIR_ROTOR))
    for unit_id in ("a1", "h1"):
        picture.apply_position(make_position_report(unit_id, at=0), after(60))
        picture.apply_position(make_position_report(unit_id, at=60, lon=9.06), after(60))
    assert picture.suspect[:2].tolist() == [True, False]


def test_the_devices_counter_orders_fixes_of_one_moment() -> None:
    picture = make_picture()
    picture.apply_position(make_position_report(at=0, lon=9.0001, seq=2), NOON)
    picture.apply_position(make_position_report(at=0, lon=9.0002, seq=1), NOON)
    assert picture.lon[0] == 9.0001


def test_the_highest_version_of_a_state_wins() -> None:
    picture = make_picture()
    assert picture.apply_state(make_state(status=UnitStatus.EN_ROUTE, version=3)) is not None
    assert picture.apply_state(make_state(status=UnitStatus.AVAILABLE, version=2)) is None
    assert picture.status_of(A1) is UnitStatus.EN_ROUTE


def test_units_may_be_added_while_running() -> None:
    picture = make_picture(make_unit())
    picture.apply_position(make_position_report(), NOON)
    picture.apply_state(make_state())
    for n in range(100):
        picture.add_unit(make_unit(f"b{n}", jurisdiction="brook"))
    assert len(picture) == 101
    assert len(picture.rows_of(JurisdictionId("brook"))) == 100
    assert picture.rows_of(JurisdictionId("ashton")).tolist() == [0]
    assert picture.rows_of(JurisdictionId("nowhere")).tolist() == []
    assert picture.status_of(A1) is UnitStatus.AVAILABLE
    assert picture.lon[0] == 9.0
    assert picture.apply_position(make_position_report("b99"), NOON) is not None


def test_a_unit_that_changes_hands_keeps_its_row() -> None:
    picture = make_picture(make_unit(), make_unit("a2"))
    assert picture.add_unit(make_unit("a1", jurisdiction="brook", unit_type=UnitType.BLS_AMBULANCE)) == 0
    assert picture.rows_of(JurisdictionId("ashton")).tolist() == [1]
    assert picture.rows_of(JurisdictionId("brook")).tolist() == [0]


def test_moved_since_names_the_rows_that_moved_and_only_those() -> None:
    picture = make_picture(*(make_unit(f"a{n}") for n in range(4)))
    picture.apply_position(make_position_report("a0"), NOON)
    mark = picture.counter
    picture.apply_position(make_position_report("a3"), NOON)
    picture.apply_position(make_position_report("a1"), NOON)
    picture.apply_state(make_state("a2"))
    assert picture.moved_since(mark).tolist() == [1, 3]
    assert picture.moved_since(picture.counter).tolist() == []


def test_the_columns_and_the_words_agree() -> None:
    picture = make_picture(*(make_unit(f"a{n}") for n in range(5)))
    for n, age in enumerate((10, 31, 121, 601)):
        picture.apply_position(make_position_report(f"a{n}", at=-age), NOON)
    words = [picture.freshness(UnitId(f"a{n}"), NOON) for n in range(5)]
    codes = picture.freshness_codes(NOON)
    assert words == [Freshness.FRESH, Freshness.AGEING, Freshness.STALE, Freshness.LOST, Freshness.LOST]
    assert [list(Freshness)[code] for code in codes] == words


def test_rows_leave_out_what_the_picture_does_not_know() -> None:
    picture = make_picture(make_unit(), make_unit("a2"))
    assert picture.rows([UnitId("a2"), UnitId("zz")]).tolist() == [1]
    assert picture.find_row(UnitId("zz")) is None


# -- whatever order reports come in ----------------------------------------------------------------------

position_reports = st.builds(
    make_position_report,
    st.sampled_from(["a1", "a2"]),
    at=st.integers(min_value=-8, max_value=8).map(float) | st.sampled_from([-2.5, 30.0]),
    lon=st.sampled_from([9.0, 9.001, 9.2]),
    source=st.sampled_from(["avl", "cad"]),
    speed_mps=st.none() | st.sampled_from([0.0, 10.0]),
    seq=st.none() | st.integers(min_value=0, max_value=2),
)
states = st.lists(st.sampled_from(list(UnitStatus)), min_size=1, max_size=6).map(
    lambda statuses: [make_state(status=status, version=n) for n, status in enumerate(statuses, start=1)]
)


def seen(picture: Picture) -> list[object]:
    rows: list[object] = []
    for unit in picture.units:
        row = picture.find_row(unit.id)
        assert row is not None
        shown = (picture.fix(unit.id), picture.freshness(unit.id, after(40)), picture.state(unit.id))
        rows.append((*shown, bool(picture.suspect[row]), float(np.nan_to_num(picture.lon[row]))))
    return rows


@given(reports=st.lists(position_reports, max_size=10), data=st.data())
def test_any_order_and_any_repetition_of_positions_make_the_same_picture(
    reports: list[PositionReport], data: st.DataObject
) -> None:
    repeats = data.draw(st.lists(st.sampled_from(reports), max_size=6)) if reports else []
    shuffled = data.draw(st.permutations(reports + repeats))
    plain, other = (make_picture(make_unit(), make_unit("a2")) for _ in range(2))
    for report in reports:
        plain.apply_position(report, NOON)
    for report in shuffled:
        other.apply_position(report, NOON)
    assert seen(plain) == seen(other)


@given(history=states, data=st.data())
def test_any_order_and_any_repetition_of_states_make_the_same_picture(
    history: list[UnitState], data: st.DataObject
) -> None:
    repeats = data.draw(st.lists(st.sampled_from(history), max_size=4))
    picture = make_picture()
    for state in data.draw(st.permutations(history + repeats)):
        picture.apply_state(state)
    assert picture.state(A1) == history[-1]
    assert picture.status[0] == STATUS_CODE[history[-1].status]


@given(st.lists(position_reports, max_size=12))
def test_a_fix_time_never_goes_back(reports: list[PositionReport]) -> None:
    picture = make_picture(make_unit(), make_unit("a2"))
    newest = {A1: after(-1000), UnitId("a2"): after(-1000)}
    for n, report in enumerate(reports):
        picture.apply_position(report, NOON + timedelta(seconds=n))
        fix = picture.fix(report.unit_id)
        assert fix is not None
        assert fix.at >= newest[report.unit_id]
        newest[report.unit_id] = fix.at


@pytest.mark.parametrize("capacity", [1, 16, 17, 40])
def test_a_picture_of_any_size_starts_empty_of_positions(capacity: int) -> None:
    picture = make_picture(*(make_unit(f"a{n}") for n in range(capacity)))
    assert len(picture) == capacity
    assert np.isnan(picture.age_seconds(NOON)).all()
