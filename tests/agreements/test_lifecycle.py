"""Who may do what about an agreement, from its draft to its end."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from dispatch.agreements import lifecycle
from dispatch.agreements.lifecycle import Step, find_end, list_steps, state_for, void
from dispatch.agreements.record import Paper, paper_of_draft
from dispatch.agreements.standing import AgreementState, state_at
from dispatch.agreements.terms import ActKind, Agreement
from dispatch.model.errors import IllegalStep, Invalid, StaleVersion, TermsChanged
from dispatch.model.ids import JurisdictionId
from tests.make_papers import (
    CEDAR,
    COUNTERPARTS,
    DAY,
    ELM,
    HARLOW,
    NOW,
    acted,
    file,
    make_draft,
    make_terms,
    signed,
)

P = acted(make_terms(), ActKind.PROPOSED)
A = signed(P)
ENDING = acted(A, ActKind.NOTICE_GIVEN, CEDAR, ends_at=NOW + DAY)
RESTING = acted(A, ActKind.SUSPENDED, CEDAR)
CONSENTED = acted(A, ActKind.TERMINATED, CEDAR)

ROWS: list[tuple[str, Agreement, str, str]] = [
    # what stands on record, what Harlow (which proposed it) may do, what Cedar may do
    ("proposed", P, "edit sign withdraw", "edit sign reject"),
    ("signed by Harlow", signed(P, HARLOW), "edit withdraw", "edit sign reject"),
    ("signed by Cedar", signed(P, CEDAR), "edit sign withdraw", "edit withdraw"),
    ("rejected", acted(P, ActKind.REJECTED, CEDAR), "edit", "edit"),
    ("withdrawn", acted(P, ActKind.WITHDRAWN), "edit", "edit"),
    ("active", A, "edit suspend notice terminate", "edit suspend notice terminate"),
    ("Cedar rests", RESTING, "edit suspend notice terminate", "edit resume notice terminate"),
    ("Cedar gave notice", ENDING, "edit suspend notice terminate", "edit suspend terminate"),
    ("Cedar consents to end", CONSENTED, "edit suspend notice terminate", "edit suspend notice"),
    ("ended by consent", acted(CONSENTED, ActKind.TERMINATED), "edit", "edit"),
    ("notice over", acted(A, ActKind.NOTICE_GIVEN, CEDAR, ends_at=NOW), "edit", "edit"),
    ("term over", replace(A, effective_to=NOW), "edit", "edit"),
    ("proposed too late", replace(P, effective_to=NOW), "edit withdraw", "edit reject"),
    ("rest over", acted(A, ActKind.SUSPENDED, CEDAR, ends_at=NOW), *2 * ("edit suspend notice terminate",)),
    ("to begin", replace(A, effective_from=NOW + DAY), *2 * ("edit suspend notice terminate",)),
]


def steps(agreement: Agreement, party: JurisdictionId, *, family: tuple[Agreement, ...] = ()) -> str:
    paper, versions = file(agreement), family or (agreement,)
    return " ".join(list_steps(paper, versions, party=party, newest=True, now=NOW))


@pytest.mark.parametrize(
    ("agreement", "harlow", "cedar"), [row[1:] for row in ROWS], ids=[r[0] for r in ROWS]
)
def test_the_steps_that_are_open_are_those_of_the_table(
    agreement: Agreement, harlow: str, cedar: str
) -> None:
    assert (steps(agreement, HARLOW), steps(agreement, CEDAR)) == (harlow, cedar)
    assert steps(agreement, ELM) == ""


@pytest.mark.parametrize("agreement", [row[1] for row in ROWS], ids=[row[0] for row in ROWS])
@pytest.mark.parametrize("party", [HARLOW, CEDAR])
def test_a_step_is_open_exactly_when_it_can_be_taken(agreement: Agreement, party: JurisdictionId) -> None:
    paper, family = file(agreement), (agreement,)
    who = {"party": party, "by": "me", "now": NOW}
    takes = {
        Step.SIGN: lambda: lifecycle.sign(paper, presented=paper.terms_sha256, **who),
        Step.REJECT: lambda: lifecycle.reject(paper, reason="no", **who),
        Step.WITHDRAW: lambda: lifecycle.withdraw(paper, reason="no", **who),
        Step.SUSPEND: lambda: lifecycle.suspend(family, reason="no", ends_at=None, **who),
        Step.RESUME: lambda: lifecycle.resume(family, **who),
        Step.NOTICE: lambda: lifecycle.give_notice(family, reason="no", **who),
        Step.TERMINATE: lambda: lifecycle.terminate(family, reason="no", **who),
    }
    taken = []
    for step, take in takes.items():
        try:
            take()
        except IllegalStep:
            continue
        taken.append(step)
    assert ["edit", *taken] == steps(agreement, party).split()


def refused_because(take: object) -> str:
    with pytest.raises(IllegalStep) as refused:
        take()  # type: ignore[operator]
    return refused.value.because


@pytest.mark.parametrize(
    ("agreement", "because"),
    [
        (signed(P, CEDAR), "already_signed"),
        (acted(P, ActKind.WITHDRAWN), "not_proposed"),
        (A, "already_signed"),
    ],
)
def test_why_one_may_not_sign_is_said(agreement: Agreement, because: str) -> None:
    paper = file(agreement)
    assert because == refused_because(
        lambda: lifecycle.sign(paper, party=CEDAR, by="x", presented=paper.terms_sha256, now=NOW)
    )


def test_only_the_hash_of_the_text_on_record_is_signed() -> None:
    paper = file(P)
    with pytest.raises(TermsChanged) as refused:
        lifecycle.sign(paper, party=CEDAR, by="x", presented="0" * 64, now=NOW)
    assert refused.value.details() == {"presented": "0" * 64, "current": paper.terms_sha256}
    signature = lifecycle.sign(paper, party=CEDAR, by="x", presented=paper.terms_sha256, now=NOW)
    assert (signature.party, signature.signed_at) == (CEDAR, NOW)


def test_an_agreement_binds_once_the_last_party_has_signed() -> None:
    assert state_at(signed(P, HARLOW), NOW) is AgreementState.PROPOSED
    assert state_at(signed(signed(P, HARLOW), CEDAR, at=NOW), NOW) is AgreementState.ACTIVE


def test_a_signature_is_taken_back_with_the_whole_text_and_only_while_it_binds_nobody() -> None:
    mine = signed(P, CEDAR)
    act = lifecycle.withdraw(file(mine), party=CEDAR, by="x", reason="not yet", now=NOW)
    assert state_at(replace(mine, acts=(*mine.acts, act)), NOW) is AgreementState.WITHDRAWN
    both = signed(mine, HARLOW)
    assert refused_because(
        lambda: lifecycle.withdraw(file(both), party=CEDAR, by="x", reason="late", now=NOW)
    ) == ("not_proposed")
    unsigned = file(P)
    assert refused_because(
        lambda: lifecycle.withdraw(unsigned, party=CEDAR, by="x", reason="r", now=NOW)
    ) == ("not_own_proposal")


def test_a_draft_can_be_proposed_by_its_author_only_and_as_it_was_seen_last() -> None:
    draft = make_draft(make_terms(version=3), revision=4)
    agreement = paper_of_draft(draft).agreement
    lifecycle.propose(draft, agreement, version=3, revision=4, newest=2, now=NOW)
    for version, revision, newest in ((3, 3, 2), (2, 4, 2), (3, 4, 3)):
        with pytest.raises(StaleVersion):
            lifecycle.propose(draft, agreement, version=version, revision=revision, newest=newest, now=NOW)
    late = replace(agreement, effective_to=NOW)
    assert (
        refused_because(lambda: lifecycle.propose(draft, late, version=3, revision=4, newest=2, now=NOW))
        == "its_time_is_over"
    )


def test_a_draft_is_its_authors_alone() -> None:
    paper = paper_of_draft(make_draft(make_terms()))
    mine = list_steps(paper, (), party=HARLOW, newest=True, now=NOW)
    assert mine == (Step.EDIT, Step.PROPOSE, Step.DISCARD)
    assert list_steps(paper, (), party=HARLOW, newest=False, now=NOW) == (Step.DISCARD,)
    assert list_steps(paper, (), party=CEDAR, newest=True, now=NOW) == ()


@pytest.mark.parametrize("party", [HARLOW, CEDAR])
def test_an_edit_by_any_party_voids_a_proposed_text_and_its_signatures(party: JurisdictionId) -> None:
    agreement = signed(P, HARLOW)
    act = void(agreement, party=party, by="x", now=NOW)
    assert act
    after = replace(agreement, acts=(*agreement.acts, act))
    assert state_at(after, NOW) is AgreementState.WITHDRAWN
    assert "sign" not in steps(after, CEDAR)


def test_an_edit_leaves_what_binds_as_it_is() -> None:
    assert void(A, party=CEDAR, by="x", now=NOW) is None
    assert void(acted(P, ActKind.REJECTED, CEDAR), party=CEDAR, by="x", now=NOW) is None


def test_notice_ends_the_agreement_after_the_days_it_says() -> None:
    [(version, act)] = lifecycle.give_notice([A], party=CEDAR, by="x", reason="r", now=NOW)
    assert (version, act.ends_at) == (1, NOW + 30 * DAY)
    after = replace(A, acts=(*A.acts, act))
    assert state_at(after, NOW) is AgreementState.NOTICE_GIVEN
    assert find_end(after, NOW) == NOW + 30 * DAY
    assert state_at(after, NOW + 30 * DAY) is AgreementState.TERMINATED
    assert (
        refused_because(lambda: lifecycle.give_notice([after], party=CEDAR, by="x", reason="r", now=NOW))
        == "already_said"
    )


def test_it_ends_at_once_when_every_party_consents() -> None:
    assert state_at(CONSENTED, NOW) is AgreementState.ACTIVE
    [(_, act)] = lifecycle.terminate([CONSENTED], party=HARLOW, by="x", reason="r", now=NOW)
    assert state_at(replace(CONSENTED, acts=(*CONSENTED.acts, act)), NOW) is AgreementState.TERMINATED


def test_a_party_ends_its_own_rest_and_no_others() -> None:
    both = acted(RESTING, ActKind.SUSPENDED, HARLOW)
    [(_, act)] = lifecycle.resume([both], party=CEDAR, by="x", now=NOW)
    after = replace(both, acts=(*both.acts, act))
    assert state_at(after, NOW) is AgreementState.SUSPENDED
    assert refused_because(lambda: lifecycle.resume([RESTING], party=HARLOW, by="x", now=NOW)) == (
        "not_suspended_by_this_party"
    )


@pytest.mark.parametrize("ends_at", [NOW, NOW - timedelta(seconds=1)])
def test_a_rest_ends_later_than_now(ends_at: datetime) -> None:
    with pytest.raises(Invalid, match="ends_at"):
        lifecycle.suspend([A], party=CEDAR, by="x", reason="r", ends_at=ends_at, now=NOW)


def test_whatever_is_said_about_an_agreement_holds_for_the_version_in_force_and_the_one_to_come() -> None:
    coming = replace(signed(make_terms(version=2)), effective_from=NOW + DAY)
    acts = lifecycle.suspend([A, coming], party=CEDAR, by="x", reason="r", ends_at=None, now=NOW)
    assert [version for version, _ in acts] == [1, 2]
    after = [replace(one, acts=(*one.acts, act)) for one, (_, act) in zip((A, coming), acts, strict=True)]
    assert state_at(after[1], NOW + 2 * DAY) is AgreementState.SUSPENDED


def test_a_replaced_version_is_not_what_one_suspends() -> None:
    newer = signed(make_terms(version=2))
    acts = lifecycle.suspend([A, newer], party=CEDAR, by="x", reason="r", ends_at=None, now=NOW)
    assert [version for version, _ in acts] == [2]


def test_the_version_in_force_can_be_suspended_while_another_is_proposed() -> None:
    proposed = acted(make_terms(version=2), ActKind.PROPOSED)
    assert steps(proposed, CEDAR, family=(A, proposed)) == "edit sign reject suspend notice terminate"


@pytest.mark.parametrize("kind", [ActKind.SUSPENDED, ActKind.NOTICE_GIVEN])
def test_who_rests_or_leaves_is_not_bound_anew_by_the_others_signature_under_the_next_version(
    kind: ActKind,
) -> None:
    waiting = signed(acted(make_terms(version=2, notice_days=0), ActKind.PROPOSED), CEDAR)
    if kind is ActKind.SUSPENDED:
        acts = lifecycle.suspend([A, waiting], party=CEDAR, by="x", reason="r", ends_at=None, now=NOW)
    else:
        acts = lifecycle.give_notice([A, waiting], party=CEDAR, by="x", reason="r", now=NOW)
    assert [version for version, _ in acts] == [1, 2]
    both = signed(replace(waiting, acts=(*waiting.acts, acts[1][1])), HARLOW, at=NOW)
    assert state_at(both, NOW) in (AgreementState.SUSPENDED, AgreementState.TERMINATED)


def test_a_text_that_binds_nobody_yet_is_not_what_one_suspends() -> None:
    assert refused_because(
        lambda: lifecycle.suspend([signed(P, CEDAR)], party=CEDAR, by="x", reason="r", ends_at=None, now=NOW)
    ) == ("not_binding")


THREE = (HARLOW, CEDAR, ELM)


def test_of_three_the_one_that_rests_is_alone_in_it() -> None:
    compact = acted(signed(make_terms(parties=THREE)), ActKind.SUSPENDED, CEDAR)
    found = [state_for(compact, party, NOW) for party in THREE]
    assert found == [AgreementState.ACTIVE, AgreementState.SUSPENDED, AgreementState.ACTIVE]


def test_in_counterparts_two_are_bound_before_the_third_and_its_no_is_its_own() -> None:
    compact = acted(signed(make_terms(COUNTERPARTS, parties=THREE), HARLOW, CEDAR), ActKind.PROPOSED)
    assert state_for(compact, CEDAR, NOW) is AgreementState.ACTIVE
    assert steps(compact, CEDAR) == "edit suspend notice terminate"
    assert void(compact, party=CEDAR, by="x", now=NOW) is None
    assert refused_because(
        lambda: lifecycle.withdraw(file(compact), party=HARLOW, by="x", reason="r", now=NOW)
    ) == ("binds_already")
    gale = JurisdictionId("gale")
    four = acted(signed(make_terms(COUNTERPARTS, parties=(*THREE, gale)), HARLOW, CEDAR), ActKind.PROPOSED)
    first = acted(signed(make_terms(COUNTERPARTS, parties=THREE), CEDAR), ActKind.PROPOSED)
    with_a_no = acted(first, ActKind.REJECTED, ELM)
    act = lifecycle.withdraw(file(with_a_no), party=CEDAR, by="x", reason="r", now=NOW)
    assert "sign" not in steps(replace(with_a_no, acts=(*with_a_no.acts, act)), HARLOW), "it would bind Cedar"
    refused = acted(four, ActKind.REJECTED, ELM)
    assert "sign" in steps(refused, gale)
    assert "sign" not in steps(refused, ELM)


def test_a_text_that_came_with_the_region_may_be_signed_by_its_parties() -> None:
    paper: Paper = file(signed(make_terms(), HARLOW), drafted_by=None)
    assert list_steps(paper, (paper.agreement,), party=CEDAR, newest=True, now=NOW) == (
        Step.EDIT,
        Step.SIGN,
        Step.REJECT,
    )
