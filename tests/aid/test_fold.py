"""What the journal cannot say: entries that contradict the ones before them."""

from dataclasses import replace

import pytest

from dispatch.aid.assignment import AssignmentState
from dispatch.aid.fold import Fold, Unexplained
from dispatch.aid.request import RequestState
from dispatch.journal.codec import find_event
from dispatch.journal.entry import Entry
from dispatch.model.events import AidExhausted
from dispatch.model.incident import IncidentState
from tests.make_journal import Scribe, make_journal
from tests.make_record import DISPATCHER, make_status_changed


def folded(scribe: Scribe, *, but: int | None = None) -> Fold:
    fold = Fold()
    for line in scribe.ledger.lines:
        if line.entry.seq != but:
            event = find_event(line.entry, {d.field: d.value for d in line.disclosures})
            assert event is not None
            fold.apply(line.entry, event)
    return fold


def test_a_call_folds_to_where_it_ended() -> None:
    fold = folded(make_journal(stories=1))
    assert fold.incidents["inc_1"].state is IncidentState.CLOSED  # type: ignore[index]
    assert fold.incidents["inc_1"].address == "12 Mill Lane"  # type: ignore[index]
    assert fold.requests["req_1"].state is RequestState.ACCEPTED  # type: ignore[index]
    assert fold.assignments["asg_1"].state is AssignmentState.ENDED  # type: ignore[index]
    assert fold.live == {}


@pytest.mark.parametrize(("without", "because"), [(1, "never opened"), (2, "not open"), (4, "not live")])
def test_an_entry_without_the_one_it_follows_on_is_unexplained(without: int, because: str) -> None:
    with pytest.raises(Unexplained, match=because):
        folded(make_journal(stories=1), but=without)


def test_a_unit_cannot_be_booked_while_it_is_booked() -> None:
    scribe = make_journal(stories=1)
    line = scribe.ledger.lines[3]
    fold = Fold()
    event = find_event(line.entry, {})
    assert event is not None
    fold.apply(line.entry, event)
    with pytest.raises(Unexplained, match="booked twice"):
        fold.apply(line.entry, event)


def test_a_units_version_only_rises() -> None:
    scribe, fold = Scribe(), Fold()

    def status(version: int) -> tuple[Entry, object]:
        event = make_status_changed(unit_version=version)
        return scribe.record(event, actor=DISPATCHER), event

    fold.apply(*status(2))  # type: ignore[arg-type]
    with pytest.raises(Unexplained, match="version 2 already"):
        fold.apply(*status(2))  # type: ignore[arg-type]
    entry, event = status(3)
    fold.apply(replace(entry, actor="eve"), event)  # type: ignore[arg-type]
    assert fold.units["c-1"].version == 3  # type: ignore[index]


def test_only_a_refused_request_can_leave_nobody_to_ask_and_only_once() -> None:
    scribe, fold = make_journal(stories=1), folded(make_journal(stories=1))
    request = fold.requests["req_1"]  # type: ignore[index]
    event = AidExhausted(occurred_at=request.requested_at, request_id=request.id, request_version=3)
    entry = scribe.record(event, actor=DISPATCHER)
    with pytest.raises(Unexplained, match="not refused"):
        fold.apply(entry, event)
    fold.requests[request.id] = replace(request, state=RequestState.EXPIRED)
    fold.apply(entry, event)
    assert fold.requests[request.id].exhausted_at == event.occurred_at
    with pytest.raises(Unexplained, match="already"):
        fold.apply(entry, event)
