"""The text as a whole: its dates, its parties, its title, what is missing, and words nobody knows."""

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final

import shapely

from dispatch.agreements.calendar import add_months
from dispatch.agreements.lint.finding import Finding, FindingCode
from dispatch.agreements.lint.promise_rules import joined_ids
from dispatch.agreements.lint.subject import Subject
from dispatch.agreements.provisions import (
    Counterparts,
    Governance,
    Liability,
    Recall,
    Release,
    Renewal,
    Termination,
    Text,
)
from dispatch.agreements.restrictions import CallTypes, Staffing, Zones
from dispatch.agreements.standing import (
    AgreementState,
    end_of,
    list_missing_signatures,
    state_at,
)
from dispatch.agreements.terms import Agreement
from dispatch.agreements.zones import shape_of
from dispatch.model.clock import iso
from dispatch.model.ids import AgreementId

SOON: Final = timedelta(days=30)
"""An end this near is said, unless the whole term is as short: a pact for a night is meant to end."""
LONG_UNSIGNED: Final = timedelta(days=30)
MANY_PARTIES: Final = 6
"""From here on one missing signature holds up many."""

KNOWN_CERTIFICATIONS: Final = frozenset(
    {"EMR", "EMT", "AdvancedEMT", "Paramedic", "RegisteredNurse", "EMSPhysician"}
)
"""EIDO ResourceAttribute words for EMS crews; what the region's own units carry is known too."""

_MUTUAL: Final = re.compile(r"\b(mutual|reciprocal)\b", re.IGNORECASE)


def find_date_faults(subject: Subject) -> Iterator[Finding]:
    """Ends that come too soon to do anything about, and reviews that are due."""
    agreement, now = subject.agreement, subject.now
    notice = timedelta(days=agreement.notice_days)
    end = end_of(agreement, now)
    renews = agreement.find(Renewal) is not None
    if end is None:
        for index, _ in subject.list_clauses(Renewal):
            yield subject.finding(FindingCode.RENEWAL_WITHOUT_END, index)
    elif end <= now:
        yield subject.finding(FindingCode.ENDED_ALREADY, "effective_to", effective_to=iso(end))
    elif not renews:
        days = (end - now).days
        until = agreement.effective_to
        term = None if until is None else until - agreement.effective_from
        if term is not None and term <= notice:
            yield subject.finding(
                FindingCode.TERM_SHORTER_THAN_NOTICE, "effective_to", notice_days=agreement.notice_days
            )
        elif end - now <= notice and agreement.find(Termination) is not None:
            yield subject.finding(
                FindingCode.EXPIRES_WITHIN_NOTICE,
                "effective_to",
                days=days,
                effective_to=iso(end),
                notice_days=agreement.notice_days,
            )
        elif end - now <= SOON and (term is None or term > SOON):
            yield subject.finding(FindingCode.ENDS_SOON, "effective_to", days=days, effective_to=iso(end))
    yield from _reviews(subject)
    yield from _signatures(subject)


def _reviews(subject: Subject) -> Iterator[Finding]:
    """Nobody records a review; a new version is signed after one."""
    signed = [signature.signed_at for signature in subject.agreement.signatures]
    for index, clause in subject.list_clauses(Governance):
        due = add_months(max([subject.agreement.effective_from, *signed]), clause.review_months)
        if due <= subject.now:
            yield subject.finding(FindingCode.REVIEW_DUE, index, "review_months", effective_to=iso(due))


def _signatures(subject: Subject) -> Iterator[Finding]:
    agreement, now = subject.agreement, subject.now
    signed = [one.signed_at for one in agreement.signatures if one.signed_at <= now]
    waiting = state_at(agreement, now) is AgreementState.PROPOSED and signed
    if waiting and now - min(signed) > LONG_UNSIGNED:
        missing = list_missing_signatures(agreement, now)
        yield subject.finding(
            FindingCode.UNSIGNED_FOR_LONG,
            "signatures",
            missing=joined_ids(missing),
            days=(now - min(signed)).days,
        )


