"""Whole trials: every policy under every seed, on as many processes as one likes.

The smallest piece of work is one policy under one seed (``Piece``); its answer is a value that can be
written down, so that a long evaluation can be interrupted and go on where it was.
"""

from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from dispatch.agreements.terms import Agreement
from dispatch.aid.advice.practice import DEFAULT_PRACTICE, Practice
from dispatch.model.errors import Invalid
from dispatch.model.region import Region
from dispatch.routing.graph import RoadGraph
from dispatch.simulate.places import list_places
from dispatch.simulate.processes import each_on_processes
from dispatch.simulate.trial.audit import Audit
from dispatch.simulate.trial.books import Breach
from dispatch.simulate.trial.calls import Pattern, draw_calls, make_forecast, make_pattern
from dispatch.simulate.trial.conditions import USUAL, Conditions
from dispatch.simulate.trial.engine import Trial
from dispatch.simulate.trial.lives import find_broken
from dispatch.simulate.trial.measure import WARM_UP_DAYS, Measured, Share, measure
from dispatch.simulate.trial.policies import POLICIES, Known, for_workers, make_policy
from dispatch.simulate.trial.terrain import Terrain, make_terrain

Progress = Callable[[int, int], None]
"""Is told how many of how many pieces are done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything that a worker needs for any piece."""

    region: Region
    terrain: Terrain
    pattern: Pattern
    agreements: tuple[Agreement, ...]
    conditions: Conditions
    practice: Practice
    begins: datetime
    days: int
    load: float


class Piece(NamedTuple):
    """One policy under one seed."""

    policy: str
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What became of one piece. ``breaches`` by kind, with the first few in words."""

    piece: Piece
    measured: Measured
    calls: int
    decisions: int
    loans_judged: int
    calls_compared: int
    breaches: dict[str, Breach]

    def to_json(self) -> dict[str, Any]:
        """As a line that ``from_json`` reads."""
        return {
            "policy": self.piece.policy,
            "seed": self.piece.seed,
            "calls": self.calls,
            "decisions": self.decisions,
            "loans_judged": self.loans_judged,
            "calls_compared": self.calls_compared,
            "breaches": {
                name: {"count": each.count, "examples": each.examples} for name, each in self.breaches.items()
            },
            "figures": dict(self.measured.figures),
            "shares": [share.to_json() for share in self.measured.shares],
        }

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> "Found":
        """What ``to_json`` wrote."""
        return cls(
            piece=Piece(row["policy"], row["seed"]),
            measured=Measured(
                figures=row["figures"], shares=tuple(Share(**share) for share in row["shares"])
            ),
            calls=row["calls"],
            decisions=row["decisions"],
            loans_judged=row["loans_judged"],
            calls_compared=row["calls_compared"],
            breaches={name: Breach(**each) for name, each in row["breaches"].items()},
        )


def make_plan(
    region: Region,
    roads: RoadGraph | None,
    agreements: Sequence[Agreement],
    *,
    begins: datetime,
    days: int,
    load: float = 1.0,
    conditions: Conditions = USUAL,
    practice: Practice = DEFAULT_PRACTICE,
) -> Plan:
    """The plan for a region. Raises ``Invalid`` for one without roads, places, ambulances or calls."""
    if roads is None:
        raise Invalid("region", "has no roads: there is no place that calls could come from")
    terrain = make_terrain(region, roads, list_places(region, roads))
    return Plan(
        region=region,
        terrain=terrain,
        pattern=make_pattern(region, terrain, load=load),
        agreements=tuple(agreements),
        conditions=conditions,
        practice=for_workers(practice),
        begins=begins,
        days=days,
        load=load,
    )


def require_known(policies: Iterable[str]) -> tuple[str, ...]:
    """The same names, each once. Raises ``Invalid`` naming one that is no policy."""
    names = tuple(dict.fromkeys(policies))
    for name in names:
        if name not in POLICIES:
            raise Invalid("policies", f"{name!r} is none of {', '.join(POLICIES)}")
    if not names:
        raise Invalid("policies", f"name at least one of {', '.join(POLICIES)}")
    return names


def play(plan: Plan, piece: Piece) -> Found:
    """One policy under one seed, with its audit."""
    calls = draw_calls(
        plan.pattern,
        plan.terrain,
        plan.conditions,
        begins=plan.begins,
        days=plan.days + WARM_UP_DAYS,
        seed=piece.seed,
    )
    forecast = make_forecast(plan.pattern, plan.terrain, plan.conditions, seed=piece.seed)
    known = Known(region=plan.region, forecast=forecast, practice=plan.practice, seed=piece.seed)
    policy = make_policy(piece.policy, known)
    audit = Audit(plan.agreements, policy, practice=plan.practice)
    trial = Trial(
        plan.terrain,
        calls,
        plan.agreements,
        policy,
        conditions=plan.conditions,
        practice=plan.practice,
        watcher=audit,
    )
    books = trial.run()
    broken = find_broken(plan.terrain.scene, trial.rows, books, begins=plan.begins)
    return Found(
        piece=piece,
        measured=measure(plan.terrain, calls, books, plan.conditions, plan.practice, days=plan.days),
        calls=len(calls),
        decisions=books.decisions,
        loans_judged=audit.loans_judged,
        calls_compared=audit.calls_compared,
        breaches={
            "terms": audit.terms,
            "not_fastest": audit.fastest,
            "lent_on": audit.onward,
            "impossible": broken,
        },
    )


def play_all(
    plan: Plan,
    pieces: Sequence[Piece],
    *,
    processes: int = 1,
    progress: Progress = lambda done, total: None,
) -> dict[Piece, Found]:
    """All pieces, in the order given, whatever the number of processes."""
    found: dict[Piece, Found] = {}
    progress(0, len(pieces))
    with closing(play_each(plan, pieces, processes=processes)) as played:
        for each in played:
            found[each.piece] = each
            progress(len(found), len(pieces))
    return {piece: found[piece] for piece in pieces}


def play_each(plan: Plan, pieces: Sequence[Piece], *, processes: int = 1) -> Generator[Found, None, None]:
    """The pieces as they are done. Closed early, it waits for nobody."""
    with closing(each_on_processes(play, plan, pieces, processes=processes)) as played:
        for _, found in played:
            yield found
