"""Sentences about cover. Those about permits and refusals are in ``agreements/wording.py``."""

from typing import assert_never

from dispatch.aid.overwhelm import CoverCode, CoverReason


def cover_sentence(reason: CoverReason) -> str:
    """One short English sentence for one reason."""
    figures = reason.figures
    match reason.code:
        case CoverCode.LEVEL_ZERO:
            if not figures["total"]:
                return "Level zero: no ambulance is on duty."
            return f"Level zero: 0 of {_counted(figures['total'], 'ambulance', 'ambulances')} on duty free."
        case CoverCode.PENDING_EXCEEDS_FREE:
            return (
                f"{_counted(figures['pending'], 'call waits', 'calls wait')} for a unit; "
                f"{_counted(figures['free'], 'ambulance is', 'ambulances are')} free."
            )
        case CoverCode.LAST_UNIT:
            return f"The last free ambulance, of {figures['total']} on duty."
        case CoverCode.BELOW_FLOOR:
            is_free = _counted(figures["free"], "ambulance is", "ambulances are")
            return f"{is_free} free; the floor is {figures['floor']}."
        case _ as never:
            assert_never(never)


def _counted(count: int, one: str, many: str) -> str:
    return f"{count or 'no'} {one if count == 1 else many}"
