"""A neighbourhood's units against one incident, as columns: who fits, who is free, who arrives when.

What is true of a row without asking anybody is computed here at once; travel times are asked for rows that
could be among the nearest, agreements once per lender and unit type. No loop runs over the units.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from dispatch.agreements.pairs import Pairs
from dispatch.agreements.permit import Permit
from dispatch.agreements.question import Loans
from dispatch.aid.arrival.columns import profile_of
from dispatch.aid.arrival.corrections import Correction
from dispatch.aid.crew_columns import spent_rows
from dispatch.aid.eta import NO_ETA
from dispatch.aid.lending import NOBODY_ASKS, Agreements, Asking, Lending, lending_for
from dispatch.aid.loans import Commitments, free_rows, list_loans, with_posts
from dispatch.aid.reach import Reach
from dispatch.aid.search import Search
from dispatch.aid.snap_bank import BoolArray
from dispatch.live.picture import TYPE_BY_CODE, TYPE_CODE, Picture, has_code
from dispatch.model.geo import Point
from dispatch.model.ids import JurisdictionId, UnitId
from dispatch.model.incident import Incident
from dispatch.model.region import Region
from dispatch.model.unit import SATISFIED_BY, UnitType
from dispatch.routing.travel import FloatArray, IntArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """Columns with one entry per row of a neighbourhood's picture.

    ``reached`` finds arrival times as they are asked for: its columns hold for the rows that ``nearest`` or
    ``within`` answered, and for those that ``reached.ask`` was called with. ``fits``: the type meets the
    need. ``free``: could be sent right now.
    """

    picture: Picture
    need: UnitType
    commitments: Commitments
    lending: Lending
    asking: Asking
    reached: Search
    age_seconds: FloatArray
    freshness_codes: IntArray
    own: BoolArray
    fits: BoolArray
    free: BoolArray

    @property
    def eta_seconds(self) -> IntArray:
        """From being sent to the arrival, with all that was learned; ``NO_ETA`` also where nobody asked."""
        return self.reached.eta_seconds

    @property
    def travel_seconds(self) -> FloatArray:
        """Driving, with the siren where the priority asks for it; ``inf`` also where nobody asked."""
        return self.reached.travel_seconds

    def correction_of(self, lender: JurisdictionId) -> Correction | None:
        """What the lender's arrivals here are corrected by."""
        return self.asking.corrections.find(lender=lender, borrower=self.lending.call.borrower)

    def nearest(self, chosen: BoolArray, at_most: int, *, within_seconds: int = NO_ETA) -> list[int]:
        """The first ``at_most`` chosen rows by ETA, then unit id: a total order, and exact."""
        return self.reached.nearest(chosen, at_most, within_seconds=within_seconds).rows

    def rested(self, chosen: BoolArray) -> BoolArray:
        """Which of the chosen rows, whose times are known, have a crew that may still be lent for this call.

        Asked about neighbours' units only: at home a crew works as its own agency will.
        """
        priority, now = self.lending.call.priority, self.lending.now
        stands_by = self.commitments.stands_by
        out_seconds = np.zeros(len(self.picture))
        for unit_id, standby in stands_by.items():
            out_seconds[self.picture.rows([unit_id])] = (now - standby.lent_since).total_seconds()
        return chosen & ~spent_rows(
            self.picture,
            self.asking.crews,
            self.eta_seconds,
            priority=priority,
            now=now,
            is_out=rows_mask(self.picture, stands_by),
            out_seconds=out_seconds,
        )

    def permitted(self, chosen: BoolArray) -> BoolArray:
        """Which of the chosen rows are neighbours' that are free, fit, and may come.

        The agreements are asked once per lender and unit type, and only about chosen rows.
        """
        return _permitted(self.picture, self.lending, chosen & ~self.own & self.fits & self.free)


