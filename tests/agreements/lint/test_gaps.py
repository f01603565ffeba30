"""The gap map says what ``may_lend`` says, hour by hour."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.agreements.lint.gaps import SHOWN, gap_map, summary
from dispatch.agreements.lint.week import HOURS, MINUTES, span_words, week_after
from dispatch.agreements.permit import Permit, may_lend
from dispatch.agreements.question import Call, Loans
from dispatch.model.geo import Point
from dispatch.model.ids import JurisdictionId
from dispatch.model.incident import Priority
from dispatch.model.jurisdiction import CoverState
from dispatch.model.unit import SATISFIED_BY, UnitType
from tests.make_lint import NOW, PARTIES, make_facts, plant, read_clean, read_faults

FACTS = make_facts()
FAULTY = plant(read_faults(), read_clean())
GAPS = gap_map(FAULTY, FACTS, NOW)
ROWS = {(row.jurisdiction, row.unit_type): row for row in GAPS.rows}


def test_there_is_a_row_for_each_jurisdiction_and_need_with_168_hours() -> None:
    assert GAPS.complete
    assert set(ROWS) == {(place, need) for place in PARTIES for need in SHOWN}
    assert {len(row.partners) for row in GAPS.rows} == {HOURS}


@settings(max_examples=20, deadline=None)
@given(borrower=st.sampled_from(PARTIES), need=st.sampled_from(SHOWN), minute=st.integers(0, MINUTES - 1))
def test_no_hour_counts_a_partner_that_may_not_lend_in_it(
    borrower: JurisdictionId, need: UnitType, minute: int
) -> None:
    at = GAPS.week_start + timedelta(minutes=minute)
    counted = ROWS[borrower, need].partners[minute // 60]
    assert counted <= sum(_may(lender, borrower, need, at) for lender in PARTIES)


@settings(max_examples=20, deadline=None)
@given(borrower=st.sampled_from(PARTIES), need=st.sampled_from(SHOWN), hour=st.integers(0, HOURS - 1))
def test_who_may_lend_in_every_quarter_of_an_hour_is_counted(
    borrower: JurisdictionId, need: UnitType, hour: int
) -> None:
    quarters = [GAPS.week_start + timedelta(hours=hour, minutes=15 * part) for part in range(4)]
    always = sum(all(_may(lender, borrower, need, at) for at in quarters) for lender in PARTIES)
    assert ROWS[borrower, need].partners[hour] == always


def _may(lender: JurisdictionId, borrower: JurisdictionId, need: UnitType, at: datetime) -> bool:
    """Asked anew, for every unit, priority, nature, and a place in each half of the borrower's square."""
    held = FACTS.held[lender]
    west, south, east, north = FACTS.places[borrower].area.bounds  # type: ignore[union-attr]
    calls = [
        Call(
            borrower=borrower,
            priority=priority,
            nature=nature,
            position=_at(west + (east - west) * x, south + (north - south) * y),
            cover=CoverState.RED,
        )
        for priority in Priority
        for nature in ("Fall", "Interfacility transfer")
        for x, y in ((0.25, 0.5), (0.75, 0.5))
    ]
    return any(
        isinstance(
            may_lend(FAULTY, lender=lender, unit=unit, call=call, loans=Loans(free_by_type=held), now=at),
            Permit,
        )
        for unit in dict.fromkeys(FACTS.fleets[lender])
        if unit.unit_type in SATISFIED_BY[need]
        for call in calls
    )


def _at(lon: float, lat: float) -> Point:
    return Point(lon=lon, lat=lat)


def test_the_summary_names_who_has_nobody_for_what_and_when() -> None:
    said = summary(GAPS, FACTS.names)
    assert "Fir: nobody for ALS ambulances and BLS ambulances, 22:00-06:00" in said
    assert "Gorse: nobody for ALS ambulances, at any hour" in said


def test_without_agreements_nobody_may_lend_at_any_hour() -> None:
    bare = gap_map((), FACTS, NOW)
    assert {count for row in bare.rows for count in row.partners} == {0}
    assert {row.spans() for row in bare.rows} == {((0, MINUTES),)}


def test_what_cannot_be_judged_in_time_is_said_to_be_missing() -> None:
    cut = gap_map(FAULTY, FACTS, NOW, budget=50)
    assert not cut.complete
    assert len(cut.rows) < len(GAPS.rows)
    assert cut.to_json(FACTS.names)["complete"] is False


def test_a_stretch_over_the_end_of_the_week_is_one_stretch() -> None:
    assert span_words(((0, 360), (1320, 1800), (MINUTES - 120, MINUTES))) == "mon, sun 22:00-06:00"


def test_a_stretch_of_days_is_said_from_its_beginning_to_its_end() -> None:
    assert span_words(((4 * 1440 + 1080, 6 * 1440 + 360),)) == "fri 18:00 to sun 06:00"


def test_the_week_begins_on_a_local_monday_and_misses_a_change_of_the_clocks() -> None:
    before_change = datetime(2026, 10, 24, 12, tzinfo=UTC)
    week = week_after((), before_change, "Europe/Rome")
    assert week.start == datetime(2026, 10, 25, 23, tzinfo=UTC)
    spring = week_after((), datetime(2026, 3, 21, tzinfo=UTC), "Europe/Rome")
    assert spring.start == datetime(2026, 3, 29, 22, tzinfo=UTC)
