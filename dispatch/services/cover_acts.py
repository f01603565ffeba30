"""What people do about cover: overrule what is measured, and tell partners early."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from dispatch.agreements.access import Resource
from dispatch.agreements.actions import Action
from dispatch.agreements.shapes import Viewer
from dispatch.agreements.standing_sight import override_view, pre_alert_view
from dispatch.aid.cover.override import LONGEST_OVERRIDE, CoverOverride, end_override
from dispatch.aid.cover.reading import Capability
from dispatch.aid.pre_alert import LASTS, PreAlert, acknowledge
from dispatch.aid.wording import pre_alert_words
from dispatch.model.clock import iso
from dispatch.model.cover_events import (
    CoverOverridden,
    CoverOverrideEnded,
    PreAlertAcknowledged,
    PreAlertSent,
)
from dispatch.model.errors import Forbidden, IllegalStep, Invalid, NotFound
from dispatch.model.ids import JurisdictionId, OverrideId, PreAlertId
from dispatch.model.jurisdiction import CoverState
from dispatch.model.principal import Principal
from dispatch.services.command import CommandMeta, Row
from dispatch.services.core import Core
from dispatch.services.door import require
from dispatch.services.idempotency import once
from dispatch.services.ports import Reader, Tx
from dispatch.services.presenting import seen
from dispatch.services.world import World


class CoverActs:
    """Overrides and pre-alerts. Each holds for a time that is said with it, and ends by itself."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def override(
        self,
        meta: CommandMeta,
        home: JurisdictionId,
        *,
        state: CoverState,
        reason: str,
        until: datetime | None = None,
        minutes: int | None = None,
    ) -> Row:
        """Set the state until then, or for so long, in the place of an override that holds.

        Raises ``NotFound``, ``Forbidden``, ``Invalid`` (``reason``, ``until``).
        """
        core = self._core

        def run(tx: Tx) -> Row:
            now = core.clock()
            self._require(meta.actor, Action.OVERRIDE_COVER, home, now)
            if not reason.strip():
                raise Invalid("reason", "who reads it later wants to know why")
            ends_at = until or now + timedelta(minutes=minutes or 0)
            if not now < ends_at <= now + LONGEST_OVERRIDE:
                raise Invalid("until", "must lie within the next 24 hours")
            for held in _held(tx, home, now):
                _put_end(tx, meta, end_override(held, now=now), now)
            override = CoverOverride(
                id=OverrideId(core.ids("ovr")),
                jurisdiction_id=home,
                state=state,
                reason=reason,
                set_by=meta.actor.id,
                begins_at=now,
                ends_at=ends_at,
            )
            _put_override(tx, meta, override)
            return seen("override", override.id, override_view(override, viewer=meta.actor))

        body: dict[str, object] = {"home": home, "state": state.value, "reason": reason, "minutes": minutes}
        body |= {"until": iso(until) if until else None}
        return await core.store.write(
            lambda tx: once(tx, meta, command="override_cover", body=body, run=lambda: run(tx))
        )

    async def end_override(self, meta: CommandMeta, home: JurisdictionId) -> Row:
        """Let what is measured count again. Raises ``NotFound``, ``Forbidden``, ``IllegalStep``."""
        core = self._core

        def run(tx: Tx) -> Row:
            now = core.clock()
            self._require(meta.actor, Action.OVERRIDE_COVER, home, now)
            held = _held(tx, home, now)
            if not held:
                raise IllegalStep("measured", wanted="measured", because="no_override_holds")
            for override in held:
                ended = end_override(override, now=now)
                _put_end(tx, meta, ended, now)
            return seen("override", ended.id, override_view(ended, viewer=meta.actor))

        return await core.store.write(
            lambda tx: once(tx, meta, command="end_cover_override", body={"home": home}, run=lambda: run(tx))
        )

    async def pre_alert(
        self, meta: CommandMeta, home: JurisdictionId, *, partners: Sequence[JurisdictionId], note: str = ""
    ) -> Row:
        """Tell partners under an agreement in force how it stands; it asks for nothing.

        Raises ``NotFound``, ``Forbidden``, ``Invalid`` (``to[0]``: no partner, or named twice).
        """
        core = self._core

        def run(tx: Tx) -> Row:
            now = core.clock()
            self._require(meta.actor, Action.SEND_PRE_ALERT, home, now)
            self._require_partners(home, partners, now)
            alert = _alert_of(core.world, home, tuple(partners), note, meta.actor, now, core.ids("pre"))
            _put_alert(tx, meta, alert)
            return self._seen(alert, meta.actor, now)

        body = {"home": home, "to": list(partners), "note": note}
        return await core.store.write(
            lambda tx: once(tx, meta, command="pre_alert", body=body, run=lambda: run(tx))
        )

    async def acknowledge(self, meta: CommandMeta, alert_id: PreAlertId) -> Row:
        """A partner has seen it. Raises ``NotFound``, ``Forbidden``, ``IllegalStep``."""
        core = self._core

        def run(tx: Tx) -> Row:
            now, alert = core.clock(), tx.find_pre_alert(alert_id)
            if alert is None:
                raise NotFound("pre_alert", alert_id)
            action, resource = Action.ACKNOWLEDGE_PRE_ALERT, alert_resource(core.world, alert, now)
            require(meta.actor, action, resource, what="pre_alert", which=alert_id, now=now)
            partner = meta.actor.jurisdiction_id
            if partner is None:
                raise Forbidden(["relation"])
            after = acknowledge(alert, partner, now=now)
            tx.put_pre_alert(after)
            event = PreAlertAcknowledged(
                occurred_at=now,
                jurisdiction_id=partner,
                pre_alert_id=alert_id,
                pre_alert_version=after.version,
            )
            tx.record(event, actor=meta.actor, key=meta.key)
            return self._seen(after, meta.actor, now)

        body = {"pre_alert": alert_id}
        return await core.store.write(
            lambda tx: once(tx, meta, command="acknowledge_pre_alert", body=body, run=lambda: run(tx))
        )

    async def list_pre_alerts(self, principal: Principal) -> Sequence[Row]:
        """Those that hold now, sent or received, oldest first."""
        core, now, own = self._core, self._core.clock(), principal.jurisdiction_id
        resource = Resource(owner=own)
        require(principal, Action.READ_PRE_ALERT, resource, what="pre_alerts", which="own", now=now)

        def read(reader: Reader) -> Sequence[Row]:
            rows = (alert_row(core.world, alert, principal, now) for alert in _holding(reader, now))
            return [row for row in rows if row is not None]

        return await core.store.read(read)

    def _seen(self, alert: PreAlert, viewer: Principal, now: datetime) -> Row:
        return seen("pre_alert", alert.id, alert_row(self._core.world, alert, viewer, now))

    def _require(self, actor: Principal, action: Action, home: JurisdictionId, now: datetime) -> None:
        require(actor, action, Resource(owner=home), what="jurisdiction", which=home, now=now)

    def _require_partners(
        self,
        home: JurisdictionId,
        partners: Sequence[JurisdictionId],
        now: datetime,
    ) -> None:
        known = self._core.world.book.partners_of(home, now=now)
        if not partners:
            raise Invalid("to", "names nobody")
        for place, partner in enumerate(partners):
            if partner not in known:
                raise Invalid(f"to[{place}]", "shares no agreement in force with you")
            if partner in partners[:place]:
                raise Invalid(f"to[{place}]", "is named twice")


