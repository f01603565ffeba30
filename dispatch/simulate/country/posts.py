"""Agencies, stations, hospitals and the fleet: who waits where with what."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely

from dispatch.model.unit import UnitType
from dispatch.simulate.country import plan
from dispatch.simulate.country.limits import Limit
from dispatch.simulate.country.plane import Array
from dispatch.simulate.country.road import RANK, Road, degrees, rounded

TIME_ZONE: Final = "America/New_York"


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """An agency and its fleet. ``fleet`` has one entry per station: letters of the units that wait there.

    M is an ALS ambulance, A a BLS ambulance, C critical care, S a supervisor, R an ALS rapid
    responder without a stretcher, B a multi-patient vehicle. ``posts`` are places that a station must
    be near; the others spread out by themselves.
    """

    id: str
    name: str
    kind: str
    agency: str
    telephone: str
    siren_factor: float
    chute_seconds: int
    population: int
    number: int
    fleet: tuple[str, ...]
    posts: tuple[plan.Xy, ...] = ()


SERVICES: Final = (
    Service(
        id="marlow",
        name="City of Port Marlow",
        kind="city",
        agency="Port Marlow Bureau of Emergency Medical Services",
        telephone="+1 555 0110",
        siren_factor=1.22,
        chute_seconds=55,
        population=81_400,
        number=1,
        fleet=("MMS", "MM", "MA", "MC", "MA", "MM", "MAR", "MA", "MAB"),
        posts=((1.9, -0.4), (1.5, -4.4), (-2.0, -0.6)),
    ),
    Service(
        id="harlow",
        name="Borough of Harlow",
        kind="borough",
        agency="Harlow Borough Ambulance Department",
        telephone="+1 555 0121",
        siren_factor=1.18,
        chute_seconds=60,
        population=17_900,
        number=2,
        fleet=("MM", "MA"),
        posts=((-6.7, -0.6), (-5.0, 0.4)),
    ),
    Service(
        id="cedar",
        name="Borough of Cedar Fen",
        kind="borough",
        agency="Cedar Fen Ambulance Association",
        telephone="+1 555 0132",
        siren_factor=1.18,
        chute_seconds=65,
        population=16_300,
        number=3,
        fleet=("MMS", "MA", "MA"),
        posts=((-11.4, 2.0), (-9.6, 0.8)),
    ),
    Service(
        id="dunmere",
        name="Borough of Dunmere",
        kind="borough",
        agency="Dunmere Hook & Litter Company",
        telephone="+1 555 0143",
        siren_factor=1.15,
        chute_seconds=75,
        population=14_200,
        number=4,
        fleet=("MMA", "M"),
        posts=((-5.4, 4.6),),
    ),
    Service(
        id="norrick",
        name="Norrick Hill Township",
        kind="township",
        agency="Norrick Hill Rescue Squad",
        telephone="+1 555 0154",
        siren_factor=1.15,
        chute_seconds=85,
        population=11_800,
        number=5,
        fleet=("MA", "MA"),
        posts=((0.4, 6.3), (-1.2, 4.4)),
    ),
    Service(
        id="emberton",
        name="City of Emberton",
        kind="city",
        agency="Emberton Department of Rescue Services",
        telephone="+1 555 0165",
        siren_factor=1.2,
        chute_seconds=60,
        population=19_600,
        number=6,
        fleet=("MMS", "MAR", "MA"),
        posts=((9.9, 3.2),),
    ),
    Service(
        id="pellam",
        name="Pellam Ferry Township",
        kind="township",
        agency="Pellam Ferry Volunteer Ambulance Corps",
        telephone="+1 555 0176",
        siren_factor=1.14,
        chute_seconds=100,
        population=9_700,
        number=7,
        fleet=("MA", "M"),
        posts=((-6.6, -4.2), (-6.2, -6.4)),
    ),
    Service(
        id="quillford",
        name="Quillford Township",
        kind="township",
        agency="Quillford Community Ambulance",
        telephone="+1 555 0181",
        siren_factor=1.12,
        chute_seconds=110,
        population=7_300,
        number=8,
        fleet=("MA", "M"),
        posts=((-15.0, -2.8), (-10.6, -1.9)),
    ),
    Service(
        id="tarn",
        name="Tarn Lake Township",
        kind="township",
        agency="Tarn Lake First Aid & Rescue",
        telephone="+1 555 0187",
        siren_factor=1.12,
        chute_seconds=115,
        population=8_400,
        number=9,
        fleet=("MA", "MR"),
        posts=((11.8, 8.9),),
    ),
    Service(
        id="sallow",
        name="Sallow Township",
        kind="township",
        agency="Sallow Township Ambulance League",
        telephone="+1 555 0193",
        siren_factor=1.12,
        chute_seconds=120,
        population=8_800,
        number=10,
        fleet=("MA", "A"),
        posts=((5.4, -9.6),),
    ),
    Service(
        id="county",
        name="Marlow County (remainder)",
        kind="county",
        agency="Marlow County Emergency Medical Services",
        telephone="+1 555 0100",
        siren_factor=1.25,
        chute_seconds=50,
        population=15_200,
        number=11,
        fleet=("MCS", "MA", "MA", "MR", "M", "MA"),
        posts=((-15.6, 4.9), (-13.9, 8.9), (15.2, -8.6), (-2.8, -10.4), (16.2, 0.5), (-6.5, 11.0)),
    ),
)

HOSPITALS: Final[tuple[tuple[str, str, plan.Xy], ...]] = (
    ("port-marlow-general", "Port Marlow General Hospital", (3.1, 0.9)),
    ("wendle-valley-medical-center", "Wendle Valley Medical Center", (2.3, -5.4)),
    ("emberton-memorial", "Emberton Memorial Hospital", (10.9, 4.0)),
    ("cedar-fen-community", "Cedar Fen Community Hospital", (-11.0, 3.1)),
)

LETTERS: Final = {
    "M": UnitType.ALS_AMBULANCE,
    "A": UnitType.BLS_AMBULANCE,
    "C": UnitType.CRITICAL_CARE_AMBULANCE,
    "S": UnitType.SUPERVISOR,
    "R": UnitType.ALS_NONTRANSPORT,
    "B": UnitType.MULTI_PATIENT,
}
CAPABILITIES: Final[Mapping[UnitType, tuple[str, ...]]] = {
    UnitType.ALS_AMBULANCE: ("12_lead", "advanced_airway"),
    UnitType.BLS_AMBULANCE: ("aed",),
    UnitType.CRITICAL_CARE_AMBULANCE: ("12_lead", "advanced_airway", "infusion_pumps", "ventilator"),
    UnitType.SUPERVISOR: ("command",),
    UnitType.ALS_NONTRANSPORT: ("12_lead", "advanced_airway"),
    UnitType.MULTI_PATIENT: ("aed", "seats_12"),
}
EXTRAS: Final = ("bariatric", "four_wheel_drive", "neonatal", "power_stretcher", "water_rescue")


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A station or hospital on the plane."""

    id: str
    name: str
    at: Array
    jurisdiction_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetRow:
    """One row of ``units.csv``."""

    id: str
    call_sign: str
    jurisdiction_id: str
    unit_type: str
    station_id: str
    capabilities: str


