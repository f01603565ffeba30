"""What runs by itself behind the use cases: rules by the clock, what a commit sets off, and the watches."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from dispatch.services.arrivals import Arrivals
from dispatch.services.bus import Bus, LocalBus
from dispatch.services.core import Core
from dispatch.services.cover import CoverWatch
from dispatch.services.escalation import Escalation
from dispatch.services.feeds import FeedWatch
from dispatch.services.follower import POLL_SECONDS, Follower
from dispatch.services.forecasting import Forecasting
from dispatch.services.housekeeping import TURNS_SECONDS, list_other_timers
from dispatch.services.hub import Hub
from dispatch.services.identity import Identity
from dispatch.services.opinions import Opinions
from dispatch.services.ports import Committed
from dispatch.services.service_watch import ServiceWatch
from dispatch.services.standby_watch import StandbyWatch
from dispatch.services.timers import Timer
from dispatch.services.waves import AidPlans
from dispatch.services.world import changed_jurisdictions

SWEEP_SECONDS: Final = 0.5
LOOK_SECONDS: Final = 0.25
FORECAST_SECONDS: Final = 24 * 3600.0
LEARN_SECONDS: Final = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """What runs by itself behind the use cases, and what they are built on."""

    core: Core
    escalation: Escalation
    cover: CoverWatch
    standbys: StandbyWatch
    follower: Follower
    timers: Sequence[Timer]


def open_background(
    core: Core, hub: Hub, identity: Identity, arrivals: Arrivals, opinions: Opinions, bus: Bus | None
) -> Background:
    """What there is before the first timer starts; every jurisdiction's cover has been looked at."""
    cover, escalation = CoverWatch(core, core.world.covers), Escalation(core)
    standbys = StandbyWatch(core, hub.publish)
    cover.assess_all(now=core.clock())
    follower = _listen(core, hub, cover, escalation, opinions, standbys, bus)
    return Background(
        core=core,
        escalation=escalation,
        cover=cover,
        standbys=standbys,
        follower=follower,
        timers=(
            *_list_rules(core, hub, cover, escalation, follower),
            *list_other_timers(core, hub, identity),
            Timer("arrivals", arrivals.relearn, seconds=LEARN_SECONDS),
            Timer("forecast", Forecasting(core).relearn, seconds=FORECAST_SECONDS),
            Timer("standbys", standbys.sweep, seconds=TURNS_SECONDS, wake=standbys.has_news),
        ),
    )


def _listen(
    core: Core,
    hub: Hub,
    cover: CoverWatch,
    escalation: Escalation,
    opinions: Opinions,
    standbys: StandbyWatch,
    bus: Bus | None,
) -> Follower:
    """Take each commit in, on the loop, before its command's caller goes on."""

    def take_in(committed: Committed) -> None:
        """In this order, so that a board's delta already has the cover that the commit led to."""
        touched = core.world.apply(committed)
        homes = changed_jurisdictions(core.world, committed.changed)
        hub.publish(touched | cover.assess(homes, now=core.clock()))
        escalation.notice(committed)
        opinions.notice(committed)
        standbys.notice(committed)

    follower = Follower(core, bus or LocalBus(), take_in)
    core.store.on_commit(follower.hear_own)
    return follower


def watched(
    background: Background, hub: Hub, feeds: FeedWatch, aid_plans: AidPlans, opinions: Opinions
) -> Background:
    """With what looks at the feeds and at the service itself."""
    service = ServiceWatch(
        background.core,
        hub.publish,
        solver_works=lambda: aid_plans.solver_works,
        opinions_compiled=lambda: opinions.is_compiled,
    )
    timers = (*background.timers, *feeds.timers())
    return replace(background, timers=(*timers, service.watch(timers)))


def _list_rules(
    core: Core, hub: Hub, cover: CoverWatch, escalation: Escalation, follower: Follower
) -> Sequence[Timer]:
    def look_around() -> None:
        """What comes with time: a surge, a unit long silent, a state that has settled."""
        changed = cover.look_around(seconds=LOOK_SECONDS, now=core.clock())
        if changed:
            hub.publish(changed)

    return (
        Timer("look", look_around, seconds=LOOK_SECONDS),
        Timer("escalation", escalation.sweep, seconds=SWEEP_SECONDS, wake=escalation.has_news),
        Timer("cover", cover.record_changes, seconds=SWEEP_SECONDS, wake=cover.has_news),
        Timer("follower", follower.catch_up, seconds=POLL_SECONDS, wake=follower.has_news),
    )
