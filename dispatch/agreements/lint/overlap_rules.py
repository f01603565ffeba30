"""Pairs for whom several agreements speak at once, and nothing says which."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from dispatch.agreements.lint.backing import Backing
from dispatch.agreements.lint.finding import Finding, FindingCode
from dispatch.agreements.lint.subject import Subject
from dispatch.agreements.provisions import Precedence
from dispatch.model.ids import AgreementId, JurisdictionId


def find_overlaps(
    backing: Backing,
    subjects: Mapping[AgreementId, Subject],
    judged: Iterable[JurisdictionId],
    about: Collection[AgreementId] | None,
) -> Iterator[Finding]:
    """One finding for each two agreements that permit the same without a rank between them.

    It stands at the one that speaks second, or at that of ``about``; of others nothing is said then.
    """
    seen: set[frozenset[AgreementId]] = set()
    for first, second, lender, borrower in _list_doubles(backing, judged):
        pair = frozenset({first, second})
        if pair in seen or not pair <= subjects.keys() or (about is not None and not pair & set(about)):
            continue
        seen.add(pair)
        agreements = [subjects[first].agreement, subjects[second].agreement]
        if any(agreement.find(Precedence) for agreement in agreements):
            continue
        tied = agreements[0].kind is agreements[1].kind
        tied = tied and agreements[0].effective_from == agreements[1].effective_from
        here, other = (first, second) if about is not None and second not in about else (second, first)
        yield subjects[here].finding(
            FindingCode.PRECEDENCE_TIE if tied else FindingCode.OVERLAP_SAME_RANK,
            "clauses",
            other=other,
            lender=lender,
            borrower=borrower,
        )


Double = tuple[AgreementId, AgreementId, JurisdictionId, JurisdictionId]


def _list_doubles(backing: Backing, judged: Iterable[JurisdictionId]) -> Iterator[Double]:
    """Where two agreements permit one question: the one that speaks first, the other, lender, borrower."""
    for borrower in judged:
        for lender in backing.list_lenders(borrower):
            if len(backing.pairs.list_for(lender=lender, borrower=borrower)) < 2:
                continue
            for need in backing.facts.needs:
                for priority in backing.list_priorities(lender, borrower):
                    found = backing.list_permits(
                        lender=lender, borrower=borrower, need=need, priority=priority, at_most=2
                    )
                    if len(found) == 2:
                        yield found[0].agreement_id, found[1].agreement_id, lender, borrower
