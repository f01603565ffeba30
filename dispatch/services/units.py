"""What a unit's own agency says of it by hand: its status, and when its crew goes home."""

from datetime import datetime, timedelta
from typing import Final

from dispatch.agreements.access import owned_by
from dispatch.agreements.actions import Action
from dispatch.agreements.sight import unit_view, wire_time
from dispatch.model.clock import iso
from dispatch.model.errors import IllegalStep, Invalid, NotFound, StaleVersion
from dispatch.model.ids import UnitId
from dispatch.model.principal import Principal
from dispatch.model.unit import NEXT_STATUS, Fix, Unit, UnitState, UnitStatus
from dispatch.services.command import CommandMeta, Row
from dispatch.services.core import Core
from dispatch.services.door import require
from dispatch.services.idempotency import once
from dispatch.services.ports import Tx
from dispatch.services.steps import StatusStep, put_lapses, put_shift, put_status_and_follow, state_of

FURTHEST_SHIFT: Final = timedelta(days=2)


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

    async def set_shift(
        self,
        meta: CommandMeta,
        unit_id: UnitId,
        shift_ends_at: datetime | None,
        *,
        expected_version: int | None = None,
    ) -> Row:
        """Say when the shift of the unit's crew ends, or with None that nobody knows.

        Answers ``{unit, on_duty_since, shift_ends_at, version}``.

        Only the home jurisdiction's, by a person or its feed; going off duty takes it back. Raises
        ``NotFound``, ``Forbidden``, ``StaleVersion``, ``IllegalStep`` (nothing was heard of the unit),
        ``Invalid`` (``shift_ends_at`` is more than two days away).
        """
        core = self._core
        unit = core.world.region.units.get(unit_id)
        if unit is None:
            raise NotFound("unit", unit_id)

        def run(tx: Tx) -> Row:
            now, home = core.clock(), unit.jurisdiction_id
            action = Action.SET_UNIT_SHIFT
            require(meta.actor, action, owned_by(home), what="unit", which=unit_id, now=now)
            _require_near(shift_ends_at, now=now)
            before = state_of(tx, unit_id, now=now)
            _require_version(before, expected=expected_version)
            after = put_shift(tx, meta, before, shift_ends_at, home=home, now=now)
            return _shift_row(after)

        said = iso(shift_ends_at) if shift_ends_at else None
        body = {"unit": unit_id, "shift_ends_at": said, "expected_version": expected_version}
        return await core.store.write(
            lambda tx: once(tx, meta, command="set_shift", body=body, run=lambda: run(tx))
        )


def _shift_row(state: UnitState) -> Row:
    return {
        "unit": state.unit_id,
        "on_duty_since": wire_time(state.on_duty_since) if state.on_duty_since else None,
        "shift_ends_at": wire_time(state.shift_ends_at) if state.shift_ends_at else None,
        "version": state.version,
    }


def _require_near(moment: datetime | None, *, now: datetime) -> None:
    """Raises ``Invalid`` for a shift of no crew that works now: a slip of the date."""
    if moment is not None and abs(moment - now) > FURTHEST_SHIFT:
        raise Invalid("shift_ends_at", "is more than two days away")


def _row(tx: Tx, unit: Unit, state: UnitState, fix: Fix | None, *, viewer: Principal) -> Row:
    live = tx.find_live_assignment(unit.id)
    lent_to = live.borrower if live and live.lent else None
    row = unit_view(unit, state, fix, viewer=viewer, lent_to=lent_to)
    if row is None:
        raise NotFound("unit", unit.id)
    return row


def _require_step(before: UnitState, status: UnitStatus, *, expected: int | None, force: bool) -> None:
    _require_version(before, expected=expected)
    if not force and status not in NEXT_STATUS[before.status]:
        raise IllegalStep(before.status, wanted=status)


def _require_version(before: UnitState, *, expected: int | None) -> None:
    if expected is not None and expected != before.version:
        raise StaleVersion(f"unit {before.unit_id}", presented=expected, current=before.version)