def find_party_faults(subject: Subject) -> Iterator[Finding]:
    """A title that promises more than the directions, and parties that nobody knows or that do nothing."""
    agreement = subject.agreement
    if not agreement.reciprocal and _MUTUAL.search(agreement.title):
        one_way = [
            way for way in agreement.directions if not _is_returned(agreement, way.lender, way.borrower)
        ]
        if one_way:
            yield subject.finding(
                FindingCode.TITLE_SAYS_MUTUAL, "title", lender=one_way[0].lender, borrower=one_way[0].borrower
            )
    moving = {*subject.lenders, *subject.borrowers}
    for index, party in enumerate(agreement.parties):
        if party not in subject.facts.places:
            yield subject.finding(FindingCode.UNKNOWN_JURISDICTION, f"parties[{index}]", jurisdiction=party)
        if party not in moving:
            yield subject.finding(
                FindingCode.PARTY_WITHOUT_DIRECTION, f"parties[{index}]", jurisdiction=party
            )
    if len(agreement.parties) >= MANY_PARTIES and agreement.find(Counterparts) is None:
        yield subject.finding(FindingCode.MANY_PARTIES_AT_ONCE, "parties", count=len(agreement.parties))


def _is_returned(agreement: Agreement, lender: str, borrower: str) -> bool:
    return any(way.lender == borrower and way.borrower == lender for way in agreement.directions)


def find_missing_clauses(subject: Subject) -> Iterator[Finding]:
    """What nearly every agreement of the field says; words under such a title count."""
    titles = " ".join(clause.title.casefold() for _, clause in subject.list_clauses(Text))
    usual = ((Liability, "liability"), (Release, "release"), (Recall, "recall"))
    said = {type(clause) for clause in subject.agreement.clauses}
    missing = [name for kind, name in usual if kind not in said and name not in titles]
    if missing:
        yield subject.finding(FindingCode.MISSING_CLAUSE, "clauses", missing=", ".join(missing))


def find_unknown_natures(subject: Subject) -> Iterator[Finding]:
    """Natures of incident that no desk of the region uses."""
    known = {nature.casefold() for nature in subject.facts.natures}
    for index, clause in subject.list_clauses(CallTypes) if known else ():
        said = [
            *((f"allow[{place}]", word) for place, word in enumerate(clause.allow)),
            *((f"deny[{place}]", word) for place, word in enumerate(clause.deny)),
        ]
        for path, word in said:
            if word.casefold() not in known:
                yield subject.finding(FindingCode.UNKNOWN_NATURE, index, path, nature=word)


def find_strangers(subject: Subject) -> Iterator[Finding]:
    """Certifications that nobody holds, and zones of jurisdictions that do not exist."""
    held = subject.facts.certifications | KNOWN_CERTIFICATIONS
    for index, staffing in subject.list_clauses(Staffing):
        for place, word in enumerate(staffing.certifications):
            if word not in held:
                yield subject.finding(
                    FindingCode.UNKNOWN_CERTIFICATION, index, f"certifications[{place}]", word=word
                )
    for index, zones in subject.list_clauses(Zones):
        for place, named in enumerate(zones.jurisdictions):
            if named not in subject.facts.places:
                path = f"jurisdictions[{place}]"
                yield subject.finding(FindingCode.UNKNOWN_JURISDICTION, index, path, jurisdiction=named)


def find_stray_areas(subject: Subject) -> Iterator[Finding]:
    """Zones that are drawn where no borrower answers for anything."""
    for index, clause in subject.list_clauses(Zones):
        places = [subject.facts.places.get(one) for one in subject.borrowers_of(clause)]
        areas = [place.area for place in places if place is not None and place.area is not None]
        whole = areas and len(areas) == len(places)
        if clause.area and whole and not any(shapely.intersects(shape_of(clause.area), a) for a in areas):
            yield subject.finding(FindingCode.ZONE_OUTSIDE_PARTIES, index, "area")


def find_superseding_faults(subjects: Sequence[Subject], known: frozenset[AgreementId]) -> Iterator[Finding]:
    """Agreements that replace what does not exist, themselves, or each other in a ring."""
    named = {one.agreement.id: one.agreement.precedence.supersedes for one in subjects}
    for subject in subjects:
        own = subject.agreement.precedence
        for index, clause in enumerate(subject.agreement.clauses):
            if clause is not own:
                continue
            for place, other in enumerate(own.supersedes):
                path = f"supersedes[{place}]"
                if other not in known:
                    yield subject.finding(FindingCode.SUPERSEDES_UNKNOWN, index, path, other=other)
                elif subject.agreement.id in _reached(named, other):
                    yield subject.finding(FindingCode.SUPERSEDES_CYCLE, index, path, other=other)


def _reached(named: dict[AgreementId, tuple[AgreementId, ...]], start: AgreementId) -> set[AgreementId]:
    """Everything that ``start`` replaces in the end, itself included."""
    found, waiting = {start}, [start]
    while waiting:
        for other in named.get(waiting.pop(), ()):
            if other not in found:
                found.add(other)
                waiting.append(other)
    return found
