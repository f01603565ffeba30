"""One agreement under the linter: its clauses with their places, and whom each of them speaks of."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from dispatch.agreements.lint.facts import RegionFacts
from dispatch.agreements.lint.finding import Finding, FindingCode
from dispatch.agreements.restrictions import Restriction
from dispatch.agreements.terms import Agreement, Kind
from dispatch.model.ids import JurisdictionId
from dispatch.model.unit import UnitType


@dataclass(frozen=True, kw_only=True)
class Subject:
    """An agreement, the region, and the moment."""

    agreement: Agreement
    facts: RegionFacts
    now: datetime

    @cached_property
    def lenders(self) -> tuple[JurisdictionId, ...]:
        """Who lends at all, in the order of the parties."""
        if self.agreement.reciprocal:
            return self.agreement.parties
        lending = {way.lender for way in self.agreement.directions}
        return tuple(party for party in self.agreement.parties if party in lending)

    @cached_property
    def borrowers(self) -> tuple[JurisdictionId, ...]:
        """Who borrows at all, in the order of the parties."""
        if self.agreement.reciprocal:
            return self.agreement.parties
        borrowing = {way.borrower for way in self.agreement.directions}
        return tuple(party for party in self.agreement.parties if party in borrowing)

    @cached_property
    def told_lenders(self) -> tuple[JurisdictionId, ...]:
        """The lenders whose fleets are known."""
        return tuple(lender for lender in self.lenders if lender in self.facts.fleets)

    def lenders_of(self, clause: Restriction) -> tuple[JurisdictionId, ...]:
        """The lenders with known fleets that the clause speaks of."""
        return tuple(lender for lender in self.told_lenders if clause.lender in (None, lender))

    def borrowers_of(self, clause: Restriction) -> tuple[JurisdictionId, ...]:
        """The borrowers that the clause speaks of."""
        return self.borrowers if clause.borrower is None else (clause.borrower,)

    def held(self, lender: JurisdictionId, unit_type: UnitType) -> int:
        """How many units of the type a known fleet has."""
        return self.facts.held[lender].get(unit_type, 0)

    def list_clauses(self, kind: type[Kind]) -> Iterator[tuple[int, Kind]]:
        """The clauses of a kind, with their places in the list."""
        for index, clause in enumerate(self.agreement.clauses):
            if isinstance(clause, kind):
                yield index, clause

    def finding(
        self,
        code: FindingCode,
        place: int | str,
        field: str = "",
        *,
        eased: bool = False,
        **figures: int | str,
    ) -> Finding:
        """A finding at a clause (``place`` is its index) or at a field of the agreement (a path)."""
        clause = self.agreement.clauses[place].id if isinstance(place, int) else None
        path = f"clauses[{place}]" if isinstance(place, int) else place
        return Finding(
            code=code,
            agreement_id=self.agreement.id,
            version=self.agreement.version,
            clause=clause,
            path=f"{path}.{field}" if field else path,
            figures=figures,
            eased=eased,
        )
