"""Tiny worlds for trials: a few units, one place of calls for each jurisdiction, and luck that is given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from dispatch.agreements.permit import Permit
from dispatch.agreements.terms import Agreement
from dispatch.aid.advice.grid import Grid
from dispatch.model.incident import Priority
from dispatch.model.unit import UnitType
from dispatch.simulate.calls import Calls
from dispatch.simulate.trial.audit import Audit
from dispatch.simulate.trial.books import Books
from dispatch.simulate.trial.calls import ANSWERS, TrialCalls
from dispatch.simulate.trial.conditions import KIND, Conditions
from dispatch.simulate.trial.desk import Desk
from dispatch.simulate.trial.engine import Trial
from dispatch.simulate.trial.policy import Choice, Move, Policy
from dispatch.simulate.trial.terrain import Terrain
from tests.make_what_if import At, make_calls, make_world

YES = 0.99
"""A draw at which every neighbour agrees."""


def make_terrain(units: Mapping[str, float], *, types: Mapping[str, UnitType] | None = None) -> Terrain:
    """Each unit (``cedar-1``) waits so many seconds away from the one place, and as far from every post."""
    scene = make_world(units, types=types)
    away = np.array([units[unit.id] for unit in scene.units], dtype=np.float32)
    posts = len(scene.units)
    grid = Grid(
        jurisdictions=scene.jurisdictions,
        cells=(scene.places[0],) * 2,
        cell_home=np.array([0, 1]),
        weight=np.ones(2),
        posts=scene.stations,
        out=np.repeat(away[:, None], 2, axis=1),
        between=np.abs(away[:, None] - away[None, :]),
        siren=np.full(2, 1.25),
        chute_seconds=np.full(2, 60.0),
        hospital_seconds=np.full(2, 600.0, dtype=np.float32),
    )
    return Terrain(
        scene=scene,
        grid=grid,
        places=(np.array([0]), np.array([0])),
        cell_of=np.array([1]),
        under_way=np.vstack((np.zeros((2, 1)), away[:posts, None])).astype(np.float32),
        hospitals=0,
    )


def at_the_scene(terrain: Terrain) -> Terrain:
    """The same without any way to drive, and no chute time: only service takes time."""
    scene = terrain.scene
    ways = replace(
        scene.ways,
        out=scene.ways.out * 0,
        home_from_place=scene.ways.home_from_place * 0,
        to_hospital=scene.ways.to_hospital * 0,
    )
    still = replace(scene, ways=ways, chute_seconds=(0.0,) * len(scene.units))
    return replace(terrain, scene=still, under_way=terrain.under_way * 0)


def as_trial(
    calls: Calls,
    *,
    answers: float = YES,
    true: Sequence[int] | None = None,
    late_seconds: float = 0.0,
) -> TrialCalls:
    """Calls with everybody's answers at one draw."""
    return TrialCalls(
        calls=calls,
        true_priority=calls.priority if true is None else np.array(true),
        answers=np.full((len(calls), ANSWERS), answers),
        report_seconds=np.full(len(calls), late_seconds),
    )


def play(
    terrain: Terrain,
    policy: Policy,
    *calls: At,
    agreements: Sequence[Agreement] = (),
    conditions: Conditions = KIND,
    answers: float = YES,
    late_seconds: float = 0.0,
) -> tuple[Books, Audit]:
    """The books of these calls, and the audit that watched."""
    audit = Audit(agreements, policy)
    drawn = as_trial(make_calls(*calls), answers=answers, late_seconds=late_seconds)
    trial = Trial(terrain, drawn, agreements, policy, conditions=conditions, watcher=audit)
    return trial.run(), audit


def sent(terrain: Terrain, books: Books) -> list[tuple[str | None, int]]:
    """Of each call, who came and after how many seconds."""
    return [
        (terrain.scene.units[unit].id if unit >= 0 else None, round(seconds))
        for unit, seconds in zip(books.unit.tolist(), books.arrival_seconds.tolist(), strict=True)
    ]


CRITICAL = Priority.CRITICAL


@dataclass(kw_only=True)
class Told:
    """A policy that sends whom it is told to, call by call; then nobody. What a cheat would look like."""

    units: Sequence[int]
    permit: Permit | None = None
    moved: Sequence[Move] = ()
    name: str = "told"
    keeps_agreements: bool = True
    drops_boundaries: bool = True
    moves: bool = False
    request_seconds: int | None = None
    told: int = field(default=0)

    def choose(self, row: int, at: float, desk: Desk) -> Choice:
        if self.told >= len(self.units):
            return Choice(None)
        unit = self.units[self.told]
        self.told += 1
        return Choice(unit, self.permit)

    def list_moves(self, borrower: int, at: float, desk: Desk) -> Sequence[Move]:
        moves, self.moved = self.moved, ()
        return moves
