"""When an agreement binds: computed at the moment of asking, from its own dates and signatures."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from dispatch.agreements import standing
from dispatch.agreements.calendar import add_months
from dispatch.agreements.provisions import AnswerTime, Counterparts, Discretion, Renewal
from dispatch.agreements.restrictions import GROUND_TRANSPORTS, ReserveFloor
from dispatch.agreements.standing import (
    AgreementState,
    end_of,
    is_binding,
    list_current,
    list_missing_signatures,
    state_at,
)
from dispatch.agreements.terms import Agreement, AgreementKind, Signature
from dispatch.model.ids import JurisdictionId
from dispatch.model.unit import UnitType
from tests.make_agreements import BEGINS, CEDAR, ELM, ENDS, HARLOW, NOW, SIGNED, make_agreement

MARLOW = JurisdictionId("marlow")
INSTANT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("now", "state"),
    [
        (BEGINS - INSTANT, AgreementState.NOT_YET_EFFECTIVE),
        (BEGINS, AgreementState.ACTIVE),
        (ENDS - INSTANT, AgreementState.ACTIVE),
        (ENDS, AgreementState.EXPIRED),
        (SIGNED - INSTANT, AgreementState.PROPOSED),
    ],
)
def test_an_agreement_binds_from_its_first_moment_up_to_but_not_including_its_end(now, state):
    assert state_at(make_agreement(), now) is state


def test_an_agreement_without_an_end_does_not_expire():
    assert state_at(make_agreement(effective_to=None), ENDS + timedelta(days=36_500)) is AgreementState.ACTIVE


@pytest.mark.parametrize("signed_by", [(), (HARLOW,), (CEDAR,)])
def test_until_every_party_has_signed_nobody_is_bound(signed_by):
    assert state_at(make_agreement(signed_by=signed_by), NOW) is AgreementState.PROPOSED


def test_a_signature_counts_from_its_own_moment_on():
    late = make_agreement(signed_by=(HARLOW,))
    late = replace(late, signatures=(*late.signatures, Signature(party=CEDAR, by="B", signed_at=NOW)))
    assert list_missing_signatures(late, NOW - INSTANT) == (CEDAR,)
    assert list_missing_signatures(late, NOW) == ()


def test_a_missing_signature_outweighs_an_end_that_has_passed():
    assert state_at(make_agreement(signed_by=()), ENDS) is AgreementState.PROPOSED


@pytest.mark.parametrize(
    ("kind", "clauses", "may_decline", "automatic"),
    [
        (AgreementKind.MUTUAL, (), True, False),
        (AgreementKind.CONTRACTUAL, (), True, False),
        (AgreementKind.AUTOMATIC, (), False, True),
        (AgreementKind.MUTUAL, (Discretion(id="4", lender_may_decline=False),), False, False),
        (AgreementKind.AUTOMATIC, (Discretion(id="4", lender_may_decline=True),), True, False),
    ],
)
def test_whether_a_lender_may_refuse_is_a_term_of_the_agreement(kind, clauses, may_decline, automatic):
    agreement = make_agreement(*clauses, kind=kind)
    assert (agreement.may_decline(CEDAR), agreement.is_automatic(CEDAR)) == (may_decline, automatic)


def test_the_answer_time_is_a_minute_unless_a_clause_says_otherwise():
    assert make_agreement().answer_seconds == 60
    assert make_agreement(AnswerTime(id="4.2", seconds=300)).answer_seconds == 300


def test_a_floor_without_types_protects_all_ground_transport_and_no_helicopter():
    group = ReserveFloor(id="3", keep=1).group
    assert group == GROUND_TRANSPORTS
    assert UnitType.AIR_ROTOR not in group
    assert UnitType.ALS_NONTRANSPORT not in group


def test_a_proposed_version_replaces_nothing():
    old, proposed = make_agreement(), make_agreement(version=2, signed_by=(HARLOW,))
    assert list(list_current([proposed, old], NOW)) == [proposed, old]


def test_a_signed_version_replaces_the_older_from_its_first_moment_and_for_good():
    old = make_agreement(effective_to=None)
    new = make_agreement(version=2, effective_from=NOW, effective_to=ENDS)
    assert list(list_current([old, new], NOW - INSTANT)) == [old, new]
    assert list(list_current([old, new], NOW)) == [new]
    assert list(list_current([old, new], ENDS)) == [new]


def test_versions_of_one_agreement_do_not_touch_another():
    old, new, other = make_agreement(), make_agreement(version=2), make_agreement(id_="other")
    assert list(list_current([old, new, other], NOW)) == [new, other]


def renewing(*, months: int, ends: datetime, time_zone: str) -> Agreement:
    agreement = make_agreement(Renewal(id="9", months=months), effective_to=ends)
    return replace(agreement, time_zone=time_zone)


def test_a_term_of_months_ends_at_the_same_clock_where_the_parties_live():
    """From winter into summer time the moment moves by an hour, the midnight on the wall does not."""
    winter_midnight = datetime(2027, 1, 1, 5, tzinfo=UTC)
    agreement = renewing(months=6, ends=winter_midnight, time_zone="America/New_York")
    assert end_of(agreement, winter_midnight - INSTANT) == winter_midnight
    assert end_of(agreement, winter_midnight) == datetime(2027, 7, 1, 4, tzinfo=UTC)


def test_a_term_that_ends_on_the_last_of_a_month_goes_on_to_the_last_of_the_next_short_one():
    """Midnight of the 31st in Zurich is still the 30th in Greenwich."""
    ends = datetime(2026, 3, 30, 22, tzinfo=UTC)
    agreement = renewing(months=1, ends=ends, time_zone="Europe/Zurich")
    assert end_of(agreement, ends) == datetime(2026, 4, 29, 22, tzinfo=UTC)


@pytest.mark.parametrize(("year", "day"), [(2029, 28), (2031, 28), (2032, 29)])
def test_a_term_that_ends_on_the_leap_day_goes_on_from_year_to_year(year, day):
    agreement = renewing(months=12, ends=datetime(2028, 2, 29, tzinfo=UTC), time_zone="UTC")
    assert end_of(agreement, datetime(year, 1, 31, tzinfo=UTC)) == datetime(year, 2, day, tzinfo=UTC)


def test_nobody_alone_can_sign_away_the_aid_between_two_others():
    """A counterpart binds who signed it; a version that drops two parties needs every signature."""
    three = replace(
        make_agreement(Counterparts(id="9"), signed_by=(HARLOW, CEDAR)),
        parties=(HARLOW, CEDAR, ELM),
        directions=(),
        reciprocal=True,
    )
    without_both = replace(three, version=2, parties=(ELM, MARLOW), signatures=())
    alone = replace(without_both, signatures=(Signature(party=ELM, by="E", signed_at=SIGNED),))
    between = {"lender": CEDAR, "borrower": HARLOW}
    assert list(list_current([three, alone], NOW, **between)) == [three, alone]
    assert is_binding(three, now=NOW, **between)
    assert not is_binding(alone, now=NOW, **between)


def test_a_century_of_monthly_renewals_is_not_counted_month_by_month(monkeypatch):
    """Each decision asks for the end: counting from 1901 on took it twelve milliseconds."""
    counted = []

    def noted(moment, months):
        counted.append(months)
        return add_months(moment, months)

    monkeypatch.setattr(standing, "add_months", noted)
    agreement = renewing(months=1, ends=datetime(1901, 1, 31, tzinfo=UTC), time_zone="UTC")
    assert end_of(agreement, datetime(2026, 2, 27, tzinfo=UTC)) == datetime(2026, 2, 28, tzinfo=UTC)
    assert len(counted) <= 3
