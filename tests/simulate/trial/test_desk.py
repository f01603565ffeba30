"""What a trial's desk counts against a lender: the same of a unit that stands by as of one at home."""

from dispatch.agreements.restrictions import IncidentCap
from dispatch.simulate.calls import rows_of
from dispatch.simulate.trial.conditions import KIND
from dispatch.simulate.trial.desk import Desk
from dispatch.simulate.trial.fleet import Fleet, Loan
from tests.make_aid import make_agreement
from tests.make_trial import as_trial, make_terrain
from tests.make_what_if import At, make_calls

CEDAR, HARLOW = 0, 1
POSTED, OFFERED, AT_HOME = 0, 1, 2


def with_one_posted(*calls: At) -> Desk:
    """The first of Cedar's three units stands by in Harlow; to one incident Cedar sends one at most."""
    terrain = make_terrain({"cedar-1": 300, "cedar-2": 300, "cedar-3": 300})
    drawn = as_trial(make_calls(*calls))
    rows = rows_of(drawn.calls)
    fleet = Fleet(terrain, KIND, rows.place.__getitem__, rows.incident.__getitem__)
    capped = make_agreement("cedar", "harlow", clauses=[IncidentCap(id="5", at_most=1)])
    desk = Desk(terrain, drawn, [capped], fleet, KIND)
    permit = desk.permit_standby(POSTED, HARLOW, 0.0)
    assert permit is not None
    loan = Loan(permit=permit, lender=CEDAR, borrower=HARLOW, row=-1, since=desk.moment(0.0))
    fleet.stand_by(POSTED, loan, post=fleet.post[POSTED], seconds=0.0, at=0.0)
    return desk


def offer(desk: Desk, unit: int, row: int) -> None:
    [found] = [one for one in desk.walk_aid(row, 60.0, asked_seconds=0) if one.unit == unit]
    loan = Loan(permit=found.permit, lender=CEDAR, borrower=HARLOW, row=row, since=desk.moment(60.0))
    desk.fleet.ask(unit, loan)


def test_a_unit_is_not_sent_on_past_what_its_lender_sends_to_one_incident() -> None:
    desk = with_one_posted(At(seconds=0, incident=7), At(seconds=10, incident=7), At(seconds=20, incident=8))
    assert desk.permit_from_standby(1, POSTED, 60.0) is not None
    offer(desk, OFFERED, 0)
    assert AT_HOME not in [one.unit for one in desk.walk_aid(1, 60.0, asked_seconds=0)]
    assert desk.permit_from_standby(1, POSTED, 60.0) is None
    assert desk.permit_from_standby(2, POSTED, 60.0) is not None


def test_what_is_on_offer_for_an_incident_does_not_count_against_itself() -> None:
    desk = with_one_posted(At(seconds=0, incident=7))
    offer(desk, OFFERED, 0)
    assert desk.permit_again(0, OFFERED, 60.0) is not None
