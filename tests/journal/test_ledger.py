import pytest

from dispatch.journal.entry import ORIGIN_HASH
from dispatch.journal.ledger import IncidentTip, Ledger, Tip, random_salt
from dispatch.model.errors import Invalid
from tests.make_record import DISPATCHER, NOON, make_incident, make_opened, make_status_changed


def make_ledger() -> Ledger:
    return Ledger(Tip("e"), incident_tip=lambda _: IncidentTip())


def test_entries_chain_on_the_one_before() -> None:
    ledger = make_ledger()
    first, second = (
        ledger.append(make_status_changed(), actor=DISPATCHER, key="k", recorded_at=NOON).entry for _ in "ab"
    )
    assert (first.seq, first.prev) == (1, ORIGIN_HASH)
    assert (second.seq, second.prev) == (2, first.hash)
    assert (first.actor, first.role, first.key) == ("ana", "dispatcher", "k")


def test_what_is_taken_back_leaves_no_trace() -> None:
    ledger = make_ledger()
    opened = make_opened(make_incident())
    kept = ledger.append(opened, actor=DISPATCHER, key=None, recorded_at=NOON)
    mark = ledger.mark()
    for _ in range(3):
        ledger.append(opened, actor=DISPATCHER, key=None, recorded_at=NOON)
    ledger.undo_to(mark)
    again = ledger.append(opened, actor=DISPATCHER, key=None, recorded_at=NOON).entry
    assert (again.seq, again.prev, again.inc_n, again.inc_prev) == (2, kept.entry.hash, 2, kept.entry.hash)


def test_a_value_that_cannot_be_written_down_appends_nothing() -> None:
    ledger = make_ledger()
    with pytest.raises(Invalid):
        ledger.append(make_status_changed(reason="nul \x00"), actor=DISPATCHER, key=None, recorded_at=NOON)
    assert (ledger.tip.seq, ledger.lines) == (0, [])


def test_salts_are_128_random_bits() -> None:
    assert len({random_salt() for _ in range(100)}) == 100
    assert len(bytes.fromhex(random_salt())) == 16
