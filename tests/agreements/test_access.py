"""The one door: what the policy table grants, and that it grants nothing else."""

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.agreements.access import (
    HEADER,
    NOBODYS,
    Resource,
    authorize,
    between,
    fields_of,
    list_actions,
    list_unguarded,
    may_role,
    owned_by,
    relation_of,
    table,
)
from dispatch.agreements.actions import Action, FieldGroup, Relation
from dispatch.agreements.policy import POLICY
from dispatch.model.errors import Forbidden, Unauthenticated
from dispatch.model.principal import SERVICE, Principal, Role
from tests.make_agreements import CEDAR, ELM, HARLOW

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
REVIEWED = Path(__file__).with_name("policy.csv")

OWN = owned_by(HARLOW)
ASKED = between(borrower=HARLOW, lender=CEDAR, accepted=False)
AGREED = between(borrower=HARLOW, lender=CEDAR, accepted=True)
PARTNERS = Resource(owner=HARLOW, partners=frozenset({CEDAR}))


def person(role: Role, jurisdiction_id=HARLOW) -> Principal:
    return Principal(id=f"{role}@{jurisdiction_id}", role=role, jurisdiction_id=jurisdiction_id)


def may(role: Role | None, action: Action, resource: Resource, *, of=HARLOW) -> bool:
    principal = None if role is None else person(role, of)
    return authorize(principal, action, resource, NOW).allowed


def roles_that(action: Action, resource: Resource, *, of=HARLOW) -> set[Role]:
    return {role for role in Role if may(role, action, resource, of=of)}


DESK = {Role.DISPATCHER, Role.SUPERVISOR}


def test_the_table_is_the_one_that_was_reviewed():
    """``policy.csv`` is read by eye. After a wanted change, write ``table()`` out again and read the diff."""
    with REVIEWED.open(newline="") as file:
        reviewed = [tuple(row) for row in csv.reader(file)]
    assert reviewed[0] == HEADER
    assert reviewed[1:] == list(table())


def test_every_action_has_a_row():
    assert set(POLICY) == set(list_actions())
    assert all(POLICY.values())


def test_a_route_without_an_action_or_without_a_row_is_found_before_start(monkeypatch):
    routes = {"GET /a": Action.READ_REGION, "GET /b": None, "GET /c": Action.RECOMMEND}
    assert list_unguarded(routes) == ("GET /b",)
    monkeypatch.delitem(POLICY, Action.RECOMMEND)  # type: ignore[arg-type]
    assert list_unguarded(routes) == ("GET /b", "GET /c")


def test_an_action_without_a_row_is_denied(monkeypatch):
    monkeypatch.delitem(POLICY, Action.RECOMMEND)  # type: ignore[arg-type]
    assert not may_role(Role.SUPERVISOR, Action.RECOMMEND)


PUBLIC = {
    Action.LIVE_PROBE,
    Action.READY_PROBE,
    Action.READ_BOARD_PAGE,
    Action.READ_LABEL,
    Action.SIGN_IN,
}


def test_who_is_not_signed_in_may_sign_in_look_at_health_and_load_the_page():
    assert {action for action in Action if may_role(None, action)} == PUBLIC
    for action in PUBLIC:
        assert may(None, action, NOBODYS)


@pytest.mark.parametrize("resource", [OWN, ASKED, AGREED, PARTNERS])
def test_the_unrelated_may_do_nothing_with_what_belongs_to_others(resource):
    allowed = {a for a in Action for role in set(Role) - {Role.SERVICE} if may(role, a, resource, of=ELM)}
    assert allowed == PUBLIC


