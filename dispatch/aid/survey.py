"""The whole fleet against one incident, as columns: who fits, who is free, who arrives when.

Everything that is true of a row without asking an agreement is computed here at once; the agreements
are asked once per lender and unit type. No loop runs over the fleet.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np

from dispatch.agreements.pairs import Pairs
from dispatch.agreements.permit import Permit
from dispatch.agreements.question import Loans
from dispatch.aid.lending import NOBODY_ASKS, Agreements, Asking, Lending, lending_for
from dispatch.aid.loans import Commitments, free_rows, list_loans, with_posts
from dispatch.aid.reach import BoolArray, Reach, Reached
from dispatch.live.picture import TYPE_BY_CODE, TYPE_CODE, Picture
from dispatch.model.ids import JurisdictionId, UnitId
from dispatch.model.incident import Incident
from dispatch.model.region import Region
from dispatch.model.unit import SATISFIED_BY, UnitType
from dispatch.routing.travel import FloatArray, IntArray

NO_ETA: Final = np.iinfo(np.int64).max
"""Stands in the ``eta_seconds`` column where there is none, and sorts behind every other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """Columns with one entry per row of the picture.

    ``travel_seconds`` is driving with the siren where the priority asks for it; ``eta_seconds`` adds the
    chute time and is whole. ``fits``: the type meets the need. ``free``: could be sent right now.
    """

    picture: Picture
    need: UnitType
    commitments: Commitments
    lending: Lending
    reached: Reached
    travel_seconds: FloatArray
    eta_seconds: IntArray
    age_seconds: FloatArray
    freshness_codes: IntArray
    own: BoolArray
    fits: BoolArray
    free: BoolArray
    permitted: BoolArray
    """Only computed for neighbours' rows that are free and fit; false elsewhere."""

    def nearest(self, chosen: BoolArray, at_most: int, *, eta_seconds: IntArray | None = None) -> list[int]:
        """The first ``at_most`` chosen rows by ETA, then unit id: a total order, and exact."""
        eta = self.eta_seconds if eta_seconds is None else eta_seconds
        rows = np.flatnonzero(chosen)
        if at_most < 1:
            return []
        if len(rows) > at_most:
            # Ties at the limit stay in, so that the unit id decides between them and not the row.
            limit = np.partition(eta[rows], at_most - 1)[at_most - 1]
            rows = rows[eta[rows] <= limit]
        units = self.picture.units
        return sorted(rows.tolist(), key=lambda row: (int(eta[row]), units[row].id))[:at_most]


def take_survey(
    incident: Incident,
    *,
    need: UnitType,
    region: Region,
    reach: Reach,
    agreements: Agreements,
    commitments: Commitments,
    now: datetime,
    asking: Asking = NOBODY_ASKS,
) -> Survey:
    """Look at every unit of the reach's picture for one incident."""
    picture, count = reach.picture, len(reach.picture)
    home, types = picture.home[:count], picture.unit_type[:count]
    at_liberty = free_rows(picture, commitments)
    free, own = _mask(count, at_liberty), _mask(count, picture.rows_of(incident.jurisdiction_id))
    pairs = agreements if isinstance(agreements, Pairs) else Pairs(agreements)
    loans = _loans(picture, commitments, at_liberty, incident, pairs, region)
    lending = lending_for(
        incident, agreements=pairs, loans=loans, now=now, asking=asking, post_of=region.home_of
    )
    related = np.array([j in lending.partners for j in picture.jurisdictions], dtype=np.bool_)
    # Whoever shares no agreement with us does not share live positions either: the station must do.
    reached = reach.to_target(incident.position, now, live=own | related[home])
    travel_seconds, eta_seconds = _times(incident, region, picture, reached)
    fits = np.isin(types, [TYPE_CODE[unit_type] for unit_type in SATISFIED_BY[need]])
    return Survey(
        picture=picture,
        need=need,
        commitments=commitments,
        lending=lending,
        reached=reached,
        travel_seconds=travel_seconds,
        eta_seconds=eta_seconds,
        age_seconds=picture.age_seconds(now),
        freshness_codes=picture.freshness_codes(now),
        own=own,
        fits=fits,
        free=free,
        permitted=_permitted(picture, lending, ~own & fits & free),
    )


def rows_mask(picture: Picture, unit_ids: Iterable[UnitId]) -> BoolArray:
    """True in the rows of these units."""
    return _mask(len(picture), picture.rows(unit_ids))


def _mask(count: int, rows: Sequence[int] | IntArray) -> BoolArray:
    mask = np.zeros(count, dtype=np.bool_)
    mask[rows] = True
    return mask


def _times(
    incident: Incident, region: Region, picture: Picture, reached: Reached
) -> tuple[FloatArray, IntArray]:
    agencies = [region.jurisdictions[jurisdiction_id].agency for jurisdiction_id in picture.jurisdictions]
    home, types = picture.home[: len(picture)], picture.unit_type[: len(picture)]
    chute = np.array([agency.chute_seconds for agency in agencies], dtype=np.float64)[home]
    travel_seconds = reached.seconds
    if incident.priority.is_emergent:
        siren = np.array([agency.siren_factor for agency in agencies], dtype=np.float64)[home]
        siren[types == TYPE_CODE[UnitType.AIR_ROTOR]] = 1.0  # nobody gives way in the air
        travel_seconds = travel_seconds / siren
    eta_seconds = np.full(len(picture), NO_ETA, dtype=np.int64)
    known = np.isfinite(travel_seconds)
    eta_seconds[known] = np.rint(travel_seconds[known] + chute[known]).astype(np.int64)
    return travel_seconds, eta_seconds


def _loans(
    picture: Picture,
    commitments: Commitments,
    at_liberty: IntArray,
    incident: Incident,
    pairs: Pairs,
    region: Region,
) -> Mapping[JurisdictionId, Loans]:
    loans = dict(list_loans(picture, commitments, at_liberty, incident_id=incident.id))
    placed = [lender for lender in loans if pairs.has_area_floor(lender)]
    if placed:
        free = _mask(len(picture), at_liberty)
        for lender in placed:
            rows = picture.rows_of(lender)
            units = [picture.units[row] for row in np.asarray(rows)[free[rows]].tolist()]
            loans[lender] = with_posts(loans[lender], units, region.home_of)
    return loans


def _permitted(picture: Picture, lending: Lending, asked: BoolArray) -> BoolArray:
    types = len(TYPE_BY_CODE)
    cell = picture.home[: len(picture)] * types + picture.unit_type[: len(picture)]
    rows = np.flatnonzero(asked)
    cells, first = np.unique(cell[rows], return_index=True)
    allowed = np.zeros(len(picture.jurisdictions) * types, dtype=np.bool_)
    particular = []
    for pair, row in zip(cells.tolist(), rows[first].tolist(), strict=True):
        if lending.is_particular(picture.jurisdictions[pair // types]):
            particular.append(pair)
        else:
            allowed[pair] = isinstance(lending.answer(picture.units[row]), Permit)
    permitted: BoolArray = asked & allowed[cell]
    # Where crews or posts count, each unit has an answer of its own.
    for row in rows[np.isin(cell[rows], particular)].tolist():
        permitted[row] = isinstance(lending.answer(picture.units[row]), Permit)
    return permitted
