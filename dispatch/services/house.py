"""All use cases of one process, put together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from dispatch.agreements.access import NOBODYS
from dispatch.agreements.actions import Action
from dispatch.aid.advice.gridding import Places as CallPlaces
from dispatch.aid.waves.cards import RunCard
from dispatch.journal.checkpoint import Signer
from dispatch.model.clock import Clock, system_now
from dispatch.model.ids import IdSource, random_ids
from dispatch.model.principal import Principal
from dispatch.model.region import Region
from dispatch.routing.areas import Areas
from dispatch.routing.travel import TravelTimes
from dispatch.services.advisor import refreshing
from dispatch.services.agreement_steps import AgreementSteps
from dispatch.services.agreements import Agreements
from dispatch.services.arrivals import Arrivals
from dispatch.services.assignments import Assignments
from dispatch.services.book import AgreementBook, read_book
from dispatch.services.bus import Bus, LocalBus
from dispatch.services.closures import Closures
from dispatch.services.core import NEAR_BORDER_M, Core
from dispatch.services.counter_offers import CounterOffers
from dispatch.services.cover import CoverWatch
from dispatch.services.cover_acts import CoverActs
from dispatch.services.documents import Documents
from dispatch.services.door import require
from dispatch.services.engine import Engine
from dispatch.services.escalation import Escalation
from dispatch.services.exports import Exports
from dispatch.services.floors import FloorReports
from dispatch.services.follower import POLL_SECONDS, Follower
from dispatch.services.forecasting import Forecasting
from dispatch.services.hub import Hub
from dispatch.services.identity import Identity
from dispatch.services.incidents import Incidents
from dispatch.services.intake import Intake
from dispatch.services.ledger import Ledger
from dispatch.services.lint import Lint
from dispatch.services.loans import Loans
from dispatch.services.opinions import Opinions
from dispatch.services.places import Gazetteer, Geocoder, Places
from dispatch.services.ports import Committed, Reader, Store, Tx
from dispatch.services.practices import Practices
from dispatch.services.preferences import PersonalPreferences
from dispatch.services.receipts import Receipts
from dispatch.services.recommend import Recommendations
from dispatch.services.redirects import Redirects
from dispatch.services.requests import Requests
from dispatch.services.rows import WorldRows
from dispatch.services.standby_proposals import StandbyProposals
from dispatch.services.standby_watch import StandbyWatch
from dispatch.services.standbys import Standbys
from dispatch.services.timers import Timer
from dispatch.services.units import Units
from dispatch.services.verdicts import Verdicts
from dispatch.services.waivers import Waivers
from dispatch.services.waves import AidPlans
from dispatch.services.what_if import WhatIfRunner, WhatIfs
from dispatch.services.world import World, changed_jurisdictions

SWEEP_SECONDS: Final = 0.5
LOOK_SECONDS: Final = 0.25
FORECAST_SECONDS: Final = 24 * 3600.0
POSITIONS_SECONDS: Final = 0.5
BEAT_SECONDS: Final = 2.0
SESSIONS_SECONDS: Final = 15.0
TURNS_SECONDS: Final = 5.0
ADVICE_SECONDS: Final = 15.0
TIDY_SECONDS: Final = 3600.0
LEARN_SECONDS: Final = 3600.0

ANSWERS_KEPT: Final = timedelta(days=7)
"""How long a retry of a command is recognised."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """What runs by itself behind the use cases, and what they are built on."""

    core: Core
    escalation: Escalation
    cover: CoverWatch
    standbys: StandbyWatch
    follower: Follower
    timers: Sequence[Timer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finders:
    """What places are found by: the region's own names, a service outside, and how near a border is near."""

    gazetteer: Gazetteer | None = None
    geocoder: Geocoder | None = None
    near_border_m: float = NEAR_BORDER_M


@dataclass(frozen=True, slots=True, kw_only=True)
class StandbyUses:
    """What is done about standing by."""

    proposals: StandbyProposals
    asks: Standbys
    redirects: Redirects
    floors: FloorReports


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What ``api`` and ``simulate`` call. ``region`` is the region in force."""

    region: Region
    places: Places
    identity: Identity
    preferences: PersonalPreferences
    intake: Intake
    incidents: Incidents
    recommendations: Recommendations
    verdicts: Verdicts
    requests: Requests
    receipts: Receipts
    counter_offers: CounterOffers
    aid_plans: AidPlans
    assignments: Assignments
    arrivals: Arrivals
    loans: Loans
    closures: Closures
    cover: CoverActs
    practices: Practices
    waivers: Waivers
    units: Units
    exports: Exports
    lint: Lint
    agreements: Agreements
    agreement_steps: AgreementSteps
    documents: Documents
    ledger: Ledger
    hub: Hub
    what_if: WhatIfs
    standby: StandbyUses
    background: Background | None = None

    @property
    def opinions(self) -> Opinions:
        """The second opinions that follow recommendations."""
        return self.recommendations.opinions

    def start(self) -> None:
        """Start the timers (escalation, cover, positions, beats, housekeeping) on the running loop."""
        for timer in self.background.timers if self.background else ():
            timer.start()

    async def close(self) -> None:
        """Stop the timers, close the boards with 1012, and end the engine's thread. The store stays open."""
        if self.background is None:
            return
        for timer in self.background.timers:
            await timer.stop()
        self.hub.close_all()
        await self.what_if.close()
        await self.opinions.close()
        await self.aid_plans.close()
        self.places.close()
        self.background.core.engine.close()