def alert_resource(world: World, alert: PreAlert, now: datetime) -> Resource:
    """The sender's; its partners see it while an agreement is in force between the two."""
    partners = world.book.partners_of(alert.jurisdiction_id, now=now)
    return Resource(owner=alert.jurisdiction_id, parties=partners.intersection(alert.partners))


def alert_row(world: World, alert: PreAlert, viewer: Viewer, now: datetime) -> Row | None:
    """A pre-alert as one viewer may see it; None where they may not, or where it is over."""
    if not alert.holds(now):
        return None
    return pre_alert_view(
        alert,
        viewer=viewer,
        resource=alert_resource(world, alert, now),
        sentence=alert_sentence(world, alert),
    )


def alert_sentence(world: World, alert: PreAlert) -> str:
    """``Harlow: level zero likely within 20 min: 62 %``, or what is counted where nothing is forecast."""
    name = world.names.get(alert.jurisdiction_id, alert.jurisdiction_id)
    return f"{name}: {pre_alert_words(alert)}"


def _alert_of(
    world: World,
    home: JurisdictionId,
    partners: tuple[JurisdictionId, ...],
    note: str,
    actor: Principal,
    now: datetime,
    new_id: str,
) -> PreAlert:
    cover = world.covers.get(home)
    level = cover.find_level(Capability.ANY) if cover else None
    if cover is None or level is None:
        raise NotFound("cover", home)
    chance = level.memory.chance
    return PreAlert(
        id=PreAlertId(new_id),
        jurisdiction_id=home,
        partners=partners,
        state=cover.state.value,
        free=cover.free,
        total=cover.total,
        percent=None if chance is None else round(100 * chance),
        minutes=round(world.practice_of(home).alarm.horizon.total_seconds() / 60),
        note=note,
        sent_by=actor.id,
        sent_at=now,
        expires_at=now + LASTS,
    )


def _held(reader: Reader, home: JurisdictionId, now: datetime) -> Sequence[CoverOverride]:
    held = reader.list_overrides(holding_at=now)
    return [override for override in held if override.jurisdiction_id == home and override.holds(now)]


def _holding(reader: Reader, now: datetime) -> Sequence[PreAlert]:
    return [alert for alert in reader.list_pre_alerts(holding_at=now) if alert.holds(now)]


def _put_override(tx: Tx, meta: CommandMeta, override: CoverOverride) -> None:
    tx.put_override(override)
    event = CoverOverridden(
        occurred_at=override.begins_at,
        jurisdiction_id=override.jurisdiction_id,
        override_id=override.id,
        state=override.state.value,
        reason=override.reason,
        ends_at=override.ends_at,
    )
    tx.record(event, actor=meta.actor, key=meta.key)


def _put_end(tx: Tx, meta: CommandMeta, override: CoverOverride, now: datetime) -> None:
    tx.put_override(override)
    event = CoverOverrideEnded(
        occurred_at=now,
        jurisdiction_id=override.jurisdiction_id,
        override_id=override.id,
        override_version=override.version,
    )
    tx.record(event, actor=meta.actor, key=meta.key)


def _put_alert(tx: Tx, meta: CommandMeta, alert: PreAlert) -> None:
    tx.put_pre_alert(alert)
    event = PreAlertSent(
        occurred_at=alert.sent_at,
        jurisdiction_id=alert.jurisdiction_id,
        pre_alert_id=alert.id,
        partners=alert.partners,
        state=alert.state,
        free=alert.free,
        total=alert.total,
        percent=alert.percent,
        minutes=alert.minutes,
        note=alert.note,
        expires_at=alert.expires_at,
    )
    tx.record(event, actor=meta.actor, key=meta.key)
