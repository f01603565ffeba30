"""The loans that ended lately, as far back as they weigh in anybody's advice."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from dispatch.aid.assignment import Assignment
from dispatch.aid.given import EndedLoan, find_ended_loan, given_hours
from dispatch.model.ids import AssignmentId, JurisdictionId

COUNTED_AGAIN: Final = timedelta(minutes=1)
"""A sum fades as its loans do: until then, and without a new loan, it need not be made again."""


class _Sum(NamedTuple):
    hours: float
    at: datetime


class GivenBook:
    """A part of the read-model, by who took part. ``since``: none that ended from then on is missing."""

    def __init__(self) -> None:
        self.since = datetime.max.replace(tzinfo=UTC)
        self._of: defaultdict[JurisdictionId, dict[AssignmentId, EndedLoan]] = defaultdict(dict)
        self._sums: defaultdict[JurisdictionId, dict[timedelta, _Sum]] = defaultdict(dict)

    def take(self, ended: Iterable[Assignment], *, since: datetime) -> None:
        """What the record holds from ``since`` on, beside what is here."""
        for assignment in ended:
            self.put(assignment)
        self.since = min(self.since, since)

    def put(self, assignment: Assignment) -> None:
        """Take one in, if a loan ended with it; the same one again changes nothing."""
        loan = find_ended_loan(assignment)
        if loan is not None:
            for party in (loan.lender, loan.borrower):
                self._of[party][assignment.id] = loan
                self._sums.pop(party, None)

    def hours_of(
        self, jurisdictions: Iterable[JurisdictionId], *, now: datetime, memory: timedelta
    ) -> Mapping[JurisdictionId, float]:
        """What each of these gave more than it received (``aid.given``), 0 for who took no part."""
        return {
            home: self._hours_of(home, now, memory) if home in self._of else 0.0 for home in jurisdictions
        }

    def _hours_of(self, home: JurisdictionId, now: datetime, memory: timedelta) -> float:
        known = self._sums[home].get(memory)
        if known is None or not timedelta() <= now - known.at < COUNTED_AGAIN:
            hours = given_hours(self._of[home].values(), now=now, memory=memory).get(home, 0.0)
            known = self._sums[home][memory] = _Sum(hours, now)
        return known.hours * math.exp(-((now - known.at) / memory))

    def forget_before(self, since: datetime) -> None:
        """Let go of the loans that ended earlier."""
        for party, loans in list(self._of.items()):
            kept = {key: loan for key, loan in loans.items() if loan.ended_at >= since}
            if kept:
                self._of[party] = kept
            else:
                del self._of[party]
        self._sums.clear()
        self.since = max(self.since, since)
