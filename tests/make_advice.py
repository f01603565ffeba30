"""Small grids, situations and options to weigh."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from hypothesis import strategies as st

from dispatch.agreements.permit import Permit
from dispatch.agreements.terms import AgreementKind
from dispatch.aid.advice.grid import Grid
from dispatch.aid.advice.options import CallFacts, Option
from dispatch.aid.advice.situation import LendingTable, Situation
from dispatch.model.geo import Point
from dispatch.model.ids import AgreementId, JurisdictionId, UnitId
from dispatch.model.incident import Priority
from dispatch.model.jurisdiction import CoverState
from tests.make_live import NOON

NAMES = ("ashton", "brook", "cedar")
CELLS = 3
"""Cells and posts of each jurisdiction, in a row from west to east."""
APART_SECONDS = 200.0
"""From one place to the next; the next jurisdiction's begin where one's end."""


def make_row_grid(names: Sequence[str] = NAMES, *, apart_seconds: float = APART_SECONDS) -> Grid:
    """Jurisdictions side by side on one road, each with three cells and a post in each."""
    count = CELLS * len(names)
    places = tuple(Point(lon=9.0 + 0.01 * n, lat=45.0) for n in range(count))
    apart = np.abs(np.subtract.outer(np.arange(count), np.arange(count))) * apart_seconds
    return Grid(
        jurisdictions=tuple(JurisdictionId(name) for name in names),
        cells=places,
        cell_home=np.repeat(np.arange(len(names)), CELLS),
        weight=np.tile([0.2, 0.5, 0.3], len(names)),
        posts=places,
        out=apart.astype(np.float32),
        between=apart.astype(np.float32),
        siren=np.full(len(names), 1.25),
        chute_seconds=np.full(len(names), 60.0),
        hospital_seconds=np.full(count, 600.0, dtype=np.float32),
    )


GRID = make_row_grid()


def make_situation(
    units: Sequence[tuple[int, int, float]] = (), *, grid: Grid = GRID, level: int = 1, **more: Any
) -> Situation:
    """Units as (home, post, free_in_seconds), rows in the order given; two calls an hour everywhere."""
    count, homes = len(units), len(grid.jurisdictions)
    home = np.array([unit[0] for unit in units], dtype=np.int64)
    given: dict[str, Any] = {
        "now": NOON,
        "grid": grid,
        "home": home,
        "serves": home.copy(),
        "post": np.array([unit[1] for unit in units], dtype=np.int64),
        "level": np.full(count, level, dtype=np.int64),
        "free_in_seconds": np.array([unit[2] for unit in units], dtype=np.float64),
        "lent": np.zeros(count, dtype=np.bool_),
        "calls_per_hour": np.full(homes, 2.0),
        "priority_share": np.tile([0.25, 0.45, 0.15, 0.15], (homes, 1)),
        "als_share": np.full(homes, 0.6),
        "busy_share": np.full(homes, 0.35),
        "ledger_hours": np.zeros(homes),
        "occupancy_seconds": 3600.0,
        "lending": make_lending(homes),
    }
    return Situation(**{**given, **more})


def make_lending(homes: int, *, floor: int = 1, asked_seconds: float = 60.0) -> LendingTable:
    """Everybody lends to everybody, whoever has ``floor`` free."""
    return LendingTable(
        floor=np.full((homes, homes, 4, 3), floor, dtype=np.int64),
        asked_seconds=np.full((homes, homes), asked_seconds),
    )


def make_permit(
    agreement: str = "pact", *, call_order: int | None = None, spares_the_giver: bool = False
) -> Permit:
    return Permit(
        agreement_id=AgreementId(agreement),
        agreement_version=1,
        title=agreement,
        kind=AgreementKind.MUTUAL,
        clauses=(),
        keeps=2,
        floor=1,
        may_decline=True,
        answer_seconds=60,
        automatic=False,
        call_order=call_order,
        spares_the_giver=spares_the_giver,
    )


PERMIT = make_permit()
SPARING = make_permit("sparing", spares_the_giver=True)
"""Of an agreement by which whoever has given more is asked later."""


def own(unit: str, eta_seconds: int, *, row: int | None = None, busy: int = 0, **more: Any) -> Option:
    return Option(
        unit_id=UnitId(unit),
        home=JurisdictionId("ashton"),
        row=row,
        eta_seconds=eta_seconds,
        free_in_seconds=busy,
        **more,
    )


def aid(unit: str, eta_seconds: int, *, row: int | None = None, asked: int = 0, **more: Any) -> Option:
    given: Mapping[str, Any] = {"permit": PERMIT, "home": JurisdictionId("brook"), **more}
    return Option(unit_id=UnitId(unit), row=row, eta_seconds=eta_seconds, asked_seconds=asked, **given)


def make_call(
    priority: Priority = Priority.EMERGENT, *, cover: CoverState = CoverState.AMBER, waited: float = 0.0
) -> CallFacts:
    return CallFacts(
        borrower=JurisdictionId("ashton"),
        priority=priority,
        level=1,
        cell=0,
        waited_seconds=waited,
        cover=cover,
    )


@st.composite
def options_with_situation(draw: st.DrawFn) -> tuple[list[Option], Situation]:
    """Up to ten units, own and neighbours', free and busy, each with its row."""
    count = draw(st.integers(1, 10))
    units, options = [], []
    for row in range(count):
        home = draw(st.integers(0, 2))
        busy = draw(st.sampled_from([0, 0, 0, 60, 300, 900, 3000])) if home == 0 else 0
        units.append((home, draw(st.integers(0, 8)), float(busy)))
        eta_seconds = draw(st.integers(30, 2400))
        name = f"u{row}"
        if home == 0:
            options.append(own(name, eta_seconds, row=row, busy=busy))
        else:
            permit = draw(st.sampled_from([PERMIT, SPARING]))
            lender = JurisdictionId(NAMES[home])
            options.append(aid(name, eta_seconds, row=row, asked=60, permit=permit, home=lender))
    return options, make_situation(units)


calls = st.builds(
    make_call,
    st.sampled_from(Priority),
    cover=st.sampled_from(CoverState),
    waited=st.sampled_from([0.0, 0.0, 120.0, 900.0, 3000.0]),
)
