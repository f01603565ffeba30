"""What leaves the system: incident logs that can be verified, agreements, the journal's checkpoint."""

from collections.abc import Sequence

from dispatch.agreements.access import NOBODYS, Resource, owned_by
from dispatch.agreements.actions import Action
from dispatch.agreements.clause_wording import clause_sentence
from dispatch.agreements.parse import as_document
from dispatch.agreements.sight import wire_time
from dispatch.agreements.standing import list_current, state_at
from dispatch.agreements.terms import Agreement
from dispatch.export.incident_log import Names, to_csv
from dispatch.journal.checkpoint import Checkpoint, Signer, origin_of
from dispatch.journal.incident_log import IncidentLog, make_incident_log, to_document
from dispatch.model.errors import NotFound
from dispatch.model.ids import AgreementId, IncidentId
from dispatch.model.principal import Principal
from dispatch.services.command import Row
from dispatch.services.core import Core
from dispatch.services.door import require
from dispatch.services.ports import Reader


class Exports:
    """Reads for an authorised principal; nothing here changes anything."""

    def __init__(self, core: Core, signer: Signer) -> None:
        self._core, self._signer = core, signer

    async def incident_log(self, principal: Principal, incident_id: IncidentId) -> Row:
        """The ``dispatch.incident-log/1`` document, with its disclosures. Raises ``NotFound``."""
        return to_document(await self._log(principal, incident_id))

    async def incident_log_csv(self, principal: Principal, incident_id: IncidentId) -> tuple[str, str]:
        """The incident's number, and the same log as CSV (formula-safe). Raises ``NotFound``."""
        log, region = await self._log(principal, incident_id), self._core.world.region
        names = Names(
            units={unit.id: unit.call_sign for unit in region.units.values()},
            jurisdictions={place.id: place.name for place in region.jurisdictions.values()},
        )
        return log.about.number, to_csv(log, names)

    async def list_agreements(self, principal: Principal) -> Sequence[Row]:
        """The newest version of each agreement that this principal's jurisdiction is a party to."""
        now, own = self._core.clock(), principal.jurisdiction_id
        require(principal, Action.LIST_AGREEMENTS, owned_by(own), what="agreements", which="own", now=now)
        book = self._core.world.book
        ids = dict.fromkeys(a.id for a in book.agreements if own in a.parties)
        return [self._agreement_row(book.list_versions(agreement_id)[-1]) for agreement_id in ids]

    async def get_agreement(self, principal: Principal, agreement_id: AgreementId) -> Row:
        """The newest version with its clauses, exact text and hash, and every version's state.

        Raises ``NotFound``.
        """
        versions = self._core.world.book.list_versions(agreement_id)
        if not versions:
            raise NotFound("agreement", agreement_id)
        newest, now = versions[-1], self._core.clock()
        resource = Resource(parties=frozenset(newest.parties))
        action = Action.READ_AGREEMENT
        require(principal, action, resource, what="agreement", which=agreement_id, now=now)
        text = self._core.world.book.text_of(newest)
        return {
            **self._agreement_row(newest),
            "text": text.text,
            "recorded_at": wire_time(text.recorded_at),
            "versions": [{"version": a.version, "state": state_at(a, now).value} for a in versions],
        }

    async def checkpoint(self, principal: Principal) -> Row:
        """``{origin, epoch, size, root, note, public_key}`` of the journal now; ``note`` is signed."""
        now = self._core.clock()
        action = Action.READ_CHECKPOINT
        require(principal, action, NOBODYS, what="checkpoint", which="now", now=now)
        head = await self._core.store.read(lambda reader: reader.head())
        checkpoint = Checkpoint(origin=origin_of(head.epoch), size=head.seq, root=head.root)
        return {
            "origin": checkpoint.origin,
            "epoch": head.epoch,
            "size": head.seq,
            "root": head.root,
            "note": self._signer.sign(checkpoint),
            "public_key": self._signer.public.text(),
        }

    async def _log(self, principal: Principal, incident_id: IncidentId) -> IncidentLog:
        core = self._core

        def read(reader: Reader) -> IncidentLog:
            incident = reader.get_incident(incident_id)
            action, now = Action.EXPORT_LOG, core.clock()
            resource = owned_by(incident.jurisdiction_id)
            require(principal, action, resource, what="incident", which=incident_id, now=now)
            return make_incident_log(
                incident_id=incident_id,
                number=incident.number,
                region=core.world.region.name,
                fictional=core.world.region.fictional,
                attribution=core.world.region.attribution,
                exported_for=principal.id,
                entries=reader.list_entries(incident_id=incident_id),
                disclosures=reader.list_disclosures(incident_id=incident_id),
                leaves=reader.list_leaf_hashes(),
                signer=self._signer,
                now=now,
            )

        return await core.store.read(read)

    def _agreement_row(self, agreement: Agreement) -> Row:
        """As its YAML names things, with what it is worth now and each clause in a sentence."""
        world, now = self._core.world, self._core.clock()
        document = as_document(agreement)
        for row, clause in zip(document["clauses"], agreement.clauses, strict=True):
            row["sentence"] = clause_sentence(clause, world.names)
        return {
            **document,
            "state": state_at(agreement, now).value,
            "replaced": agreement not in list_current(world.book.agreements, now),
            "text_sha256": world.book.text_of(agreement).text_sha256,
        }
