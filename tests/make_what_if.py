"""Tiny worlds whose answers can be worked out by hand, and a lively one for whole what-ifs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np

from dispatch.agreements.parse import parse_agreement
from dispatch.agreements.terms import Agreement, Clause
from dispatch.model.geo import Point
from dispatch.model.ids import IncidentId, JurisdictionId, UnitId
from dispatch.model.incident import Incident, Need, Priority
from dispatch.model.unit import Unit, UnitType
from dispatch.simulate.calls import EVERYTHING_STATED, PRIORITIES, TYPES, Calls
from dispatch.simulate.scene import Scene, Ways
from dispatch.simulate.whatif.plan import Order

BEGINS = datetime(2026, 6, 1, tzinfo=UTC)
"""A Monday; agreements of ``make_agreement`` are in force."""
HERE = Point(lon=9.5, lat=47.1)
SCENE_SECONDS = 600.0
CHUTE_SECONDS = 60
ALS, BLS = UnitType.ALS_AMBULANCE, UnitType.BLS_AMBULANCE
NAMES = (JurisdictionId("cedar"), JurisdictionId("harlow"))


@dataclass(frozen=True, kw_only=True)
class At:
    """A call at a second of the window."""

    seconds: int
    jurisdiction: str = "harlow"
    priority: Priority = Priority.LOWER_ACUITY
    need: UnitType = ALS
    incident: int | None = None


def make_world(units: Mapping[str, float], *, types: Mapping[str, UnitType] | None = None) -> Scene:
    """One place of calls; each unit (``cedar-1``) waits as many seconds of driving away as it says."""
    ids = sorted(units)
    homes = [JurisdictionId(unit_id.partition("-")[0]) for unit_id in ids]
    away = np.array([units[unit_id] for unit_id in ids], dtype=np.float32)
    fleet = tuple(
        Unit(
            id=UnitId(unit_id),
            call_sign=unit_id,
            jurisdiction_id=home,
            unit_type=(types or {}).get(unit_id, ALS),
        )
        for unit_id, home in zip(ids, homes, strict=True)
    )
    return Scene(
        jurisdictions=NAMES,
        places=(HERE,),
        units=fleet,
        homes=tuple(NAMES.index(home) for home in homes),
        posts=tuple(range(len(ids))),
        stations=(HERE,) * len(ids),
        siren=(1.25,) * len(ids),
        chute_seconds=(float(CHUTE_SECONDS),) * len(ids),
        ways=Ways(
            out=away[:, None],
            hospital=np.array([-1]),
            to_hospital=np.array([600.0], dtype=np.float32),
            home_from_place=away[:, None],
            home_from_hospital=np.empty((len(ids), 0), dtype=np.float32),
        ),
        time_zone="UTC",
    )


def make_calls(*calls: At, begins: datetime = BEGINS) -> Calls:
    """Each stays ``SCENE_SECONDS`` at the scene and transports nobody."""
    rows = sorted(calls, key=lambda call: call.seconds)
    size = len(rows)

    def column(values: Sequence[int]) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
        return np.array(values, dtype=np.int64)

    return Calls(
        begins=begins,
        natures=("Fall",),
        at_seconds=column([row.seconds for row in rows]),
        jurisdiction=column([NAMES.index(JurisdictionId(row.jurisdiction)) for row in rows]),
        place=np.zeros(size, dtype=np.int64),
        priority=column([PRIORITIES.index(row.priority) for row in rows]),
        nature=np.zeros(size, dtype=np.int64),
        need=column([TYPES.index(row.need) for row in rows]),
        incident=column(
            [number if row.incident is None else row.incident for number, row in enumerate(rows)]
        ),
        stated=(EVERYTHING_STATED,) * size,
        scene_seconds=np.full(size, SCENE_SECONDS),
        hospital_seconds=np.zeros(size),
        transported=np.zeros(size, dtype=np.bool_),
    )


LIVELY = """
id: harlow-cedar
title: Harlow / Cedar mutual aid
version: 1
kind: mutual
parties: [harlow, cedar]
directions: [{lender: cedar, borrower: harlow}, {lender: harlow, borrower: cedar}]
effective_from: 2020-01-01T00:00:00Z
effective_to: null
clauses:
  - {id: "2.1", type: unit_types, allow: [als_ambulance]}
  - {id: "3.1", type: reserve_floor, unit_types: [als_ambulance], keep: 1}
  - {id: "3.2", type: daily_cap, at_most: 12}
signatures:
  - {party: harlow, by: "A. Chief", signed_at: 2019-12-01T10:00:00Z}
  - {party: cedar, by: "B. Chief", signed_at: 2019-12-02T10:00:00Z}
"""


def lively_agreement(*, keep: int = 1, version: int = 1) -> Agreement:
    """Harlow and Cedar lend to each other above this floor."""
    text = LIVELY.replace("keep: 1", f"keep: {keep}").replace("version: 1", f"version: {version}")
    return parse_agreement(text)


def lively_order(draft: Agreement, *agreements: Agreement, days: int = 16, seed: int = 7) -> Order:
    """Enough calls that three ambulances a jurisdiction are often all out."""
    return Order(
        draft=draft,
        agreements=agreements or (lively_agreement(),),
        now=datetime(2026, 7, 1, 9, tzinfo=UTC),
        days=days,
        seed=seed,
        calls_per_day=220.0,
    )


def with_clause(agreement: Agreement, clause: Clause) -> Agreement:
    """The same with one more clause."""
    return replace(agreement, clauses=(*agreement.clauses, clause))


def make_incidents(
    count: int, *, until: datetime, every: timedelta = timedelta(minutes=20)
) -> list[Incident]:
    """Recorded ones at Harlow, oldest first, the last ``every`` before ``until``."""
    return [
        Incident(
            id=IncidentId(f"inc-{number}"),
            number=f"26-{number:05}",
            jurisdiction_id=JurisdictionId("harlow"),
            position=Point(lon=0.02 + number % 5 * 0.01, lat=0.04),
            priority=Priority.CRITICAL,
            nature="Cardiac arrest",
            needs=(Need(unit_type=ALS, count=1),),
            opened_at=until - every * (count - number),
        )
        for number in range(count)
    ]
