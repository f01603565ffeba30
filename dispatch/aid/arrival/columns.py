"""How long each of a fleet's units takes, as columns; ``estimate`` says the same of one, with its parts."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from dispatch.aid.arrival.corrections import Corrections
from dispatch.aid.eta import NO_ETA, whole_seconds
from dispatch.aid.snap_bank import BoolArray
from dispatch.live.picture import TYPE_CODE, Picture
from dispatch.model.incident import Incident
from dispatch.model.region import Region
from dispatch.model.unit import UnitType
from dispatch.routing.travel import FloatArray, IntArray

_AIR_CODE: Final = TYPE_CODE[UnitType.AIR_ROTOR]


@dataclass(frozen=True, slots=True)
class Profile:
    """What each row's driving becomes an arrival by.

    ``siren`` divides its travel; ``chute_seconds`` is 0 for a crew that is in its vehicle; ``factor`` is what
    was learned of both together, 1 where nothing was.
    """

    siren: FloatArray
    chute_seconds: IntArray
    factor: FloatArray

    def arrivals(self, rows: IntArray, travel_seconds: FloatArray) -> IntArray:
        """From being sent to the arrival, whole; never earlier for a longer way. ``NO_ETA`` for ``inf``."""
        whole = whole_seconds(travel_seconds + self.chute_seconds[rows])
        known = whole != NO_ETA
        whole[known] = np.rint(whole[known] * self.factor[rows][known]).astype(np.int64)
        return whole


def profile_of(
    incident: Incident,
    region: Region,
    picture: Picture,
    *,
    rolling: BoolArray,
    live: BoolArray,
    corrections: Corrections,
) -> Profile:
    """The rows' profile for one incident. ``rolling``: whose crew is in its vehicle.

    ``live``: whose own position may be used; of nobody else anything was learned.
    """
    count, homes = len(picture), picture.jurisdictions
    home, flying = picture.home[:count], picture.unit_type[:count] == _AIR_CODE
    agencies = [region.jurisdictions[jurisdiction_id].agency for jurisdiction_id in homes]
    siren = np.ones(count)
    if incident.priority.is_emergent:
        siren = np.array([agency.siren_factor for agency in agencies], dtype=np.float64)[home]
        siren[flying] = 1.0  # nobody gives way in the air
    chute_seconds = np.array([agency.chute_seconds for agency in agencies], dtype=np.int64)[home]
    chute_seconds[rolling] = 0
    found = [corrections.find(lender=lender, borrower=incident.jurisdiction_id) for lender in homes]
    factors = np.array([one.factor if one else 1.0 for one in found], dtype=np.float64)
    factor = factors[home]
    factor[flying | ~live] = 1.0  # what was learned was learned of roads
    return Profile(siren=siren, chute_seconds=chute_seconds, factor=factor)
