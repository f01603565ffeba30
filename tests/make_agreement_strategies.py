"""Agreements, clauses, questions and loans drawn at random, always such as the parser accepts.

Clauses are drawn from the kinds' own field descriptors, so that a new kind is drawn without a word here.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any

from hypothesis import strategies as st

from dispatch.agreements.catalogue import KINDS, kind_of
from dispatch.agreements.fields import FieldKind, FieldSpec
from dispatch.agreements.kinds import ClauseKind
from dispatch.agreements.provisions import Discretion
from dispatch.agreements.question import Call, LentUnit, Loans
from dispatch.agreements.restrictions import (
    CallTypes,
    ContentField,
    Purpose,
    Restriction,
    Staffing,
    Weekday,
    Window,
    Zones,
)
from dispatch.agreements.terms import (
    ActKind,
    Agreement,
    AgreementAct,
    AgreementKind,
    Clause,
    Direction,
    Scope,
    Signature,
)
from dispatch.model.geo import Point
from dispatch.model.ids import AgreementId, IncidentId, JurisdictionId
from dispatch.model.incident import Priority
from dispatch.model.jurisdiction import CoverState
from dispatch.model.principal import Role
from dispatch.model.unit import UnitType
from tests.make_agreements import BEGINS, CEDAR, ELM, ENDS, HARLOW, NOW, SIGNED

JURISDICTIONS = (HARLOW, CEDAR, ELM)
IDS = ("harlow-cedar", "a", "b", "c")
NATURES = ("fall", "cardiac arrest", "lift assist")
CERTIFICATIONS = ("EMT", "Paramedic")
SQUARE = "POLYGON ((-77.1 40.0, -77.0 40.0, -77.0 40.1, -77.1 40.1, -77.1 40.0))"
POINTS = (Point(lon=-77.05, lat=40.05), Point(lon=-77.1, lat=40.0), Point(lon=-70.0, lat=40.0))

ids = st.sampled_from(["1", "2.1", "3.1(b)", "no", "010", "~", "null", "§ 4", "1e3", "2026-01-01"])
wild_words = st.text(
    st.characters(exclude_categories=["Cc", "Cs"]) | st.just("\n"), min_size=1, max_size=60
).filter(lambda text: text == text.strip() != "")
words = st.sampled_from(["Storm", "no", "12", "a: b", "#1", "§ 4\nsecond line", "~"]) | wild_words
moments = st.datetimes(
    min_value=datetime(1901, 1, 1),  # noqa: DTZ001 - hypothesis wants naive limits
    max_value=datetime(2200, 1, 1),  # noqa: DTZ001 - hypothesis wants naive bounds
    timezones=st.just(UTC),
)
nearby = st.just(NOW) | st.integers(0, 364 * 48).map(lambda half: BEGINS + half * timedelta(minutes=30))
"""Moments at which `in_force` agreements bind, the nights on which clocks change among them."""
time_zones = st.sampled_from(["UTC", "America/New_York", "Europe/Zurich", "Australia/Lord_Howe"])
clocks = st.builds(time, st.integers(0, 23), st.sampled_from([0, 30]))
restriction_tags = tuple(tag for tag, kind in KINDS.items() if issubclass(kind.make, Restriction))  # type: ignore[arg-type]
provision_tags = tuple(tag for tag in KINDS if tag not in restriction_tags)


def _subset(kind: Any, min_size: int) -> st.SearchStrategy[tuple[Any, ...]]:
    chosen = st.sets(st.sampled_from(list(kind)), min_size=min_size)
    return chosen.map(lambda found: tuple(word for word in kind if word in found))


def _listed(each: st.SearchStrategy[Any], most: int = 3) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(each, min_size=1, max_size=most, unique=True).map(tuple)


windows = st.builds(Window, days=_subset(Weekday, 1), since=clocks, until=clocks)


def _whole(spec: FieldSpec) -> st.SearchStrategy[int]:
    few = st.integers(spec.at_least, min(spec.at_most, spec.at_least + 4))
    return few | st.sampled_from([spec.at_least, spec.at_most])


@cache
def _field(spec: FieldSpec, parties: tuple[JurisdictionId, ...]) -> st.SearchStrategy[Any]:
    """Any value that the field may have, in ``parties`` who all lend and borrow."""
    drawn: dict[FieldKind, st.SearchStrategy[Any]] = {
        FieldKind.TEXT: words,
        FieldKind.LONG_TEXT: words,
        FieldKind.FLAG: st.booleans(),
        FieldKind.PARTY: st.sampled_from(parties),
        FieldKind.PARTIES: _listed(st.sampled_from(parties)),
        FieldKind.WORDS: _listed(st.sampled_from((*NATURES, *CERTIFICATIONS)) | words),
        FieldKind.AGREEMENTS: _listed(st.sampled_from(IDS)),
        FieldKind.DATES: _listed(st.dates(date(2026, 1, 1), date(2026, 12, 31)) | st.just(NOW.date())),
        FieldKind.WINDOWS: _listed(windows),
        FieldKind.AREA: st.just(SQUARE),
        FieldKind.CURRENCY: st.sampled_from(["USD", "CHF"]),
    }
    if spec.kind is FieldKind.WHOLE:
        return _whole(spec)
    if spec.kind is FieldKind.CHOICE:
        return st.sampled_from(list(spec.choices or ()))
    if spec.kind is FieldKind.CHOICES:
        return _subset(spec.choices, int(spec.required))
    return drawn[spec.kind]


def is_consistent(clause: Clause) -> bool:
    """What the parser asks of a clause beyond its fields, one by one."""
    match clause:
        case Zones():
            return bool(clause.jurisdictions or clause.area)
        case CallTypes():
            return bool(clause.allow) != bool(clause.deny)
        case Staffing():
            return bool(clause.min_crew or clause.certifications)
        case _:
            return True


@st.composite
def clauses_of(
    draw: st.DrawFn, kind: ClauseKind, parties: tuple[JurisdictionId, ...] = JURISDICTIONS
) -> Clause:
    """One clause of a kind; an optional field is there or not."""
    given = {
        spec.name: draw(_field(spec, parties)) for spec in kind.fields if spec.required or draw(st.booleans())
    }
    return kind.make(id=draw(ids), **given)


@cache
def _any_of(tags: tuple[str, ...], parties: tuple[JurisdictionId, ...]) -> st.SearchStrategy[Clause]:
    return st.one_of([clauses_of(KINDS[tag], parties) for tag in tags]).filter(is_consistent)


def restrictions(parties: tuple[JurisdictionId, ...] = JURISDICTIONS) -> st.SearchStrategy[Clause]:
    """Clauses of any kind that can forbid, some for one lender or one borrower only."""
    return _any_of(restriction_tags, parties)


def provisions(parties: tuple[JurisdictionId, ...] = JURISDICTIONS) -> st.SearchStrategy[Clause]:
    """Clauses of any kind that cannot."""
    return _any_of(provision_tags, parties)


def said_together(drawn: list[Clause], kind: AgreementKind) -> tuple[Clause, ...]:
    """As many of them as one agreement may say: no id and no single kind twice."""
    kept: list[Clause] = []
    for clause in drawn:
        if isinstance(clause, Discretion) and clause.lender_may_decline and kind is AgreementKind.AUTOMATIC:
            continue
        single = kind_of(clause).single
        if not any(c.id == clause.id or (single and type(c) is type(clause)) for c in kept):
            kept.append(clause)
    return tuple(kept)


@st.composite
def agreements(draw: st.DrawFn, *, id_: str | None = None) -> Agreement:
    """Any agreement of two or three parties, one-way, both ways or reciprocal, signed by some or all."""
    parties = tuple(draw(st.permutations(JURISDICTIONS)))[: draw(st.integers(2, 3))]
    ways = [Direction(lender=a, borrower=b) for a in parties for b in parties if a != b]
    reciprocal = draw(st.booleans())
    directions = () if reciprocal else tuple(draw(st.lists(st.sampled_from(ways), min_size=1, unique=True)))
    lenders = {way.lender for way in directions}
    both = reciprocal or lenders == {way.borrower for way in directions} == set(parties)
    kind = draw(st.sampled_from(AgreementKind))
    drawn = draw(st.lists(restrictions(parties) | provisions(parties), max_size=6))
    if not both:
        drawn = [clause for clause in drawn if not _names_an_end(clause)]
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
        reciprocal=reciprocal,
        scope=draw(st.sampled_from(Scope)),
        time_zone=draw(time_zones),
        effective_from=begins,
        effective_to=None if lasts is None else begins + lasts,
        clauses=said_together(drawn, kind),
        signatures=tuple(Signature(party=p, by=draw(words), signed_at=draw(moments)) for p in signers),
    )


def _names_an_end(clause: Clause) -> bool:
    named = (
        getattr(clause, "lender", None),
        getattr(clause, "borrower", None),
        getattr(clause, "order", None),
    )
    return named != (None, None, None)


@st.composite
def in_force(draw: st.DrawFn, *, id_: str | None = None) -> Agreement:
    """The same, but reciprocal between three, signed by all and in force through 2026."""
    agreement = draw(agreements(id_=id_))
    drawn = draw(st.lists(restrictions() | provisions(), max_size=4))
    return replace(
        agreement,
        parties=JURISDICTIONS,
        directions=(),
        reciprocal=True,
        effective_from=BEGINS - timedelta(days=agreement.version % 2),
        effective_to=draw(st.sampled_from([ENDS, None])),
        clauses=said_together([*agreement.clauses, *drawn], agreement.kind),
        signatures=tuple(Signature(party=p, by="Chief", signed_at=SIGNED) for p in JURISDICTIONS),
    )


acts = st.lists(
    st.builds(
        AgreementAct,
        kind=st.sampled_from(ActKind),
        party=st.sampled_from(JURISDICTIONS),
        by=words,
        at=moments | nearby,
        reason=words,
        ends_at=st.none() | moments,
    ),
    max_size=4,
).map(lambda drawn: tuple(sorted(drawn, key=lambda act: act.at)))

units = st.builds(
    LentUnit,
    unit_type=st.sampled_from(UnitType),
    certifications=st.frozensets(st.sampled_from(CERTIFICATIONS)),
    crew_size=st.none() | st.integers(1, 3),
    nims_type=st.none() | st.integers(1, 4),
    post=st.none() | st.sampled_from(POINTS),
)
calls = st.builds(
    Call,
    borrower=st.just(HARLOW),
    priority=st.sampled_from(Priority),
    nature=st.sampled_from(("", *NATURES)),
    position=st.none() | st.sampled_from(POINTS),
    incident_id=st.just(IncidentId("i")),
    purpose=st.sampled_from(Purpose),
    requester=st.none() | st.sampled_from(Role),
    cover=st.none() | st.sampled_from(CoverState),
    stated=st.frozensets(st.sampled_from(ContentField)),
)

_by_agreement = st.sampled_from(IDS).map(AgreementId)
loans = st.builds(
    Loans,
    free_by_type=st.dictionaries(st.sampled_from(UnitType), st.integers(0, 6)),
    promised_by_type=st.dictionaries(st.sampled_from(UnitType), st.integers(0, 3)),
    out_by_agreement=st.dictionaries(_by_agreement, st.integers(0, 5)),
    out_on_incident=st.dictionaries(_by_agreement, st.integers(0, 3)),
    begun_at=st.dictionaries(_by_agreement, st.lists(nearby, max_size=3)),
    free_posts=st.dictionaries(
        st.sampled_from(UnitType), st.lists(st.none() | st.sampled_from(POINTS), max_size=3)
    ),
)
