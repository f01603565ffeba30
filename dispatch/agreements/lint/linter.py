"""The linter: every rule over every agreement that still matters, in a fixed order."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from dispatch.agreements.lint import clause_rules, cover_rules, promise_rules, text_rules
from dispatch.agreements.lint.backing import WHILE_TYPING, Backing, TooMuch
from dispatch.agreements.lint.facts import RegionFacts
from dispatch.agreements.lint.finding import Finding, FindingCode
from dispatch.agreements.lint.overlap_rules import find_overlaps
from dispatch.agreements.lint.subject import Subject
from dispatch.agreements.standing import BINDING, AgreementState, list_current, state_at
from dispatch.agreements.terms import Agreement, Signature
from dispatch.model.ids import AgreementId, JurisdictionId

MOST_FINDINGS: Final = 300
"""More than anybody reads at once; the rest is counted."""

_ALIVE: Final = BINDING | {
    AgreementState.PROPOSED,
    AgreementState.NOT_YET_EFFECTIVE,
    AgreementState.SUSPENDED,
}
"""States in which a fault of the text still matters, or will."""

_RULES: Final[Sequence[Callable[[Subject], Iterator[Finding]]]] = (
    text_rules.find_date_faults,
    text_rules.find_party_faults,
    text_rules.find_missing_clauses,
    text_rules.find_unknown_natures,
    text_rules.find_strangers,
    text_rules.find_stray_areas,
    clause_rules.find_contradictions,
    clause_rules.find_calendar_faults,
    clause_rules.find_idle_clauses,
    clause_rules.find_standby_faults,
    clause_rules.find_cost_faults,
    clause_rules.find_scope_faults,
    clause_rules.find_unused_zones,
    promise_rules.find_floor_faults,
    promise_rules.find_type_faults,
    promise_rules.find_cap_faults,
)
"""Rules that need one text and the region."""


def lint(
    agreements: Sequence[Agreement],
    facts: RegionFacts,
    now: datetime,
    *,
    judged: Collection[JurisdictionId] | None = None,
    about: Collection[AgreementId] | None = None,
    budget: int = WHILE_TYPING,
) -> tuple[Finding, ...]:
    """What is wrong with the agreements at ``now``, worst first.

    ``judged``: jurisdictions all of whose agreements are among these; only of them can be said that
    nobody backs them up. None: all of the region's. ``about``: look at these texts alone, but judge
    cover with the others beside them; they are looked at whatever their state. ``budget``: how many
    clauses may be judged for cover before it says that there is more.
    """
    places = sorted(facts.places if judged is None else judged)
    subjects = [
        Subject(agreement=agreement, facts=facts, now=now)
        for agreement in _list_alive(agreements, now, about)
    ]
    gone = _list_superseded([subject.agreement for subject in subjects], now)
    looked_at = [
        one
        for one in subjects
        if (one.agreement.id not in gone if about is None else one.agreement.id in about)
    ]
    found = [finding for subject in looked_at for rule in _RULES for finding in rule(subject)]
    known = frozenset(agreement.id for agreement in agreements)
    found += [
        one
        for one in text_rules.find_superseding_faults(subjects, known)
        if about is None or one.agreement_id in about
    ]
    found += promise_rules.find_double_promises(subjects, places, now)
    found += _list_cover_findings(Backing(agreements, facts, now, budget=budget), subjects, places, about)
    return _shortened(sorted(found, key=lambda finding: finding.order))


def as_if_signed(draft: Agreement, now: datetime) -> Agreement:
    """The draft as if all its parties had signed it just now and it began at once."""
    signatures = tuple(Signature(party=party, by="draft", signed_at=now) for party in draft.parties)
    begins = min(draft.effective_from, now)
    return replace(draft, signatures=signatures, effective_from=begins, acts=())


def with_draft(agreements: Sequence[Agreement], draft: Agreement, now: datetime) -> tuple[Agreement, ...]:
    """The agreements with the draft, as if signed, in place of every version of the same text."""
    return (*(one for one in agreements if one.id != draft.id), as_if_signed(draft, now))


def _list_alive(
    agreements: Sequence[Agreement], now: datetime, about: Collection[AgreementId] | None
) -> Iterator[Agreement]:
    for agreement in list_current(agreements, now):
        if (about and agreement.id in about) or state_at(agreement, now) in _ALIVE:
            yield agreement


def _list_superseded(agreements: Sequence[Agreement], now: datetime) -> frozenset[AgreementId]:
    """Agreements in whose place another one stands for all its parties: their faults matter no more."""
    by_id = {agreement.id: agreement for agreement in agreements}
    return frozenset(
        named
        for agreement in agreements
        for named in agreement.precedence.supersedes
        if named in by_id
        and agreement.party_set >= by_id[named].party_set
        and state_at(agreement, now) in BINDING
    )


def _list_cover_findings(
    backing: Backing,
    subjects: Sequence[Subject],
    places: Sequence[JurisdictionId],
    about: Collection[AgreementId] | None,
) -> Iterable[Finding]:
    """What the real rules answer over a week; cut short where the texts ask for too much."""
    by_id = {subject.agreement.id: subject for subject in subjects}
    found: list[Finding] = []
    try:
        for borrower in places:
            found += cover_rules.find_gaps(backing, borrower)
        for subject in subjects:
            found += cover_rules.find_unmet_duties(backing, subject, places)
        if len(places) > 1:
            found += cover_rules.find_circles(backing, places)
        found += find_overlaps(backing, by_id, places, about)
    except TooMuch:
        found.append(Finding(code=FindingCode.MORE_FINDINGS, path="document"))
    return found


def _shortened(found: Sequence[Finding]) -> tuple[Finding, ...]:
    if len(found) <= MOST_FINDINGS:
        return tuple(found)
    left = len(found) - MOST_FINDINGS
    more = Finding(code=FindingCode.MORE_FINDINGS, path="document", figures={"count": left})
    return (*found[:MOST_FINDINGS], more)
