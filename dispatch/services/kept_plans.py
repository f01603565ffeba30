"""The plans that a process keeps in memory for some minutes, so that they can be looked at and sent.

Each agency's apart from all others'.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Generic, Protocol, TypeVar

from dispatch.model.ids import AidPlanId
from dispatch.services.wave_steps import Ordered

KEPT: Final = timedelta(minutes=15)
"""From when a plan was made, and once more from when it was sent."""
MOST_OF_AN_AGENCY: Final = 40


class Keepable(Protocol):
    """A plan as far as keeping it goes. ``sent_at`` None: not sent yet, or not by this process."""

    ordered: Ordered
    sent_at: datetime | None


P = TypeVar("P", bound=Keepable)


@dataclass(slots=True)
class KeptPlans(Generic[P]):
    """Whoever plans a lot puts away its own oldest plans, never another agency's, and none that was sent."""

    most_of_an_agency: int = MOST_OF_AN_AGENCY
    _plans: dict[AidPlanId, P] = field(default_factory=dict)

    def put(self, plan: P, *, now: datetime) -> None:
        """Keep a new plan."""
        self._forget(now)
        home = plan.ordered.jurisdiction_id
        theirs = [one for one in self._plans.values() if one.ordered.jurisdiction_id == home]
        beyond = len(theirs) + 1 - self.most_of_an_agency
        unsent = [one for one in theirs if one.sent_at is None]
        for one in unsent[: max(0, beyond)]:
            del self._plans[one.ordered.plan_id]
        self._plans[plan.ordered.plan_id] = plan

    def find(self, plan_id: AidPlanId, *, now: datetime) -> P | None:
        """The plan, if it is kept still."""
        self._forget(now)
        return self._plans.get(plan_id)

    def list_all(self) -> list[P]:
        """Every plan, oldest first."""
        return list(self._plans.values())

    def _forget(self, now: datetime) -> None:
        for plan_id, plan in list(self._plans.items()):
            if (plan.sent_at or plan.ordered.made_at) < now - KEPT:
                del self._plans[plan_id]
