"""What each unit that could be sent would cost, in expected late life-threatening calls.

The call's own lateness, what the unit's area loses meanwhile, and the prices of aid:
``late(r) + factor * calls * pi * share_lost + aid + ledger + crew``. ``late(r)`` is the priority's weight
times (how sure it is to be late by arrival ``r``, plus a little for every minute); ``pi`` is what a call
of that area weighs in the mean.
"""

import math
from collections.abc import Sequence
from typing import Final

from dispatch.aid.advice.covering import Covers
from dispatch.aid.advice.options import CallFacts, Option, Weighed
from dispatch.aid.advice.practice import Practice, Target
from dispatch.aid.advice.situation import Situation
from dispatch.model.incident import Priority

SURE: Final = 40.0
"""From so many slopes on a sigmoid is 0 or 1 to the last digit that counts."""


def weigh(
    call: CallFacts, options: Sequence[Option], situation: Situation | None, practice: Practice
) -> tuple[Weighed, ...]:
    """Every option with its cost, in the order given.

    Without a situation nothing is known of cover: its loss and the ledger's price are 0 then. Prices (aid,
    ledger, crew) are 0 for a life-threatening call, and the ledger's where the permit's agreement does not
    ask for it. A busy unit's loss is counted as if it were free.
    """
    target = practice.targets[call.priority]
    arrivals = [arrival_of(call, option) for option in options]
    sent = [a for a, option in zip(arrivals, options, strict=True) if option.free_in_seconds <= 0]
    latest = min(sent or arrivals, default=0) + target.band_seconds
    covers = Covers(situation, practice) if situation is not None else None
    priced = call.priority is not Priority.CRITICAL
    prices = practice.prices
    found = []
    for option, arrival in zip(options, arrivals, strict=True):
        lent = priced and option.permit is not None
        given_hours = _given_hours(option, situation) if lent else 0.0
        found.append(
            Weighed(
                option=option,
                arrival_seconds=arrival,
                lateness=lateness(arrival, target, practice),
                cover_loss=_loss_of(option, covers) if covers else 0.0,
                aid_price=prices.aid if lent else 0.0,
                ledger_price=prices.ledger_per_hour * given_hours,
                crew_price=option.crew_price if priced else 0.0,
                in_band=arrival <= latest,
                given_hours=given_hours,
            )
        )
    return tuple(found)


def arrival_of(call: CallFacts, option: Option) -> int:
    """Seconds from the call to the arrival: waited, asked, freed, driven."""
    return round(call.waited_seconds) + option.asked_seconds + option.free_in_seconds + option.eta_seconds


def lateness(arrival_seconds: float, target: Target, practice: Practice) -> float:
    """What an arrival costs the call itself. Rises with every second."""
    beyond = (arrival_seconds - target.within_seconds) / practice.slope_seconds
    late = 1.0 if beyond > SURE else 0.0 if beyond < -SURE else 1.0 / (1.0 + math.exp(-beyond))
    return target.weight * (late + practice.per_minute * arrival_seconds / 60.0)


def _loss_of(option: Option, covers: Covers) -> float:
    row, situation = option.row, covers.situation
    if row is None:
        return 0.0
    cover = covers.of(int(situation.serves[row]))
    more = int(situation.free_in_seconds[row] > 0.0)
    return cover.loss(int(situation.post[row]), int(situation.level[row]), more=more)


def _given_hours(option: Option, situation: Situation | None) -> float:
    """Unit-hours that the lender has given more than it received, where its agreement says they count."""
    if option.permit is None or not option.permit.spares_the_giver:
        return 0.0
    if option.row is None or situation is None:
        return 0.0
    return max(0.0, float(situation.ledger_hours[int(situation.home[option.row])]))
