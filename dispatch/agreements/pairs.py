"""Agreements by who lends to whom: the index that a decision starts from."""

from collections.abc import Iterable
from datetime import datetime

from dispatch.agreements.permit import list_for_pair
from dispatch.agreements.terms import Agreement, AgreementState, Direction, list_current, state_at
from dispatch.model.ids import AgreementId, JurisdictionId


class Pairs:
    """All agreements of a region, indexed once. Immutable; a changed agreement makes a new index."""

    def __init__(self, agreements: Iterable[Agreement]) -> None:
        self._all = tuple(sorted(agreements, key=lambda agreement: (agreement.id, agreement.version)))
        versions: dict[AgreementId, list[Agreement]] = {}
        for agreement in self._all:
            versions.setdefault(agreement.id, []).append(agreement)
        # Every version of an agreement stands under each pair that any version names: a new version
        # that drops a direction must be there to replace the old one that had it.
        by_pair: dict[Direction, list[Agreement]] = {}
        for family in versions.values():
            for way in dict.fromkeys(way for version in family for way in version.directions):
                by_pair.setdefault(way, []).extend(family)
        self._by_pair = {way: tuple(found) for way, found in by_pair.items()}

    def list_all(self) -> tuple[Agreement, ...]:
        """Every version of every agreement, by id and version."""
        return self._all

    def list_for(self, *, lender: JurisdictionId, borrower: JurisdictionId) -> tuple[Agreement, ...]:
        """What ``may_lend`` needs for this pair, whatever its state: also expired and unsigned ones."""
        return self._by_pair.get(Direction(lender=lender, borrower=borrower), ())

    def list_in_force(
        self, *, lender: JurisdictionId, borrower: JurisdictionId, now: datetime
    ) -> tuple[Agreement, ...]:
        """The pair's agreements that bind at ``now``, in order of precedence."""
        current = list_current(self.list_for(lender=lender, borrower=borrower), now)
        return tuple(
            agreement
            for agreement in list_for_pair(current, lender=lender, borrower=borrower)
            if state_at(agreement, now) is AgreementState.ACTIVE
        )

    def list_lenders(self, borrower: JurisdictionId) -> tuple[JurisdictionId, ...]:
        """Who ever agreed to lend to the borrower, by id: those not in force refuse with their reason."""
        return tuple(sorted(way.lender for way in self._by_pair if way.borrower == borrower))

    def list_partners(self, jurisdiction_id: JurisdictionId, now: datetime) -> tuple[JurisdictionId, ...]:
        """Who shares an agreement in force with the jurisdiction, in either direction, by id."""
        partners = {
            way.borrower if way.lender == jurisdiction_id else way.lender
            for way in self._by_pair
            if jurisdiction_id in (way.lender, way.borrower)
            and self.list_in_force(lender=way.lender, borrower=way.borrower, now=now)
        }
        return tuple(sorted(partners))
