"""A dispatcher sets a unit's status by hand."""

from dispatch.agreements.access import owned_by
from dispatch.agreements.actions import Action
from dispatch.agreements.sight import unit_view
from dispatch.model.errors import IllegalStep, Invalid, NotFound, StaleVersion
from dispatch.model.ids import UnitId
from dispatch.model.principal import Principal
from dispatch.model.unit import NEXT_STATUS, Fix, Unit, UnitState, UnitStatus
from dispatch.services.command import CommandMeta, Row
from dispatch.services.core import Core
from dispatch.services.door import require
from dispatch.services.idempotency import once
from dispatch.services.ports import Tx
from dispatch.services.steps import StatusStep, put_lapses, put_status_and_follow, state_of


class Units:
    """Statuses that a person sets; a feed's come through ``intake``."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def set_status(
        self,
        meta: CommandMeta,
        unit_id: UnitId,
        status: UnitStatus,
        *,
        expected_version: int | None = None,
        force: bool = False,
        reason: str = "",
    ) -> Row:
        """Record a status and move the unit's live assignment along; answers the unit's row.

        Only the home jurisdiction's. A step outside the table needs ``force`` from a supervisor with
        a ``reason``. Raises ``NotFound``, ``Forbidden``, ``StaleVersion``, ``IllegalStep``, ``Invalid``.
        """
        core = self._core
        unit = core.world.region.units.get(unit_id)
        if unit is None:
            raise NotFound("unit", unit_id)
        if force and not reason.strip():
            raise Invalid("reason", "a forced step needs one")
        fix = core.world.picture.fix(unit_id)

        def run(tx: Tx) -> Row:
            now = core.clock()
            action = Action.FORCE_UNIT_STATUS if force else Action.SET_UNIT_STATUS
            resource = owned_by(unit.jurisdiction_id)
            require(meta.actor, action, resource, what="unit", which=unit_id, now=now)
            _require_step(state_of(tx, unit_id, now=now), status, expected=expected_version, force=force)
            step = StatusStep(status=status, at=now, forced=force, reason=reason)
            after = put_status_and_follow(tx, meta, unit_id, step, home=unit.jurisdiction_id)
            put_lapses(tx, [unit_id], now=now)
            return _row(tx, unit, after, fix, viewer=meta.actor)

        body: dict[str, object] = {"unit": unit_id, "status": status, "force": force, "reason": reason}
        body["expected_version"] = expected_version
        return await core.store.write(
            lambda tx: once(tx, meta, command="set_status", body=body, run=lambda: run(tx))
        )


def _row(tx: Tx, unit: Unit, state: UnitState, fix: Fix | None, *, viewer: Principal) -> Row:
    live = tx.find_live_assignment(unit.id)
    lent_to = live.borrower if live and live.lent else None
    row = unit_view(unit, state, fix, viewer=viewer, lent_to=lent_to)
    if row is None:
        raise NotFound("unit", unit.id)
    return row


def _require_step(before: UnitState, status: UnitStatus, *, expected: int | None, force: bool) -> None:
    if expected is not None and expected != before.version:
        raise StaleVersion(f"unit {before.unit_id}", presented=expected, current=before.version)
    if not force and status not in NEXT_STATUS[before.status]:
        raise IllegalStep(before.status, wanted=status)
