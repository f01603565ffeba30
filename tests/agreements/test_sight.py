"""What each viewer sees of a row: all of their own, a little of a partner's, nothing of the others'."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.agreements import sight
from dispatch.agreements.actions import FieldGroup
from dispatch.agreements.restrictions import ReserveFloor
from dispatch.aid.assignment import Assignment, AssignmentState
from dispatch.aid.request import AidRequest, RequestState
from dispatch.model.geo import Point
from dispatch.model.ids import (
    AgreementId,
    AssignmentId,
    IncidentId,
    JurisdictionId,
    RequestId,
    UnitId,
)
from dispatch.model.incident import Incident, Need, Priority
from dispatch.model.principal import Role
from dispatch.model.unit import Fix, Unit, UnitState, UnitStatus, UnitType
from tests.make_agreements import CEDAR, ELM, HARLOW, NOW, make_agreement

AT = datetime(2026, 6, 1, 12, 0, 0, 123_456, tzinfo=UTC)
PLACE = Point(lon=-91.123456, lat=43.123456)
CANARY = "12 Canary Lane"


@dataclass(frozen=True)
class Looker:
    jurisdiction_id: JurisdictionId | None
    role: Role = Role.DISPATCHER


UNIT = Unit(
    id=UnitId("cedar-m1"),
    call_sign="Medic 1",
    jurisdiction_id=CEDAR,
    unit_type=UnitType.ALS_AMBULANCE,
    capabilities=frozenset({"ventilator", "bariatric"}),
)
STATE = UnitState(
    unit_id=UNIT.id,
    status=UnitStatus.EN_ROUTE,
    changed_at=AT,
    reported_at=AT,
    source="cad",
    incident_id=IncidentId("inc_1"),
    version=7,
)
FIX = Fix(position=PLACE, at=AT, source="avl")
INCIDENT = Incident(
    id=IncidentId("inc_1"),
    number="2026-0001",
    jurisdiction_id=HARLOW,
    position=PLACE,
    priority=Priority.CRITICAL,
    nature="cardiac arrest",
    needs=(Need(unit_type=UnitType.ALS_AMBULANCE, count=2),),
    opened_at=AT,
    address=CANARY,
    note=CANARY,
)
REQUEST = AidRequest(
    id=RequestId("req_1"),
    incident_id=INCIDENT.id,
    unit_id=UNIT.id,
    borrower=HARLOW,
    lender=CEDAR,
    agreement_id=AgreementId("harlow-cedar"),
    agreement_version=1,
    clauses=("2.1",),
    automatic=False,
    may_decline=True,
    eta_seconds=300,
    eta_basis="road",
    keeps=2,
    floor=1,
    requested_at=AT,
    expires_at=AT + timedelta(seconds=60),
    first_request_id=RequestId("req_1"),
    note=CANARY,
)
ACCEPTED = replace(REQUEST, state=RequestState.ACCEPTED, answered_at=AT, answered_by="b")
ASSIGNMENT = Assignment(
    id=AssignmentId("asg_1"),
    incident_id=INCIDENT.id,
    unit_id=UNIT.id,
    home=CEDAR,
    borrower=HARLOW,
    assigned_at=AT,
    assigned_by="b",
    request_id=REQUEST.id,
    agreement_id=REQUEST.agreement_id,
    agreement_version=1,
    state=AssignmentState.EN_ROUTE,
    changed_at=AT,
)


def see_unit(viewer, *, lent_to=None, partners=(HARLOW,)):
    return sight.unit_view(UNIT, STATE, FIX, viewer=viewer, lent_to=lent_to, partners=partners)


def see_request(viewer, request=REQUEST, *, live=True):
    return sight.request_view(request, INCIDENT, viewer=viewer, escalates=True, live=live)


def see_cover(viewer):
    return sight.cover_view(
        jurisdiction_id=CEDAR,
        state="amber",
        free=1,
        lent=1,
        total=5,
        pending=3,
        reasons=[{"code": "one_left"}],
        viewer=viewer,
        partners=(HARLOW,),
    )


def test_the_home_jurisdiction_sees_all_of_its_unit():
    assert see_unit(Looker(CEDAR), lent_to=HARLOW) == {
        "id": "cedar-m1",
        "call_sign": "Medic 1",
        "jurisdiction": "cedar",
        "unit_type": "als_ambulance",
        "capabilities": ["bariatric", "ventilator"],
        "status": "en_route",
        "changed_at": "2026-06-01T12:00:00.123Z",
        "reported_at": "2026-06-01T12:00:00.123Z",
        "lon": -91.123456,
        "lat": 43.123456,
        "position_at": "2026-06-01T12:00:00.123Z",
        "coarse": False,
        "on_duty_since": None,
        "shift_ends_at": None,
        "incident": "inc_1",
        "lent_to": "harlow",
        "version": 7,
        "own": True,
    }


def test_a_partner_sees_capability_status_and_the_coarse_place_and_not_the_task():
    row = see_unit(Looker(HARLOW))
    assert (row["status"], row["unit_type"], row["coarse"], row["own"]) == (
        "en_route",
        "als_ambulance",
        True,
        False,
    )
    assert (row["lon"], row["lat"]) == (PLACE.coarse().lon, PLACE.coarse().lat)
    assert row["incident"] is None
    assert row["lent_to"] is None


def test_the_borrower_of_a_lent_unit_sees_where_it_is_even_after_the_agreement_ended():
    row = see_unit(Looker(HARLOW), lent_to=HARLOW, partners=())
    assert (row["lon"], row["coarse"], row["incident"]) == (PLACE.lon, False, "inc_1")


def test_a_third_partner_learns_nothing_of_a_loan():
    row = see_unit(Looker(ELM), lent_to=HARLOW, partners=(HARLOW, ELM))
    assert (row["lent_to"], row["incident"], row["coarse"]) == (None, None, True)


@pytest.mark.parametrize(
    "viewer",
    [
        Looker(ELM),
        Looker(None),
        Looker(HARLOW, Role.ADMIN),
        Looker(HARLOW, Role.FEED),
        Looker(CEDAR, Role.FEED),
    ],
)
def test_the_unrelated_and_those_without_business_see_no_unit(viewer):
    assert see_unit(viewer) is None


def test_an_admin_sees_the_own_units_coarsely_and_not_their_incidents():
    """A unit on a scene stands where the patient is."""
    row = see_unit(Looker(CEDAR, Role.ADMIN))
    assert (row["lon"], row["coarse"], row["incident"]) == (PLACE.coarse().lon, True, None)


def test_a_unit_that_nothing_was_heard_of_is_unknown_and_nowhere():
    row = sight.unit_view(UNIT, None, None, viewer=Looker(CEDAR))
    assert (row["status"], row["lon"], row["lat"], row["position_at"]) == ("unknown", None, None, None)
    assert row["version"] == 0


def test_the_owner_sees_the_whole_incident():
    row = sight.incident_view(INCIDENT, viewer=Looker(HARLOW), assigned=[UNIT.id], came=2)
    assert row == {
        "id": "inc_1",
        "number": "2026-0001",
        "jurisdiction": "harlow",
        "lon": -91.123456,
        "lat": 43.123456,
        "priority": "critical",
        "nature": "cardiac arrest",
        "needs": [{"unit_type": "als_ambulance", "count": 2}],
        "address": CANARY,
        "note": CANARY,
        "opened_at": "2026-06-01T12:00:00.123Z",
        "state": "active",
        "version": 1,
        "own": True,
        "assigned": ["cedar-m1"],
        "came": 2,
        "purpose": "incident",
    }


def test_a_lender_sees_the_incident_once_its_unit_is_on_it():
    assert sight.incident_view(INCIDENT, viewer=Looker(CEDAR)) is None
    row = sight.incident_view(INCIDENT, viewer=Looker(CEDAR), lenders=[CEDAR])
    assert (row["address"], row["own"]) == (CANARY, False)


def test_the_log_entries_of_an_incident_are_its_owners():
    entries = [{"seq": 1}]
    own = sight.incident_view(INCIDENT, viewer=Looker(HARLOW), entries=entries)
    assert own["entries"] == entries
    other = sight.incident_view(INCIDENT, viewer=Looker(CEDAR), lenders=[CEDAR], entries=entries)
    assert "entries" not in other


def test_an_admin_sees_no_incident():
    assert sight.incident_view(INCIDENT, viewer=Looker(HARLOW, Role.ADMIN)) is None


def test_a_request_is_out_for_its_borrower_and_in_for_its_lender():
    out, in_ = see_request(Looker(HARLOW)), see_request(Looker(CEDAR))
    assert (out["direction"], in_["direction"]) == ("out", "in")
    assert out["on_no_answer"] == "next_candidate"
    assert see_request(Looker(ELM)) is None
    assert see_request(Looker(HARLOW, Role.ADMIN)) is None


def test_a_lender_sees_the_place_coarsely_until_it_accepts_and_after_the_aid_has_ended():
    coarse = (PLACE.coarse().lon, PLACE.coarse().lat)
    asked, accepted = see_request(Looker(CEDAR)), see_request(Looker(CEDAR), ACCEPTED)
    ended = see_request(Looker(CEDAR), ACCEPTED, live=False)
    assert (asked["lon"], asked["lat"]) == coarse
    assert (accepted["lon"], accepted["lat"]) == (PLACE.lon, PLACE.lat)
    assert (ended["lon"], ended["lat"]) == coarse
    assert see_request(Looker(HARLOW))["lon"] == PLACE.lon


def test_a_request_row_has_the_fields_of_the_wire():
    assert set(see_request(Looker(CEDAR), ACCEPTED)) == {
        *("id", "direction", "incident", "incident_number", "unit", "borrower", "lender", "agreement"),
        *("agreement_version", "clauses", "automatic", "may_decline", "eta_seconds", "eta_basis", "keeps"),
        *("floor", "requested_at", "expires_at", "state", "answered_at", "answered_by", "reason"),
        *("attempt", "version", "priority", "nature", "lon", "lat", "on_no_answer", "next"),
        *("purpose", "warnings", "offered_by_lender", "instead_of", "delivered_at", "seen_at"),
        *("seen_by", "seen_by_name", "answered_by_name"),
    }
    hidden = [name for name, value in see_request(Looker(CEDAR), ACCEPTED).items() if value is None]
    # It was asked for and answered, without a receipt in between, and is no counter-offer.
    assert hidden == ["instead_of", "delivered_at", "seen_at", "next"]


def test_only_the_borrower_sees_that_nobody_is_left_to_ask():
    declined = replace(REQUEST, state=RequestState.DECLINED, answered_at=AT, answered_by="b")
    rows = [
        sight.request_view(declined, INCIDENT, viewer=Looker(who), escalates=False, next_step="none")
        for who in (HARLOW, CEDAR)
    ]
    assert [row["next"] for row in rows] == ["none", None]


def test_only_the_lender_is_warned():
    warning = {"code": "own_call_waiting", "sentence": "…"}
    rows = [
        sight.request_view(REQUEST, INCIDENT, viewer=Looker(who), escalates=True, warnings=[warning])
        for who in (HARLOW, CEDAR)
    ]
    assert [row["warnings"] for row in rows] == [[], [warning]]


def test_both_sides_follow_a_lent_unit_and_nobody_else():
    for viewer in (Looker(HARLOW), Looker(CEDAR), Looker(CEDAR, Role.ANALYST)):
        row = sight.assignment_view(ASSIGNMENT, viewer=viewer, incident_number="2026-0001")
        assert (row["state"], row["lent"], row["agreement"]) == ("en_route", True, "harlow-cedar")
        assert (row["changed_at"], row["ended_at"]) == ("2026-06-01T12:00:00.123Z", None)
    assert sight.assignment_view(ASSIGNMENT, viewer=Looker(ELM), incident_number="2026-0001") is None


def test_a_partner_sees_a_jurisdictions_cover_but_not_the_calls_that_wait():
    assert see_cover(Looker(CEDAR))["pending"] == 3
    assert see_cover(Looker(HARLOW)) == {
        "jurisdiction": "cedar",
        "state": "amber",
        "free": 1,
        "lent": 1,
        "total": 5,
        "pending": None,
        "reasons": [],
        "levels": None,
        "override": None,
    }
    assert see_cover(Looker(ELM)) is None


def test_the_parties_see_an_agreement_with_each_clause_in_a_sentence():
    agreement = make_agreement(ReserveFloor(id="3.1", keep=2, lender=CEDAR), signed_by=(CEDAR,))
    names = {"cedar": "Cedar County", "harlow": "Harlow"}
    row = sight.agreement_view(agreement, viewer=Looker(HARLOW, Role.ADMIN), names=names, now=NOW)
    assert (row["state"], row["missing_signatures"]) == ("proposed", ["harlow"])
    assert row["clauses"][0]["keep"] == 2
    assert row["clauses"][0]["sentence"] == "Cedar County keeps 2 free: ground ambulances"
    assert None not in row.values()
    assert sight.agreement_view(agreement, viewer=Looker(ELM), names=names, now=NOW) is None


def test_a_field_that_no_group_names_is_hidden_from_everybody():
    row = sight.let_through({"id": 1, "brand_new": 2, "list": [3]}, frozenset(FieldGroup))
    assert row == {"id": 1, "brand_new": None, "list": []}


def test_every_field_group_says_what_it_shows():
    assert set(sight.SHOWS) == set(FieldGroup)


def test_times_on_the_wire_are_utc_with_milliseconds():
    assert sight.wire_time(AT.replace(microsecond=0)) == "2026-06-01T12:00:00.000Z"


viewers = st.builds(Looker, st.sampled_from([None, HARLOW, CEDAR, ELM]), st.sampled_from(Role))
maybe = st.sampled_from([None, HARLOW, ELM])
sets = st.frozensets(st.sampled_from([HARLOW, ELM]))


@given(viewers, maybe, sets)
def test_an_exact_place_is_only_for_the_own_desk_and_the_borrower(viewer, lent_to, partners):
    row = see_unit(viewer, lent_to=lent_to, partners=partners)
    near = viewer.jurisdiction_id in (CEDAR, lent_to) and viewer.jurisdiction_id is not None
    if row is not None and not near:
        assert row["coarse"]
        assert (row["lon"], row["lat"]) == (PLACE.coarse().lon, PLACE.coarse().lat)
        assert row["incident"] is row["lent_to"] is None
        assert viewer.jurisdiction_id in partners


@given(viewers, sets, st.sampled_from([REQUEST, ACCEPTED]))
def test_an_address_never_leaves_but_to_the_owner_and_to_who_sends_aid(viewer, lenders, request_):
    seen = repr(
        (sight.incident_view(INCIDENT, viewer=viewer, lenders=lenders), see_request(viewer, request_))
    )
    if CANARY in seen:
        assert viewer.jurisdiction_id == HARLOW or viewer.jurisdiction_id in lenders
        assert viewer.role in (Role.DISPATCHER, Role.SUPERVISOR, Role.ANALYST)
