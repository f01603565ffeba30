"""``dispatch verify`` on what agencies set and people said about cover: each row by its entries."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, update

from dispatch.model.clock import ManualClock
from dispatch.model.jurisdiction import CoverState
from dispatch.model.principal import Role
from dispatch.store.schema import cover_override, cover_state, practice, pre_alert
from dispatch.store.store import SqlStore
from dispatch.store.verify import verify_store
from tests.make_world import CEDAR, HARLOW, meta, open_world

pytestmark = pytest.mark.anyio


async def lay_out(store: SqlStore, clock: ManualClock) -> None:
    async with open_world(store, clock) as world:
        admin = meta("harlow", role=Role.ADMIN)
        await world.services.practices.change(admin, HARLOW, document={"tie_seconds": 10}, version=0)
        await world.services.cover.override(
            meta("harlow"), HARLOW, state=CoverState.RED, reason="crash", minutes=9
        )
        await world.services.cover.pre_alert(meta("harlow"), HARLOW, partners=[CEDAR])
        await world.cover.record_changes()


async def test_a_record_of_them_is_what_its_journal_says(store: SqlStore, clock: ManualClock) -> None:
    await lay_out(store, clock)
    report = await store.read(verify_store)  # type: ignore[arg-type]
    assert report.ok, report


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (lambda: update(practice).values(document='{"tie_seconds":30}'), "practice harlow"),
        (lambda: update(cover_override).values(reason="nothing"), "override ovr_"),
        (lambda: update(pre_alert).values(percent=99), "pre-alert pre_"),
        (lambda: update(cover_state).values(state="amber"), "cover ("),
    ],
)
async def test_a_row_that_was_changed_by_hand_is_found(
    store: SqlStore, clock: ManualClock, statement: Callable[[], Any], said: str
) -> None:
    await lay_out(store, clock)

    def meddle(tx: Any) -> None:
        connection: Connection = tx.connection
        connection.execute(statement())

    await store.write(meddle)
    report = await store.read(verify_store)  # type: ignore[arg-type]
    assert not report.ok
    assert any(said in str(problem) for problem in report.problems), report
