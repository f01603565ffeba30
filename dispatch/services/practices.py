"""An agency's own figures for its advice: read and set by its admin, in force with the commit."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dispatch.agreements.access import Resource
from dispatch.agreements.actions import Action
from dispatch.agreements.standing_sight import practice_view
from dispatch.aid.advice.practice_document import FiledPractice, as_document, practice_from
from dispatch.model.cover_events import PracticeChanged
from dispatch.model.errors import Invalid, NotFound, StaleVersion
from dispatch.model.ids import JurisdictionId
from dispatch.model.principal import Principal
from dispatch.services.command import CommandMeta, Row
from dispatch.services.core import Core
from dispatch.services.door import require
from dispatch.services.idempotency import once
from dispatch.services.ports import Reader, Tx
from dispatch.services.presenting import seen


class Practices:
    """Each agency's document; an absent figure is the default."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def read(self, principal: Principal, home: JurisdictionId) -> Row:
        """What the agency set itself, and what holds in all. Raises ``NotFound``, ``Forbidden``."""
        self._require(principal, Action.READ_PRACTICE, home, self._core.clock())

        def find(reader: Reader) -> Row:
            return _row(home, reader.find_practice(home), principal)

        return await self._core.store.read(find)

    async def change(
        self, meta: CommandMeta, home: JurisdictionId, *, document: Mapping[str, Any], version: int
    ) -> Row:
        """Put the whole document in the place of the one before; ``version`` is the one that was seen last,
        0 where none was set.

        Raises ``NotFound``, ``Forbidden``, ``Invalid`` (the figure's path below ``practice``),
        ``StaleVersion``.
        """
        core = self._core

        def run(tx: Tx) -> Row:
            now = core.clock()
            self._require(meta.actor, Action.CHANGE_PRACTICE, home, now)
            _require_valid(document)
            known = tx.find_practice(home)
            current = known.version if known else 0
            if version != current:
                raise StaleVersion("the practice", presented=version, current=current)
            filed = FiledPractice(
                jurisdiction_id=home,
                document=dict(document),
                version=current + 1,
                set_by=meta.actor.id,
                set_at=now,
            )
            _put(tx, meta, known, filed)
            return _row(home, filed, meta.actor)

        body = {"home": home, "practice": document, "version": version}
        return await core.store.write(
            lambda tx: once(tx, meta, command="change_practice", body=body, run=lambda: run(tx))
        )

    def _require(self, principal: Principal, action: Action, home: JurisdictionId, now: datetime) -> None:
        if home not in self._core.world.region.jurisdictions:
            raise NotFound("jurisdiction", home)
        require(principal, action, Resource(owner=home), what="jurisdiction", which=home, now=now)


def _require_valid(document: Mapping[str, Any]) -> None:
    try:
        practice_from(document)
    except Invalid as flaw:
        path = "practice" if flaw.path == "practice" else f"practice.{flaw.path}"
        raise Invalid(path, flaw.because) from flaw


def _put(tx: Tx, meta: CommandMeta, before: FiledPractice | None, after: FiledPractice) -> None:
    tx.put_practice(after)
    event = PracticeChanged(
        occurred_at=after.set_at,
        jurisdiction_id=after.jurisdiction_id,
        practice_version=after.version,
        before=dict(before.document) if before else {},
        after=dict(after.document),
    )
    tx.record(event, actor=meta.actor, key=meta.key)


def _row(home: JurisdictionId, filed: FiledPractice | None, viewer: Principal) -> Row:
    document = dict(filed.document) if filed else {}
    row = practice_view(
        jurisdiction_id=home,
        version=filed.version if filed else 0,
        document=document,
        in_force=as_document(practice_from(document)),
        set_by=filed.set_by if filed else None,
        set_at=filed.set_at if filed else None,
        viewer=viewer,
    )
    return seen("jurisdiction", home, row)
