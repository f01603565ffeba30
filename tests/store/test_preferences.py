"""How a person wants the board to look, on both databases."""

from dataclasses import replace

import pytest

from dispatch.model.errors import Conflict
from dispatch.model.ids import PersonId
from dispatch.model.principal import Role
from dispatch.services.ports import KeptPreferences, Person
from dispatch.store.store import SqlStore
from tests.make_record import HARLOW, NOON

pytestmark = pytest.mark.anyio

ANA = PersonId("per_1")
KEPT = KeptPreferences(
    person_id=ANA, document={"theme": "light", "unit_columns": ["unit"]}, version=1, changed_at=NOON
)


async def with_ana(store: SqlStore) -> None:
    ana = Person(
        id=ANA,
        login="ana",
        display_name="Ana",
        role=Role.DISPATCHER,
        jurisdiction_id=HARLOW,
        password_hash="$argon2id$...",
    )
    await store.write(lambda tx: tx.put_person(ana))


async def test_they_come_back_the_same_and_the_second_replaces_the_first(store: SqlStore) -> None:
    await with_ana(store)
    assert await store.read(lambda reader: reader.find_preferences(ANA)) is None
    await store.write(lambda tx: tx.put_preferences(KEPT))
    assert await store.read(lambda reader: reader.find_preferences(ANA)) == KEPT
    newer = replace(KEPT, document={}, version=2)
    await store.write(lambda tx: tx.put_preferences(newer))
    assert await store.read(lambda reader: reader.find_preferences(ANA)) == newer


async def test_nobody_has_some_who_is_nobody(store: SqlStore) -> None:
    with pytest.raises(Conflict):
        await store.write(lambda tx: tx.put_preferences(KEPT))
    assert await store.read(lambda reader: reader.find_preferences(ANA)) is None
