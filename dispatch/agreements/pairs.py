"""Agreements by who lends to whom: the index that a decision starts from.

Agreements first, units later: what a question costs grows with the borrower's own agreements, not with
the nation's. A compact of a thousand parties is one entry per party, never a million pairs.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from dispatch.agreements.permit import list_speakers
from dispatch.agreements.restrictions import ReserveFloor
from dispatch.agreements.standing import BINDING
from dispatch.agreements.terms import Agreement
from dispatch.model.ids import AgreementId, JurisdictionId

MOST_PAIRS_KEPT: Final = 16_384
"""Pairs whose agreements are remembered: all that two hundred neighbours among themselves have, some MB."""

Family = tuple[Agreement, ...]
"""Every version of one agreement. A new version that drops a direction must stand beside the old one that
had it, to replace it."""


class Pairs:
    """All agreements of a region, indexed once. Immutable; a changed agreement makes a new index."""

    def __init__(self, agreements: Iterable[Agreement]) -> None:
        self._all = tuple(sorted(agreements, key=lambda agreement: (agreement.id, agreement.version)))
        versions: dict[AgreementId, list[Agreement]] = {}
        for agreement in self._all:
            versions.setdefault(agreement.id, []).append(agreement)
        by_party: dict[JurisdictionId, list[Family]] = {}
        for family in versions.values():
            for party in dict.fromkeys(party for version in family for party in version.parties):
                by_party.setdefault(party, []).append(tuple(family))
        self._by_party = {party: tuple(found) for party, found in by_party.items()}
        self._asked: dict[tuple[JurisdictionId, JurisdictionId], tuple[Agreement, ...]] = {}
        self._lenders: dict[JurisdictionId, tuple[JurisdictionId, ...]] = {}
        self._with_area = frozenset(_list_lenders_with_area_floors(self._all))

    def list_all(self) -> tuple[Agreement, ...]:
        """Every version of every agreement, by id and version."""
        return self._all

    def list_of(self, jurisdiction_id: JurisdictionId) -> tuple[Agreement, ...]:
        """Every version of every agreement that the jurisdiction is or was a party to."""
        return tuple(version for family in self._by_party.get(jurisdiction_id, ()) for version in family)

    def list_for(self, *, lender: JurisdictionId, borrower: JurisdictionId) -> tuple[Agreement, ...]:
        """What ``may_lend`` needs for this pair, whatever its state: also expired and unsigned ones."""
        known = self._asked.get((lender, borrower))
        if known is None:
            families = self._list_families(lender, borrower)
            known = tuple(version for family in families for version in family)
            if len(self._asked) >= MOST_PAIRS_KEPT:
                self._asked.clear()
            self._asked[lender, borrower] = known
        return known

    def list_in_force(
        self, *, lender: JurisdictionId, borrower: JurisdictionId, now: datetime
    ) -> tuple[Agreement, ...]:
        """The pair's agreements that bind at ``now``, in order of precedence."""
        of_pair = self.list_for(lender=lender, borrower=borrower)
        speakers = list_speakers(of_pair, lender=lender, borrower=borrower, now=now)
        return tuple(one.agreement for one in speakers if one.state in BINDING)

    def list_lenders(self, borrower: JurisdictionId) -> tuple[JurisdictionId, ...]:
        """Who ever agreed to lend to the borrower, by id: those not in force refuse with their reason."""
        known = self._lenders.get(borrower)
        if known is None:
            found = self.list_others(borrower)
            known = self._lenders[borrower] = tuple(
                sorted(other for other in found if any(self._list_families(other, borrower)))
            )
        return known

    def list_partners(self, jurisdiction_id: JurisdictionId, now: datetime) -> tuple[JurisdictionId, ...]:
        """Who shares an agreement in force with the jurisdiction, in either direction, by id."""
        return tuple(
            sorted(
                other
                for other in self.list_others(jurisdiction_id)
                if self.list_in_force(lender=other, borrower=jurisdiction_id, now=now)
                or self.list_in_force(lender=jurisdiction_id, borrower=other, now=now)
            )
        )

    def list_others(self, jurisdiction_id: JurisdictionId) -> frozenset[JurisdictionId]:
        """Who is or was a party to an agreement with the jurisdiction, whatever its state."""
        families = self._by_party.get(jurisdiction_id, ())
        return frozenset().union(*(version.party_set for family in families for version in family)) - {
            jurisdiction_id
        }

    def has_area_floor(self, lender: JurisdictionId) -> bool:
        """Whether some floor counts this lender's units by where they are posted."""
        return lender in self._with_area

    def count_kept(self) -> int:
        """How many pairs' agreements are remembered now: never more than ``MOST_PAIRS_KEPT``."""
        return len(self._asked)

    def _list_families(self, lender: JurisdictionId, borrower: JurisdictionId) -> Iterator[Family]:
        mine, theirs = self._by_party.get(borrower, ()), self._by_party.get(lender, ())
        for family in mine if len(mine) <= len(theirs) else theirs:
            if any(version.runs(lender=lender, borrower=borrower) for version in family):
                yield family


def _list_lenders_with_area_floors(agreements: Iterable[Agreement]) -> Iterable[JurisdictionId]:
    for agreement in agreements:
        for clause in agreement.clauses:
            if isinstance(clause, ReserveFloor) and clause.area:
                yield from agreement.parties if clause.lender is None else (clause.lender,)
