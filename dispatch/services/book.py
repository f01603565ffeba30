"""The agreements in hand, and who is whose partner at a moment."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from dispatch.agreements.pairs import Pairs
from dispatch.agreements.parse import parse_agreement
from dispatch.agreements.terms import Agreement
from dispatch.model.ids import AgreementId, JurisdictionId
from dispatch.services.ports import AgreementText

_EVER = datetime.max.replace(tzinfo=UTC)
_NEVER = datetime.min.replace(tzinfo=UTC)


class AgreementBook:
    """Every version of every agreement that was taken in, parsed once.

    Whether one is in force is computed for the moment asked; the answer is kept only until the next
    moment at which any agreement begins, ends or is signed, so that an end takes effect at once.
    """

    def __init__(self, texts: Iterable[AgreementText] = ()) -> None:
        self._texts = {(text.agreement_id, text.version): text for text in texts}
        self.pairs = Pairs(parse_agreement(text.text) for text in self._texts.values())
        turns = {turn for agreement in self.agreements for turn in _turning_points(agreement)}
        self._turns = sorted(turns)
        self._partners: dict[JurisdictionId, frozenset[JurisdictionId]] = {}
        self._good_from = self._good_until = _NEVER

    @property
    def agreements(self) -> tuple[Agreement, ...]:
        """Every version of every agreement, by id and version."""
        return self.pairs.list_all()

    def partners_of(self, jurisdiction_id: JurisdictionId, *, now: datetime) -> frozenset[JurisdictionId]:
        """Who shares an agreement in force with this jurisdiction, in either direction."""
        if not self._good_from <= now < self._good_until:
            self._turn_to(now)
        partners = self._partners.get(jurisdiction_id)
        if partners is None:
            partners = frozenset(self.pairs.list_partners(jurisdiction_id, now))
            self._partners[jurisdiction_id] = partners
        return partners

    def text_of(self, agreement: Agreement) -> AgreementText:
        """The exact text that an agreement was parsed from."""
        return self._texts[agreement.id, agreement.version]

    def list_versions(self, agreement_id: AgreementId) -> Sequence[Agreement]:
        """Every version of one agreement, oldest first; empty where there is none."""
        return [agreement for agreement in self.agreements if agreement.id == agreement_id]

    def _turn_to(self, now: datetime) -> None:
        passed = bisect_right(self._turns, now)
        self._good_from = self._turns[passed - 1] if passed else _NEVER
        self._good_until = self._turns[passed] if passed < len(self._turns) else _EVER
        self._partners = {}


def _turning_points(agreement: Agreement) -> Iterable[datetime]:
    yield agreement.effective_from
    if agreement.effective_to is not None:
        yield agreement.effective_to
    for signature in agreement.signatures:
        yield signature.signed_at
