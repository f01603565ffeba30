"""The part of the picture that a decision needs: the borrower's units and those of whoever agreed with it.

Agreements come first: who never shared one can neither lend nor is seen live, so that its units need not
be looked at. The few of them whose refusal is worth telling are found by their stations (``posts``).
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from dispatch.agreements.pairs import Pairs
from dispatch.aid.posts import Posts, Sought
from dispatch.live.picture import Picture
from dispatch.live.roster import Roster
from dispatch.model.ids import JurisdictionId, UnitId
from dispatch.model.incident import Incident
from dispatch.model.unit import SATISFIED_BY, UnitType


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbourhood:
    """A part of a picture for one borrower, still, and what is said of the whole.

    ``picture`` belongs to whoever holds this: strangers are added to it. ``roster``, ``counter``, ``units``
    and ``unknown`` are the whole picture's.
    """

    borrower: JurisdictionId
    picture: Picture
    roster: Roster
    counter: int
    units: int
    unknown: int


def neighbourhood_of(
    borrower: JurisdictionId, *, picture: Picture, pairs: Pairs, also: Iterable[UnitId] = ()
) -> Neighbourhood:
    """The rows of the borrower, of every party it ever shared an agreement with, and of ``also``.

    Also of agreements that are over: those refuse with their own reason, and the moment may differ.
    """
    homes = (borrower, *pairs.list_others(borrower))
    found = np.sort(np.concatenate([picture.rows(also), *(picture.rows_of(home) for home in homes)]))
    first = np.ones(len(found), dtype=np.bool_)
    first[1:] = found[1:] != found[:-1]
    return Neighbourhood(
        borrower=borrower,
        picture=picture.part(found[first]),
        roster=picture.roster(),
        counter=picture.counter,
        units=len(picture),
        unknown=picture.unknown,
    )


def add_strangers(
    near: Neighbourhood,
    incident: Incident,
    posts: Posts,
    *,
    need: UnitType,
    at_most: int,
    horizon_seconds: int,
) -> None:
    """Add the strangers whose refusal may be worth telling to the neighbourhood's picture.

    Of them the picture knows only where they wait: no fix, no status.
    """
    picture = near.picture
    sought = Sought(
        incident=incident,
        fitting=SATISFIED_BY[need],
        known=picture.origin[: len(picture)],
        at_most=at_most,
        horizon_seconds=horizon_seconds,
    )
    for origin in posts.nearest(sought).tolist():
        row = picture.add_unit(near.roster.units[origin])
        picture.origin[row] = origin
        picture.registered_at[row] = near.roster.registered_at[origin]
