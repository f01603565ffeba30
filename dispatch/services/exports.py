"""What leaves the system: incident logs that can be verified, agreements, the journal's checkpoint."""

from collections.abc import Sequence

from dispatch.model.ids import AgreementId, IncidentId
from dispatch.model.principal import Principal
from dispatch.services.command import Row


class Exports:
    """Reads for an authorised principal; nothing here changes anything."""

    async def incident_log(self, principal: Principal, incident_id: IncidentId) -> Row:
        """The ``dispatch.incident-log/1`` document, with the disclosures this principal may see. Raises ``NotFound``."""
        ...

    async def incident_log_csv(self, principal: Principal, incident_id: IncidentId) -> str:
        """The same log as CSV for a spreadsheet (formula-safe). Raises ``NotFound``."""
        ...

    async def list_agreements(self, principal: Principal) -> Sequence[Row]:
        """The agreements this principal's jurisdiction is a party to."""
        ...

    async def get_agreement(self, principal: Principal, agreement_id: AgreementId) -> Row:
        """One agreement with its clauses, exact text and hash. Raises ``NotFound``."""
        ...

    async def checkpoint(self, principal: Principal) -> Row:
        """``{origin, epoch, size, root, signature, public_key}`` of the journal now."""
        ...
