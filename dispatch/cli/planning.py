"""What ``dispatch recommend --needs`` does: whom to ask for many units, straight from a region's files.

The plan is the exact one where it costs less than closest-first; both sums are printed.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import typer

from dispatch.agreements.pairs import Pairs
from dispatch.agreements.parse import parse_agreement
from dispatch.agreements.wording import sentence
from dispatch.aid.lending import Asking
from dispatch.aid.reach import Reach
from dispatch.aid.waves.cards import added_up, order_for
from dispatch.aid.waves.exact import plan_exactly
from dispatch.aid.waves.gather import gather_case
from dispatch.aid.waves.greedy import plan_greedily
from dispatch.aid.waves.order import Case, Order
from dispatch.cli.planned import show
from dispatch.cli.recommending import (
    MOST_UNITS,
    counsel_for,
    cover_of,
    incident_at,
    names_in,
    picture_of,
    point_of,
)
from dispatch.gateways.regions.bundle import list_agreement_texts, load_region, load_roads
from dispatch.gateways.run_cards import read_card
from dispatch.model.clock import system_now
from dispatch.model.errors import Invalid
from dispatch.model.geo import Point
from dispatch.model.incident import Need, Priority
from dispatch.model.unit import UnitType
from dispatch.routing.choose import best_travel_times

PATIENT_SECONDS: Final = 5.0
"""Nobody waits at a scene for the command line."""

SHORT: Final[Mapping[str, UnitType]] = {
    "als": UnitType.ALS_AMBULANCE,
    "bls": UnitType.BLS_AMBULANCE,
    "cct": UnitType.CRITICAL_CARE_AMBULANCE,
    "helicopter": UnitType.AIR_ROTOR,
}
"""What people say for a type, beside its own name."""

_ONE: Final = re.compile(r"\s*(\d{1,9})\s*x\s*([A-Za-z_]+)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the options ask for; ``needs`` and ``staging`` empty where they were not given."""

    need: str
    needs: str
    card: Path | None
    alarm: int
    staging: str


def plan_from_files(
    bundle: Path,
    wanted: Wanted,
    *,
    at: str,
    priority: Priority,
    borrower: str,
    out: Sequence[str],
    as_json: bool,
) -> None:
    """Print the plan. Raises ``Invalid``, ``RunCardInvalid`` and ``RegionInvalid``."""
    known, now = load_region(bundle), system_now()
    order = _order(wanted)
    incident = incident_at(known, at=at, priority=priority, needs=order.needs, borrower=borrower, now=now)
    picture = picture_of(known, frozenset(out), now=now)
    pairs = Pairs(parse_agreement(text) for _, text in list_agreement_texts(bundle))
    roads = load_roads(bundle)
    travel = best_travel_times(roads)
    case = gather_case(
        incident,
        order,
        region=known,
        picture=picture,
        reach=Reach(travel, known),
        agreements=pairs,
        assignments=(),
        requests=(),
        now=now,
        asking=Asking(cover=cover_of(known, picture, incident)),
        counsel=counsel_for(known, roads, travel, pairs, incident),
    )
    names = names_in(known, pairs)
    shown = _shown(case, names)
    shown["jurisdiction"] = incident.jurisdiction_id
    if as_json:
        about = {"region": known.name, "fictional": known.fictional, "attribution": known.attribution}
        typer.echo(json.dumps({**shown, **about}, indent=2))
    else:
        show(shown, known, names)


def _shown(case: Case, names: Mapping[str, str]) -> dict[str, Any]:
    greedy = plan_greedily(case)
    found = plan_exactly(case, greedy, deadline_seconds=PATIENT_SECONDS)
    plan = (found.plan or greedy).to_json()
    for missing in plan["missing"]:
        unit = missing["unit"]
        for reason in unit["reasons"] if unit else ():
            reason["sentence"] = sentence(reason, names, lender=unit["lender"])
    needs = [{"unit_type": need.unit_type.value, "count": need.count} for need in case.order.needs]
    return {
        "status": found.answer.value,
        "needs": needs,
        **plan,
        "closest_first": greedy.to_json()["figures"],
    }


def _order(wanted: Wanted) -> Order:
    staging = point_of(wanted.staging, "--staging") if wanted.staging else None
    if wanted.need or (wanted.needs and wanted.card):
        raise Invalid("--needs", "only one of --need, --needs and --card")
    if wanted.card is None:
        return Order(needs=_needs(wanted.needs), staging=staging)
    return _by_card(wanted.card, wanted.alarm, staging)


def _by_card(path: Path, level: int, staging: Point | None) -> Order:
    order = order_for(read_card(path), level, coming=(), staging=staging)
    if order is None:  # a level always brings somebody
        raise Invalid("--card", "brings nobody")
    return order


def _needs(text: str) -> tuple[Need, ...]:
    found = []
    for part in text.split(","):
        said = _ONE.fullmatch(part)
        kind = _type(said.group(2).lower()) if said else None
        if said is None or kind is None:
            known = ", ".join((*SHORT, *UnitType))
            raise Invalid("--needs", f"COUNTxTYPE with a type of {known}, not {part.strip()!r}")
        found.append(Need(unit_type=kind, count=int(said.group(1))))
    needs = added_up(found)
    if not all(need.count for need in needs) or sum(need.count for need in needs) > MOST_UNITS:
        raise Invalid("--needs", f"1 to {MOST_UNITS} units in all, at least one of each type")
    return needs


def _type(word: str) -> UnitType | None:
    known = word in UnitType.__members__.values()
    return SHORT.get(word) or (UnitType(word) if known else None)