@pytest.mark.parametrize(
    "action",
    [
        Action.OPEN_INCIDENT,
        Action.CLOSE_INCIDENT,
        Action.RECOMMEND,
        Action.ASSIGN_OWN,
        Action.REQUEST_AID,
        Action.WITHDRAW_REQUEST,
        Action.RELEASE_ASSIGNMENT,
        Action.SET_UNIT_STATUS,
    ],
)
def test_only_the_desk_of_the_responsible_jurisdiction_acts(action):
    assert roles_that(action, OWN) == DESK
    for resource in (ASKED, AGREED, PARTNERS):
        assert roles_that(action, resource, of=CEDAR) == set()


@pytest.mark.parametrize("action", [Action.ACCEPT_REQUEST, Action.DECLINE_REQUEST])
def test_only_the_lenders_desk_answers(action):
    assert roles_that(action, ASKED, of=CEDAR) == DESK
    assert roles_that(action, ASKED, of=HARLOW) == set()
    assert roles_that(action, PARTNERS, of=CEDAR) == set()


def test_forcing_a_status_takes_a_supervisor():
    assert roles_that(Action.FORCE_UNIT_STATUS, OWN) == {Role.SUPERVISOR}


def test_a_feed_reports_for_its_own_jurisdiction_and_does_nothing_else():
    assert roles_that(Action.REPORT, OWN) == {Role.FEED}
    reports = {Action.REPORT, Action.SET_UNIT_SHIFT}
    assert {action for action in Action if may_role(Role.FEED, action)} == {*reports, *PUBLIC}
    assert not may(Role.FEED, Action.REPORT, PARTNERS, of=CEDAR)


def test_an_admin_reads_agreements_but_no_incident():
    agreement = Resource(parties=frozenset({HARLOW, CEDAR}))
    assert may(Role.ADMIN, Action.READ_AGREEMENT, agreement)
    assert not may(Role.ADMIN, Action.READ_AGREEMENT, agreement, of=ELM)
    for action in (Action.READ_INCIDENT, Action.LIST_INCIDENTS, Action.EXPORT_LOG, Action.READ_REQUEST):
        assert not may_role(Role.ADMIN, action)
    seen = {group for (a, role, _), groups in _cells() if role is Role.ADMIN for group in groups}
    assert not seen & {
        FieldGroup.INCIDENT,
        FieldGroup.INCIDENT_ENTRIES,
        FieldGroup.UNIT_TASK,
        FieldGroup.UNIT_EXACT_POSITION,
        FieldGroup.REQUEST_EXACT_PLACE,
    }


def _cells():
    return [
        ((action, role, relation), fields_of(action, role, relation) or frozenset())
        for action in Action
        for role in (None, *Role)
        for relation in Relation
    ]


def test_an_analyst_reads_and_exports_the_own_incidents_and_changes_nothing():
    assert may(Role.ANALYST, Action.READ_INCIDENT, OWN)
    assert may(Role.ANALYST, Action.EXPORT_LOG, OWN)
    assert not may(Role.ANALYST, Action.READ_INCIDENT, AGREED, of=CEDAR)
    changing = {
        *(Action.OPEN_INCIDENT, Action.CLOSE_INCIDENT, Action.ASSIGN_OWN, Action.REQUEST_AID),
        *(Action.ACCEPT_REQUEST, Action.DECLINE_REQUEST, Action.WITHDRAW_REQUEST, Action.RECOMMEND),
        *(Action.RELEASE_ASSIGNMENT, Action.SET_UNIT_STATUS, Action.FORCE_UNIT_STATUS, Action.REPORT),
        *(Action.RECORD_AGREEMENT, Action.MANAGE_PEOPLE, Action.MANAGE_API_KEYS),
    }
    assert not [action for action in changing if may_role(Role.ANALYST, action)]


def test_a_partner_sees_an_incidents_detail_only_after_acceptance():
    assert roles_that(Action.READ_INCIDENT, PARTNERS, of=CEDAR) == set()
    assert roles_that(Action.READ_INCIDENT, ASKED, of=CEDAR) == set()
    assert roles_that(Action.READ_INCIDENT, AGREED, of=CEDAR) == DESK


