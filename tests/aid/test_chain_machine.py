"""Whatever is asked, offered instead and answered, in any order: one question at a time, all explained."""

from dataclasses import replace
from datetime import timedelta
from random import Random

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from dispatch.aid.chain import NextStep, find_next_step, list_asked, list_broken_off
from dispatch.aid.fold import Fold
from dispatch.aid.receipts import Channel, Stage, receive
from dispatch.aid.request import (
    OTHER_UNIT,
    AidRequest,
    DeclineReason,
    RequestState,
    accept,
    counter,
    decline,
    expire,
    is_outstanding,
    lapse,
    withdraw,
)
from dispatch.journal.codec import find_event
from dispatch.model.errors import Forbidden, IllegalStep
from dispatch.model.ids import RequestId, UnitId
from dispatch.services.command import CommandMeta
from dispatch.services.steps import put_answer, put_receipt, put_request
from tests.make_aid import make_request
from tests.make_journal import Scribe
from tests.make_live import NOON
from tests.make_record import DISPATCHER

ANSWER_SECONDS = 60
META = CommandMeta(actor=DISPATCHER)


class Chain(RuleBasedStateMachine):
    """Keeps the rows as the record would, and writes each step into a journal beside them."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOON
        self.scribe = Scribe()
        self.rows: dict[RequestId, AidRequest] = {}
        self.open: RequestId | None = None

    @property
    def last(self) -> AidRequest:
        return max(self.rows.values(), key=lambda request: request.attempt)

    def put(self, after: AidRequest | None, *, may_decline: bool = True, offered: bool = False) -> None:
        number = len(self.rows) + 1
        request = replace(
            make_request(f"b{number}", request_id=f"req_{number}", may_decline=may_decline or offered),
            requested_at=self.now,
            expires_at=self.now + timedelta(seconds=ANSWER_SECONDS),
            requested_by=DISPATCHER.id,
            offered_by_lender=offered,
        )
        if after is not None:
            first, before = after.first_request_id, (*after.asked_before, after.unit_id)
            attempt = after.attempt + 1
            request = replace(request, first_request_id=first, attempt=attempt, asked_before=before)
        put_request(self.scribe, META, request, kind="mutual")  # type: ignore[arg-type]
        self.rows[request.id] = request

    def keep(self, answered: AidRequest) -> None:
        put_answer(self.scribe, META, answered, by_lender=not answered.offered_by_lender)  # type: ignore[arg-type]
        self.rows[answered.id] = answered

    @rule(seconds=st.integers(1, 40))
    def pass_time(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @precondition(lambda self: not self.rows)
    @rule(may_decline=st.booleans())
    def ask(self, may_decline: bool) -> None:
        self.put(None, may_decline=may_decline)

    @precondition(lambda self: self.rows)
    @rule()
    def ask_on(self) -> None:
        broken = list_broken_off(self.rows.values())
        if broken:
            assert broken == [self.last]
            self.put(self.last)

    @precondition(lambda self: self.rows)
    @rule(stage=st.sampled_from(Stage), which=st.randoms(use_true_random=False))
    def receive(self, stage: Stage, which: Random) -> None:
        request = which.choice(list(self.rows.values()))
        for reached, after in receive(request, stage, by=DISPATCHER.id, now=self.now):
            assert request.state is RequestState.OFFERED
            put_receipt(self.scribe, META, after, reached, channel=Channel.BOARD, now=self.now)  # type: ignore[arg-type]
            self.rows[after.id] = after

    @precondition(lambda self: self.rows)
    @rule(expected=st.booleans())
    def offer_instead(self, expected: bool) -> None:
        before = self.last
        version = before.version if expected else None
        try:
            ended = counter(before, by=DISPATCHER.id, note="", expected=version, now=self.now)
        except IllegalStep:
            assert before.offered_by_lender or not is_outstanding(before, now=self.now)
            return
        except Forbidden:
            assert not before.may_decline
            return
        self.keep(ended)
        self.put(ended, offered=True)

    @precondition(lambda self: self.rows)
    @rule(step=st.sampled_from(["accept", "decline", "expire", "withdraw", "lapse"]))
    def answer(self, step: str) -> None:
        request, by = self.last, DISPATCHER.id
        try:
            match step:
                case "accept":
                    after = accept(request, by=by, expected=None, now=self.now)
                case "decline":
                    why = DeclineReason.CAPABILITY
                    after = decline(request, by=by, reason=why, note="", expected=None, now=self.now)
                case "expire":
                    after = replace(expire(request, now=self.now), answered_by=by)
                case "withdraw":
                    after = withdraw(request, by=by, reason="", expected=None, now=self.now)
                case _:
                    after = replace(lapse(request, because="", now=self.now), answered_by=by)
        except IllegalStep:
            late = self.now >= request.expires_at
            assert request.state is not RequestState.OFFERED or late == (step == "accept")
            return
        except Forbidden:
            assert not request.may_decline
            return
        self.keep(after)

    @invariant()
    def one_question_is_open_at_a_time_and_it_is_the_newest(self) -> None:
        waiting = [request for request in self.rows.values() if request.state is RequestState.OFFERED]
        assert waiting in ([], [self.last] if self.rows else [])

    @invariant()
    def the_chain_goes_on_only_from_its_end(self) -> None:
        broken = list_broken_off(self.rows.values())
        assert [request.id for request in broken] == [self.last.id for _ in broken], (
            "while an offer stands nobody else is asked"
        )
        for request in self.rows.values():
            step = find_next_step(request, self.rows.values(), short=True)
            assert (step is NextStep.ASKED) == (request.id != self.last.id)

    @invariant()
    def an_offer_answers_the_question_before_it_and_no_other_offer(self) -> None:
        by_attempt = {request.attempt: request for request in self.rows.values()}
        assert sorted(by_attempt) == list(range(1, len(self.rows) + 1))
        for request in self.rows.values():
            before, following = by_attempt.get(request.attempt - 1), by_attempt.get(request.attempt + 1)
            if request.offered_by_lender:
                assert before is not None
                assert (before.reason, before.offered_by_lender) == (OTHER_UNIT, False)
                assert request.asked_before[-1] == before.unit_id
                assert request.asker == before.answerer == request.lender
            answered_with_another = request.reason == OTHER_UNIT
            assert answered_with_another == (following is not None and following.offered_by_lender)

    @invariant()
    def who_said_no_is_not_asked_again_by_itself(self) -> None:
        ended = {UnitId(request.unit_id) for request in self.rows.values() if request.id != self.last.id}
        assert ended <= list_asked(self.rows.values())

    @invariant()
    def the_journal_says_the_same(self) -> None:
        fold = Fold()
        for line in self.scribe.ledger.lines:
            event = find_event(line.entry, {d.field: d.value for d in line.disclosures})
            assert event is not None
            fold.apply(line.entry, event)
        assert fold.requests == self.rows


TestChain = Chain.TestCase
TestChain.settings = settings(max_examples=60, stateful_step_count=25)
