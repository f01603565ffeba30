"""A party closes itself to lending, says why and until when, and opens again."""

from collections.abc import Sequence
from datetime import datetime

from dispatch.agreements.access import Resource, owned_by
from dispatch.agreements.actions import Action
from dispatch.agreements.standing_sight import closure_view
from dispatch.aid.closure import LendingClosure, reopen
from dispatch.model.errors import Forbidden, IllegalStep, Invalid, NotFound
from dispatch.model.ids import ClosureId
from dispatch.model.principal import Principal
from dispatch.services.command import CommandMeta, Row
from dispatch.services.core import Core
from dispatch.services.door import require
from dispatch.services.idempotency import once
from dispatch.services.ports import Reader, Tx
from dispatch.services.presenting import seen
from dispatch.services.standing_steps import put_closure


class Closures:
    """A closure takes effect with its commit: no permit is given after it; aid under way goes on."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def list_closures(self, principal: Principal) -> Sequence[Row]:
        """The closures that hold now, one's own and one's partners', oldest first."""
        core, now, own = self._core, self._core.clock(), principal.jurisdiction_id
        require(principal, Action.LIST_CLOSURES, owned_by(own), what="closures", which="own", now=now)

        def read(reader: Reader) -> Sequence[Row]:
            held = [closure for closure in reader.list_closures(holding_at=now) if closure.holds(now)]
            rows = (
                closure_view(
                    closure,
                    viewer=principal,
                    partners=core.world.book.partners_of(closure.jurisdiction_id, now=now),
                )
                for closure in held
            )
            return [row for row in rows if row is not None]

        return await core.store.read(read)

    async def close(self, meta: CommandMeta, *, reason: str, ends_at: datetime | None = None) -> Row:
        """Close the actor's own jurisdiction to lending, until ``ends_at`` or until it is opened again.

        Raises ``Forbidden``, ``Invalid`` (``reason``, ``ends_at``), ``IllegalStep`` (closed already).
        """
        core, own = self._core, meta.actor.jurisdiction_id

        def run(tx: Tx) -> Row:
            now = core.clock()
            require(meta.actor, Action.CLOSE_LENDING, owned_by(own), what="closure", which="own", now=now)
            if own is None:
                raise Forbidden(["relation"])
            if not reason.strip():
                raise Invalid("reason", "partners want to know why")
            if ends_at is not None and ends_at <= now:
                raise Invalid("ends_at", "lies in the past")
            closed = tx.list_closures(holding_at=now)
            if any(known.jurisdiction_id == own and known.holds(now) for known in closed):
                raise IllegalStep("closed", wanted="closed", because="already_closed")
            closure = LendingClosure(
                id=ClosureId(core.ids("clo")),
                jurisdiction_id=own,
                reason=reason,
                closed_by=meta.actor.id,
                begins_at=now,
                ends_at=ends_at,
            )
            put_closure(tx, meta, closure, now=now)
            return seen("closure", closure.id, closure_view(closure, viewer=meta.actor))

        body = {"reason": reason, "ends_at": ends_at.isoformat() if ends_at else None}
        return await core.store.write(
            lambda tx: once(tx, meta, command="close_lending", body=body, run=lambda: run(tx))
        )

    async def end(self, meta: CommandMeta, closure_id: ClosureId) -> Row:
        """Open again before its time. Raises ``NotFound``, ``Forbidden``, ``IllegalStep``."""
        core = self._core

        def run(tx: Tx) -> Row:
            now, closure = core.clock(), tx.find_closure(closure_id)
            if closure is None:
                raise NotFound("closure", closure_id)
            partners = core.world.book.partners_of(closure.jurisdiction_id, now=now)
            resource = Resource(owner=closure.jurisdiction_id, partners=partners)
            action = Action.CLOSE_LENDING
            require(meta.actor, action, resource, what="closure", which=closure_id, now=now)
            opened = reopen(closure, now=now)
            put_closure(tx, meta, opened, now=now)
            return seen("closure", opened.id, closure_view(opened, viewer=meta.actor))

        return await core.store.write(
            lambda tx: once(
                tx, meta, command="open_lending", body={"closure": closure_id}, run=lambda: run(tx)
            )
        )
