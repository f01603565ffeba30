"""The two sets of agreements that are compared: those in force, and the same with the draft among them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from dispatch.agreements.restrictions import GROUND_TRANSPORTS, ReserveFloor
from dispatch.agreements.standing import BINDING, NO_STANDING, Standing, list_current, state_at
from dispatch.agreements.terms import Agreement, Signature
from dispatch.aid.advice.situation import LEVEL
from dispatch.aid.overwhelm import default_floor
from dispatch.model.ids import JurisdictionId
from dispatch.model.unit import UnitType


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What one variant is permitted by. ``standing``: closures, each judged at the call's moment."""

    agreements: tuple[Agreement, ...]
    standing: Standing = NO_STANDING


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The draft, and both sets of terms. ``replaces``: the version in force that it stands in for."""

    draft: Agreement
    replaces: Agreement | None
    before: Terms
    after: Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnFloor:
    """How many units of a group a jurisdiction wants free: what its minutes are measured against."""

    group: tuple[UnitType, ...]
    keep: int


def compare(
    draft: Agreement,
    agreements: Sequence[Agreement],
    *,
    begins: datetime,
    now: datetime,
    standing: Standing = NO_STANDING,
) -> Comparison:
    """The draft beside what is in force at ``now``, both as if they had held over the whole window.

    A version of the same agreement that is in force gives way to the draft. Where none is, what there
    was of it counts before as it was; all other agreements count in both variants as they were.
    """
    family = [one for one in agreements if one.id == draft.id and one.version != draft.version]
    same = [one for one in agreements if one.id == draft.id and one.version == draft.version]
    others = tuple(one for one in agreements if one.id != draft.id)
    current = [one for one in list_current([*family, *same], now) if state_at(one, now) in BINDING]
    replaces = max(current, key=lambda one: one.version, default=None)
    was = tuple(family) if replaces is None else (as_if_in_force(replaces, since=begins),)
    return Comparison(
        draft=draft,
        replaces=replaces,
        before=Terms(agreements=(*others, *was), standing=standing),
        after=Terms(agreements=(*others, as_if_in_force(draft, since=begins)), standing=standing),
    )


def as_if_in_force(agreement: Agreement, *, since: datetime) -> Agreement:
    """The same terms, signed by all and in force from ``since`` at the latest, without an end."""
    begins = min(agreement.effective_from, since)
    signatures = tuple(Signature(party=party, by="", signed_at=begins) for party in agreement.parties)
    return replace(agreement, effective_from=begins, effective_to=None, signatures=signatures, acts=())


def own_floor(comparison: Comparison, jurisdiction_id: JurisdictionId, *, ambulances: int) -> OwnFloor:
    """The strictest floor that the draft gives the jurisdiction as lender, else the version it replaces.

    For everyone else the floor of the boards' cover. Hours and areas of the clause are left out: the same
    measure has to hold over both variants. So are kinds of units that take no part in trials.
    """
    for agreement in (comparison.draft, comparison.replaces):
        if agreement is None or jurisdiction_id not in agreement.party_set:
            continue
        floors = [
            clause
            for clause in agreement.clauses
            if isinstance(clause, ReserveFloor)
            and clause.lender in (None, jurisdiction_id)
            and LEVEL.keys() & set(clause.group)
        ]
        if floors:
            strictest = max(floors, key=lambda clause: clause.keep)
            return OwnFloor(group=_ambulances(strictest.group), keep=strictest.keep)
    return OwnFloor(group=_ambulances(GROUND_TRANSPORTS), keep=default_floor(ambulances))


def _ambulances(group: Sequence[UnitType]) -> tuple[UnitType, ...]:
    return tuple(kind for kind in group if kind in LEVEL)
