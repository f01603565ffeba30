"""A trial counts what each has given as the service counts it of its record."""

import math
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.aid.given import EndedLoan, given_hours, reach_of
from dispatch.model.ids import JurisdictionId
from dispatch.simulate.trial.fleet import Given, Loan
from tests.make_advice import PERMIT
from tests.make_live import NOON

NAMES = tuple(JurisdictionId(name) for name in ("ashton", "brook", "cedar"))
MEMORY = timedelta(days=7)

lent = st.lists(
    st.tuples(
        st.integers(0, 60 * 86_400),  # when it ended, in seconds of the trial
        st.integers(0, 12 * 3_600),
        st.permutations(range(len(NAMES))),
    ),
    max_size=12,
).map(sorted)


@given(lent, st.integers(0, 10 * 86_400))
def test_both_have_the_same_hours_of_the_same_loans(loans, later):
    book, record = Given(len(NAMES), MEMORY), []
    for ends, seconds, (lender, borrower, _) in loans:
        since = NOON + timedelta(seconds=ends - seconds)
        book.note(Loan(permit=PERMIT, lender=lender, borrower=borrower, row=0, since=since), seconds, ends)
        ended_at = NOON + timedelta(seconds=ends)
        record.append(EndedLoan(NAMES[lender], NAMES[borrower], seconds / 3600, ended_at))
    at = (loans[-1][0] if loans else 0) + later
    now = NOON + timedelta(seconds=at)
    found = given_hours(record, now=now, memory=MEMORY)
    # The service looks no further back than its reach; a trial has a hundredth of that left at most.
    older = sum(one.hours for one in record if now - one.ended_at >= reach_of(MEMORY))
    for row, name in enumerate(NAMES):
        assert book.net(row, at) == pytest.approx(
            found.get(name, 0.0), abs=1e-9 + math.exp(-reach_of(MEMORY) / MEMORY) * older
        )
