"""Asking the lender to let one clause rest, and the lender's answer."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from dispatch.agreements.access import between, owned_by
from dispatch.agreements.actions import Action
from dispatch.agreements.permit import Permit
from dispatch.agreements.predicates import WAIVABLE
from dispatch.agreements.standing_sight import waiver_view
from dispatch.agreements.terms import Agreement
from dispatch.aid.waiver import LASTS, AskedWaiver, WaiverState, grant, refuse
from dispatch.model.errors import IllegalStep, Invalid, NotFound
from dispatch.model.ids import AgreementId, IncidentId, UnitId, WaiverId
from dispatch.model.incident import Incident
from dispatch.model.principal import Principal
from dispatch.model.unit import Unit
from dispatch.services.asking import judge, require_partner
from dispatch.services.command import CommandMeta, Row
from dispatch.services.core import Core
from dispatch.services.door import require
from dispatch.services.idempotency import once
from dispatch.services.ports import Reader, Tx
from dispatch.services.presenting import seen
from dispatch.services.recommend import require_active
from dispatch.services.standing import find_agreement, waived_sentence
from dispatch.services.standing_steps import put_waiver_answer, put_waiver_question


class Waivers:
    """A waiver's use cases; each is one transaction and answers the waiver's row for the actor."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def list_waivers(self, principal: Principal) -> Sequence[Row]:
        """The waivers of active incidents that one's jurisdiction asked for or was asked for."""
        core, now, own = self._core, self._core.clock(), principal.jurisdiction_id
        require(principal, Action.READ_WAIVER, owned_by(own), what="waivers", which="own", now=now)

        def read(reader: Reader) -> Sequence[Row]:
            waivers = reader.list_waivers(active_only=True)
            rows = (self._row(reader, waiver, viewer=principal, now=now) for waiver in waivers)
            return [row for row in rows if row is not None]

        return await core.store.read(read)

    async def ask(
        self,
        meta: CommandMeta,
        incident_id: IncidentId,
        *,
        unit_id: UnitId,
        agreement_id: AgreementId,
        clause: str,
        note: str = "",
    ) -> Row:
        """Ask the unit's home to let one clause rest, for this unit and incident, once.

        Only a clause that protects the lender alone, and that forbids now. Raises ``NotFound``,
        ``Forbidden``, ``NotPermitted`` (no agreement in force), ``Invalid`` (``clause``), ``IllegalStep``
        (the clause does not forbid, a question is open already, or the incident has ended).
        """
        core = self._core
        unit = core.world.region.units.get(unit_id)

        def run(tx: Tx) -> Row:
            now, incident = core.clock(), tx.get_incident(incident_id)
            resource = owned_by(incident.jurisdiction_id)
            require(meta.actor, Action.ASK_WAIVER, resource, what="incident", which=incident_id, now=now)
            require_active(incident, wanted="waived")
            if unit is None:
                raise NotFound("unit", unit_id)
            require_partner(tx, unit, incident, world=core.world, now=now)
            agreement = self._find_forbidding(tx, meta, unit, incident, agreement_id, clause)
            waiver = self._question(meta, unit, incident, agreement, clause=clause, note=note)
            _require_first(tx, waiver, now=now)
            put_waiver_question(tx, meta, waiver)
            return seen("waiver", waiver.id, self._row(tx, waiver, viewer=meta.actor, now=now))

        body = {"incident": incident_id, "unit": unit_id, "agreement": agreement_id, "clause": clause}
        body["note"] = note
        return await core.store.write(
            lambda tx: once(tx, meta, command="ask_waiver", body=body, run=lambda: run(tx))
        )

    async def grant(self, meta: CommandMeta, waiver_id: WaiverId) -> Row:
        """The lender's supervisor lets the clause rest.

        Raises ``NotFound``, ``Forbidden``, ``IllegalStep``.
        """

        def step(waiver: AskedWaiver, now: datetime) -> AskedWaiver:
            return grant(waiver, by=meta.actor.id, now=now)

        return await self._answer(meta, "grant_waiver", waiver_id, {"waiver": waiver_id}, step)

    async def refuse(self, meta: CommandMeta, waiver_id: WaiverId, *, reason: str) -> Row:
        """The lender's supervisor holds to the clause, and says why.

        Raises ``NotFound``, ``Forbidden``, ``IllegalStep``, ``Invalid`` (``reason``).
        """

        def step(waiver: AskedWaiver, now: datetime) -> AskedWaiver:
            if not reason.strip():
                raise Invalid("reason", "the borrower wants to know why")
            return refuse(waiver, by=meta.actor.id, reason=reason, now=now)

        body = {"waiver": waiver_id, "reason": reason}
        return await self._answer(meta, "refuse_waiver", waiver_id, body, step)

    async def _answer(
        self,
        meta: CommandMeta,
        command: str,
        waiver_id: WaiverId,
        body: Mapping[str, object],
        step: Callable[[AskedWaiver, datetime], AskedWaiver],
    ) -> Row:
        core = self._core

        def run(tx: Tx) -> Row:
            now, waiver = core.clock(), tx.find_waiver(waiver_id)
            if waiver is None:
                raise NotFound("waiver", waiver_id)
            resource = between(borrower=waiver.borrower, lender=waiver.lender, accepted=False)
            action = Action.ANSWER_WAIVER
            require(meta.actor, action, resource, what="waiver", which=waiver_id, now=now)
            require_active(tx.get_incident(waiver.incident_id), wanted="waived")
            answered = step(waiver, now)
            put_waiver_answer(tx, meta, answered, now=now)
            return seen("waiver", waiver_id, self._row(tx, answered, viewer=meta.actor, now=now))

        return await core.store.write(
            lambda tx: once(tx, meta, command=command, body=body, run=lambda: run(tx))
        )

    def _question(
        self,
        meta: CommandMeta,
        unit: Unit,
        incident: Incident,
        agreement: Agreement,
        *,
        clause: str,
        note: str,
    ) -> AskedWaiver:
        now = self._core.clock()
        return AskedWaiver(
            id=WaiverId(self._core.ids("wai")),
            agreement_id=agreement.id,
            agreement_version=agreement.version,
            clause=clause,
            lender=unit.jurisdiction_id,
            borrower=incident.jurisdiction_id,
            incident_id=incident.id,
            unit_id=unit.id,
            asked_by=meta.actor.id,
            asked_at=now,
            expires_at=now + LASTS,
            note=note,
        )

    def _find_forbidding(
        self,
        tx: Tx,
        meta: CommandMeta,
        unit: Unit,
        incident: Incident,
        agreement_id: AgreementId,
        clause: str,
    ) -> Agreement:
        """The agreement's version whose clause stands in the way now. Raises ``Invalid``, ``IllegalStep``."""
        world, now = self._core.world, self._core.clock()
        judged = judge(tx, unit, incident, world=world, now=now, requester=meta.actor.role)
        reasons = () if isinstance(judged, Permit) else judged.reasons
        for reason in reasons:
            if (reason.agreement_id, reason.clause) == (agreement_id, clause):
                agreement = find_agreement(world, agreement_id, reason.agreement_version)
                found = next((c for c in agreement.clauses if c.id == clause), None) if agreement else None
                if agreement is None or not isinstance(found, WAIVABLE):
                    raise Invalid("clause", "protects more than the lender: it cannot be waived")
                return agreement
        raise IllegalStep("open", wanted="waived", because="clause_does_not_forbid")

    def _row(self, reader: Reader, waiver: AskedWaiver, *, viewer: Principal, now: datetime) -> Row | None:
        return waiver_view(
            waiver,
            viewer=viewer,
            state=waiver.state_at(now),
            incident_number=reader.get_incident(waiver.incident_id).number,
            sentence=waived_sentence(self._core.world, waiver),
        )


def _require_first(tx: Tx, asked: AskedWaiver, *, now: datetime) -> None:
    """Raises ``IllegalStep`` where the same was asked and is not answered, or granted and not used."""
    same = ("unit_id", "agreement_id", "agreement_version", "clause")
    for known in tx.list_waivers(incident_id=asked.incident_id):
        state = known.state_at(now)
        is_open = state in (WaiverState.ASKED, WaiverState.GRANTED)
        if is_open and all(getattr(known, name) == getattr(asked, name) for name in same):
            raise IllegalStep(state, wanted=WaiverState.ASKED, because=f"already_{state}")
