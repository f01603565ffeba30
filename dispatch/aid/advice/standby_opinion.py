"""Whether a move to stand by pays, by simulated futures: with the move and without it, all else the same.

On any doubt the unit stays.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from dispatch.aid.advice.opinion import Clock, Fallback, differ, draw_by, find_failure, play_out, since_now
from dispatch.aid.advice.players import find_player
from dispatch.aid.advice.practice import Practice
from dispatch.aid.advice.rollout import STAY, Kind, Opening, Stakes
from dispatch.aid.advice.situation import Situation


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Unit ``row`` would wait at the grid's ``post`` and serve the jurisdiction of row ``serves``."""

    row: int
    post: int
    serves: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveOpinion:
    """What the futures say of one move, in weighted late calls within the horizon.

    ``stays`` and ``moves`` are the means; ``gain`` of moving, future by future, with its standard error.
    ``pays``: surely better than staying. ``fallback``: it stays, for this reason.
    """

    move: Move
    pays: bool
    fallback: Fallback | None = None
    stays: float = 0.0
    moves: float = 0.0
    gain: float = 0.0
    standard_error: float = 0.0
    futures: int = 0
    horizon_seconds: float = 0.0
    seed: int = 0


def compare_standby(
    moves: Sequence[Move],
    situation: Situation,
    practice: Practice,
    *,
    seed: int,
    clock: Clock | None = None,
    kernel: bool = True,
) -> tuple[MoveOpinion, ...]:
    """Each move by itself against staying, in the order given; all in the same futures.

    ``clock`` and ``kernel`` as in ``opinion.compare_courses``.
    """
    if not moves:
        return ()
    rules, elapsed = practice.rollouts, since_now(clock)
    futures = draw_by(rules, situation, call=None, seed=seed)
    player = find_player(kernel)(situation, futures, Stakes.of(practice))
    openings = [STAY, *(open_with(move, situation) for move in moves)]
    scores = play_out(player, openings, len(futures), rules.deadline_seconds, elapsed)
    failure = find_failure(scores, rules)
    if failure is not None:
        return tuple(MoveOpinion(move=move, pays=False, fallback=failure, seed=seed) for move in moves)
    opinions = []
    for move, moved in zip(moves, scores[1:], strict=True):
        gain, error = differ(scores[0], moved)
        pays = gain > rules.sure_errors * error
        opinions.append(
            MoveOpinion(
                move=move,
                pays=pays,
                fallback=Fallback.UNDECIDED if gain > 0 and not pays else None,
                stays=float(scores[0].mean()),
                moves=float(moved.mean()),
                gain=gain,
                standard_error=error,
                futures=scores.shape[1],
                horizon_seconds=futures.horizon_seconds,
                seed=seed,
            )
        )
    return tuple(opinions)


def open_with(move: Move, situation: Situation) -> Opening:
    """The unit is asked for, unless it is an own one, rolls, and drives to the post without the siren."""
    grid, home = situation.grid, int(situation.home[move.row])
    asked = 0.0 if home == move.serves else float(situation.lending.asked_seconds[home, move.serves])
    driven = float(grid.between[int(situation.post[move.row]), move.post])
    return Opening(
        kind=Kind.MOVE,
        row=move.row,
        post=move.post,
        serves=move.serves,
        seconds=asked + float(grid.chute_seconds[home]) + driven,
    )
