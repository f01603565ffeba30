"""Scenes for the trial engine that hold just what a referee assumes: one jurisdiction, times as given."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np

from dispatch.aid.advice.grid import Floats, Grid, Rows
from dispatch.model.geo import Point
from dispatch.model.ids import JurisdictionId, UnitId
from dispatch.model.incident import Priority
from dispatch.model.unit import Unit, UnitType
from dispatch.simulate.calls import EVERYTHING_STATED, PRIORITIES, TYPES, Calls
from dispatch.simulate.scene import Scene, Ways
from dispatch.simulate.trial.books import Books
from dispatch.simulate.trial.calls import ANSWERS, TrialCalls
from dispatch.simulate.trial.conditions import KIND
from dispatch.simulate.trial.engine import Trial
from dispatch.simulate.trial.policy import Policy
from dispatch.simulate.trial.terrain import Terrain

HERE = Point(lon=5.1, lat=52.1)
TOWN = JurisdictionId("town")
BEGINS = datetime(2026, 1, 1, tzinfo=UTC)
ALS = UnitType.ALS_AMBULANCE
LOST, FOR_EVER = 0, 10**9


@dataclass(frozen=True, kw_only=True)
class Hospitals:
    """``to`` and ``out`` (hospitals, places), ``home`` (posts, hospitals): seconds."""

    to: Floats
    out: Floats
    home: Floats


def make_stage(
    out: Floats,
    *,
    units: Rows | None = None,
    home: Floats | None = None,
    between: Floats | None = None,
    hospitals: Hospitals | None = None,
    weight: Floats | None = None,
) -> Terrain:
    """``out`` (posts, places): seconds, without chute time or siren. ``units``: each one's post.

    ``home`` (posts, places) and ``between`` (places, places) are the ways back and from there to the next
    call; without them units are back at once. Every place is a cell of ``weight``; without it there is one.
    """
    posts, places = out.shape
    units = np.arange(posts) if units is None else units
    cells = np.arange(1 if weight is None else places)
    share = np.ones(1) if weight is None else weight
    none = np.zeros((0, places))
    sources = (
        none if hospitals is None else hospitals.out,
        np.zeros((1, places)) if between is None else between,
    )
    return Terrain(
        scene=_scene(units, places, _ways(out, home, hospitals)),
        grid=_grid(out[:, cells], share),
        places=(np.arange(places),),
        cell_of=np.zeros(places, np.int64) if weight is None else cells,
        under_way=np.vstack((*sources, out)).astype(np.float32),
        hospitals=0 if hospitals is None else len(hospitals.out),
    )


def make_calls(
    at_seconds: Floats,
    scene_seconds: Floats,
    *,
    place: Rows | None = None,
    hospital_seconds: Floats | None = None,
    transported: Rows | None = None,
    priority: Rows | None = None,
) -> TrialCalls:
    """Calls in order of time; each from the place of its own number where nothing is said."""
    size = len(at_seconds)
    nothing = np.zeros(size, dtype=np.int64)
    first = nothing + PRIORITIES.index(Priority.CRITICAL) if priority is None else priority
    calls = Calls(
        begins=BEGINS,
        natures=("a call",),
        at_seconds=np.floor(at_seconds).astype(np.int64),
        jurisdiction=nothing,
        place=np.arange(size) if place is None else place,
        priority=first,
        nature=nothing,
        need=nothing + TYPES.index(ALS),
        incident=np.arange(size),
        stated=(EVERYTHING_STATED,) * size,
        scene_seconds=scene_seconds,
        hospital_seconds=nothing.astype(float) if hospital_seconds is None else hospital_seconds,
        transported=nothing > 0 if transported is None else transported,
    )
    return TrialCalls(
        calls=calls,
        true_priority=first,
        answers=np.ones((size, ANSWERS)),
        report_seconds=nothing.astype(float),
    )


def draw_evenly(chance: np.random.Generator, size: int) -> Floats:
    """Uniform draws, one out of each ``size``-th part, shuffled: their mean is right, their order is chance.

    A latin hypercube sample for long runs, whose figures are then steadier than of independent draws.
    """
    drawn: Floats = (chance.permutation(size) + chance.random(size)) / size
    return drawn


def exponential(drawn: Floats, mean: float) -> Floats:
    """The quantiles."""
    found: Floats = -np.log1p(-drawn) * mean
    return found


def play(terrain: Terrain, calls: TrialCalls, policy: Policy, *, longest_wait_seconds: int) -> Books:
    """The trial engine as it is, in a kind world. A call waits at most so long: ``LOST`` or ``FOR_EVER``."""
    conditions = replace(KIND, longest_wait_seconds=longest_wait_seconds)
    return Trial(terrain, calls, (), policy, conditions=conditions).run()


def state_shares(books: Books, units: int, *, until: float) -> Floats:
    """(2^units,): the share of time up to ``until`` in which exactly the units of the bit set are busy."""
    spells = [(s.unit, s.mission.sent, s.mission.clear) for s in books.sent if s.mission.sent < until]
    unit, begins, ends = (np.array(column) for column in zip(*spells, strict=True))
    at = np.concatenate((begins, np.minimum(ends, until)))
    change = np.concatenate((1 << unit, -(1 << unit)))
    order = np.lexsort((change, at))  # at one moment, whoever has done first
    state = np.cumsum(change[order])
    lasts = np.diff(np.append(at[order], until))
    shares: Floats = np.bincount(state, weights=lasts, minlength=2**units) / until
    shares[0] += at[order][0] / until
    return shares


def dispatch_shares(books: Books, area: Rows, units: int, areas: int) -> Floats:
    """(units, areas): of all calls that somebody went to, who went where."""
    served = books.unit >= 0
    pairs = books.unit[served] * areas + area[served]
    shares: Floats = np.bincount(pairs, minlength=units * areas).reshape(units, areas) / served.sum()
    return shares


def workloads(books: Books, units: int, *, until: float) -> Floats:
    """(units,): busy share of time up to ``until``."""
    states = state_shares(books, units, until=until)
    busy = (np.arange(2**units)[:, None] >> np.arange(units)) & 1
    found: Floats = states @ busy
    return found


def _scene(units: Rows, places: int, ways: Ways) -> Scene:
    fleet = tuple(
        Unit(id=UnitId(f"u-{row:02}"), call_sign=f"{row}", jurisdiction_id=TOWN, unit_type=ALS)
        for row in range(len(units))
    )
    return Scene(
        jurisdictions=(TOWN,),
        places=(HERE,) * places,
        units=fleet,
        homes=(0,) * len(fleet),
        posts=tuple(units.tolist()),
        stations=(HERE,) * len(fleet),
        siren=(1.0,) * len(fleet),
        chute_seconds=(0.0,) * len(fleet),
        ways=ways,
        time_zone="UTC",
    )


def _ways(out: Floats, home: Floats | None, hospitals: Hospitals | None) -> Ways:
    posts, places = out.shape
    nearest = np.full(places, -1) if hospitals is None else hospitals.to.argmin(axis=0)
    return Ways(
        out=out.astype(np.float32),
        hospital=nearest.astype(np.int64),
        to_hospital=(np.zeros(places) if hospitals is None else hospitals.to.min(axis=0)).astype(np.float32),
        home_from_place=(np.zeros_like(out) if home is None else home).astype(np.float32),
        home_from_hospital=(np.zeros((posts, 0)) if hospitals is None else hospitals.home).astype(np.float32),
    )


def _grid(out: Floats, weight: Floats) -> Grid:
    posts, cells = out.shape
    return Grid(
        jurisdictions=(TOWN,),
        cells=(HERE,) * cells,
        cell_home=np.zeros(cells, dtype=np.int64),
        weight=weight,
        posts=(HERE,) * posts,
        out=out.astype(np.float32),
        between=np.zeros((posts, posts), dtype=np.float32),
        siren=np.ones(1),
        chute_seconds=np.zeros(1),
        hospital_seconds=np.zeros(cells, dtype=np.float32),
    )
