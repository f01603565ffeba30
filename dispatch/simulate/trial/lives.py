"""The books read afterwards: no unit in two places, and every life one that the real machines allow.

Requests are all driven through ``aid.request``, assignments every ``EVERY``-th through ``aid.assignment``.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from dispatch.agreements.permit import Permit
from dispatch.aid import request as requests
from dispatch.aid.assignment import Assignment, AssignmentState, follow
from dispatch.aid.request import AidRequest, DeclineReason
from dispatch.model.errors import DispatchError
from dispatch.model.ids import AssignmentId, IncidentId, RequestId
from dispatch.model.unit import UnitStatus
from dispatch.simulate.calls import Rows
from dispatch.simulate.scene import Scene
from dispatch.simulate.trial.books import Asked, Books, Breach, Sent

EVERY: Final = 10

S = UnitStatus


def find_broken(scene: Scene, rows: Rows, books: Books, *, begins: datetime) -> Breach:
    """What the books hold that cannot have been."""
    found = Breach()
    for example in _list_double(books.sent):
        found.note(f"{scene.units[example.unit].id} sent to call {example.mission.row} while it was out")
    for sent in books.sent[::EVERY]:
        wrong = _live(scene, rows, sent, begins)
        if wrong:
            found.note(f"call {sent.mission.row}, {scene.units[sent.unit].id}: {wrong}")
    for asked in books.asked:
        wrong = _ask(scene, rows, asked, begins)
        if wrong:
            found.note(f"call {asked.row}, request for {scene.units[asked.unit].id}: {wrong}")
    return found


def _list_double(sent: Sequence[Sent]) -> Iterator[Sent]:
    until: dict[int, float] = {}
    for each in sorted(sent, key=lambda one: (one.unit, one.mission.sent)):
        if each.mission.sent < until.get(each.unit, float("-inf")):
            yield each
        until[each.unit] = each.mission.known


def _live(scene: Scene, rows: Rows, sent: Sent, begins: datetime) -> str:
    """The assignment from dispatch until it ends; says what was wrong."""
    mission = sent.mission
    home = scene.jurisdictions[scene.homes[sent.unit]]
    borrower = scene.jurisdictions[rows.jurisdiction[mission.row]] if sent.permit is not None else home
    assignment = Assignment(
        id=AssignmentId(f"a{mission.row}"),
        incident_id=IncidentId(str(rows.incident[mission.row])),
        unit_id=scene.units[sent.unit].id,
        home=home,
        borrower=borrower,
        assigned_at=begins + timedelta(seconds=mission.sent),
        assigned_by="trial",
        agreement_id=sent.permit.agreement_id if sent.permit else None,
        agreement_version=sent.permit.agreement_version if sent.permit else None,
    )
    steps = [(mission.rolls, S.EN_ROUTE), (mission.arrives, S.ON_SCENE)]
    if mission.clear > mission.leaves:
        steps += [(mission.leaves, S.TRANSPORTING), (mission.at_hospital, S.AT_HOSPITAL)]
    if mission.lent:
        steps.append((mission.clear, S.AVAILABLE_DELAYED))
    steps.append((mission.known, S.AVAILABLE))
    last = mission.sent
    for at, status in steps:
        moved = follow(assignment, status, now=begins + timedelta(seconds=at))
        if moved is None or at < last:
            return f"{status.value} cannot follow {assignment.state.value}"
        assignment, last = moved, at
    return "" if assignment.state is AssignmentState.ENDED and assignment.served else "did not end"


def _ask(scene: Scene, rows: Rows, asked: Asked, begins: datetime) -> str:
    request = _open(scene, rows, asked, asked.permit, begins)
    now = begins + timedelta(seconds=asked.answered_at)
    try:
        match asked.answer:
            case "accepted":
                requests.accept(request, by="lender", expected=request.version, now=now)
            case "declined":
                why = DeclineReason.CREW_FATIGUE
                requests.decline(request, by="lender", reason=why, note="", expected=None, now=now)
            case "expired":
                requests.expire(request, now=max(now, request.expires_at))
            case "lapsed":
                requests.lapse(request, because="not permitted any more", now=now)
            case "withdrawn":
                requests.withdraw(request, by="borrower", reason="an own unit", expected=None, now=now)
            case _:
                return f"no such answer: {asked.answer}"
    except DispatchError as wrong:
        return str(wrong)
    return ""


def _open(scene: Scene, rows: Rows, asked: Asked, permit: Permit, begins: datetime) -> AidRequest:
    at = begins + timedelta(seconds=asked.at)
    number = RequestId(f"r{asked.row}")
    lasts = max(float(permit.answer_seconds), asked.answered_at - asked.at + 1)
    return AidRequest(
        id=number,
        incident_id=IncidentId(str(rows.incident[asked.row])),
        unit_id=scene.units[asked.unit].id,
        borrower=scene.jurisdictions[rows.jurisdiction[asked.row]],
        lender=scene.jurisdictions[scene.homes[asked.unit]],
        agreement_id=permit.agreement_id,
        agreement_version=permit.agreement_version,
        clauses=permit.clauses,
        automatic=permit.automatic,
        may_decline=permit.may_decline,
        eta_seconds=0,
        eta_basis="road",
        keeps=permit.keeps,
        floor=permit.floor,
        requested_at=at,
        expires_at=at + timedelta(seconds=lasts),
        first_request_id=number,
    )
