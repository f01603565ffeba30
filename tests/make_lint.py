"""Twelve fictional parties for the linter: their facts, their clean agreements, and faults to plant in them.

``fleets.csv`` says what each has, ``clean`` what they agreed, ``faults.yaml`` how to spoil that: each
fault edits files and names the findings that it must lead to, and no others.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from shapely.geometry import box

from dispatch.agreements.lint.facts import Place, RegionFacts
from dispatch.agreements.parse import parse_agreement
from dispatch.agreements.question import LentUnit
from dispatch.agreements.terms import Agreement
from dispatch.model.geo import Point
from dispatch.model.ids import JurisdictionId
from dispatch.model.unit import UnitType

HERE = Path(__file__).parent / "agreements" / "lint"
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
NATURES = ("Cardiac arrest", "Fall", "Stroke signs", "Interfacility transfer")
PARTIES: tuple[JurisdictionId, ...] = tuple(
    JurisdictionId(name)
    for name in (
        *("alder", "birch", "cedar", "dogwood", "elm", "fir"),
        *("gorse", "hazel", "ivy", "juniper", "larch", "maple"),
    )
)


@dataclass(frozen=True)
class Expected:
    """Where a finding must be: ``agreement`` None for one about a jurisdiction."""

    code: str
    agreement: str | None
    path: str


@dataclass(frozen=True)
class Fault:
    """``edits``: file, text that is there once, text that takes its place."""

    name: str
    edits: tuple[tuple[str, str, str], ...]
    finds: tuple[Expected, ...]


def make_facts() -> RegionFacts:
    """Squares of 0.1 degree, four in a row; every unit waits in the middle of its own."""
    corners = {name: (-80 + place % 4 * 0.1, 40 + place // 4 * 0.1) for place, name in enumerate(PARTIES)}
    fleets: dict[JurisdictionId, tuple[LentUnit, ...]] = {}
    with (HERE / "fleets.csv").open(newline="") as rows:
        for row in csv.DictReader(rows):
            name = JurisdictionId(row["jurisdiction"])
            west, south = corners[name]
            unit = LentUnit(
                unit_type=UnitType(row["unit_type"]),
                certifications=frozenset(row["certifications"].split(";")),
                crew_size=int(row["crew_size"]),
                nims_type=int(row["nims_type"]),
                post=Point(lon=west + 0.05, lat=south + 0.05),
            )
            fleets[name] = fleets.get(name, ()) + (unit,) * int(row["count"])
    return RegionFacts(
        time_zone="America/New_York",
        places={
            name: Place(name=name.capitalize(), area=box(west, south, west + 0.1, south + 0.1))
            for name, (west, south) in corners.items()
        },
        fleets=fleets,
        natures=NATURES,
    )


def read_clean() -> dict[str, str]:
    return {path.name: path.read_text() for path in sorted((HERE / "clean").glob("*.yaml"))}


def read_faults(name: str = "faults.yaml") -> list[Fault]:
    rows: list[dict[str, Any]] = yaml.safe_load((HERE / name).read_text())
    return [
        Fault(
            row["fault"],
            tuple((edit["file"], edit["find"], edit["put"]) for edit in row["edits"]),
            tuple(Expected(find["code"], find.get("agreement"), find["path"]) for find in row["finds"]),
        )
        for row in rows
    ]


def plant(faults: Iterable[Fault], clean: Mapping[str, str]) -> list[Agreement]:
    """The agreements with these faults in them; an edit that finds nothing is a mistake of the table."""
    texts = dict(clean)
    for fault in faults:
        for file, find, put in fault.edits:
            assert texts[file].count(find) == 1, (fault.name, file, find)
            texts[file] = texts[file].replace(find, put)
    return [_parse(text) for text in texts.values()]


_parse = lru_cache(maxsize=200)(parse_agreement)
