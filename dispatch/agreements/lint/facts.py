"""What the linter has to know of the region: places, fleets and the words that calls are described with."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

from shapely.geometry.base import BaseGeometry

from dispatch.agreements.question import LentUnit
from dispatch.model.ids import JurisdictionId
from dispatch.model.region import Region
from dispatch.model.unit import SATISFIED_BY, UnitType

USUAL_NEEDS: Final = (UnitType.ALS_AMBULANCE, UnitType.BLS_AMBULANCE)
"""What every region's calls ask for, where no pattern of calls says more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One jurisdiction: its name, and its area in WGS84 where it is known."""

    name: str
    area: BaseGeometry | None = None


@dataclass(frozen=True, kw_only=True)
class RegionFacts:
    """A still picture of the region.

    ``fleets``: every unit of each jurisdiction as the clauses see it, with the post where it waits; a
    jurisdiction that is missing here has a fleet that nobody told us, and is taken at its word.
    ``natures``: the incident natures that callers' desks use; empty where unknown. ``needs``: the unit
    types that the region's calls ask for.
    """

    time_zone: str
    places: Mapping[JurisdictionId, Place]
    fleets: Mapping[JurisdictionId, tuple[LentUnit, ...]] = field(default_factory=dict)
    natures: tuple[str, ...] = ()
    needs: tuple[UnitType, ...] = USUAL_NEEDS

    @cached_property
    def held(self) -> Mapping[JurisdictionId, Mapping[UnitType, int]]:
        """How many units of each type a known fleet has."""
        counted: dict[JurisdictionId, dict[UnitType, int]] = {place: {} for place in self.fleets}
        for place, units in self.fleets.items():
            for unit in units:
                counted[place][unit.unit_type] = counted[place].get(unit.unit_type, 0) + 1
        return counted

    @cached_property
    def certifications(self) -> frozenset[str]:
        """What somebody aboard some unit of the region holds."""
        return frozenset().union(*(unit.certifications for units in self.fleets.values() for unit in units))

    @property
    def names(self) -> Mapping[str, str]:
        """What people call each jurisdiction."""
        return {place_id: place.name for place_id, place in self.places.items()}

    def only(self, whose: Collection[JurisdictionId]) -> "RegionFacts":
        """The same without the fleets of others: what one side may be told."""
        return replace(self, fleets={who: units for who, units in self.fleets.items() if who in whose})


def facts_of(region: Region) -> RegionFacts:
    """The facts of a region in force. A region without any unit has no known fleets."""
    fleets: dict[JurisdictionId, list[LentUnit]] = defaultdict(list)
    for unit in region.units.values():
        fleets[unit.jurisdiction_id].append(
            LentUnit(
                unit_type=unit.unit_type,
                certifications=unit.capabilities,
                crew_size=unit.crew_size,
                nims_type=unit.nims_type,
                post=region.home_of(unit),
            )
        )
    natures, needs = _said_of_calls(region.calls)
    return RegionFacts(
        time_zone=region.time_zone,
        places={key: Place(name=one.name, area=one.area) for key, one in region.jurisdictions.items()},
        fleets={key: tuple(fleets[key]) for key in region.jurisdictions} if region.units else {},
        natures=natures,
        needs=needs,
    )


def _said_of_calls(calls: Mapping[str, object]) -> tuple[tuple[str, ...], tuple[UnitType, ...]]:
    said = calls.get("natures")
    rows = [row for row in said if isinstance(row, dict)] if isinstance(said, list | tuple) else []
    natures = tuple(dict.fromkeys(str(row["name"]) for row in rows if row.get("name")))
    asked = {str(row.get("need")) for row in rows}
    needs = tuple(kind for kind in UnitType if kind.value in asked or kind in USUAL_NEEDS)
    return natures, needs


def meets(need: UnitType, unit: LentUnit) -> bool:
    """Whether the unit can stand in for what is needed."""
    return unit.unit_type in SATISFIED_BY[need]
