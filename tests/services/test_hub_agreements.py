"""A board that was away while an agreement ended does not keep what it may no longer see."""

import pytest

from dispatch.model.clock import ManualClock
from dispatch.services.hub import Resume
from dispatch.store.store import SqlStore
from tests.make_world import MUTUAL, Sheet, World, agreement_text, meta, open_world

pytestmark = pytest.mark.anyio

ENDS_AT_ONE = [agreement_text("cedar", "harlow", until="2026-03-02T13:00:00Z"), MUTUAL[1]]


def join(world: World, sheet: Sheet, jurisdiction: str = "harlow") -> Sheet:
    """Join where the sheet was, as a client does whose socket broke."""
    resume = Resume(sheet.epoch, sheet.seq) if sheet.epoch else None
    who, hub = meta(jurisdiction).actor, world.services.hub
    hub.leave(hub.join(who, sheet, session_id="s", me={}, resume=resume))
    return sheet


async def test_a_board_that_was_away_when_an_agreement_ended_does_not_keep_the_neighbours_units(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock, agreements=ENDS_AT_ONE) as world:
        sheet = join(world, Sheet())
        clock.advance(seconds=3600)
        world.services.hub.send_beats()
        assert join(world, sheet).rows == join(world, Sheet()).rows
        assert not {"c1", "c2"} & set(sheet.rows["units"])


async def test_a_board_that_resumes_after_a_restart_does_not_keep_what_ended_meanwhile(
    record: SqlStore, clock: ManualClock
) -> None:
    sheet = Sheet()
    async with open_world(record, clock, agreements=ENDS_AT_ONE) as world:
        join(world, sheet)
    clock.advance(seconds=3600)
    async with open_world(record, clock, agreements=ENDS_AT_ONE, on_duty=()) as world:
        assert join(world, sheet).rows == join(world, Sheet()).rows


async def test_a_board_that_another_person_took_over_starts_anew(
    record: SqlStore, clock: ManualClock
) -> None:
    async with open_world(record, clock) as world:
        sheet = join(world, Sheet())
        assert join(world, sheet, "gale").rows == join(world, Sheet(), "gale").rows
