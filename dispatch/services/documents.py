"""Agreements as files that leave the system: the PDF that people sign and keep, and what NERIS is told."""

import asyncio

from dispatch.agreements.actions import Action
from dispatch.agreements.record import Paper
from dispatch.agreements.standing import AgreementState, state_among
from dispatch.export.agreement_pdf import AgreementDocument, agreement_pdf
from dispatch.export.neris import neris_document
from dispatch.model.ids import AgreementId, JurisdictionId
from dispatch.model.principal import Principal
from dispatch.services.agreements import Agreements
from dispatch.services.command import Row
from dispatch.services.core import Core


class Documents:
    """Reads only. All raise ``NotFound`` for an agreement or a version that is not there for the caller."""

    def __init__(self, core: Core, agreements: Agreements) -> None:
        self._core, self._agreements = core, agreements

    async def pdf(self, principal: Principal, agreement_id: AgreementId, version: int) -> bytes:
        """One version as it stands now; typeset off the loop."""
        paper = await self._get(principal, agreement_id, version)
        document = AgreementDocument(
            agreement=paper.agreement,
            text=paper.text,
            state=self._state(paper),
            now=self._core.clock(),
            region=self._core.world.region,
            names=self._core.world.names,
        )
        return await asyncio.to_thread(agreement_pdf, document)

    async def neris(self, principal: Principal, agreement_id: AgreementId, version: int) -> Row:
        """NERIS payloads from the side of the caller's jurisdiction."""
        paper = await self._get(principal, agreement_id, version)
        return neris_document(
            paper.agreement,
            party=JurisdictionId(principal.jurisdiction_id or ""),
            state=self._state(paper),
            region=self._core.world.region,
        )

    async def _get(self, principal: Principal, agreement_id: AgreementId, version: int) -> Paper:
        return await self._agreements.get_paper(principal, Action.EXPORT_AGREEMENT, agreement_id, version)

    def _state(self, paper: Paper) -> AgreementState:
        if paper.is_draft:
            return AgreementState.DRAFT
        return state_among(paper.agreement, self._core.world.book.agreements, self._core.clock())
