"""Which courses are open for a call, so that they can be played: one's own, one of each lender, waiting."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from dispatch.agreements.permit import Permit
from dispatch.aid.advice.options import Advice, CallFacts, Course, Weighed
from dispatch.aid.advice.practice import Practice
from dispatch.aid.advice.rollout import Kind, Opening
from dispatch.model.ids import AgreementId, JurisdictionId, UnitId

LENDERS_AT_MOST: Final = 5
"""The nearest ones: each further one costs as much time as the first and is a worse bet."""

Key = tuple[Course, UnitId]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCourse:
    """A course that can be played: who is sent or waited for, and with what the future then begins."""

    course: Course
    weighed: Weighed
    opening: Opening

    @property
    def key(self) -> Key:
        """What tells courses apart."""
        return self.course, self.weighed.option.unit_id


def list_courses(call: CallFacts, advice: Advice, practice: Practice) -> list[OpenCourse]:
    """The best own unit, the nearest of each lender, the own one that is soonest free, and what is advised.

    Lenders within the band only, and in an agreement's order of call only the first. Waiting only as long as
    the priority allows. A unit that takes no part in cover has no row, and no future to play it in.
    """
    left = practice.targets[call.priority].hold_seconds - call.waited_seconds
    playable = sorted((one for one in advice.order if one.option.row is not None), key=_soonest)
    own = [one for one in playable if not _is_aid(one) and _is_free(one)]
    aid = [one for one in _first_called(playable) if one.in_band]
    busy = [one for one in playable if not _is_aid(one) and 0 < one.option.free_in_seconds <= left]
    advised = [one for one in playable if one.option.unit_id == advice.unit_id]
    courses = [_send(one) for one in (*own[:1], *_nearest_of_each_lender(aid))]
    if advice.course is Course.HOLD:
        courses += [_hold(one, left) for one in advised]
    else:
        courses += [_hold(one, left) for one in busy[:1]] + [_send(one) for one in advised]
    return list({one.key: one for one in courses}.values())


def find_plain(advice: Advice) -> Key | None:
    """Plain closest eligible: the closest free own unit, else the neighbour's that is there first."""
    free = sorted((one for one in advice.order if _is_free(one)), key=_soonest)
    own = [one for one in free if not _is_aid(one)]
    first = (own or _first_called(free))[:1]
    return (first[0].course, first[0].option.unit_id) if first else None


def _first_called(options: Sequence[Weighed]) -> list[Weighed]:
    """Free neighbours' units; of an agreement with an order of call those of whoever is called first."""
    aid = [(one, one.option.permit) for one in options if one.option.permit is not None and _is_free(one)]
    first: dict[AgreementId, tuple[bool, int]] = {}
    for _, permit in aid:
        first[permit.agreement_id] = min(first.get(permit.agreement_id, _turn(permit)), _turn(permit))
    return [one for one, permit in aid if _turn(permit) == first[permit.agreement_id]]


def _turn(permit: Permit) -> tuple[bool, int]:
    return permit.call_order is None, permit.call_order or 0


def _nearest_of_each_lender(aid: Iterable[Weighed]) -> list[Weighed]:
    nearest: dict[JurisdictionId, Weighed] = {}
    for one in aid:
        nearest.setdefault(one.option.home, one)
    return list(nearest.values())[:LENDERS_AT_MOST]


def _send(weighed: Weighed) -> OpenCourse:
    option = weighed.option
    opening = Opening(
        kind=Kind.SEND,
        row=-1 if option.row is None else option.row,
        asked_seconds=option.asked_seconds,
        eta_seconds=option.eta_seconds,
    )
    return OpenCourse(course=weighed.course, weighed=weighed, opening=opening)


def _hold(weighed: Weighed, seconds: float) -> OpenCourse:
    opening = Opening(kind=Kind.HOLD, seconds=max(seconds, 0.0))
    return OpenCourse(course=Course.HOLD, weighed=weighed, opening=opening)


def _is_aid(weighed: Weighed) -> bool:
    return weighed.option.permit is not None


def _is_free(weighed: Weighed) -> bool:
    return weighed.option.free_in_seconds <= 0


def _soonest(weighed: Weighed) -> tuple[int, UnitId]:
    return weighed.arrival_seconds, weighed.option.unit_id