class Corners:
    """Street corners where a building may stand: beside a junction of ordinary roads."""

    def __init__(self, roads: list[Road], keep_out: shapely.Geometry) -> None:
        plain = [r for r in roads if RANK[r.kind] >= RANK["primary"] and not r.bridge]
        places = sorted(place for place, degree in degrees(plain).items() if degree >= 3)
        points = np.array(places, dtype=np.float64) / 100.0
        shapely.prepare(keep_out)
        self.points = points[~shapely.contains_xy(keep_out, points[:, 0], points[:, 1])]

    def nearest(self, at: Array, within: shapely.Geometry) -> Array:
        """The corner nearest to a place, 30 m off the junction, well inside ``within``."""
        core = within.buffer(-220.0)
        shapely.prepare(core)
        open_points = self.points[shapely.contains_xy(core, self.points[:, 0], self.points[:, 1])]
        best = open_points[int(np.argmin(np.hypot(*(open_points - at).T)))]
        return rounded(best + np.array([22.0, 20.0]))

    def farthest(self, taken: list[Array], within: shapely.Geometry, centre: Array) -> Array:
        """The corner farthest from all that are taken, but not out in the country."""
        core = within.buffer(-220.0)
        shapely.prepare(core)
        open_points = self.points[shapely.contains_xy(core, self.points[:, 0], self.points[:, 1])]
        gap = np.min([np.hypot(*(open_points - t).T) for t in taken], axis=0)
        out = np.hypot(*(open_points - centre).T)
        best = open_points[int(np.argmax(np.minimum(gap, 2600.0) - 0.35 * out))]
        return rounded(best + np.array([22.0, 20.0]))


def place_stations(corners: Corners, limits: dict[str, Limit]) -> list[Post]:
    """Stations in the order of ``SERVICES``, each at a street corner inside its own jurisdiction."""
    out: list[Post] = []
    for service in SERVICES:
        area = limits[service.id].plane
        mine: list[Array] = []
        centre = np.array(service.posts[0]) * plan.KM
        for i in range(len(service.fleet)):
            if i < len(service.posts):
                at = corners.nearest(np.array(service.posts[i]) * plan.KM, area)
            else:
                at = corners.farthest(mine, area, centre)
            mine.append(at)
            number = service.number * 10 + i + 1
            out.append(
                Post(
                    id=f"{service.id}-{number}",
                    name=_station_name(service, number),
                    at=at,
                    jurisdiction_id=service.id,
                )
            )
    return out


def _station_name(service: Service, number: int) -> str:
    short = {
        "marlow": "Port Marlow",
        "cedar": "Cedar Fen",
        "norrick": "Norrick Hill",
        "pellam": "Pellam Ferry",
        "tarn": "Tarn Lake",
    }
    return f"{short.get(service.id, service.id.capitalize())} Station {number}"


def man_units(rng: np.random.Generator) -> list[FleetRow]:
    """The fleet, in the order of ``SERVICES``. Call signs are letter and number, unique in the region."""
    rows = []
    for service in SERVICES:
        for i, letters in enumerate(service.fleet):
            station = service.number * 10 + i + 1
            for k, letter in enumerate(letters):
                call_sign = f"{letter}{station}{k + 1}"
                unit_type = LETTERS[letter]
                extra = (
                    [EXTRAS[int(rng.integers(len(EXTRAS)))]] if letter in "MA" and rng.random() < 0.3 else []
                )
                rows.append(
                    FleetRow(
                        id=f"{service.id}-{call_sign.lower()}",
                        call_sign=call_sign,
                        jurisdiction_id=service.id,
                        unit_type=unit_type.value,
                        station_id=f"{service.id}-{station}",
                        capabilities=";".join(sorted([*CAPABILITIES[unit_type], *extra])),
                    )
                )
    return rows
