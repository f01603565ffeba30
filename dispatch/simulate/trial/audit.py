"""Whether a policy keeps the rules, found out by other means than those it decided by.

Every loan is judged again by ``may_lend`` over all agreements, on loans counted from the state of each unit
and not from the fleet's own counters. Every life-threatening call is compared with all units that the
boundary-drop rule admits. Afterwards the books are read: no unit may be in two places, and the life of
every ``EVERY``-th assignment and of every request must be one that the real state machines allow.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from dispatch.agreements.permit import Permit, Refusal, may_lend
from dispatch.agreements.question import Call, LentUnit, Loans
from dispatch.agreements.standing import NO_STANDING, Standing
from dispatch.agreements.terms import Agreement
from dispatch.aid.advice.practice import DEFAULT_PRACTICE, Practice
from dispatch.aid.recommend import DEFAULT_HORIZON_SECONDS
from dispatch.model.geo import Point
from dispatch.model.ids import AgreementId, IncidentId
from dispatch.model.incident import Priority, Purpose
from dispatch.model.unit import SATISFIED_BY, UnitType
from dispatch.simulate.calls import PRIORITIES, TYPES
from dispatch.simulate.trial.books import Breach
from dispatch.simulate.trial.desk import CRITICAL, EMERGENT, Desk
from dispatch.simulate.trial.policy import Choice, Policy

COUNTED_SPAN: Final = timedelta(days=2)


class Audit:
    """A ``Watcher``. ``terms``: loans without a permit or against one; ``fastest``: calls not served first;
    ``onward``: units that were lent on, or were not free.
    """

    def __init__(
        self,
        agreements: Sequence[Agreement],
        policy: Policy,
        *,
        practice: Practice = DEFAULT_PRACTICE,
        standing: Standing = NO_STANDING,
    ) -> None:
        self._standing = standing
        self._agreements, self._policy, self._practice = tuple(agreements), policy, practice
        self.terms, self.fastest, self.onward = Breach(), Breach(), Breach()
        self.loans_judged = self.calls_compared = 0
        self._begun: dict[int, tuple[int, AgreementId, datetime]] = {}
        self._log: defaultdict[tuple[int, AgreementId], list[datetime]] = defaultdict(list)

    def decided(self, row: int, at: float, choice: Choice, desk: Desk) -> None:
        """Who is sent or asked, beside everybody who might have been."""
        unit = choice.unit
        if unit is not None and self._policy.keeps_agreements:
            home = desk.scene.homes[unit]
            if choice.permit is None and home != desk.rows.jurisdiction[row]:
                self.terms.note(f"call {row}: {desk.scene.units[unit].id} sent without a permit")
            self._check_onward(row, unit, desk)
        if unit is not None and desk.rows.priority[row] == CRITICAL and self._policy.drops_boundaries:
            self.calls_compared += 1
            self._compare(row, at, choice, unit, desk)

    def lent(self, row: int, at: float, unit: int, permit: Permit, borrower: int, desk: Desk) -> None:
        """A loan, judged again."""
        self.loans_judged += 1
        lender, now = desk.scene.homes[unit], desk.moment(at)
        answer = self._judge(row, unit, at, borrower, desk)
        if isinstance(answer, Refusal):
            why = ", ".join(reason.code.value for reason in answer.reasons)
            self.terms.note(f"call {row} at {now:%Y-%m-%d %H:%M:%S}: {desk.scene.units[unit].id} lent: {why}")
        elif answer.agreement_id != permit.agreement_id:
            self.terms.note(f"call {row}: {desk.scene.units[unit].id} lent under another agreement")
        if desk.fleet.loan[unit] is not None:
            self.let_go(unit)  # what it was asked for, or stood by under, goes on as this loan
        self._begun[unit] = (lender, permit.agreement_id, now)
        self._log[lender, permit.agreement_id].append(now)

    def let_go(self, unit: int) -> None:
        """What the unit was asked for came to nothing: it never began."""
        before = self._begun.pop(unit, None)
        if before is not None:
            lender, agreement, since = before
            self._log[lender, agreement].remove(since)

    def _check_onward(self, row: int, unit: int, desk: Desk) -> None:
        loan = desk.fleet.loan[unit]
        if loan is not None and loan.borrower != desk.rows.jurisdiction[row]:
            self.onward.note(f"call {row}: {desk.scene.units[unit].id} lent on by its borrower")
        if not desk.fleet.free[unit]:
            self.onward.note(f"call {row}: {desk.scene.units[unit].id} is not free")

    # Terms

    def _judge(self, row: int, unit: int, at: float, borrower: int, desk: Desk) -> Permit | Refusal:
        scene, lender, now = desk.scene, desk.scene.homes[unit], desk.moment(at)
        each, loan = scene.units[unit], desk.fleet.loan[unit]
        stands_by = loan is not None and desk.fleet.serves[unit] == borrower
        return may_lend(
            self._agreements,
            lender=each.jurisdiction_id,
            unit=LentUnit(
                unit_type=each.unit_type,
                certifications=each.capabilities,
                crew_size=each.crew_size,
                nims_type=each.nims_type,
                post=scene.stations[unit],
                is_out=stands_by,
                out_under=loan.agreement_id if loan is not None and stands_by else None,
            ),
            call=self._call(row, at, borrower, desk),
            loans=self._count(lender, unit, row, now, desk),
            now=now,
            standing=self._standing,
        )

    def _call(self, row: int, at: float, borrower: int, desk: Desk) -> Call:
        rows, scene = desk.rows, desk.scene
        if row < 0:
            return Call(
                borrower=scene.jurisdictions[borrower],
                priority=Priority.CRITICAL,
                purpose=Purpose.STANDBY,
                cover=desk.cover(borrower, at),
            )
        return Call(
            borrower=scene.jurisdictions[borrower],
            priority=PRIORITIES[rows.priority[row]],
            nature=desk.calls.natures[rows.nature[row]],
            position=scene.places[rows.place[row]],
            incident_id=IncidentId(str(rows.incident[row])),
            cover=desk.cover(borrower, at, row),
            stated=desk.calls.stated[row],
        )

    def _count(self, lender: int, unit: int, row: int, now: datetime, desk: Desk) -> Loans:
        """From what each unit of the lender does now; the one asked about counts as free at home."""
        fleet, scene, incident = desk.fleet, desk.scene, desk.rows.incident
        free, out, here = Counter[UnitType](), Counter[AgreementId](), Counter[AgreementId]()
        posts: defaultdict[UnitType, list[Point | None]] = defaultdict(list)
        for other, home in enumerate(scene.homes):
            if home != lender:
                continue
            loan = fleet.loan[other]
            if other == unit or (fleet.free[other] and loan is None):
                free[scene.units[other].unit_type] += 1
                posts[scene.units[other].unit_type].append(scene.stations[other])
            elif loan is not None:
                out[loan.agreement_id] += 1
                here[loan.agreement_id] += loan.row >= 0 and row >= 0 and incident[loan.row] == incident[row]
        begun = {
            agreement: [moment for moment in moments if moment > now - COUNTED_SPAN]
            for (whose, agreement), moments in self._log.items()
            if whose == lender
        }
        ours = self._begun.get(unit)
        if ours is not None and fleet.loan[unit] is not None and ours[2] in begun.get(ours[1], ()):
            begun[ours[1]].remove(ours[2])
        return Loans(
            free_by_type=free, out_by_agreement=out, out_on_incident=here, begun_at=begun, free_posts=posts
        )

    # The fastest

    def _compare(self, row: int, at: float, choice: Choice, unit: int, desk: Desk) -> None:
        """Own: the fastest. Aid instead: where the own one would be late and aid gains enough."""
        rows, practice = desk.rows, self._practice
        waited = at - rows.at_seconds[row]
        within = practice.targets[Priority.CRITICAL].within_seconds
        chosen = choice.asked_seconds + (self._eta(row, unit, at, desk) or 0)
        own = self._fastest_own(row, at, desk)
        best = own
        if own is None or waited + own > within:
            most = float("inf") if own is None else own - practice.drop_gain_seconds
            aid = self._fastest_aid(row, at, desk, most=most)
            best = aid if aid is not None else own
        if best is None or chosen <= best:
            return
        if chosen - best > practice.tie_seconds or waited + chosen > within:
            name = desk.scene.units[unit].id
            self.fastest.note(f"call {row}: {name} in {chosen} s where {best} s were to be had")

    def _fastest_own(self, row: int, at: float, desk: Desk) -> int | None:
        here, fleet, scene = desk.rows.jurisdiction[row], desk.fleet, desk.scene
        fits = SATISFIED_BY[TYPES[desk.rows.need[row]]]
        best: int | None = None
        for unit, each in enumerate(scene.units):
            if not fleet.free[unit] or each.unit_type not in fits or fleet.serves[unit] != here:
                continue
            if scene.homes[unit] != here:
                if isinstance(self._judge(row, unit, at, here, desk), Refusal):
                    continue
            elif fleet.loan[unit] is not None:
                continue
            eta = self._eta(row, unit, at, desk)
            if eta is not None and (best is None or eta < best):
                best = eta
        return best

    def _fastest_aid(self, row: int, at: float, desk: Desk, *, most: float) -> int | None:
        """Of neighbours' units that may come and are there within ``most``, the time to ask included."""
        here, fleet, scene = desk.rows.jurisdiction[row], desk.fleet, desk.scene
        fits = SATISFIED_BY[TYPES[desk.rows.need[row]]]
        asked = self._policy.request_seconds
        asked = desk.conditions.request_seconds if asked is None else asked
        best: int | None = None
        for unit, each in enumerate(scene.units):
            home = scene.homes[unit]
            if not fleet.free[unit] or fleet.loan[unit] is not None or each.unit_type not in fits:
                continue
            if home == here or unit in desk.asked_before.get(row, ()) or desk.needs_it_itself(unit, row):
                continue
            eta = self._eta(row, unit, at, desk)
            if eta is None or eta > min(most, DEFAULT_HORIZON_SECONDS) or (best is not None and eta >= best):
                continue
            answer = self._judge(row, unit, at, here, desk)
            if isinstance(answer, Permit):
                arrival = eta + (0 if answer.automatic else asked)
                if arrival <= most and (best is None or arrival < best):
                    best = arrival
        return best

    def _eta(self, row: int, unit: int, at: float, desk: Desk) -> int | None:
        emergent = EMERGENT[desk.rows.priority[row]]
        seconds = desk.fleet.believed_seconds(unit, desk.rows.place[row], at, emergent=emergent)
        return round(seconds) if seconds != float("inf") else None
