"""Which refusals are news: of the units that may not come, the few nearest."""

from typing import Final

from dispatch.aid.snap_bank import BoolArray
from dispatch.aid.survey import Survey, mask_of

MOST_REFUSALS: Final = 15


def list_nearest_refused(survey: Survey, passed_over: BoolArray, horizon_seconds: int) -> list[int]:
    """The neighbours' rows worth a reason: all near ones, and far ones that only their place rules out.

    Units of a type that meets the need come first: a dispatcher asks why *those* do not come, and a
    fleet's other vehicles at the same stations would crowd them out.
    """
    refused = ~survey.own & ~passed_over
    found = survey.nearest(refused & survey.fits, MOST_REFUSALS, within_seconds=horizon_seconds)
    found += _nearest_too_far(survey, refused, MOST_REFUSALS - len(found), horizon_seconds)
    others = MOST_REFUSALS - len(found)
    return found + survey.nearest(refused & ~survey.fits, others, within_seconds=horizon_seconds)


def _nearest_too_far(survey: Survey, refused: BoolArray, at_most: int, horizon_seconds: int) -> list[int]:
    """Those that might come but for the way; agreements are asked about the nearest only."""
    reached = survey.reached
    late = (reached.least_seconds > horizon_seconds) | (
        reached.asked & (reached.eta_seconds > horizon_seconds)
    )
    late &= refused & survey.fits & survey.free
    count = 4 * at_most  # some may not come for other reasons, too
    while count > 0:
        rows = survey.nearest(late, count)
        may_come = survey.permitted(mask_of(len(late), rows))
        found = [row for row in rows if may_come[row]]
        if len(found) >= at_most or len(rows) < count:
            return found[:at_most]
        count *= 4
    return []
