"""Agreements as files that leave the system: the PDF that people sign and keep, and what NERIS is told."""

import asyncio

from dispatch.agreements.access import Resource
from dispatch.agreements.actions import Action
from dispatch.agreements.standing import AgreementState, state_among
from dispatch.agreements.terms import Agreement
from dispatch.export.agreement_pdf import AgreementDocument, agreement_pdf
from dispatch.export.neris import neris_document
from dispatch.model.errors import NotFound
from dispatch.model.ids import AgreementId, JurisdictionId
from dispatch.model.principal import Principal
from dispatch.services.command import Row
from dispatch.services.core import Core
from dispatch.services.door import require


class Documents:
    """Reads only. All raise ``NotFound`` for an agreement or a version that is not there for the caller."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def pdf(self, principal: Principal, agreement_id: AgreementId, version: int) -> bytes:
        """One version as it stands now; typeset off the loop."""
        agreement = self._get(principal, agreement_id, version)
        document = AgreementDocument(
            agreement=agreement,
            state=self._state(agreement),
            now=self._core.clock(),
            region=self._core.world.region,
            names=self._core.world.names,
        )
        return await asyncio.to_thread(agreement_pdf, document)

    async def neris(self, principal: Principal, agreement_id: AgreementId, version: int) -> Row:
        """NERIS payloads from the side of the caller's jurisdiction."""
        agreement = self._get(principal, agreement_id, version)
        return neris_document(
            agreement,
            party=JurisdictionId(principal.jurisdiction_id or ""),
            state=self._state(agreement),
            region=self._core.world.region,
        )

    def _get(self, principal: Principal, agreement_id: AgreementId, version: int) -> Agreement:
        versions = self._core.world.book.list_versions(agreement_id)
        if not versions:
            raise NotFound("agreement", agreement_id)
        parties = Resource(parties=versions[-1].party_set)
        action, now = Action.EXPORT_AGREEMENT, self._core.clock()
        require(principal, action, parties, what="agreement", which=agreement_id, now=now)
        for agreement in versions:
            if agreement.version == version and principal.jurisdiction_id in agreement.party_set:
                return agreement
        raise NotFound("agreement version", f"{agreement_id}/{version}")

    def _state(self, agreement: Agreement) -> AgreementState:
        return state_among(agreement, self._core.world.book.agreements, self._core.clock())
