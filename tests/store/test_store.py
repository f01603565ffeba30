import pytest

from dispatch.store.store import SqlStore


@pytest.mark.anyio
async def test_a_new_record_is_empty(store: SqlStore) -> None:
    head = await store.read(lambda reader: reader.head())
    assert (head.epoch, head.seq) == (store.epoch, 0)
