"""What leaves the system: incident logs that can be verified, agreements, the journal's checkpoint."""

from dispatch.agreements.access import NOBODYS, owned_by
from dispatch.agreements.actions import Action
from dispatch.export.incident_log import Names, to_csv
from dispatch.journal.checkpoint import Checkpoint, Signer, origin_of
from dispatch.journal.incident_log import IncidentLog, make_incident_log, to_document
from dispatch.model.ids import IncidentId
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
