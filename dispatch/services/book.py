"""The agreements in hand, and who is whose partner at a moment."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from dispatch.agreements.parse import parse_agreement
from dispatch.agreements.terms import Agreement, AgreementState, list_current, state_at
from dispatch.model.ids import AgreementId, JurisdictionId
from dispatch.services.ports import AgreementText

_EVER = datetime.max.replace(tzinfo=UTC)
_NOBODY: frozenset[JurisdictionId] = frozenset()


class AgreementBook:
    """Every version of every agreement that was taken in, parsed once.

    Whether one is in force is computed for the moment asked; the answer is kept only until the next
    moment at which any agreement begins, ends or is signed, so that an end takes effect at once.
    """

    def __init__(self, texts: Iterable[AgreementText] = ()) -> None:
        self._texts = {(text.agreement_id, text.version): text for text in texts}
        self.agreements: tuple[Agreement, ...] = tuple(
            parse_agreement(text.text) for text in self._texts.values()
        )
        self._turns = sorted({turn for agreement in self.agreements for turn in _turning_points(agreement)})
        self._partners: Mapping[JurisdictionId, frozenset[JurisdictionId]] = {}
        self._good_from = self._good_until = datetime.min.replace(tzinfo=UTC)

    def partners_of(self, jurisdiction_id: JurisdictionId, *, now: datetime) -> frozenset[JurisdictionId]:
        """Who shares an agreement in force with this jurisdiction, in either direction."""
        if not self._good_from <= now < self._good_until:
            self._look_up(now)
        return self._partners.get(jurisdiction_id, _NOBODY)

    def text_of(self, agreement: Agreement) -> AgreementText:
        """The exact text that an agreement was parsed from."""
        return self._texts[agreement.id, agreement.version]

    def list_versions(self, agreement_id: AgreementId) -> Sequence[Agreement]:
        """Every version of one agreement, oldest first; empty where there is none."""
        found = [agreement for agreement in self.agreements if agreement.id == agreement_id]
        return sorted(found, key=lambda agreement: agreement.version)

    def _look_up(self, now: datetime) -> None:
        partners: dict[JurisdictionId, set[JurisdictionId]] = defaultdict(set)
        for agreement in list_current(self.agreements, now):
            if state_at(agreement, now) is AgreementState.ACTIVE:
                for way in agreement.directions:
                    partners[way.lender].add(way.borrower)
                    partners[way.borrower].add(way.lender)
        self._partners = {one: frozenset(others) for one, others in partners.items()}
        past = [turn for turn in self._turns if turn <= now]
        self._good_from = past[-1] if past else datetime.min.replace(tzinfo=UTC)
        self._good_until = self._turns[len(past)] if len(past) < len(self._turns) else _EVER


def _turning_points(agreement: Agreement) -> Iterable[datetime]:
    yield agreement.effective_from
    if agreement.effective_to is not None:
        yield agreement.effective_to
    for signature in agreement.signatures:
        yield signature.signed_at