def test_a_log_leaves_only_by_its_owner():
    assert roles_that(Action.EXPORT_LOG, OWN) == DESK | {Role.ANALYST}
    assert roles_that(Action.EXPORT_LOG, AGREED, of=CEDAR) == set()


def test_expiry_and_escalation_belong_to_the_service_alone():
    for action in (Action.EXPIRE_REQUEST, Action.ASK_NEXT_CANDIDATE, Action.RECORD_COVER):
        assert {role for role in (None, *Role) if may_role(role, action)} == {Role.SERVICE}
        assert authorize(SERVICE, action, ASKED, NOW).allowed


def test_the_nearest_relation_counts():
    both = Resource(
        owner=HARLOW,
        parties=frozenset({HARLOW, CEDAR}),
        accepted_parties=frozenset({CEDAR}),
        partners=frozenset({HARLOW, CEDAR, ELM}),
    )
    assert relation_of(HARLOW, both) is Relation.OWN
    assert relation_of(CEDAR, both) is Relation.ACCEPTED
    assert relation_of(ELM, both) is Relation.PARTNER
    assert relation_of(None, both) is Relation.UNRELATED
    assert relation_of(HARLOW, NOBODYS) is Relation.NONE


def test_without_a_jurisdiction_nothing_is_ones_own():
    assert not authorize(person(Role.SUPERVISOR, None), Action.LIST_INCIDENTS, owned_by(None), NOW).allowed
    assert not authorize(person(Role.SUPERVISOR, None), Action.READ_INCIDENT, OWN, NOW).allowed


@pytest.mark.parametrize(
    ("principal", "action", "resource", "reason"),
    [
        (None, Action.RECOMMEND, OWN, "not_signed_in"),
        (person(Role.ANALYST), Action.RECOMMEND, OWN, "role"),
        (person(Role.DISPATCHER, CEDAR), Action.RECOMMEND, OWN, "relation"),
        (person(Role.DISPATCHER, CEDAR), Action.RECOMMEND, PARTNERS, "relation"),
        (person(Role.DISPATCHER, CEDAR), Action.WITHDRAW_REQUEST, ASKED, "side"),
        (person(Role.DISPATCHER, HARLOW), Action.ACCEPT_REQUEST, ASKED, "side"),
        (person(Role.DISPATCHER, ELM), Action.ACCEPT_REQUEST, ASKED, "relation"),
    ],
)
def test_a_denial_says_why(principal, action, resource, reason):
    decision = authorize(principal, action, resource, NOW)
    assert (decision.allowed, decision.fields, decision.reasons) == (False, frozenset(), (reason,))
    with pytest.raises(Unauthenticated if principal is None else Forbidden):
        decision.require()


def test_an_answer_carries_the_fields_and_its_moment():
    decision = authorize(person(Role.DISPATCHER), Action.READ_INCIDENT, OWN, NOW)
    assert decision.require() == {FieldGroup.INCIDENT, FieldGroup.INCIDENT_ENTRIES}
    assert decision.decided_at == NOW


somebody = st.none() | st.builds(
    Principal,
    id=st.just("x"),
    role=st.sampled_from(Role),
    jurisdiction_id=st.sampled_from([None, HARLOW, CEDAR, ELM]),
)
sets = st.frozensets(st.sampled_from([HARLOW, CEDAR, ELM]))
resources = st.builds(
    Resource,
    owner=st.sampled_from([None, HARLOW, CEDAR]),
    parties=sets,
    accepted_parties=sets,
    partners=sets,
)


@given(somebody, st.sampled_from(Action), resources)
def test_fields_come_only_with_leave_and_reasons_only_without(principal, action, resource):
    decision = authorize(principal, action, resource, NOW)
    assert decision.allowed != bool(decision.reasons)
    assert decision.allowed or not decision.fields
    assert not decision.allowed or may_role(principal.role if principal else None, action)
