"""What the ledger warns of, and from when on."""

from datetime import UTC, datetime, timedelta

from dispatch.agreements.restrictions import ConcurrentCap, DailyCap
from dispatch.agreements.terms import Agreement
from dispatch.aid.assignment import Assignment
from dispatch.aid.ledger_alerts import AlertKind, list_alerts
from tests.make_agreements import CEDAR, HARLOW, make_agreement
from tests.make_ledger import LATER, OCTOBER, hour, lend, make_balanced, records_of

NOON = datetime(2026, 10, 15, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def alerts(agreement: Agreement, *loans: Assignment, now: datetime = LATER) -> list[tuple[str, int, int]]:
    found = list_alerts(records_of(*loans, agreements=[agreement]), OCTOBER, now=now)
    return [(alert.kind.value, alert.used, alert.limit) for alert in found]


def test_an_imbalance_is_told_from_the_agreements_own_threshold_on() -> None:
    agreement = make_balanced(imbalance_unit_hours=10)
    back = lend(NOON, 2 * hour, which="back", lender=HARLOW, borrower=CEDAR, unit="h1")
    assert alerts(agreement, lend(NOON, 12 * hour), back) == [("imbalance", 36_000, 36_000)]
    assert alerts(agreement, lend(NOON, 12 * hour - timedelta(seconds=1)), back) == []


def test_the_imbalance_is_of_twelve_months_and_names_who_gives() -> None:
    agreement = make_balanced(imbalance_unit_hours=10)
    in_march, long_ago = NOON - 200 * DAY, OCTOBER.begins - 336 * DAY
    loans = (lend(in_march, 6 * hour), lend(NOON, 5 * hour, which="2"))
    [alert] = list_alerts(records_of(*loans, agreements=[agreement]), OCTOBER, now=LATER)
    assert (alert.kind, alert.lender, alert.borrower) == (AlertKind.IMBALANCE, CEDAR, HARLOW)
    assert alerts(agreement, lend(long_ago, 6 * hour), lend(NOON, 5 * hour, which="2")) == []


def test_a_drain_is_what_was_lent_in_the_month_alone() -> None:
    agreement = make_balanced(drain_unit_hours_per_month=10)
    assert alerts(agreement, lend(NOON, 10 * hour)) == [("drain", 36_000, 36_000)]
    assert alerts(agreement, lend(NOON - 30 * DAY, 10 * hour)) == []
    assert alerts(agreement, lend(OCTOBER.ends - 5 * hour, 10 * hour)) == []


def test_an_agreement_without_thresholds_warns_of_nothing() -> None:
    assert alerts(make_agreement(effective_to=None), lend(NOON, 500 * hour)) == []
    assert alerts(make_balanced(), lend(NOON, 500 * hour)) == []


def test_loans_under_another_agreement_do_not_count() -> None:
    agreement = make_balanced(drain_unit_hours_per_month=1)
    assert alerts(agreement, lend(NOON, 10 * hour, agreement="other")) == []


def test_an_agreement_that_is_over_warns_no_more() -> None:
    agreement = make_balanced(drain_unit_hours_per_month=1)
    ended = make_agreement(*agreement.clauses, both_ways=True, effective_to=NOON)
    assert alerts(ended, lend(NOON - hour, 10 * hour)) == []


def test_a_cap_is_told_from_four_fifths_on() -> None:
    capped = make_agreement(ConcurrentCap(id="3.1", at_most=5), effective_to=None)
    loans = [lend(NOON, which=str(n)) for n in range(4)]
    assert alerts(capped, *loans) == [("concurrent_cap", 4, 5)]
    assert alerts(capped, *loans[:3]) == []
    in_a_row = [lend(NOON + n * hour, which=str(n)) for n in range(5)]
    assert alerts(capped, *in_a_row) == [], "one is home before the next leaves"


def test_a_daily_cap_counts_the_loans_that_begin_on_one_local_day() -> None:
    capped = make_agreement(DailyCap(id="3.1", at_most=5), effective_to=None)
    loans = [lend(NOON + n * hour, which=str(n)) for n in range(4)]
    assert alerts(capped, *loans) == [("daily_cap", 4, 5)]
    spread = [lend(NOON + n * DAY, which=str(n)) for n in range(4)]
    assert alerts(capped, *spread) == []


def test_a_cap_of_another_lender_does_not_speak_of_this_one() -> None:
    capped = make_agreement(ConcurrentCap(id="3.1", at_most=1, lender=HARLOW), effective_to=None)
    assert alerts(capped, lend(NOON)) == []
