"""What was signed does not change."""

import pytest

from dispatch.model.clock import ManualClock
from dispatch.model.errors import AgreementInvalid, Conflict
from dispatch.services.adoption import adopt
from dispatch.store.store import SqlStore
from tests.make_world import agreement_text, make_region

pytestmark = pytest.mark.anyio


async def types_after(store: SqlStore, clock: ManualClock, *texts: str) -> list[str]:
    await adopt(store, make_region(), [("a.yaml", text) for text in texts], clock=clock)
    return [entry.type for entry in await store.read(lambda reader: reader.list_entries())]


async def test_a_region_and_its_agreements_are_recorded_once(store: SqlStore, clock: ManualClock) -> None:
    once = await types_after(store, clock, agreement_text("cedar", "harlow"))
    assert once == ["region.adopted", "agreement.recorded"]
    assert await types_after(store, clock, agreement_text("cedar", "harlow")) == once


async def test_the_same_version_may_gain_signatures_but_not_other_terms(
    record: SqlStore, clock: ManualClock
) -> None:
    await types_after(record, clock, agreement_text("cedar", "harlow", signed_by=["cedar"]))
    both = await types_after(record, clock, agreement_text("cedar", "harlow"))
    assert both.count("agreement.recorded") == 2
    for changed in (
        agreement_text("cedar", "harlow", floor=0),
        agreement_text("cedar", "harlow", signed_by=["harlow"]),
    ):
        with pytest.raises(Conflict):
            await types_after(record, clock, changed)
    assert len(await types_after(record, clock, agreement_text("cedar", "harlow", floor=0, version=2))) == 4


async def test_an_invalid_text_names_its_file_and_nothing_is_recorded(
    record: SqlStore, clock: ManualClock
) -> None:
    with pytest.raises(AgreementInvalid, match=r"a\.yaml"):
        await types_after(record, clock, agreement_text("cedar", "harlow"), "id: [")
    assert await record.read(lambda reader: reader.list_entries()) == []
