"""What holds of every permit and every refusal, whatever the agreements, the call and the moment."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dispatch.agreements.catalogue import KINDS
from dispatch.agreements.parse import dump_agreement, parse_agreement, terms_sha256, terms_text
from dispatch.agreements.permit import Permit, Refusal, may_lend
from dispatch.agreements.predicates import PREDICATES, WAIVABLE, applies
from dispatch.agreements.provisions import CallOrder
from dispatch.agreements.question import Question
from dispatch.agreements.reasons import ReasonCode
from dispatch.agreements.restrictions import Restriction, Zones
from dispatch.agreements.standing import Closure, Standing, Waiver
from dispatch.agreements.terms import Agreement, Signature
from dispatch.model.ids import IncidentId, RequestId, UnitId, WaiverId
from tests.make_agreement_strategies import acts as drawn_acts
from tests.make_agreement_strategies import agreements as drawn_agreements
from tests.make_agreement_strategies import (
    calls,
    clauses_of,
    in_force,
    is_consistent,
    loans,
    moments,
    nearby,
    restrictions,
    units,
    words,
)
from tests.make_agreements import CEDAR, ELM, ENDS, HARLOW, SIGNED, make_agreement

FEW = settings(max_examples=40, deadline=None)

UNIT = UnitId("u")
questions = st.fixed_dictionaries(
    {
        "unit": units.map(lambda unit: replace(unit, id=UNIT)),
        "call": calls,
        "loans": loans,
        "now": nearby,
    }
)
several = st.lists(
    in_force()
    | st.builds(lambda a, acts: replace(a, acts=acts), drawn_agreements() | in_force(), drawn_acts),
    max_size=3,
    unique_by=lambda agreement: (agreement.id, agreement.version),
)
closures = st.lists(
    st.builds(
        Closure,
        jurisdiction_id=st.sampled_from([CEDAR, HARLOW]),
        reason=words,
        by=words,
        begins_at=nearby,
        ends_at=st.none() | nearby,
    ),
    max_size=1,
).map(tuple)


def ask(agreements: Sequence[Agreement], question, *, lender=CEDAR, **more) -> Permit | Refusal:
    return may_lend(tuple(agreements), lender=lender, **{**question, **more})


def waiver(clause: str, agreement: Agreement, **other) -> Waiver:
    """One that fits the drawn question, but for ``other``."""
    fits = {
        "id": WaiverId(f"w-{clause}"),
        "agreement_id": agreement.id,
        "agreement_version": agreement.version,
        "clause": clause,
        "lender": CEDAR,
        "incident_id": IncidentId("i"),
        "unit_id": UNIT,
        "granted_by": "A",
        "granted_at": SIGNED,
        "expires_at": ENDS + timedelta(days=1),
    }
    return Waiver(**{**fits, **other})


def without(agreement: Agreement, named: set[str]) -> Agreement:
    return replace(agreement, clauses=tuple(c for c in agreement.clauses if c.id not in named))


@FEW
@given(several, questions, restrictions(), closures, st.data())
def test_adding_a_restriction_never_permits_more(agreements, question, clause, closed, data):
    assume(agreements)
    chosen = data.draw(st.integers(0, len(agreements) - 1))
    stricter = list(agreements)
    stricter[chosen] = replace(
        agreements[chosen], clauses=(*agreements[chosen].clauses, replace(clause, id="added"))
    )
    standing = Standing(closures=closed)
    before = ask(agreements, question, standing=standing)
    after = ask(stricter, question, standing=standing)
    if isinstance(before, Refusal):
        assert isinstance(after, Refusal)
        assert set(map(repr, before.reasons)) <= set(map(repr, after.reasons))


def is_the_same_for_all(clause) -> bool:
    """It names no end of the loan. A zone that lists jurisdictions names the borrower."""
    if isinstance(clause, Zones):
        clause = replace(clause, lender=clause.lender or (CEDAR if clause.jurisdictions else None))
    scoped = isinstance(clause, Restriction) and (clause.lender, clause.borrower) != (None, None)
    return not scoped and not isinstance(clause, CallOrder) and getattr(clause, "lender", None) is None


@FEW
@given(in_force() | drawn_agreements(), questions, st.booleans())
def test_both_directions_of_a_reciprocal_agreement_agree(agreement, question, three):
    agreement = replace(
        agreement,
        reciprocal=True,
        directions=(),
        clauses=tuple(filter(is_the_same_for_all, agreement.clauses)),
        parties=(HARLOW, CEDAR, ELM) if three else (HARLOW, CEDAR),
    )
    there = ask([agreement], question)
    back = ask([agreement], question, lender=HARLOW, call=replace(question["call"], borrower=CEDAR))
    assert there == back


@FEW
@given(several, questions, closures)
def test_there_is_a_permit_that_no_clause_forbids_or_a_refusal_with_reasons(agreements, question, closed):
    answer = ask(agreements, question, standing=Standing(closures=closed))
    match answer:
        case Refusal(reasons=reasons):
            assert reasons
            assert len(set(map(repr, reasons))) == len(reasons)
        case Permit():
            named = (answer.agreement_id, answer.agreement_version)
            (chosen,) = (a for a in agreements if (a.id, a.version) == named)
            asked = Question(lender=CEDAR, agreement=chosen, **question)
            assert violated(asked) == set()
            assert not any(c.jurisdiction_id == CEDAR and c.holds(question["now"]) for c in closed)


def violated(asked: Question) -> set[str]:
    """The clauses of the agreement that forbid, each asked for itself."""
    return {
        clause.id
        for clause in asked.agreement.clauses
        if isinstance(clause, Restriction)
        and applies(clause, asked)
        and PREDICATES[type(clause)](clause, asked)
    }


@FEW
@given(several, questions, st.data())
def test_the_order_of_the_agreements_never_matters(agreements, question, data):
    assert ask(agreements, question) == ask(data.draw(st.permutations(agreements)), question)


@FEW
@given(in_force(), questions)
def test_the_reasons_are_exactly_the_clauses_that_forbid(agreement, question):
    """Without those named there is a permit; with those alone the same reasons."""
    answer = ask([agreement], question)
    asked = Question(lender=CEDAR, agreement=agreement, **question)
    if isinstance(answer, Permit):
        assert violated(asked) == set()
        return
    named = {reason.clause for reason in answer.reasons} - {None}
    assert named == violated(asked)
    by_kind = [reason for reason in answer.reasons if reason.clause is None]
    rest = ask([without(agreement, named)], question)
    if by_kind:
        assert [reason.code for reason in by_kind] == [ReasonCode.PURPOSE]
        assert isinstance(rest, Refusal)
        assert list(rest.reasons) == by_kind
    else:
        assert isinstance(rest, Permit)
    others = {clause.id for clause in agreement.clauses} - named
    assert ask([without(agreement, others)], question) == answer


@FEW
@given(in_force(), questions)
def test_waiving_the_clauses_named_permits_where_they_can_be_waived(agreement, question):
    answer = ask([agreement], question)
    assume(isinstance(answer, Refusal))
    named = {reason.clause for reason in answer.reasons}
    can_rest = {clause.id for clause in agreement.clauses if isinstance(clause, WAIVABLE)}
    waivers = tuple(waiver(clause, agreement) for clause in sorted(named - {None}))
    waived = ask([agreement], question, standing=Standing(waivers=waivers))
    if named <= can_rest:
        assert isinstance(waived, Permit)
        assert set(waived.waivers) == {f"w-{clause}" for clause in named}
    else:
        assert isinstance(waived, Refusal)
        assert {reason.clause for reason in waived.reasons} == named - can_rest


@FEW
@given(
    in_force(),
    questions,
    st.sampled_from(
        [
            {"lender": HARLOW},
            {"agreement_version": 99},
            {"agreement_id": "other"},
            {"incident_id": IncidentId("other")},
            {"unit_id": UnitId("other")},
            {"granted_at": ENDS + timedelta(hours=1)},
            {"expires_at": SIGNED},
            {"used_by": RequestId("r")},
        ]
    ),
)
def test_a_waiver_for_something_else_changes_nothing(agreement, question, other):
    waivers = tuple(waiver(clause.id, agreement, **other) for clause in agreement.clauses)
    assert ask([agreement], question, standing=Standing(waivers=waivers)) == ask([agreement], question)


@FEW
@given(several, questions)
def test_a_closed_lender_lends_nothing_and_says_so_to_its_partners_only(agreements, question):
    closed = Closure(jurisdiction_id=CEDAR, reason="storm", by="A", begins_at=SIGNED)
    before = ask(agreements, question)
    after = ask(agreements, question, standing=Standing(closures=(closed,)))
    assert isinstance(after, Refusal)
    strangers = isinstance(before, Refusal) and before.reasons[0].code is ReasonCode.NO_AGREEMENT
    assert (ReasonCode.CLOSED_TO_LENDING in {reason.code for reason in after.reasons}) is not strangers


@FEW
@given(several, questions)
def test_a_lender_with_more_free_units_is_never_refused_more(agreements, question):
    loans = question["loans"]
    richer = replace(
        loans,
        free_by_type={kind: count + 1 for kind, count in loans.free_by_type.items()},
        free_posts={kind: (*posts, *posts) for kind, posts in loans.free_posts.items()},
    )
    if isinstance(ask(agreements, question), Permit):
        assert isinstance(ask(agreements, {**question, "loans": richer}), Permit)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
@settings(max_examples=15, deadline=None)
@given(st.data())
def test_every_kind_of_clause_reads_back_as_it_was_written(kind, data):
    clause = data.draw(clauses_of(kind, (HARLOW, CEDAR)).filter(is_consistent))
    agreement = make_agreement(clause, both_ways=True)
    assert parse_agreement(dump_agreement(agreement)) == agreement


@FEW
@given(drawn_agreements(), drawn_acts, st.lists(st.tuples(words, moments), max_size=3))
def test_what_was_signed_never_changes_whatever_is_done_afterwards(agreement, acts, signed):
    """The text that a signature names is the terms alone: neither acts nor signatures are part of it."""
    signatures = tuple(
        Signature(party=party, by=by, signed_at=at)
        for party, (by, at) in zip(agreement.parties, signed, strict=False)
    )
    later = replace(agreement, acts=acts, signatures=signatures)
    assert terms_sha256(later) == terms_sha256(agreement)
    assert terms_sha256(parse_agreement(terms_text(later))) == terms_sha256(agreement)


@FEW
@given(drawn_agreements(), restrictions())
def test_whoever_changes_a_term_changes_what_would_have_to_be_signed(agreement, clause):
    changed = [
        replace(agreement, clauses=(*agreement.clauses, replace(clause, id="added"))),
        replace(agreement, version=agreement.version + 1),
        replace(agreement, title=agreement.title + "."),
        replace(agreement, effective_from=agreement.effective_from + timedelta(microseconds=1)),
        replace(agreement, parties=(*agreement.parties, "another")),
    ]
    assert terms_sha256(agreement) not in {terms_sha256(other) for other in changed}
