"""Each person's own preferences: read and set by that person alone, in force at their next look.

They are not journalled: the journal proves what was dispatched and why, and the size of somebody's letters
proves nothing. Two consoles of one person do not overwrite each other unseen: ``version`` says what the
change was made from.
"""

from collections.abc import Mapping
from typing import Any

from dispatch.agreements.access import NOBODYS
from dispatch.agreements.actions import Action
from dispatch.agreements.sight import wire_time
from dispatch.model.clock import Clock
from dispatch.model.errors import Invalid, StaleVersion, Unauthenticated
from dispatch.model.ids import PersonId
from dispatch.model.preferences import require_preferences
from dispatch.model.principal import Principal
from dispatch.services.command import Row
from dispatch.services.door import require
from dispatch.services.ports import KeptPreferences, Reader, Store, Tx


class PersonalPreferences:
    """One document per person; version 0 is nobody's choice yet."""

    def __init__(self, store: Store, *, clock: Clock) -> None:
        self._store, self._clock = store, clock

    async def read(self, principal: Principal) -> Row:
        """What the person set. Raises ``Forbidden``."""
        self._require(principal, Action.READ_PREFERENCES)

        def find(reader: Reader) -> Row:
            return _row(reader.find_preferences(_person_id(reader, principal)))

        return await self._store.read(find)

    async def change(self, principal: Principal, *, document: Mapping[str, Any], version: int) -> Row:
        """Put the whole document in the place of the one before; ``version`` is the one that was seen last.

        Raises ``Forbidden``, ``Invalid`` (the key's path below ``preferences``), ``StaleVersion``.
        """
        self._require(principal, Action.CHANGE_PREFERENCES)
        _require_valid(document)

        def put(tx: Tx) -> Row:
            person_id = _person_id(tx, principal)
            known = tx.find_preferences(person_id)
            current = known.version if known else 0
            if version != current:
                raise StaleVersion("the preferences", presented=version, current=current)
            kept = KeptPreferences(
                person_id=person_id,
                document=dict(document),
                version=current + 1,
                changed_at=self._clock(),
            )
            tx.put_preferences(kept)
            return _row(kept)

        return await self._store.write(put)

    def _require(self, principal: Principal, action: Action) -> None:
        require(principal, action, NOBODYS, what="preferences", which=principal.id, now=self._clock())


def _person_id(reader: Reader, principal: Principal) -> PersonId:
    person = reader.find_person(principal.id)
    if person is None:
        raise Unauthenticated("no such person")
    return person.id


def _require_valid(document: Mapping[str, Any]) -> None:
    try:
        require_preferences(document)
    except Invalid as flaw:
        raise Invalid(f"preferences.{flaw.path}".rstrip("."), flaw.because) from flaw


def _row(kept: KeptPreferences | None) -> Row:
    return {
        "version": kept.version if kept else 0,
        "preferences": dict(kept.document) if kept else {},
        "changed_at": wire_time(kept.changed_at) if kept else None,
    }
