"""The agreements in hand, and who is whose partner at a moment."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from dispatch.agreements.pairs import Pairs
from dispatch.agreements.record import (
    AgreementText,
    FiledAct,
    FiledSignature,
    Paper,
    Terms,
    papers_of,
    read_text,
)
from dispatch.agreements.terms import Agreement
from dispatch.model.ids import AgreementId, JurisdictionId
from dispatch.services.agreement_ports import AgreementReader
from dispatch.services.ports import Filed

_EVER = datetime.max.replace(tzinfo=UTC)
_NEVER = datetime.min.replace(tzinfo=UTC)


class AgreementBook:
    """Every version of every agreement on record, with its signatures and acts; never a draft.

    Immutable: what is filed later makes a new book (``with_filed``). Whether an agreement is in force is
    computed for the moment asked; the answer is kept only until the next moment at which any agreement
    begins, ends, is signed or rests, so that an end takes effect at once.
    """

    def __init__(
        self,
        texts: Iterable[AgreementText] = (),
        signatures: Iterable[FiledSignature] = (),
        acts: Iterable[FiledAct] = (),
        *,
        before: "AgreementBook | None" = None,
    ) -> None:
        """``before``: a book whose texts need not be read again."""
        self._texts = {(text.agreement_id, text.version): text for text in texts}
        self._signatures = {signature.seq: signature for signature in signatures}
        self._acts = {act.seq: act for act in acts}
        read = before._terms if before else {}
        self._terms: Mapping[str, Terms] = {
            text.text_sha256: read.get(text.text_sha256) or read_text(text.text)
            for text in self._texts.values()
        }
        papers = papers_of(
            self._texts.values(), self._signatures.values(), self._acts.values(), known=self._terms
        )
        self._papers: dict[AgreementId, list[Paper]] = {}
        for paper in sorted(papers, key=lambda paper: paper.agreement.version):
            self._papers.setdefault(paper.agreement.id, []).append(paper)
        self.pairs = Pairs(paper.agreement for paper in papers)
        self._turns = sorted({turn for paper in papers for turn in _turning_points(paper.agreement)})
        self._partners: dict[JurisdictionId, frozenset[JurisdictionId]] = {}
        self._good_from = self._good_until = _NEVER

    @property
    def agreements(self) -> tuple[Agreement, ...]:
        """Every version of every agreement, by id and version."""
        return self.pairs.list_all()

    @property
    def last_seq(self) -> int:
        """The newest signature's or act's entry; 0 where there is none."""
        return max((*self._signatures, *self._acts), default=0)

    def with_filed(self, filed: Iterable[Filed]) -> "AgreementBook":
        """This book and what was filed since; what it has already changes nothing."""
        texts, signatures, acts = dict(self._texts), dict(self._signatures), dict(self._acts)
        for one in filed:
            match one:
                case AgreementText():
                    texts[one.agreement_id, one.version] = one
                case FiledSignature():
                    signatures[one.seq] = one
                case FiledAct():
                    acts[one.seq] = one
        if (texts, signatures, acts) == (self._texts, self._signatures, self._acts):
            return self
        return AgreementBook(texts.values(), signatures.values(), acts.values(), before=self)

    def partners_of(self, jurisdiction_id: JurisdictionId, *, now: datetime) -> frozenset[JurisdictionId]:
        """Who shares an agreement in force with this jurisdiction, in either direction."""
        if not self._good_from <= now < self._good_until:
            self._turn_to(now)
        partners = self._partners.get(jurisdiction_id)
        if partners is None:
            partners = frozenset(self.pairs.list_partners(jurisdiction_id, now))
            self._partners[jurisdiction_id] = partners
        return partners

    def list_papers_of(self, agreement_id: AgreementId) -> Sequence[Paper]:
        """Every version of one agreement on record, oldest first; empty where there is none."""
        return tuple(self._papers.get(agreement_id, ()))

    def _turn_to(self, now: datetime) -> None:
        passed = bisect_right(self._turns, now)
        self._good_from = self._turns[passed - 1] if passed else _NEVER
        self._good_until = self._turns[passed] if passed < len(self._turns) else _EVER
        self._partners = {}


def read_book(
    reader: AgreementReader,
    agreement_id: AgreementId | None = None,
    *,
    before: AgreementBook | None = None,
) -> AgreementBook:
    """The agreements (or one of them) as the record has them; ``before`` spares reading texts again."""
    return AgreementBook(
        reader.list_agreement_texts(agreement_id),
        reader.list_agreement_signatures(agreement_id),
        reader.list_agreement_acts(agreement_id),
        before=before,
    )


def _turning_points(agreement: Agreement) -> Iterable[datetime]:
    yield agreement.effective_from
    if agreement.effective_to is not None:
        yield agreement.effective_to
    for signature in agreement.signatures:
        yield signature.signed_at
    for act in agreement.acts:
        yield act.at
        if act.ends_at is not None:
            yield act.ends_at
