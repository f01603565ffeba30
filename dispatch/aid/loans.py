"""What counts against a lender's reserve now: free units, unanswered offers, units that are out.

The same rule is applied to the picture (columns, for a recommendation over the whole fleet) and to the
record (values, for one lender inside a transaction).
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

import numpy as np

from dispatch.agreements.permit import Permit
from dispatch.agreements.question import LentUnit, Loans
from dispatch.aid.assignment import REDIRECTED, Assignment
from dispatch.aid.request import AidRequest, is_outstanding
from dispatch.live.picture import STATUS_CODE, TYPE_BY_CODE, Picture, has_code
from dispatch.model.geo import Point
from dispatch.model.ids import AgreementId, IncidentId, JurisdictionId, RequestId, UnitId
from dispatch.model.unit import FREE, Unit, UnitState, UnitType
from dispatch.routing.travel import IntArray

K = TypeVar("K")

PostOf = Callable[[Unit], Point | None]
"""Where a unit waits at home (``Region.home_of``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitments:
    """The units that are bound, each by its live assignment or by an offer that nobody answered yet.

    ``out_by_agreement``: for each lender, its units that are lent or on offer under each agreement.
    ``begun_at``: for each lender, when each loan or offer under each agreement began, for caps per day.
    ``stands_by``: units that only stand by for whoever asks, each with its live assignment: they can be sent
    on at any moment, but are out of their homes like any that are lent.
    """

    assigned: Mapping[UnitId, Assignment]
    promised: Mapping[UnitId, AidRequest]
    out_by_agreement: Mapping[JurisdictionId, Mapping[AgreementId, int]]
    begun_at: Mapping[JurisdictionId, Mapping[AgreementId, Sequence[datetime]]] = field(default_factory=dict)
    stands_by: Mapping[UnitId, Assignment] = field(default_factory=dict)

    def is_bound(self, unit_id: UnitId) -> bool:
        """Whether its home cannot offer the unit to anyone, whatever its status says."""
        return unit_id in self.assigned or unit_id in self.promised or unit_id in self.stands_by


def commitments_of(
    assignments: Iterable[Assignment],
    requests: Iterable[AidRequest],
    *,
    now: datetime,
    looked_at: RequestId | None = None,
    recent: Iterable[Assignment] = (),
    stands_by: Collection[UnitId] = frozenset(),
) -> Commitments:
    """What binds units at ``now``. Ended assignments and answered or expired requests bind nothing.

    ``looked_at`` is a request that is judged again: its own offer does not stand in its own way.
    ``recent`` are those that began in the last two days, ended ones too: caps per day count them.
    ``stands_by``: units that their live assignment does not bind, because they would be sent on from it. A
    standby from which a unit was sent on is no loan of its own: the mission that followed is, since then.
    """
    assignments = tuple(assignments)
    live = {a.unit_id: a for a in assignments if a.ended_at is None}
    assigned = {unit_id: a for unit_id, a in live.items() if unit_id not in stands_by}
    promised = {r.unit_id: r for r in requests if r.id != looked_at and is_outstanding(r, now=now)}
    out: defaultdict[JurisdictionId, Counter[AgreementId]] = defaultdict(Counter)
    for assignment in live.values():
        if assignment.lent and assignment.agreement_id is not None:
            out[assignment.home][assignment.agreement_id] += 1
    for request in promised.values():
        out[request.lender][request.agreement_id] += 1
    begun: defaultdict[JurisdictionId, defaultdict[AgreementId, list[datetime]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for assignment in {a.id: a for a in (*recent, *assignments)}.values():
        counted = assignment.lent and assignment.end_reason != REDIRECTED
        if counted and assignment.agreement_id is not None:
            begun[assignment.home][assignment.agreement_id].append(assignment.lent_since)
    for request in promised.values():
        begun[request.lender][request.agreement_id].append(request.requested_at)
    return Commitments(
        assigned=assigned,
        promised=promised,
        out_by_agreement=out,
        begun_at=begun,
        stands_by={unit_id: live[unit_id] for unit_id in stands_by if unit_id in live},
    )


def out_on_incident(
    commitments: Commitments, incident_id: IncidentId | None
) -> Mapping[JurisdictionId, Mapping[AgreementId, int]]:
    """For each lender, its units that are lent to or on offer for this incident under each agreement."""
    out: defaultdict[JurisdictionId, Counter[AgreementId]] = defaultdict(Counter)
    for assignment in commitments.assigned.values():
        if assignment.lent and assignment.incident_id == incident_id and assignment.agreement_id is not None:
            out[assignment.home][assignment.agreement_id] += 1
    for request in commitments.promised.values():
        if request.incident_id == incident_id:
            out[request.lender][request.agreement_id] += 1
    return out


def free_rows(picture: Picture, commitments: Commitments) -> IntArray:
    """The rows of all units that their homes could send right now, ascending."""
    free = has_code(picture.status[: len(picture)], (STATUS_CODE[status] for status in FREE))
    away = [*commitments.assigned, *commitments.promised, *commitments.stands_by]
    free[picture.rows(away)] = False
    return np.flatnonzero(free)


def list_loans(
    picture: Picture, commitments: Commitments, free: IntArray, *, incident_id: IncidentId | None = None
) -> Mapping[JurisdictionId, Loans]:
    """The loans of every jurisdiction, from the picture and its ``free_rows``; ``with_posts`` adds places."""
    here = out_on_incident(commitments, incident_id)
    types = len(TYPE_BY_CODE)
    cells = picture.home[free] * types + picture.unit_type[free]
    counts = np.bincount(cells, minlength=len(picture.jurisdictions) * types).reshape(-1, types).tolist()
    promised: dict[JurisdictionId, list[Unit]] = {}
    for unit_id in commitments.promised:
        row = picture.find_row(unit_id)
        if row is not None:
            unit = picture.units[row]
            promised.setdefault(unit.jurisdiction_id, []).append(unit)
    return {
        lender: Loans(
            free_by_type={TYPE_BY_CODE[code]: count for code, count in enumerate(row) if count},
            promised_by_type=Counter(unit.unit_type for unit in promised.get(lender, ())),
            out_by_agreement=commitments.out_by_agreement.get(lender, {}),
            out_on_incident=here.get(lender, {}),
            begun_at=commitments.begun_at.get(lender, {}),
        )
        for lender, row in zip(picture.jurisdictions, counts, strict=True)
    }


def loans_of(
    lender: JurisdictionId,
    *,
    units: Iterable[Unit],
    states: Mapping[UnitId, UnitState],
    commitments: Commitments,
    incident_id: IncidentId | None = None,
    post_of: PostOf | None = None,
) -> Loans:
    """One lender's loans, from the record. ``units`` may be the whole fleet; without a state none is free.

    With ``post_of`` also where the free units wait.
    """
    own = [unit for unit in units if unit.jurisdiction_id == lender]
    heard = [unit for unit in own if (state := states.get(unit.id)) is not None and state.status in FREE]
    free = [unit for unit in heard if not commitments.is_bound(unit.id)]
    loans = Loans(
        free_by_type=Counter(unit.unit_type for unit in free),
        promised_by_type=Counter(unit.unit_type for unit in own if unit.id in commitments.promised),
        out_by_agreement=commitments.out_by_agreement.get(lender, {}),
        out_on_incident=out_on_incident(commitments, incident_id).get(lender, {}),
        begun_at=commitments.begun_at.get(lender, {}),
    )
    return loans if post_of is None else with_posts(loans, free, post_of)


def with_posts(loans: Loans, free: Iterable[Unit], post_of: PostOf) -> Loans:
    """The same loans with the posts of the lender's ``free`` units: what floors of an area count."""
    posts: defaultdict[UnitType, list[Point | None]] = defaultdict(list)
    for unit in free:
        posts[unit.unit_type].append(post_of(unit))
    return replace(loans, free_posts=posts)


def asked_for(loans: Loans, unit: LentUnit, permit: Permit, *, now: datetime) -> Loans:
    """The lender's loans once one of its free units is asked for too: one less free, one more out.

    What is promised elsewhere explains a low figure, and stays as it is: this one is not elsewhere.
    """
    kind, agreement_id = unit.unit_type, permit.agreement_id
    posts = list(loans.free_posts.get(kind, ()))
    if unit.post in posts:
        posts.remove(unit.post)
    return replace(
        loans,
        free_by_type={**loans.free_by_type, kind: loans.free_by_type.get(kind, 0) - 1},
        free_posts={**loans.free_posts, kind: posts} if loans.free_posts else loans.free_posts,
        out_by_agreement=_one_more(loans.out_by_agreement, agreement_id),
        out_on_incident=_one_more(loans.out_on_incident, agreement_id),
        begun_at={**loans.begun_at, agreement_id: (*loans.begun_at.get(agreement_id, ()), now)},
    )


def without_standby(loans: Loans, unit: LentUnit, standby: Assignment) -> Loans:
    """The lender's loans as if one that stands by had stayed at home: what it is judged on for a call."""
    kind, agreement_id = unit.unit_type, standby.agreement_id
    posts = loans.free_posts
    lifted = replace(
        loans,
        free_by_type=_one_more(loans.free_by_type, kind),
        free_posts={**posts, kind: (*posts.get(kind, ()), unit.post)} if posts else posts,
    )
    if agreement_id is None:
        return lifted
    begun = list(loans.begun_at.get(agreement_id, ()))
    if standby.assigned_at in begun:
        begun.remove(standby.assigned_at)
    return replace(
        lifted,
        out_by_agreement=_one_less(loans.out_by_agreement, agreement_id),
        begun_at={**loans.begun_at, agreement_id: tuple(begun)},
    )


def _one_more(counts: Mapping[K, int], key: K) -> Mapping[K, int]:
    return {**counts, key: counts.get(key, 0) + 1}


def _one_less(counts: Mapping[K, int], key: K) -> Mapping[K, int]:
    return {**counts, key: max(0, counts.get(key, 0) - 1)}
