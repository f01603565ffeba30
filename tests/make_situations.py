"""Neighbourhoods for rollouts: jurisdictions as squares on a plane, straight ways, drawn from a seed."""

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from dispatch.agreements.permit import Permit
from dispatch.agreements.terms import AgreementKind
from dispatch.aid.advice.grid import Grid
from dispatch.aid.advice.options import Advice, Course, Option, Rule, Weighed
from dispatch.aid.advice.situation import NEVER, LendingTable, Situation
from dispatch.model.geo import Point
from dispatch.model.ids import AgreementId, JurisdictionId, UnitId

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
SECONDS_PER_KM = 75.0
"""48 km/h by regular driving, ways a third longer than straight lines included."""


@dataclass(frozen=True)
class Shape:
    """How large a neighbourhood is. ``side_km`` of each jurisdiction; ``busy``: share of units at work."""

    jurisdictions: int = 6
    units: int = 22
    cells_each: int = 16
    posts_each: int = 3
    side_km: float = 7.0
    busy: float = 0.4
    calls_per_unit_hour: float = 0.3


def make_grid(shape: Shape, chance: np.random.Generator) -> Grid:
    """Squares side by side, three in a row."""
    squares = np.array([(number % 3, number // 3) for number in range(shape.jurisdictions)], dtype=np.float64)
    home = np.repeat(np.arange(shape.jurisdictions), shape.cells_each)
    cells = (squares[home] + chance.random((len(home), 2))) * shape.side_km
    of_post = np.repeat(np.arange(shape.jurisdictions), shape.posts_each)
    posts = (squares[of_post] + chance.random((len(of_post), 2))) * shape.side_km
    weight = chance.random(len(home)) + 0.05
    weight /= np.bincount(home, weight)[home]
    hospitals = cells[chance.choice(len(cells), 2, replace=False)]
    return Grid(
        jurisdictions=tuple(JurisdictionId(f"j{number}") for number in range(shape.jurisdictions)),
        cells=tuple(Point(lat=y / 111, lon=x / 111) for x, y in cells.tolist()),
        cell_home=home,
        weight=weight,
        posts=tuple(Point(lat=y / 111, lon=x / 111) for x, y in posts.tolist()),
        out=_seconds(posts, cells),
        between=_seconds(posts, posts),
        siren=1.0 + 0.3 * chance.random(shape.jurisdictions),
        chute_seconds=60.0 + 60.0 * chance.random(shape.jurisdictions),
        hospital_seconds=_seconds(hospitals, cells).min(axis=0),
    )


def _seconds(begin: NDArray[np.float64], end: NDArray[np.float64]) -> NDArray[np.float32]:
    apart = np.linalg.norm(begin[:, None] - end[None, :], axis=2)
    return (apart * SECONDS_PER_KM).astype(np.float32)


def make_situation(seed: int = 1, shape: Shape | None = None, *, grid: Grid | None = None) -> Situation:
    """Some units busy, some lent or standing by elsewhere; agreements that permit most, with floors."""
    shape = shape or Shape()
    chance = np.random.default_rng(seed)
    grid = grid or make_grid(shape, chance)
    count = len(grid.jurisdictions)
    home = np.arange(shape.units) % count
    away = chance.random(shape.units) < 0.1
    serves = np.where(away, chance.integers(0, count, shape.units), home)
    free_in = np.where(chance.random(shape.units) < shape.busy, chance.exponential(1800, shape.units), 0.0)
    free_in[chance.random(shape.units) < 0.05] = np.inf
    per_home = np.bincount(home, minlength=count)
    return Situation(
        now=NOW,
        grid=grid,
        home=home,
        serves=serves,
        post=serves * shape.posts_each + chance.integers(0, shape.posts_each, shape.units),
        level=(chance.random(shape.units) < 0.6).astype(np.int64),
        free_in_seconds=free_in,
        lent=(serves != home) | (chance.random(shape.units) < 0.1),
        calls_per_hour=per_home * shape.calls_per_unit_hour * (0.5 + chance.random(count)),
        priority_share=np.tile([0.25, 0.45, 0.2, 0.1], (count, 1)),
        als_share=0.3 + 0.4 * chance.random(count),
        busy_share=np.full(count, 0.35),
        ledger_hours=np.zeros(count),
        occupancy_seconds=3600.0,
        lending=make_lending(count, chance),
    )


def make_lending(count: int, chance: np.random.Generator) -> LendingTable:
    """Floors of one to three; about one pair in six has no agreement; nobody lends to itself."""
    floor = chance.integers(1, 4, (count, count, 4, 3))
    floor[chance.random((count, count)) < 0.17] = NEVER
    floor[np.arange(count), np.arange(count)] = NEVER
    return LendingTable(floor=floor, asked_seconds=30.0 + 60.0 * chance.random((count, count)))


@dataclass(frozen=True)
class Crew:
    """A unit of a scene: whose it is (row), its level and when it is free."""

    home: int
    level: int = 1
    free_in: float = 0.0
    serves: int | None = None
    lent: bool = False


def make_scene(*units: Crew, apart_seconds: float = 600.0, near_seconds: float = 240.0) -> Situation:
    """Two areas with one cell and one post each, no siren, no chute time, a minute to be asked.

    From a post to its own cell ``near_seconds``, to the other ``apart_seconds``. Floors of one unit.
    """
    own = np.eye(2, dtype=bool)
    out = np.where(own, near_seconds, apart_seconds).astype(np.float32)
    serves = np.array([unit.home if unit.serves is None else unit.serves for unit in units])
    floor = np.ones((2, 2, 4, 3), dtype=np.int64)
    floor[own] = NEVER
    here = (Point(lat=0.0, lon=0.0), Point(lat=0.0, lon=0.1))
    return Situation(
        now=NOW,
        grid=Grid(
            jurisdictions=(JurisdictionId("ashton"), JurisdictionId("brookfield")),
            cells=here,
            cell_home=np.arange(2),
            weight=np.ones(2),
            posts=here,
            out=out,
            between=np.where(own, 0.0, apart_seconds).astype(np.float32),
            siren=np.ones(2),
            chute_seconds=np.zeros(2),
            hospital_seconds=np.full(2, 300.0, dtype=np.float32),
        ),
        home=np.array([unit.home for unit in units]),
        serves=serves,
        post=serves,
        level=np.array([unit.level for unit in units]),
        free_in_seconds=np.array([unit.free_in for unit in units], dtype=np.float64),
        lent=np.array([unit.lent for unit in units]),
        calls_per_hour=np.ones(2),
        priority_share=np.tile([0.25, 0.45, 0.2, 0.1], (2, 1)),
        als_share=np.full(2, 0.5),
        busy_share=np.full(2, 0.35),
        ledger_hours=np.zeros(2),
        occupancy_seconds=3600.0,
        lending=LendingTable(floor=floor, asked_seconds=np.full((2, 2), 60.0)),
    )


def make_permit(agreement: str = "pact", *, call_order: int | None = None) -> Permit:
    """An agreement's yes."""
    return Permit(
        agreement_id=AgreementId(agreement),
        agreement_version=1,
        title="Mutual aid",
        kind=AgreementKind.MUTUAL,
        clauses=(),
        keeps=1,
        floor=0,
        may_decline=True,
        answer_seconds=60,
        automatic=False,
        call_order=call_order,
    )


def make_option(
    name: str,
    home: str,
    *,
    row: int | None,
    eta_seconds: int,
    permit: Permit | None = None,
    free_in_seconds: int = 0,
    in_band: bool = True,
) -> Weighed:
    """An option as ranking gives it; its prices do not count here. A neighbour is asked for a minute."""
    asked = 60 if permit else 0
    return Weighed(
        option=Option(
            unit_id=UnitId(name),
            home=JurisdictionId(home),
            row=row,
            eta_seconds=eta_seconds,
            asked_seconds=asked,
            free_in_seconds=free_in_seconds,
            permit=permit,
        ),
        arrival_seconds=asked + free_in_seconds + eta_seconds,
        lateness=0.0,
        cover_loss=0.0,
        aid_price=0.0,
        ledger_price=0.0,
        crew_price=0.0,
        in_band=in_band,
    )


def advise(*order: Weighed, course: Course | None = None) -> Advice:
    """The first of the order, sent or asked for (or whatever ``course`` says)."""
    if not order:
        return Advice(course=Course.NOBODY, unit_id=None, rule=Rule.NOBODY, order=())
    sent = Course.SEND_OWN if order[0].option.permit is None else Course.ASK
    return Advice(course=course or sent, unit_id=order[0].option.unit_id, rule=Rule.LEAST_COST, order=order)
