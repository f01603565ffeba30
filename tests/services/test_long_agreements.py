"""Long agreements and the loop that serves the boards."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from dispatch.agreements import record as papers
from dispatch.agreements import sight
from dispatch.agreements.actions import Action
from dispatch.agreements.parse import text_sha256
from dispatch.model.clock import ManualClock
from dispatch.model.ids import AgreementId
from dispatch.store.store import SqlStore
from tests.make_pact import PACT, Desk, admin
from tests.make_world import open_world

pytestmark = pytest.mark.anyio


async def test_texts_are_read_and_written_out_beside_the_loop_that_serves_the_boards(
    record: SqlStore, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The longest text takes half a second: boards must not stand still for a colleague's drafts."""
    seen: set[int] = set()

    def noting(work: Callable[..., Any]) -> Callable[..., Any]:
        def noted(*given: Any, **named: Any) -> Any:
            seen.add(threading.get_ident())
            return work(*given, **named)

        return noted

    papers.read_text.cache_clear()
    monkeypatch.setattr(papers, "parse_agreement", noting(papers.parse_agreement))
    monkeypatch.setattr(papers, "terms_text", noting(papers.terms_text))
    monkeypatch.setattr(sight, "as_document", noting(sight.as_document))
    async with open_world(record, clock, on_duty=()) as world:
        desk = await Desk(world).open()
        agreements, who = desk.world.services.agreements, admin("harlow").actor
        proposed = await desk.propose(await desk.draft())
        await desk.sign(proposed, "harlow")
        await desk.edit("harlow", floor=1)
        await agreements.list_rows(who)
        await desk.see("harlow")
        await agreements.diff(who, PACT, before=1, after=2)
        adopted = AgreementId("cedar-harlow")
        paper = await agreements.get_paper(who, Action.EXPORT_AGREEMENT, adopted, None)
        assert text_sha256(paper.text) == paper.terms_sha256
    assert seen
    assert threading.get_ident() not in seen
