"""Pairs for whom several agreements speak at once, and nothing says which."""

from collections.abc import Iterable, Iterator, Mapping

from dispatch.agreements.lint.backing import Backing
from dispatch.agreements.lint.finding import Finding, FindingCode
from dispatch.agreements.lint.subject import Subject
from dispatch.agreements.permit import ChosenBecause, Permit
from dispatch.agreements.provisions import Precedence
from dispatch.model.ids import AgreementId, JurisdictionId
from dispatch.model.incident import Priority


def find_overlaps(
    backing: Backing, subjects: Mapping[AgreementId, Subject], judged: Iterable[JurisdictionId]
) -> Iterator[Finding]:
    """One finding for each two agreements that permit the same without a rank between them."""
    seen: set[frozenset[AgreementId]] = set()
    for permit, lender, borrower in _list_permits(backing, judged):
        other = permit.also[0]
        pair = frozenset({permit.agreement_id, other})
        if pair in seen or permit.chosen_because is ChosenBecause.RANK or not pair <= subjects.keys():
            continue
        seen.add(pair)
        if any(subjects[one].agreement.find(Precedence) for one in pair):
            continue
        tied = permit.chosen_because is ChosenBecause.ID
        yield subjects[other].finding(
            FindingCode.PRECEDENCE_TIE if tied else FindingCode.OVERLAP_SAME_RANK,
            "clauses",
            other=permit.agreement_id,
            lender=lender,
            borrower=borrower,
        )


def _list_permits(
    backing: Backing, judged: Iterable[JurisdictionId]
) -> Iterator[tuple[Permit, JurisdictionId, JurisdictionId]]:
    for borrower in judged:
        for lender in backing.list_lenders(borrower):
            if len(backing.pairs.list_for(lender=lender, borrower=borrower)) < 2:
                continue
            for need in backing.facts.needs:
                for priority in Priority:
                    permit = backing.find_permit(
                        lender=lender,
                        borrower=borrower,
                        need=need,
                        priority=priority,
                        at=backing.week.start,
                    )
                    if permit is not None and permit.also:
                        yield permit, lender, borrower
