"""Agreements, clauses and lenders' loans drawn at random, always such as the parser accepts."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from dispatch.agreements.provisions import AnswerTime, Discretion, Text
from dispatch.agreements.question import Loans
from dispatch.agreements.restrictions import ConcurrentCap, Priorities, ReserveFloor, UnitTypes
from dispatch.agreements.terms import Agreement, AgreementKind, Clause, Direction, Signature
from dispatch.model.ids import AgreementId, JurisdictionId
from dispatch.model.incident import Priority
from dispatch.model.unit import UnitType
from tests.make_agreements import CEDAR, ELM, HARLOW

JURISDICTIONS = (HARLOW, CEDAR, ELM)

ids = st.sampled_from(["1", "2.1", "3.1(b)", "no", "010", "~", "null", "§ 4", "1e3", "2026-01-01"])
words = st.text(
    st.characters(exclude_categories=["Cc", "Cs"]) | st.just("\n"), min_size=1, max_size=60
).filter(lambda text: text == text.strip() != "")
moments = st.datetimes(
    min_value=datetime(1901, 1, 1),  # noqa: DTZ001 - hypothesis wants naive limits
    max_value=datetime(2200, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


def unit_types(min_size: int = 1) -> st.SearchStrategy[tuple[UnitType, ...]]:
    return _subset(UnitType, min_size)


def _subset(kind, min_size):  # type: ignore[no-untyped-def]
    chosen = st.sets(st.sampled_from(list(kind)), min_size=min_size)
    return chosen.map(lambda words: tuple(word for word in kind if word in words))


def restrictions(lenders: tuple[JurisdictionId | None, ...] = (None,)) -> st.SearchStrategy[Clause]:
    """Clauses that can forbid."""
    return st.one_of(
        st.builds(UnitTypes, id=ids, allow=unit_types()),
        st.builds(Priorities, id=ids, allow=_subset(Priority, 1)),
        st.builds(
            ReserveFloor,
            id=ids,
            keep=st.integers(0, 5),
            unit_types=unit_types(0),
            lender=st.sampled_from(lenders),
        ),
        st.builds(ConcurrentCap, id=ids, at_most=st.integers(1, 4)),
    )


def terms(kind: AgreementKind) -> st.SearchStrategy[Clause]:
    """Clauses that forbid nothing."""
    veto = st.just(value=False) if kind is AgreementKind.AUTOMATIC else st.booleans()
    return st.one_of(
        st.builds(Discretion, id=ids, lender_may_decline=veto),
        st.builds(AnswerTime, id=ids, seconds=st.integers(10, 900)),
        st.builds(Text, id=ids, title=words, text=words),
    )


@st.composite
def agreements(draw: st.DrawFn, *, id_: str | None = None) -> Agreement:
    parties = tuple(draw(st.permutations(JURISDICTIONS)))[: draw(st.integers(2, 3))]
    ways = [Direction(lender=a, borrower=b) for a in parties for b in parties if a != b]
    directions = tuple(draw(st.lists(st.sampled_from(ways), min_size=1, unique=True)))
    kind = draw(st.sampled_from(AgreementKind))
    lenders = (None, *(way.lender for way in directions))
    clauses: list[Clause] = []
    for clause in draw(st.lists(restrictions(lenders) | terms(kind), max_size=6)):
        single = isinstance(clause, Discretion | AnswerTime)
        if not any(c.id == clause.id or (single and type(c) is type(clause)) for c in clauses):
            clauses.append(clause)
    begins = draw(moments)
    lasts = draw(st.none() | st.timedeltas(timedelta(microseconds=1), timedelta(days=9_000)))
    signers = draw(st.lists(st.sampled_from(parties), unique=True) | st.just(list(parties)))
    return Agreement(
        id=AgreementId(id_ or draw(st.sampled_from(["a", "harlow-cedar", "Z.9", "no"]))),
        title=draw(words),
        version=draw(st.integers(1, 4)),
        kind=kind,
        parties=parties,
        directions=directions,
        effective_from=begins,
        effective_to=None if lasts is None else begins + lasts,
        clauses=tuple(clauses),
        signatures=tuple(Signature(party=p, by=draw(words), signed_at=draw(moments)) for p in signers),
    )


loans = st.builds(
    Loans,
    free_by_type=st.dictionaries(st.sampled_from(UnitType), st.integers(0, 6)),
    promised_by_type=st.dictionaries(st.sampled_from(UnitType), st.integers(0, 3)),
    out_by_agreement=st.dictionaries(
        st.sampled_from(["harlow-cedar", "a", "b", "c"]).map(AgreementId), st.integers(0, 5)
    ),
)
