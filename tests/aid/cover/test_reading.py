"""What counts: which units are free, which come back, and of which nobody knows."""

from dataclasses import replace
from datetime import timedelta

from dispatch.aid.advice.practice import Alarm
from dispatch.aid.assignment import AssignmentState
from dispatch.aid.cover.reading import Capability, Sighted, count_units, needs_als
from dispatch.aid.overwhelm import read_levels
from dispatch.model.incident import Priority
from dispatch.model.unit import UnitStatus, UnitType
from tests.make_aid import make_assignment, make_incident
from tests.make_live import NOON, make_state, make_unit

S = UnitStatus
ALARM = Alarm()


def sighted(name: str, status: UnitStatus = S.AVAILABLE, *, kind: UnitType = UnitType.ALS_AMBULANCE, **more):
    return Sighted(unit=make_unit(name, unit_type=kind), state=make_state(name, status), **more)


def test_a_unit_that_reported_places_and_fell_silent_is_not_free():
    later = NOON + timedelta(minutes=11)
    silent = sighted("a1", fix_at=NOON)
    assert count_units([silent], Capability.ANY, ALARM, later).free == 0
    assert count_units([silent], Capability.ANY, ALARM, later).silent == 1


def test_a_word_on_its_status_or_its_place_keeps_a_unit_free():
    later = NOON + timedelta(minutes=11)
    seen = sighted("a1", fix_at=later - timedelta(minutes=2))
    heard = sighted("a2", fix_at=NOON)
    assert heard.state
    heard = replace(heard, state=replace(heard.state, reported_at=later - timedelta(minutes=9)))
    assert count_units([seen, heard], Capability.ANY, ALARM, later).free == 2


def test_a_unit_that_never_reported_a_place_is_known_by_its_status_alone():
    assert count_units([sighted("a1")], Capability.ANY, ALARM, NOON + timedelta(hours=9)).free == 1


def test_an_agency_whose_trackers_sleep_may_switch_the_silence_off():
    off = replace(ALARM, fix_silence=None)
    silent = sighted("a1", fix_at=NOON)
    assert count_units([silent], Capability.ANY, off, NOON + timedelta(hours=9)).free == 1


def test_a_working_unit_comes_back_by_its_assignment_and_by_how_long_missions_take_here():
    loan = make_assignment("a1", state=AssignmentState.ON_SCENE)
    works = sighted("a1", assignment=loan)
    typical = count_units([works], Capability.ANY, ALARM, NOON).free_in_seconds
    slow = count_units([works], Capability.ANY, ALARM, NOON, pace=1.5).free_in_seconds
    assert slow == (round(1.5 * typical[0]),)


def test_advanced_life_support_is_counted_by_itself():
    own = [
        sighted("a1", S.ON_SCENE),
        sighted("b1", kind=UnitType.BLS_AMBULANCE),
        sighted("c1", kind=UnitType.CRITICAL_CARE_AMBULANCE),
    ]
    calls = [make_incident("inc_1"), make_incident("inc_2", needs=[UnitType.BLS_AMBULANCE])]
    levels = read_levels(own, calls, alarm=ALARM, now=NOON)
    assert (levels[Capability.ANY].free, levels[Capability.ANY].pending) == (2, 2)
    assert (levels[Capability.ALS].free, levels[Capability.ALS].pending) == (1, 1)
    assert needs_als(calls[0])
    assert not needs_als(calls[1])


def test_a_fleet_without_advanced_life_support_is_not_short_of_it():
    own = [sighted("b1", kind=UnitType.BLS_AMBULANCE)]
    assert list(read_levels(own, [], alarm=ALARM, now=NOON)) == [Capability.ANY]


def test_the_oldest_waiting_call_of_each_urgency_counts():
    calls = [
        replace(make_incident("inc_1"), opened_at=NOON - timedelta(seconds=30)),
        replace(make_incident("inc_2"), opened_at=NOON - timedelta(seconds=90)),
        replace(make_incident("inc_3", priority=Priority.LOWER_ACUITY), opened_at=NOON - timedelta(hours=1)),
    ]
    levels = read_levels([sighted("a1")], calls, alarm=ALARM, now=NOON)
    assert levels[Capability.ANY].waited_seconds == (90, None)


def test_a_unit_that_stands_by_at_home_is_free_for_its_own_jurisdiction():
    posted = make_assignment("a1", state=AssignmentState.ON_SCENE)
    waiting = sighted("a1", S.ON_SCENE, assignment=posted, stands_by=True)
    assert count_units([waiting], Capability.ANY, ALARM, NOON).free == 1
    unheard = sighted("a1", S.UNKNOWN, assignment=posted, stands_by=True)
    assert count_units([unheard], Capability.ANY, ALARM, NOON).free == 0


LOAN = make_assignment("b1", home="brook", borrower="ashton", state=AssignmentState.ON_SCENE)


def test_a_unit_that_stands_by_for_a_neighbour_neither_counts_at_home_nor_is_foreseen_back():
    away = sighted("b1", S.ON_SCENE, assignment=LOAN, stands_by=True)
    reading = count_units([away], Capability.ANY, ALARM, NOON)
    assert (reading.total, reading.free, reading.free_in_seconds) == (1, 0, ())


def test_what_neighbours_lent_is_free_beside_the_own_and_in_no_total():
    own = [sighted("a1"), sighted("a2", S.ON_SCENE)]
    lent = [
        sighted("b1", S.ON_SCENE, assignment=LOAN, stands_by=True),
        sighted("b2", S.AVAILABLE, assignment=LOAN, stands_by=True, kind=UnitType.BLS_AMBULANCE),
        sighted("b3", S.TRANSPORTING, assignment=LOAN, stands_by=True),
        sighted("b4", S.UNKNOWN, assignment=LOAN, stands_by=True),
    ]
    levels = read_levels(own, [], lent=lent, alarm=ALARM, now=NOON)
    counted = {c: (r.free, r.lent, r.total, r.on_duty) for c, r in levels.items()}
    assert counted == {Capability.ANY: (3, 2, 2, 4), Capability.ALS: (2, 1, 2, 3)}
