"""Learning from arrivals: on a slow timer, off the loop; and what an agency may read of how good it is.

Each process learns for itself from the record, so that all come to the same corrections. Nothing is
journalled: a recommendation says what was learned that is in it, and that is.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from dispatch.agreements.access import owned_by
from dispatch.agreements.actions import Action
from dispatch.agreements.sight import let_through, wire_time
from dispatch.aid.arrival.learn import NOTHING_LEARNED, Arrived, Learned, learn
from dispatch.model.ids import JurisdictionId
from dispatch.model.principal import Principal
from dispatch.model.region import Region
from dispatch.model.unit import UnitType
from dispatch.services.command import Row
from dispatch.services.core import Core
from dispatch.services.door import require
from dispatch.services.ports import ArrivedUnit

LEARNED_FROM: Final = timedelta(days=90)
"""Roads, crews and habits change: what is older teaches nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """What was learned, from arrivals since when, and when; None before the first time."""

    learned: Learned = NOTHING_LEARNED
    since: datetime | None = None
    learned_at: datetime | None = None


class Arrivals:
    """Holds the newest lesson; the engine has its corrections."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self.lesson = Lesson()

    async def relearn(self) -> None:
        """Learn anew from the record. Raises ``Unavailable``."""
        core, now = self._core, self._core.clock()
        since = now - LEARNED_FROM
        arrivals = await core.store.read(lambda reader: reader.list_arrivals(since))
        learned = await asyncio.to_thread(learn_from, arrivals, core.world.region)
        self.lesson = Lesson(learned=learned, since=since, learned_at=now)
        core.engine.corrections = learned.corrections

    async def accuracy(self, principal: Principal, jurisdiction_id: JurisdictionId) -> Row:
        """``{jurisdiction, learned_at, since, accuracies[]}``: of the agency, and of its pairs.

        Raises ``NotFound``, ``Forbidden``.
        """
        action, resource = Action.READ_ARRIVAL_ACCURACY, owned_by(jurisdiction_id)
        now = self._core.clock()
        fields = require(principal, action, resource, what="jurisdiction", which=jurisdiction_id, now=now)
        return let_through(accuracy_row(self.lesson, jurisdiction_id), fields)


def learn_from(arrivals: Iterable[ArrivedUnit], region: Region) -> Learned:
    """What arrivals on the road teach; those of helicopters and of units that are no more do not."""
    return learn(
        Arrived(
            lender=one.home,
            borrower=one.borrower,
            predicted_seconds=one.predicted_seconds,
            actual_seconds=one.actual_seconds,
        )
        for one in arrivals
        if (unit := region.units.get(one.unit_id)) and unit.unit_type is not UnitType.AIR_ROTOR
    )


def accuracy_row(lesson: Lesson, jurisdiction_id: JurisdictionId) -> Row:
    """What one jurisdiction reads: its own agency's figures, and its pairs' in either direction."""
    return {
        "jurisdiction": jurisdiction_id,
        "learned_at": None if lesson.learned_at is None else wire_time(lesson.learned_at),
        "since": None if lesson.since is None else wire_time(lesson.since),
        "accuracies": [
            accuracy.to_json()
            for accuracy in lesson.learned.accuracies
            if jurisdiction_id in (accuracy.lender, accuracy.borrower)
        ],
    }
