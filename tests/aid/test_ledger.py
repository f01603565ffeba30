"""What the statements of two parties add up to."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.agreements.provisions import CostMode
from dispatch.aid.assignment import REDIRECTED, send_on
from dispatch.aid.charges import Charge
from dispatch.aid.ledger import Account, Outcome, Records, make_accounts
from dispatch.aid.months import month_span
from dispatch.aid.request import RequestState
from dispatch.model.errors import Invalid
from dispatch.model.unit import UnitType
from tests.make_agreements import CEDAR, HARLOW
from tests.make_ledger import (
    ALS,
    LATER,
    NOVEMBER,
    OCTOBER,
    ZONE,
    answer_with,
    ask_for,
    books,
    hour,
    lend,
    make_paid,
    records_of,
    whole_of,
)

NOON = datetime(2026, 10, 15, 12, tzinfo=UTC)
MONTHS = tuple(month_span(f"{2026 + n // 12}-{n % 12 + 1:02}", ZONE) for n in range(17))


def account_of(records: Records, span=OCTOBER, now=LATER) -> Account:  # type: ignore[no-untyped-def]
    return make_accounts(records, span, now=now)[CEDAR, HARLOW]


def cents_of(records: Records, span=OCTOBER, now=LATER) -> int:  # type: ignore[no-untyped-def]
    return sum(charge.cents for charge in account_of(records, span, now).figures.charges)


def test_a_loan_counts_from_its_assignment_until_the_unit_is_home() -> None:
    figures = account_of(records_of(lend(NOON, 2 * hour), agreements=[make_paid()])).figures
    assert (figures.loans, figures.running, figures.seconds) == (1, 0, 7200)
    assert figures.seconds_by_type == {ALS: 7200}
    assert figures.charges == (Charge(cents=20_000, currency="USD"),)


def test_a_loan_over_the_months_end_is_split_at_the_regions_midnight_and_counted_once() -> None:
    midnight = datetime(2026, 11, 1, 5, tzinfo=UTC)
    assert OCTOBER.ends == midnight, "Chicago's midnight"
    records = records_of(lend(midnight - 2 * hour, 5 * hour), agreements=[make_paid(free_hours=3)])
    october, november = account_of(records).figures, account_of(records, NOVEMBER).figures
    assert (october.loans, november.loans) == (1, 0)
    assert (october.seconds, november.seconds) == (2 * 3600, 3 * 3600)
    assert (october.running, november.running) == (1, 0)
    assert (october.charges, november.billable_seconds) == ((), 2 * 3600), "the free hours are used up once"
    assert sum(charge.cents for charge in november.charges) == 20_000


def test_a_unit_that_is_still_out_is_counted_up_to_now_and_marked() -> None:
    account = account_of(records_of(lend(NOON, None), agreements=[make_paid()]), now=NOON + 90 * hour / 60)
    assert (account.figures.running, account.figures.seconds) == (1, 5400)
    assert account.loans[0].ended is None
    assert sum(c.cents for c in account.figures.charges) == 15_000


def test_half_a_cent_is_rounded_up_once_per_loan() -> None:
    half = timedelta(seconds=18)  # at 100 cents an hour: exactly half a cent
    one = records_of(lend(NOON, half), agreements=[make_paid(rate=100)])
    assert cents_of(one) == 1
    assert cents_of(records_of(lend(NOON, timedelta(seconds=17)), agreements=[make_paid(rate=100)])) == 0
    two = records_of(lend(NOON, half), lend(NOON, half, which="2"), agreements=[make_paid(rate=100)])
    assert cents_of(two) == 2


def test_actual_cost_is_an_estimate_and_currencies_are_kept_apart() -> None:
    agreements = [make_paid(version=1, mode=CostMode.ACTUAL), make_paid(version=2, currency="CAD")]
    loans = (lend(NOON), lend(NOON, which="2", version=2))
    assert account_of(records_of(*loans, agreements=agreements)).figures.charges == (
        Charge(cents=10_000, currency="CAD"),
        Charge(cents=10_000, currency="USD", estimate=True),
    )


def test_free_aid_costs_nothing_and_a_loan_under_an_unknown_text_is_named() -> None:
    free = make_paid(mode=CostMode.NONE)
    figures = account_of(records_of(lend(NOON), lend(NOON, which="2", version=9), agreements=[free])).figures
    assert (figures.charges, figures.unpriced) == ((), 1)


def test_every_request_has_one_outcome_and_a_no_has_its_reason() -> None:
    requests = [
        ask_for(NOON, which="1"),
        ask_for(NOON, RequestState.DECLINED, which="2", reason="weather"),
        ask_for(NOON, RequestState.DECLINED, which="3", reason="weather"),
        ask_for(NOON, RequestState.EXPIRED, which="4", exhausted_at=NOON + hour),
        ask_for(NOON, RequestState.WITHDRAWN, which="5", reason="own unit free"),
    ]
    account = account_of(records_of(requests=requests))
    assert account.figures.requests == 5
    assert account.figures.outcomes == {
        Outcome.ACCEPTED: 1,
        Outcome.DECLINED: 2,
        Outcome.EXPIRED: 1,
        Outcome.WITHDRAWN: 1,
        Outcome.OPEN: 0,
    }
    assert account.figures.declined_because == {"weather": 2}
    assert account.figures.exhausted == 1
    register = [(u.outcome, u.reason, u.answer_seconds, u.exhausted) for u in account.unfilled]
    assert register == [
        (Outcome.DECLINED, "weather", 30, False),
        (Outcome.DECLINED, "weather", 30, False),
        (Outcome.EXPIRED, "no_answer", 30, True),
    ]
    first = account.unfilled[0]
    assert (first.incident_number, first.priority, first.unit_type) == ("26-00001", "critical", ALS)


def test_an_offer_whose_time_is_over_is_ignored_even_if_no_sweep_has_run() -> None:
    records = records_of(requests=[ask_for(NOON, RequestState.OFFERED)])
    waiting = account_of(records, now=NOON + timedelta(seconds=59)).figures
    ignored = account_of(records, now=NOON + timedelta(seconds=60))
    assert (waiting.outcomes[Outcome.OPEN], ignored.figures.outcomes[Outcome.EXPIRED]) == (1, 1)
    assert ignored.unfilled[0].answer_seconds == 60


S = RequestState


@pytest.mark.parametrize(
    ("end", "outcome"),
    [
        (S.ACCEPTED, Outcome.ACCEPTED),
        (S.DECLINED, Outcome.DECLINED),
        (S.EXPIRED, Outcome.DECLINED),
        (S.WITHDRAWN, Outcome.WITHDRAWN),
    ],
)
def test_a_request_answered_with_another_unit_is_one_request_and_ends_as_that_offer_did(
    end: RequestState, outcome: Outcome
) -> None:
    account = account_of(records_of(requests=answer_with(ask_for(NOON), "c2", end)))
    assert account.figures.requests == 1
    assert [one for one, count in account.figures.outcomes.items() if count] == [outcome]
    brought_none = outcome is Outcome.DECLINED
    assert account.figures.declined_because == ({"other_unit": 1} if brought_none else {})
    assert [(u.id, u.unit_id, u.answer_seconds) for u in account.unfilled] == (
        [("req_1", "c1", 30)] if brought_none else []
    )


def test_an_offer_that_waits_leaves_its_request_open() -> None:
    requests = answer_with(ask_for(NOON), "c2", S.OFFERED)
    made = requests[1].requested_at
    waiting = account_of(records_of(requests=requests), now=made + timedelta(seconds=59)).figures
    over = account_of(records_of(requests=requests), now=made + timedelta(seconds=60)).figures
    assert (waiting.outcomes[Outcome.OPEN], waiting.outcomes[Outcome.DECLINED]) == (1, 0)
    assert (over.outcomes[Outcome.OPEN], over.outcomes[Outcome.DECLINED]) == (0, 1)


def test_an_offer_that_its_lender_needed_itself_was_no_unit_after_all() -> None:
    requests = answer_with(ask_for(NOON), "c2", S.DECLINED, reason="no_unit")
    assert account_of(records_of(requests=requests)).figures.declined_because == {"no_unit": 1}


def test_that_nobody_was_left_after_an_offer_is_said_of_its_request() -> None:
    requests = answer_with(ask_for(NOON), "c2", S.EXPIRED, exhausted_at=NOON + hour)
    assert account_of(records_of(requests=requests)).figures.exhausted == 1


def test_an_offer_made_after_the_months_end_belongs_to_the_month_in_which_was_asked() -> None:
    last = OCTOBER.ends - timedelta(seconds=10)
    records = records_of(requests=answer_with(ask_for(last), "c2", S.ACCEPTED))
    october = make_accounts(records, OCTOBER, now=LATER)[CEDAR, HARLOW].figures
    assert (october.requests, october.outcomes[Outcome.ACCEPTED]) == (1, 1)
    assert make_accounts(records, NOVEMBER, now=LATER) == {}


def test_a_partys_own_work_is_no_loan() -> None:
    assert make_accounts(records_of(lend(NOON, lender=HARLOW)), OCTOBER, now=LATER) == {}


def test_the_same_loan_given_twice_counts_once() -> None:
    assert account_of(records_of(lend(NOON), lend(NOON))).figures.loans == 1


@pytest.mark.parametrize("name", ["2026-13", "2026-1", "26-10", "", "2026-10-01", "9999-12", "2026-10\n"])
def test_what_is_no_month_is_refused(name: str) -> None:
    with pytest.raises(Invalid):
        month_span(name, ZONE)


def test_a_month_with_a_clock_change_is_an_hour_longer() -> None:
    assert (NOVEMBER.ends - NOVEMBER.begins) == timedelta(days=30, hours=1)


@given(records=books(), span=st.sampled_from(MONTHS), now=st.sampled_from([LATER, NOON]))
def test_what_one_says_it_gave_is_what_the_other_says_it_received(records: Records, span, now) -> None:  # type: ignore[no-untyped-def]
    """Each party reads only what it has part in, as the service does; the figures must not differ."""

    def as_seen_by(party: str) -> Records:
        return Records(
            requests=[r for r in records.requests if party in (r.lender, r.borrower)],
            assignments=[a for a in records.assignments if party in (a.home, a.borrower)],
            incidents=records.incidents,
            agreements=records.agreements,
            unit_types=records.unit_types,
        )

    harlow, cedar = (make_accounts(as_seen_by(party), span, now=now) for party in (HARLOW, CEDAR))
    for pair in ((HARLOW, CEDAR), (CEDAR, HARLOW)):
        assert harlow.get(pair) == cedar.get(pair)


@given(records=books())
def test_the_months_add_up_to_the_whole(records: Records) -> None:
    whole = make_accounts(records, whole_of(*MONTHS), now=LATER)
    months = [make_accounts(records, month, now=LATER) for month in MONTHS]
    for pair, account in whole.items():
        parts = [month[pair].figures for month in months if pair in month]
        total = account.figures
        for name in ("requests", "exhausted", "loans", "seconds", "billable_seconds"):
            assert sum(getattr(part, name) for part in parts) == getattr(total, name), name
        money: Counter[tuple[str, bool]] = Counter()
        hours: Counter[UnitType | None] = Counter()
        for part in parts:
            money.update({(c.currency, c.estimate): c.cents for c in part.charges})
            hours.update(part.seconds_by_type)
        assert money == {(c.currency, c.estimate): c.cents for c in total.charges}
        assert hours == total.seconds_by_type


@given(records=books(), hours=st.lists(st.integers(0, 12_000), min_size=2, max_size=4))
def test_time_and_cost_are_never_negative_and_only_grow(records: Records, hours: list[int]) -> None:
    before: Counter[tuple[object, str]] = Counter()
    for later in sorted(hours):
        accounts = make_accounts(records, whole_of(*MONTHS), now=MONTHS[0].begins + later * hour)
        now: Counter[tuple[object, str]] = Counter()
        for pair, account in accounts.items():
            now[pair, "seconds"] = account.figures.seconds
            for charge in account.figures.charges:
                now[pair, f"{charge.currency} {charge.estimate}"] = charge.cents
        assert all(value >= 0 for value in now.values())
        assert all(now[key] >= value for key, value in before.items())
        before = now


@given(records=books(), span=st.sampled_from(MONTHS))
def test_sums_come_from_the_entries_and_outcomes_from_the_requests(records: Records, span) -> None:  # type: ignore[no-untyped-def]
    for account in make_accounts(records, span, now=LATER).values():
        figures = account.figures
        assert sum(figures.outcomes.values()) == figures.requests
        assert sum(figures.seconds_by_type.values()) == figures.seconds
        assert len({loan.id for loan in account.loans}) == len(account.loans)
        refused = figures.outcomes[Outcome.DECLINED] + figures.outcomes[Outcome.EXPIRED]
        assert len(account.unfilled) == refused
        assert sum(figures.declined_because.values()) == figures.outcomes[Outcome.DECLINED]


@given(
    began=st.integers(0, 20 * 86_400).map(lambda s: NOON + timedelta(seconds=s)),
    waits=st.integers(0, 20 * 3600).map(lambda s: timedelta(seconds=s)),
    works=st.integers(0, 20 * 3600).map(lambda s: timedelta(seconds=s)),
    free_hours=st.integers(0, 12),
    rate=st.integers(0, 50_001),
)
def test_a_unit_that_was_sent_on_from_a_standby_costs_and_counts_like_one_loan(
    began: datetime, waits: timedelta, works: timedelta, free_hours: int, rate: int
) -> None:
    paid = [make_paid(free_hours=free_hours, rate=rate)]
    standby = replace(lend(began, waits, which="1"), end_reason=REDIRECTED)
    mission = send_on(standby, lend(began + waits, works, which="2"))
    parts = records_of(standby, mission, agreements=paid)
    whole = records_of(lend(began, waits + works), agreements=paid)
    for span in (OCTOBER, NOVEMBER, whole_of(OCTOBER, NOVEMBER)):
        found, told = (make_accounts(records, span, now=LATER) for records in (parts, whole))
        assert {pair: account.figures for pair, account in found.items()} == {
            pair: account.figures for pair, account in told.items()
        }
    unpriced = account_of(records_of(standby, mission), whole_of(OCTOBER, NOVEMBER)).figures
    assert (unpriced.loans, unpriced.unpriced) == (1, 1)