async def open_services(
    *,
    region: Region,
    travel: TravelTimes,
    store: Store,
    clock: Clock = system_now,
    ids: IdSource = random_ids,
    signer: Signer | None = None,
    bus: Bus | None = None,
    what_if: WhatIfRunner | None = None,
    places: Callable[[], CallPlaces] | None = None,
    run_cards: Sequence[RunCard] = (),
    find: Finders | None = None,
) -> Services:
    """Load what the record knows and stand ready; call ``start`` for the timers.

    ``signer`` signs checkpoints and exports; without one a key that nobody keeps does. ``bus`` is for
    several processes on one record; one process alone needs none and only polls. ``what_if`` plays
    what-ifs; without one none can be asked for. ``places``: where calls may come from, for advice.
    ``run_cards``: the agencies' own tables of alarm levels. ``find``: what places are found by. The
    region and its agreements must have been adopted before (``adoption.adopt``).
    """
    find = find or Finders()
    core = await _open_core(
        region=region,
        travel=travel,
        store=store,
        clock=clock,
        ids=ids,
        places=places,
        near_border_m=find.near_border_m,
    )
    signer = signer or Signer("dispatch", Ed25519PrivateKey.generate())
    return _put_together(core, signer, bus, what_if, run_cards, find)


def _put_together(
    core: Core,
    signer: Signer,
    bus: Bus | None,
    what_if: WhatIfRunner | None,
    run_cards: Sequence[RunCard],
    find: Finders,
) -> Services:
    hub = _open_hub(core)
    identity = Identity(core.store, clock=core.clock, ids=core.ids, boards=hub)
    arrivals, opinions, agreements = Arrivals(core), Opinions(core), Agreements(core)
    background = _open_background(core, hub, identity, arrivals, opinions, bus)
    return Services(
        region=core.world.region,
        places=Places(core, find.gazetteer, find.geocoder),
        identity=identity,
        preferences=PersonalPreferences(core.store, clock=core.clock),
        intake=Intake(core),
        incidents=Incidents(core),
        recommendations=Recommendations(core, opinions),
        verdicts=Verdicts(core),
        requests=Requests(core),
        receipts=Receipts(core),
        counter_offers=CounterOffers(core),
        aid_plans=AidPlans(core, run_cards),
        assignments=Assignments(core),
        arrivals=arrivals,
        loans=Loans(core),
        closures=Closures(core),
        cover=CoverActs(core),
        practices=Practices(core),
        waivers=Waivers(core),
        units=Units(core),
        exports=Exports(core, signer),
        lint=Lint(core),
        agreements=agreements,
        agreement_steps=AgreementSteps(core, identity),
        documents=Documents(core, agreements),
        ledger=Ledger(core),
        hub=hub,
        what_if=WhatIfs(core, what_if, agreements),
        standby=_open_standby(core, opinions),
        background=background,
    )


def _open_standby(core: Core, opinions: Opinions) -> StandbyUses:
    return StandbyUses(
        proposals=StandbyProposals(core, opinions),
        asks=Standbys(core),
        redirects=Redirects(core),
        floors=FloorReports(core),
    )


def _open_background(
    core: Core, hub: Hub, identity: Identity, arrivals: Arrivals, opinions: Opinions, bus: Bus | None
) -> Background:
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
            *_list_other_timers(core, hub, identity),
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


async def _open_core(
    *,
    region: Region,
    travel: TravelTimes,
    store: Store,
    clock: Clock,
    ids: IdSource,
    places: Callable[[], CallPlaces] | None,
    near_border_m: float,
) -> Core:
    world, now = World(region, AgreementBook()), clock()
    await store.read(lambda reader: _load(world, reader, now))
    engine = Engine(world, travel, places=places)
    areas = Areas(region.jurisdictions.values())
    return Core(
        store=store,
        world=world,
        engine=engine,
        areas=areas,
        clock=clock,
        ids=ids,
        near_border_m=near_border_m,
    )


def _load(world: World, reader: Reader, now: datetime) -> None:
    world.take_book(read_book(reader))
    world.load(reader, now=now)


def _open_hub(core: Core) -> Hub:
    def may_watch(principal: Principal) -> None:
        action, now = Action.JOIN_BOARD, core.clock()
        require(principal, action, NOBODYS, what="board", which=principal.id, now=now)

    return Hub(WorldRows(core.world, core.world.covers), may_watch=may_watch, clock=core.clock)


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


def _list_other_timers(core: Core, hub: Hub, identity: Identity) -> Sequence[Timer]:
    def tell_turns() -> None:
        """What changes by the clock alone (a duty falls due, a waiver or a closure runs out) is told too."""
        hub.publish(core.world.list_timed_keys())

    async def look_up_sessions() -> None:
        """A session that ended elsewhere (another process, the command line) closes its boards here too."""
        for session_id in hub.list_session_ids():
            if await identity.find_signed(session_id) is None:
                hub.drop_session(session_id)

    return (
        Timer("positions", hub.send_positions, seconds=POSITIONS_SECONDS),
        Timer("turns", tell_turns, seconds=TURNS_SECONDS),
        Timer("advice", refreshing(core.engine.advisor, core.clock), seconds=ADVICE_SECONDS),
        Timer("beats", hub.send_beats, seconds=BEAT_SECONDS),
        Timer("sessions", look_up_sessions, seconds=SESSIONS_SECONDS),
        Timer("tidy", lambda: _tidy(core), seconds=TIDY_SECONDS),
    )


async def _tidy(core: Core) -> None:
    def write(tx: Tx) -> None:
        tx.forget_answers(core.clock() - ANSWERS_KEPT)
        tx.delete_expired_sessions(core.clock())

    await core.store.write(write)
    core.world.forget_over(core.clock())
