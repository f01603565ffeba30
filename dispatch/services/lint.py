"""What the linter says to one party: of its own agreements, and of a draft that is on nobody's record yet.

Only agreements that the caller's jurisdiction is a party to are read, and only its own and its partners'
fleets: a finding must not tell what the caller could not look up.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from dispatch.agreements.access import NOBODYS, owned_by
from dispatch.agreements.actions import Action
from dispatch.agreements.lint.facts import RegionFacts, facts_of
from dispatch.agreements.lint.gaps import gap_map
from dispatch.agreements.lint.linter import lint, with_draft
from dispatch.agreements.lint.wording import finding_row
from dispatch.agreements.parse import parse_agreement
from dispatch.agreements.terms import Agreement
from dispatch.agreements.wording import Names
from dispatch.model.ids import JurisdictionId
from dispatch.model.principal import Principal
from dispatch.services.agreement_texts import Sent
from dispatch.services.command import Row
from dispatch.services.core import Core
from dispatch.services.door import require


class Lint:
    """Findings and gaps. They are computed on a thread, one at a time, and never kept."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._facts = facts_of(core.world.region)
        self._turn = asyncio.Lock()

    async def findings(self, principal: Principal) -> Row:
        """``{findings}`` of the agreements of the caller's jurisdiction."""
        now, own = self._require_own(principal)
        return await self._findings(own, self._core.world.book.pairs.list_of(own), None, now)

    async def draft_findings(self, principal: Principal, sent: Sent) -> Row:
        """``{findings}`` of a draft, as if all had signed it. Raises ``AgreementInvalid``."""
        now, own = self._core.clock(), principal.jurisdiction_id
        require(principal, Action.CHECK_AGREEMENT, NOBODYS, what="agreement", which="draft", now=now)
        draft = await asyncio.to_thread(lambda: parse_agreement(sent.as_text()))
        beside = self._core.world.book.pairs.list_of(own) if own else ()
        return await self._findings(own, with_draft(beside, draft, now), draft, now)

    async def gaps(self, principal: Principal) -> Row:
        """The gap map of the caller's jurisdiction, as ``GapMap.to_json`` has it."""
        now, own = self._require_own(principal)
        agreements, facts = self._core.world.book.pairs.list_of(own), self._facts_for(own, now)
        names = _names(facts, agreements)
        async with self._turn:
            return await asyncio.to_thread(
                lambda: gap_map(agreements, facts, now, judged=(own,)).to_json(names)
            )

    def _require_own(self, principal: Principal) -> tuple[datetime, JurisdictionId]:
        now, own = self._core.clock(), principal.jurisdiction_id
        require(principal, Action.LIST_FINDINGS, owned_by(own), what="findings", which="own", now=now)
        return now, own or JurisdictionId("")

    async def _findings(
        self,
        own: JurisdictionId | None,
        agreements: Sequence[Agreement],
        draft: Agreement | None,
        now: datetime,
    ) -> Row:
        facts = self._facts_for(own, now)
        names = _names(facts, agreements)
        about = None if draft is None else (draft.id,)
        judged = () if own is None else (own,)

        def compute() -> Row:
            found = lint(agreements, facts, now, judged=judged, about=about)
            return {"findings": [finding_row(finding, names) for finding in found]}

        async with self._turn:
            return await asyncio.to_thread(compute)

    def _facts_for(self, own: JurisdictionId | None, now: datetime) -> RegionFacts:
        if own is None:
            return self._facts.only(())
        return self._facts.only({own, *self._core.world.book.partners_of(own, now=now)})


def _names(facts: RegionFacts, agreements: Sequence[Agreement]) -> Names:
    """Titles of the caller's own agreements only: a draft may name any id."""
    return {**facts.names, **{agreement.id: agreement.title for agreement in agreements}}
