"""Agreements for tests: `make_agreement(clauses=...)` shows only what the test is about."""

from datetime import UTC, datetime

from dispatch.agreements.permit import Permit, Refusal, may_lend
from dispatch.agreements.question import Call, LentUnit, Loans
from dispatch.agreements.standing import NO_STANDING, Standing
from dispatch.agreements.terms import Agreement, AgreementKind, Clause, Direction, Signature
from dispatch.model.ids import AgreementId, JurisdictionId
from dispatch.model.incident import Priority
from dispatch.model.unit import UnitType

HARLOW = JurisdictionId("harlow")
CEDAR = JurisdictionId("cedar")
ELM = JurisdictionId("elm")

SIGNED = datetime(2025, 12, 1, 10, tzinfo=UTC)
BEGINS = datetime(2026, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
ENDS = datetime(2027, 1, 1, tzinfo=UTC)


def make_agreement(
    *clauses: Clause,
    id_: str = "harlow-cedar",
    version: int = 1,
    kind: AgreementKind = AgreementKind.MUTUAL,
    lender: JurisdictionId = CEDAR,
    borrower: JurisdictionId = HARLOW,
    effective_from: datetime = BEGINS,
    effective_to: datetime | None = ENDS,
    signed_by: tuple[JurisdictionId, ...] | None = None,
    both_ways: bool = False,
) -> Agreement:
    """In force at `NOW`, from Cedar to Harlow, signed by both parties, without any clause but the given."""
    ways = [Direction(lender=lender, borrower=borrower)]
    if both_ways:
        ways.append(Direction(lender=borrower, borrower=lender))
    parties = (borrower, lender)
    return Agreement(
        id=AgreementId(id_),
        title="Harlow / Cedar mutual aid",
        version=version,
        kind=kind,
        parties=parties,
        directions=tuple(ways),
        effective_from=effective_from,
        effective_to=effective_to,
        clauses=clauses,
        signatures=tuple(
            Signature(party=party, by=f"Chief of {party}", signed_at=SIGNED)
            for party in (parties if signed_by is None else signed_by)
        ),
    )


def ask(
    *agreements: Agreement,
    lender: JurisdictionId = CEDAR,
    borrower: JurisdictionId = HARLOW,
    unit_type: UnitType = UnitType.ALS_AMBULANCE,
    priority: Priority = Priority.CRITICAL,
    loans: Loans | None = None,
    now: datetime = NOW,
    unit: LentUnit | None = None,
    call: Call | None = None,
    standing: Standing = NO_STANDING,
) -> Permit | Refusal:
    """May Cedar lend Harlow an ALS ambulance for a critical call? By default it has three free."""
    return may_lend(
        agreements,
        lender=lender,
        unit=unit or LentUnit(unit_type=unit_type),
        call=call or Call(borrower=borrower, priority=priority),
        loans=loans or Loans(free_by_type={UnitType.ALS_AMBULANCE: 3}),
        now=now,
        standing=standing,
    )