def take_survey(
    incident: Incident,
    *,
    need: UnitType,
    region: Region,
    picture: Picture,
    reach: Reach,
    agreements: Agreements,
    commitments: Commitments,
    now: datetime,
    asking: Asking = NOBODY_ASKS,
    target: Point | None = None,
) -> Survey:
    """Look at every unit of a picture (best: of a neighbourhood's) for one incident.

    ``target``: where the units drive to, where that is not the incident itself (a staging point). What
    agreements say of places stays about the incident.
    """
    count = len(picture)
    home, types = picture.home[:count], picture.unit_type[:count]
    at_liberty = free_rows(picture, commitments)
    own = mask_of(count, picture.rows_of(incident.jurisdiction_id))
    free = mask_of(count, at_liberty) | rows_mask(picture, commitments.stands_by)
    pairs = agreements if isinstance(agreements, Pairs) else Pairs(agreements)
    loans = loans_in(picture, commitments, at_liberty, incident, pairs, region)
    lending = lending_for(
        incident, agreements=pairs, loans=loans, now=now, asking=asking, post_of=region.home_of
    )
    related = np.array([j in lending.partners for j in picture.jurisdictions], dtype=np.bool_)
    # Whoever shares no agreement with us does not share live positions either: the station must do.
    live, there = own | related[home], target or incident.position
    search = _search(incident, region, picture, reach, asking, live=live, target=there, now=now)
    return Survey(
        picture=picture,
        need=need,
        commitments=commitments,
        lending=lending,
        asking=asking,
        reached=search,
        age_seconds=picture.age_seconds(now),
        freshness_codes=picture.freshness_codes(now),
        own=own,
        fits=has_code(types, (TYPE_CODE[unit_type] for unit_type in SATISFIED_BY[need])),
        free=free,
    )


def rows_mask(picture: Picture, unit_ids: Iterable[UnitId]) -> BoolArray:
    """True in the rows of these units."""
    return mask_of(len(picture), picture.rows(unit_ids))


def mask_of(count: int, rows: Sequence[int] | IntArray) -> BoolArray:
    """True in these rows of ``count``."""
    mask = np.zeros(count, dtype=np.bool_)
    mask[rows] = True
    return mask


def _search(
    incident: Incident,
    region: Region,
    picture: Picture,
    reach: Reach,
    asking: Asking,
    *,
    live: BoolArray,
    target: Point,
    now: datetime,
) -> Search:
    located = reach.locate(picture, now, live=live, standbys=asking.standbys, target=target)
    profile = profile_of(
        incident, region, picture, rolling=located.rolling, live=live, corrections=asking.corrections
    )
    return Search(picture, reach, target=target, located=located, profile=profile)


def loans_in(
    picture: Picture,
    commitments: Commitments,
    at_liberty: IntArray,
    incident: Incident,
    pairs: Pairs,
    region: Region,
) -> Mapping[JurisdictionId, Loans]:
    """What counts against each lender's reserve; ``at_liberty``: the picture's ``free_rows``."""
    loans = dict(list_loans(picture, commitments, at_liberty, incident_id=incident.id))
    placed = [lender for lender in loans if pairs.has_area_floor(lender)]
    if placed:
        free = mask_of(len(picture), at_liberty)
        for lender in placed:
            rows = picture.rows_of(lender)
            units = [picture.units[row] for row in np.asarray(rows)[free[rows]].tolist()]
            loans[lender] = with_posts(loans[lender], units, region.home_of)
    return loans


def _permitted(picture: Picture, lending: Lending, asked: BoolArray) -> BoolArray:
    types = len(TYPE_BY_CODE)
    cell = picture.home[: len(picture)] * types + picture.unit_type[: len(picture)]
    lent_before = rows_mask(picture, lending.stands_by)
    rows = np.flatnonzero(asked & ~lent_before)
    cells, first = np.unique(cell[rows], return_index=True)
    allowed = np.zeros(len(picture.jurisdictions) * types, dtype=np.bool_)
    particular = np.zeros(len(allowed), dtype=np.bool_)
    for pair, row in zip(cells.tolist(), rows[first].tolist(), strict=True):
        if lending.is_particular(picture.jurisdictions[pair // types]):
            particular[pair] = True
        else:
            allowed[pair] = isinstance(lending.answer(picture.units[row]), Permit)
    permitted: BoolArray = asked & ~lent_before & allowed[cell]
    # Where crews or posts count, each unit has an answer of its own; so has one that was lent before.
    alone = asked & (particular[cell] | lent_before)
    for row in np.flatnonzero(alone).tolist():
        permitted[row] = isinstance(lending.answer(picture.units[row]), Permit)
    return permitted
