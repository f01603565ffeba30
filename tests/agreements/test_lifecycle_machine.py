"""Whatever two parties do, in whatever order: signed words stay, and nothing binds that one did not sign."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from dispatch.agreements import lifecycle
from dispatch.agreements.record import AgreementDraft, Paper, paper_of_draft
from dispatch.agreements.standing import BINDING, AgreementState, list_current, state_at
from dispatch.agreements.terms import ActKind, Agreement, AgreementAct
from dispatch.model.errors import IllegalStep, StaleVersion, TermsChanged
from dispatch.model.ids import JurisdictionId
from tests.make_papers import CEDAR, HARLOW, NOW, file, make_draft, make_terms, words

parties = st.sampled_from([HARLOW, CEDAR])


class TwoParties(RuleBasedStateMachine):
    """Keeps what the record would, and takes each step through the lifecycle alone."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.drafts: dict[JurisdictionId, AgreementDraft] = {}
        self.papers: list[Paper] = []
        self.assents: dict[int, dict[JurisdictionId, str]] = {}
        self.first_seen: dict[int, str] = {}

    @property
    def family(self) -> list[Agreement]:
        return [paper.agreement for paper in self.papers]

    def keep(self, version: int, act: AgreementAct) -> None:
        paper = self.papers[version - 1]
        agreement = replace(paper.agreement, acts=(*paper.agreement.acts, act))
        self.papers[version - 1] = replace(paper, agreement=agreement)

    @rule(party=parties, text=st.sampled_from(["one", "two", "three"]))
    def edit(self, party: JurisdictionId, text: str) -> None:
        if self.papers:
            last = self.papers[-1].agreement
            was_open = state_at(last, self.now) is AgreementState.PROPOSED
            act = lifecycle.void(last, party=party, by=party, now=self.now)
            assert (act is not None) == was_open
            if act:
                self.keep(last.version, act)
                assert state_at(self.papers[-1].agreement, self.now) is AgreementState.WITHDRAWN
        known = self.drafts.get(party)
        terms = make_terms(words(text), version=len(self.papers) + 1, ends=None)
        draft = make_draft(terms, revision=known.revision + 1 if known else 1)
        self.drafts[party] = replace(draft, drafted_by=party)

    @rule(party=parties)
    def propose(self, party: JurisdictionId) -> None:
        draft = self.drafts.get(party)
        if draft is None:
            return
        agreement = paper_of_draft(draft).agreement
        seen = {"version": draft.version, "revision": draft.revision}
        try:
            lifecycle.propose(draft, agreement, **seen, newest=len(self.papers), now=self.now)
        except StaleVersion:
            assert draft.version != len(self.papers) + 1
            return
        del self.drafts[party]
        act = AgreementAct(kind=ActKind.PROPOSED, party=party, by=party, at=self.now)
        self.papers.append(file(replace(agreement, acts=(act,)), drafted_by=party))

    @rule(party=parties, data=st.data())
    def sign(self, party: JurisdictionId, data: st.DataObject) -> None:
        if not self.papers:
            return
        paper = data.draw(st.sampled_from(self.papers))
        presented = data.draw(st.sampled_from([one.terms_sha256 for one in self.papers]))
        try:
            signature = lifecycle.sign(paper, party=party, by=party, presented=presented, now=self.now)
        except (IllegalStep, TermsChanged):
            return
        version = paper.agreement.version
        self.assents.setdefault(version, {})[party] = presented
        agreement = replace(paper.agreement, signatures=(*paper.agreement.signatures, signature))
        self.papers[version - 1] = replace(paper, agreement=agreement)

    @rule(party=parties, data=st.data(), say=st.sampled_from([lifecycle.reject, lifecycle.withdraw]))
    def say_no(self, party: JurisdictionId, data: st.DataObject, say: object) -> None:
        if not self.papers:
            return
        paper = data.draw(st.sampled_from(self.papers))
        try:
            act = say(paper, party=party, by=party, reason="no", now=self.now)  # type: ignore[operator]
        except IllegalStep:
            return
        self.keep(paper.agreement.version, act)

    @rule(party=parties, what=st.sampled_from(["suspend", "resume", "notice", "terminate"]))
    def act(self, party: JurisdictionId, what: str) -> None:
        who = {"party": party, "by": party, "now": self.now}
        try:
            match what:
                case "suspend":
                    acts = lifecycle.suspend(self.family, reason="r", ends_at=None, **who)
                case "resume":
                    acts = lifecycle.resume(self.family, **who)
                case "notice":
                    acts = lifecycle.give_notice(self.family, reason="r", **who)
                case _:
                    acts = lifecycle.terminate(self.family, reason="r", **who)
        except IllegalStep:
            return
        assert acts
        for version, act in acts:
            self.keep(version, act)

    @rule(days=st.integers(0, 40))
    def wait(self, days: int) -> None:
        self.now += timedelta(days=days, seconds=1)

    @invariant()
    def a_text_on_record_never_changes(self) -> None:
        for paper in self.papers:
            version = paper.agreement.version
            assert self.first_seen.setdefault(version, paper.text) == paper.text
            assert file(paper.agreement).terms_sha256 == paper.terms_sha256

    @invariant()
    def it_binds_only_when_all_have_signed_the_same_hash(self) -> None:
        for paper in self.papers:
            if state_at(paper.agreement, self.now) in BINDING:
                assents = self.assents[paper.agreement.version]
                assert assents == dict.fromkeys((HARLOW, CEDAR), paper.terms_sha256)

    @invariant()
    def at_most_one_version_binds(self) -> None:
        current = list_current(self.family, self.now)
        assert sum(state_at(one, self.now) in BINDING for one in current) <= 1

    @invariant()
    def nobody_signs_twice(self) -> None:
        for agreement in self.family:
            assert len({one.party for one in agreement.signatures}) == len(agreement.signatures)


TestTwoParties = TwoParties.TestCase
TestTwoParties.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
