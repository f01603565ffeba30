"""``dispatch verify`` finds what was changed about agreements beside the journal."""

import re

import pytest
from sqlalchemy import create_engine, text

from dispatch.journal.report import Report
from dispatch.model.clock import ManualClock
from dispatch.store.store import SqlStore, reading
from dispatch.store.verify import verify_store
from tests.make_pact import Desk
from tests.make_world import open_world

pytestmark = pytest.mark.anyio


def verify(url: str) -> Report:
    with reading(url) as reader:
        return verify_store(reader)


def tamper(url: str, statement: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


async def make_history(store: SqlStore, clock: ManualClock) -> None:
    """Version 1 signed by both and resting, a draft of version 2."""
    async with open_world(store, clock, on_duty=()) as world:
        desk = await Desk(world).open()
        await desk.conclude()
        await desk.suspend("gale")
        await desk.edit("harlow", floor=2)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (
            "UPDATE agreement_signature SET party = 'cedar' WHERE party = 'gale'",
            "signature {} is not .* party",
        ),
        (
            "UPDATE agreement_signature SET \"by\" = 'Nobody'",
            "signature {} is not what the journal says in: by",
        ),
        ("UPDATE agreement_signature SET terms_sha256 = 'f00'", "signature {} is not .* terms_sha256"),
        ("UPDATE agreement_signature SET person = 'x'", "signature {} is not .* person"),
        ("DELETE FROM agreement_signature WHERE party = 'gale'", "The journal knows signature {}"),
        ("DELETE FROM agreement_act WHERE kind = 'suspended'", "The journal knows act {}"),
        ("UPDATE agreement_act SET kind = 'resumed' WHERE kind = 'suspended'", "act {} is not .* kind"),
        (
            "UPDATE agreement SET text = text || ' ' WHERE agreement_id = 'gale-harlow'",
            "agreement .* in: text",
        ),
        ("UPDATE agreement SET text_sha256 = 'f00'", "agreement .* in: text_sha256"),
        ("UPDATE agreement_draft SET text = text || ' '", "has other words than its hash"),
        ("UPDATE agreement_draft SET drafted_by = 'gale'", "The journal knows draft"),
        ("DELETE FROM agreement_draft", "The journal knows draft"),
        (
            "INSERT INTO agreement_signature SELECT 9999, agreement_id, version, 'elm', \"by\", person, at,"
            " terms_sha256 FROM agreement_signature WHERE party = 'gale'",
            "The table holds signature 9999",
        ),
    ],
)
async def test_a_row_that_was_tampered_with_is_found(
    store: SqlStore, store_url: str, clock: ManualClock, statement: str, said: str
) -> None:
    await make_history(store, clock)
    assert verify(store_url).ok
    tamper(store_url, statement)
    report = verify(store_url)
    assert not report.ok
    found = " / ".join(problem.sentence for problem in report.problems)
    assert re.search(said.replace("{}", r"\d+"), found), found
