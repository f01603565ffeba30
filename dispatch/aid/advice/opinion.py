"""A second opinion on an advice: every course that is open is played in the same simulated futures.

Never about life-threatening calls: there the fastest goes, and nothing is to be thought over. Where the
futures could not be played the opinion is plain closest eligible, and says so: the closest own unit, or where
none is free the neighbour's that is there first. Where they cannot tell, what is advised stands.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import numpy as np

from dispatch.aid.advice.courses import Key, OpenCourse, find_plain, list_courses
from dispatch.aid.advice.futures import Futures, draw_futures
from dispatch.aid.advice.grid import Floats
from dispatch.aid.advice.options import Advice, CallFacts, Course, Rule
from dispatch.aid.advice.players import find_player
from dispatch.aid.advice.practice import Practice, RolloutRules
from dispatch.aid.advice.rollout import Opening, Player, Stakes
from dispatch.aid.advice.situation import Situation
from dispatch.model.ids import JurisdictionId, UnitId
from dispatch.model.incident import Priority

BATCH: Final = 20
"""Futures between two looks at the clock."""
LEAST_FUTURES: Final = 20

Clock = Callable[[], float]
"""Seconds from some fixed moment, as ``time.monotonic`` counts them."""


class Because(StrEnum):
    """Why there are figures, or none."""

    COMPARED = "compared"
    LIFE_THREATENING = "life_threatening"
    NO_AMBULANCE = "no_ambulance"
    """No ambulance meets what the call needs, so cover says nothing about it."""
    NO_CHOICE = "no_choice"
    """There is one course at most."""


class Fallback(StrEnum):
    """Why no course is favoured: the opinion is plain closest, or what is advised where undecided."""

    DEADLINE = "deadline"
    """Time ran out before enough futures were played."""
    ERROR = "error"
    TOO_FEW_FUTURES = "too_few_futures"
    """The agency has fewer played than can tell anything."""
    UNDECIDED = "undecided"
    """Another course is better than the advised one, but not by more than chance may do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CoursePlayed:
    """What one course costs in the mean of all futures, in weighted late calls within the horizon.

    ``unit_id``: who is sent, or waited for. ``difference`` to the advised course, future by future (more
    than 0: costs more), with its standard error; both 0 for the advised one itself. Where what is advised
    cannot be played, the difference is to the first course.
    """

    course: Course
    unit_id: UnitId
    home: JurisdictionId
    mean: float
    difference: float
    standard_error: float

    def to_json(self) -> dict[str, Any]:
        """The course as a row, figures to four places."""
        return {
            "course": self.course.value,
            "unit": self.unit_id,
            "home": self.home,
            "mean": round(self.mean, 4),
            "difference": round(self.difference, 4),
            "standard_error": round(self.standard_error, 4),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What the futures say, beside what was advised.

    ``course`` and ``unit_id``: the opinion, None where there is none. ``agrees`` with the advice; None where
    nothing was compared. ``fallback``: why no course is favoured. ``futures`` and
    ``horizon_seconds`` that were played; ``seed`` draws the same ones again.
    """

    because: Because
    course: Course | None = None
    unit_id: UnitId | None = None
    agrees: bool | None = None
    fallback: Fallback | None = None
    courses: tuple[CoursePlayed, ...] = ()
    futures: int = 0
    horizon_seconds: float = 0.0
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outlook:
    """What an advice was given on: all that is needed to think it over."""

    call: CallFacts
    advice: Advice
    situation: Situation
    practice: Practice


def compare_courses(
    call: CallFacts,
    advice: Advice,
    situation: Situation,
    practice: Practice,
    *,
    seed: int,
    clock: Clock | None = None,
    kernel: bool = True,
) -> Opinion:
    """Plays the best own unit, the nearest of each lender, holding the call, and what is advised.

    With a ``clock`` until the agency's deadline, in batches; without one all futures. ``kernel`` False, or
    a missing numba, plays in plain Python.
    """
    if call.priority is Priority.CRITICAL:
        return Opinion(because=Because.LIFE_THREATENING)
    if call.level is None:
        return Opinion(because=Because.NO_AMBULANCE)
    courses = list_courses(call, advice, practice)
    if len(courses) < 2:
        return Opinion(because=Because.NO_CHOICE)
    rules, elapsed = practice.rollouts, since_now(clock)
    futures = draw_by(rules, situation, call=call, seed=seed)
    player = find_player(kernel)(situation, futures, Stakes.of(practice))
    openings = [one.opening for one in courses]
    scores = play_out(player, openings, len(futures), rules.deadline_seconds, elapsed)
    failure = find_failure(scores, rules)
    if failure is not None:
        return fall_back(advice, failure, seed=seed)
    advised = _advised(advice)
    chosen, doubt = _conclude(courses, scores, advice, rules)
    return Opinion(
        because=Because.COMPARED,
        course=chosen[0],
        unit_id=chosen[1],
        agrees=chosen == advised,
        fallback=doubt,
        courses=_describe(courses, scores, advised),
        futures=scores.shape[1],
        horizon_seconds=futures.horizon_seconds,
        seed=seed,
    )


def fall_back(advice: Advice, fallback: Fallback, *, seed: int = 0) -> Opinion:
    """Plain closest eligible, because nothing better is known."""
    course, unit_id = find_plain(advice) or (Course.NOBODY, None)
    return Opinion(because=Because.COMPARED, course=course, unit_id=unit_id, fallback=fallback, seed=seed)


def follow(advice: Advice, opinion: Opinion) -> Advice:
    """The advice as the opinion would have it; unchanged where there is none or it agrees.

    ``Rule.ROLLOUT`` where the futures decided, ``Rule.PLAIN`` where on doubt it is plain closest.
    """
    chosen = [one for one in advice.order if one.option.unit_id == opinion.unit_id]
    if opinion.course is None or not chosen or (opinion.course, opinion.unit_id) == _advised(advice):
        return advice
    rest = [one for one in advice.order if one is not chosen[0]]
    figures: dict[str, int | float | str] = {"futures": opinion.futures}
    if opinion.fallback is not None:
        figures["fallback"] = opinion.fallback.value
    return Advice(
        course=opinion.course,
        unit_id=opinion.unit_id,
        rule=Rule.ROLLOUT if opinion.fallback is None else Rule.PLAIN,
        order=(*chosen, *rest),
        figures=figures,
    )


def _advised(advice: Advice) -> Key | None:
    return None if advice.unit_id is None else (advice.course, advice.unit_id)


def draw_by(rules: RolloutRules, situation: Situation, *, call: CallFacts | None, seed: int) -> Futures:
    """As many futures, as far, as the agency has played."""
    horizon_seconds = rules.horizon.total_seconds()
    return draw_futures(situation, call=call, count=rules.futures, horizon_seconds=horizon_seconds, seed=seed)


def since_now(clock: Clock | None) -> Clock | None:
    """The same clock, from 0 at this moment."""
    if clock is None:
        return None
    began = clock()
    return lambda: clock() - began


def play_out(
    player: Player, openings: Sequence[Opening], count: int, deadline_seconds: float, clock: Clock | None
) -> Floats:
    """Scores (courses, futures played), in batches until the deadline; without a clock all at once.

    A batch that the deadline falls into is left out for all courses.
    """
    if clock is None:
        return np.array([player.play(opening, begin=0, end=count) for opening in openings])
    batches = [np.empty((len(openings), 0))]
    for begin in range(0, count, BATCH):
        scores = []
        for opening in openings:
            if clock() >= deadline_seconds:
                return np.concatenate(batches, axis=1)
            scores.append(player.play(opening, begin=begin, end=min(begin + BATCH, count)))
        batches.append(np.array(scores))
    return np.concatenate(batches, axis=1)


def find_failure(scores: Floats, rules: RolloutRules) -> Fallback | None:
    """Why these scores tell nothing, if so."""
    played = scores.shape[1]
    if played < min(LEAST_FUTURES, rules.futures):
        return Fallback.DEADLINE
    if played < LEAST_FUTURES:
        return Fallback.TOO_FEW_FUTURES
    return None if np.isfinite(scores).all() else Fallback.ERROR


def differ(scores: Floats, than: Floats) -> tuple[float, float]:
    """The mean difference future by future, and its standard error."""
    difference = scores - than
    return float(difference.mean()), float(difference.std(ddof=1) / math.sqrt(len(difference)))


def _conclude(
    courses: Sequence[OpenCourse], scores: Floats, advice: Advice, rules: RolloutRules
) -> tuple[Key, Fallback | None]:
    """The course of the least mean, where it is surely better than what is advised."""
    best = _choose(courses, scores.mean(axis=1), rules)
    keys = [one.key for one in courses]
    stands = _advised(advice)
    if stands not in keys:  # it has no future to be played in
        stands = find_plain(advice)
    if stands is None or stands not in keys or stands == keys[best]:
        return keys[best], None
    gain, error = differ(scores[keys.index(stands)], scores[best])
    if gain > rules.sure_errors * error:
        return keys[best], None
    return stands, Fallback.UNDECIDED


def _choose(courses: Sequence[OpenCourse], means: Floats, rules: RolloutRules) -> int:
    """The least mean; waiting only where it is better by the margin."""
    margin = [rules.hold_margin if one.course is Course.HOLD else 0.0 for one in courses]
    return int((means + margin).argmin())


def _describe(courses: Sequence[OpenCourse], scores: Floats, advised: Key | None) -> tuple[CoursePlayed, ...]:
    keys = [one.key for one in courses]
    than = scores[keys.index(advised)] if advised in keys else scores[0]
    played = []
    for one, of_course in zip(courses, scores, strict=True):
        difference, error = differ(of_course, than)
        played.append(
            CoursePlayed(
                course=one.course,
                unit_id=one.weighed.option.unit_id,
                home=one.weighed.option.home,
                mean=float(of_course.mean()),
                difference=difference,
                standard_error=error,
            )
        )
    return tuple(played)
