"""Loans and requests for tests of the ledger: Cedar and Harlow lend to each other, Elm lends to both."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from dispatch.agreements.provisions import Balance, Cost, CostMode
from dispatch.agreements.terms import Agreement, Clause
from dispatch.aid.assignment import Assignment, AssignmentState
from dispatch.aid.ledger import Records, empty_account, make_accounts
from dispatch.aid.ledger_alerts import list_alerts
from dispatch.aid.months import Span, month_span
from dispatch.aid.request import OTHER_UNIT, AidRequest, RequestState
from dispatch.export.statement import Statement
from dispatch.model.ids import AgreementId, IncidentId, JurisdictionId, RequestId, UnitId
from dispatch.model.unit import UnitType
from tests import make_record
from tests.make_agreements import CEDAR, ELM, HARLOW, make_agreement
from tests.make_world import make_region

ZONE = "America/Chicago"
OCTOBER = month_span("2026-10", ZONE)
NOVEMBER = month_span("2026-11", ZONE)
LATER = datetime(2027, 6, 1, tzinfo=UTC)
BEGINS = datetime(2026, 1, 1, tzinfo=UTC)
ALS = UnitType.ALS_AMBULANCE
TYPES = {UnitId("c1"): ALS, UnitId("c2"): UnitType.BLS_AMBULANCE, UnitId("h1"): ALS}

hour = timedelta(hours=1)


def make_paid(*clauses: Clause, rate: int = 10_000, free_hours: int = 0, **more: Any) -> Agreement:
    """Cedar and Harlow lend both ways at 100 dollars a unit-hour."""
    mode = more.pop("mode", CostMode.RATE)
    currency = more.pop("currency", "USD")
    cost = Cost(id="5.1", mode=mode, free_hours=free_hours, rate_cents_per_unit_hour=rate, currency=currency)
    return make_agreement(cost, *clauses, both_ways=True, **{"effective_to": None, **more})


def make_balanced(**thresholds: int) -> Agreement:
    return make_agreement(Balance(id="7.1", **thresholds), both_ways=True, effective_to=None)


def lend(
    began: datetime,
    lasting: timedelta | None = hour,
    *,
    which: str = "1",
    unit: str = "c1",
    lender: JurisdictionId = CEDAR,
    borrower: JurisdictionId = HARLOW,
    agreement: str = "harlow-cedar",
    version: int = 1,
) -> Assignment:
    """A loan by Cedar to Harlow; ``lasting`` None is one that is still out."""
    over = lasting is not None
    return make_record.make_assignment(
        f"asg_{which}",
        incident_id=IncidentId("inc_1"),
        unit_id=UnitId(unit),
        home=lender,
        borrower=borrower,
        assigned_at=began,
        agreement_id=AgreementId(agreement),
        agreement_version=version,
        state=AssignmentState.ENDED if over else AssignmentState.ON_SCENE,
        ended_at=began + lasting if lasting is not None else None,
    )


def ask_for(
    asked: datetime, state: RequestState = RequestState.ACCEPTED, *, which: str = "1", **more: Any
) -> AidRequest:
    """Harlow asks Cedar and is answered after 30 seconds."""
    answered = None if state is RequestState.OFFERED else asked + timedelta(seconds=30)
    return make_record.make_request(
        f"req_{which}",
        requested_at=asked,
        expires_at=asked + timedelta(seconds=60),
        state=state,
        answered_at=answered,
        **{"unit_id": UnitId("c1"), **more},
    )


def answer_with(
    request: AidRequest, unit: str, state: RequestState, *, after_seconds: float = 30, **more: Any
) -> tuple[AidRequest, AidRequest]:
    """The request as it ended, and the offer of another unit in its place."""
    made = request.requested_at + timedelta(seconds=after_seconds)
    ended = replace(request, state=RequestState.DECLINED, reason=OTHER_UNIT, answered_at=made)
    offer = ask_for(
        made,
        state,
        which=f"{request.id.removeprefix('req_')}_offer",
        unit_id=UnitId(unit),
        lender=request.lender,
        borrower=request.borrower,
        first_request_id=request.first_request_id,
        attempt=request.attempt + 1,
        asked_before=(request.unit_id,),
        offered_by_lender=True,
        **more,
    )
    return ended, offer


def records_of(
    *assignments: Assignment, requests: Sequence[AidRequest] = (), agreements: Sequence[Agreement] = ()
) -> Records:
    incident = make_record.make_incident("inc_1", number="26-00001")
    return Records(
        requests=requests,
        assignments=assignments,
        incidents={incident.id: incident},
        agreements=agreements,
        unit_types=TYPES,
    )


def whole_of(*spans: Span) -> Span:
    """One span over all of these, which follow each other."""
    return Span(name="whole", begins=spans[0].begins, ends=spans[-1].ends, time_zone=ZONE)


moments = st.integers(0, 400 * 86_400 * 1000).map(lambda ms: BEGINS + timedelta(milliseconds=ms))
parties = st.permutations([HARLOW, CEDAR, ELM]).map(lambda order: tuple(order[:2]))
costs = st.builds(
    Cost,
    id=st.just("5.1"),
    mode=st.sampled_from(CostMode),
    free_hours=st.integers(0, 30),
    rate_cents_per_unit_hour=st.integers(0, 50_001),
    currency=st.sampled_from(["USD", "CAD"]),
)


@st.composite
def loans(draw: st.DrawFn, which: str) -> Assignment:
    lender, borrower = draw(parties)
    lasting = draw(st.none() | st.integers(0, 90 * 86_400 * 1000).map(lambda ms: timedelta(milliseconds=ms)))
    return lend(
        draw(moments),
        lasting,
        which=which,
        unit=draw(st.sampled_from(["c1", "c2", "gone"])),
        lender=lender,
        borrower=borrower,
        version=draw(st.integers(1, 3)),
    )


@st.composite
def asked(draw: st.DrawFn, which: str) -> AidRequest:
    lender, borrower = draw(parties)
    state = draw(st.sampled_from(RequestState))
    reason = draw(st.sampled_from(["weather", "no_unit", ""]))
    return ask_for(
        draw(moments),
        state,
        which=which,
        lender=lender,
        borrower=borrower,
        reason=reason,
        first_request_id=RequestId(f"req_{which}"),
    )


@st.composite
def asked_or_countered(draw: st.DrawFn, which: str) -> Sequence[AidRequest]:
    request = draw(asked(which))
    if not draw(st.booleans()):
        return [request]
    after_seconds = draw(st.integers(0, 900))
    return answer_with(request, "c2", draw(st.sampled_from(RequestState)), after_seconds=after_seconds)


@st.composite
def books(draw: st.DrawFn) -> Records:
    """A year of aid among three, under two versions with prices and a third that nobody has on record."""
    return records_of(
        *(draw(loans(str(n))) for n in range(draw(st.integers(0, 6)))),
        requests=[one for n in range(draw(st.integers(0, 6))) for one in draw(asked_or_countered(str(n)))],
        agreements=[make_agreement(draw(costs), version=v, both_ways=True) for v in (1, 2)],
    )


def make_statement(records: Records, span: Span = OCTOBER, *, now: datetime = LATER) -> Statement:
    """Between Cedar and Harlow, in the region of squares."""
    accounts = make_accounts(records, span, now=now)
    names = {"cedar": "Cedar", "harlow": "Harlow", "c1": "Medic 1", "harlow-cedar": "Harlow / Cedar"}
    return Statement(
        span=span,
        counted_to=span.counted_to(now),
        accounts=(
            accounts.get((CEDAR, HARLOW), empty_account(CEDAR, HARLOW)),
            accounts.get((HARLOW, CEDAR), empty_account(HARLOW, CEDAR)),
        ),
        alerts=list_alerts(records, span, now=now),
        region=make_region(),
        names=names,
    )
