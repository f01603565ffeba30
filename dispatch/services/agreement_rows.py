"""Agreements as one viewer may see them. ``agreements/sight`` decides; this gathers what it asks about."""

from collections.abc import Sequence
from datetime import datetime

from dispatch.agreements.record import AgreementDraft, Paper, paper_of_draft
from dispatch.agreements.sight import agreement_view, wire_time
from dispatch.agreements.standing import AgreementState, state_among
from dispatch.agreements.terms import Agreement
from dispatch.model.errors import NotFound
from dispatch.model.ids import AgreementId, JurisdictionId
from dispatch.model.principal import Principal
from dispatch.services.command import Row
from dispatch.services.world import World


class Shelf:
    """One agreement's versions as one party sees them: those on record that name it, and its own draft."""

    def __init__(
        self,
        agreement_id: AgreementId,
        family: Sequence[Paper],
        draft: AgreementDraft | None,
        *,
        own: JurisdictionId | None,
    ) -> None:
        """``family``: every version on record, oldest first; those of others are not shown."""
        self.agreement_id, self.own, self.draft = agreement_id, own, draft
        self.all_on_record = family
        self.on_record = [paper for paper in family if own in paper.agreement.party_set]

    @property
    def last_version(self) -> int:
        """The newest version on record, whoever sees it; 0 where there is none."""
        return self.all_on_record[-1].agreement.version if self.all_on_record else 0

    @property
    def has_fresh_draft(self) -> bool:
        """Whether the party has a draft that nobody's proposal has overtaken."""
        return self.draft is not None and self.draft.version > self.last_version

    @property
    def is_taken(self) -> bool:
        """Whether others have an agreement under this id."""
        return bool(self.all_on_record) and not self.on_record

    @property
    def papers(self) -> Sequence[Paper]:
        """Every version that the party sees, oldest first; a draft that was overtaken comes first."""
        if self.draft is None:
            return self.on_record
        draft = paper_of_draft(self.draft)
        return [*self.on_record, draft] if self.has_fresh_draft else [draft, *self.on_record]

    @property
    def newest(self) -> Paper:
        """The newest version that the party sees. Raises ``NotFound``."""
        papers = self.papers
        if not papers:
            raise NotFound("agreement", self.agreement_id)
        return papers[-1]

    def get_version(self, version: int) -> Paper:
        """One version; a text on record before a draft of the same number. Raises ``NotFound``."""
        for paper in reversed(self.papers):
            if paper.agreement.version == version:
                return paper
        raise NotFound("version", str(version))

    @property
    def family(self) -> Sequence[Agreement]:
        """The versions on record that the party sees, as agreements, oldest first."""
        return [paper.agreement for paper in self.on_record]


def agreement_row(
    shelf: Shelf, *, viewer: Principal, world: World, now: datetime, paper: Paper | None = None
) -> Row:
    """The row of one version, by default the newest. Raises ``NotFound``."""
    newest = shelf.newest
    shown = paper or newest
    row = agreement_view(
        shown.agreement,
        viewer=viewer,
        names=world.names,
        now=now,
        paper=shown,
        among=_among(shelf, world),
        newest=shown is newest or shown == newest,
    )
    if row is None:
        raise NotFound("agreement", shelf.agreement_id)
    return row


def agreement_detail(
    shelf: Shelf, *, viewer: Principal, world: World, now: datetime, paper: Paper | None = None
) -> Row:
    """The row with the exact text that is signed, and every version that the viewer sees."""
    shown = paper or shelf.newest
    among = _among(shelf, world)
    return {
        **agreement_row(shelf, viewer=viewer, world=world, now=now, paper=shown),
        "text": shown.text,
        "recorded_at": wire_time(shown.recorded_at),
        "versions": [
            {
                "version": one.agreement.version,
                "state": (
                    AgreementState.DRAFT if one.is_draft else state_among(one.agreement, among, now)
                ).value,
                "terms_sha256": one.terms_sha256,
                "recorded_at": wire_time(one.recorded_at),
            }
            for one in shelf.papers
        ],
    }


def _among(shelf: Shelf, world: World) -> Sequence[Agreement]:
    """The party's agreements as the read-model has them, but this one as the shelf does."""
    others = world.book.pairs.list_of(shelf.own) if shelf.own is not None else ()
    return [*(one for one in others if one.id != shelf.agreement_id), *shelf.family]
