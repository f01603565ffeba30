"""All use cases of one process, put together."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from dispatch.agreements.access import NOBODYS
from dispatch.agreements.actions import Action
from dispatch.aid.advice.gridding import Places as CallPlaces
from dispatch.aid.waves.cards import RunCard
from dispatch.journal.checkpoint import Signer
from dispatch.live.feeds import FeedLimits
from dispatch.model.clock import Clock, system_now
from dispatch.model.ids import IdSource, random_ids
from dispatch.model.principal import Principal
from dispatch.model.region import Region
from dispatch.routing.areas import Areas
from dispatch.routing.travel import TravelTimes
from dispatch.services.advice_overrides import AdviceOverrides
from dispatch.services.agreement_steps import AgreementSteps
from dispatch.services.agreements import Agreements
from dispatch.services.arrivals import Arrivals
from dispatch.services.assignments import Assignments
from dispatch.services.background import Background, open_background, watched
from dispatch.services.book import AgreementBook, read_book
from dispatch.services.bus import Bus
from dispatch.services.closures import Closures
from dispatch.services.core import NEAR_BORDER_M, Core
from dispatch.services.counter_offers import CounterOffers
from dispatch.services.cover_acts import CoverActs
from dispatch.services.documents import Documents
from dispatch.services.door import require
from dispatch.services.engine import Engine
from dispatch.services.exports import Exports
from dispatch.services.feeds import FeedWatch
from dispatch.services.floors import FloorReports
from dispatch.services.hub import Hub
from dispatch.services.identity import Identity
from dispatch.services.incidents import Incidents
from dispatch.services.intake import Intake
from dispatch.services.ledger import Ledger
from dispatch.services.lint import Lint
from dispatch.services.loans import Loans
from dispatch.services.opinions import Opinions
from dispatch.services.places import Gazetteer, Geocoder, Places
from dispatch.services.ports import Reader, Store
from dispatch.services.practices import Practices
from dispatch.services.preferences import PersonalPreferences
from dispatch.services.receipts import Receipts
from dispatch.services.recommend import Recommendations
from dispatch.services.redirects import Redirects
from dispatch.services.requests import Requests
from dispatch.services.rows import WorldRows
from dispatch.services.standby_proposals import StandbyProposals
from dispatch.services.standbys import Standbys
from dispatch.services.units import Units
from dispatch.services.verdicts import Verdicts
from dispatch.services.waivers import Waivers
from dispatch.services.waves import AidPlans
from dispatch.services.what_if import WhatIfRunner, WhatIfs
from dispatch.services.world import World


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
    feeds: FeedWatch
    incidents: Incidents
    recommendations: Recommendations
    advice_overrides: AdviceOverrides
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Joint:
    """What several use cases and timers share."""

    hub: Hub
    identity: Identity
    feeds: FeedWatch
    aid_plans: AidPlans
    arrivals: Arrivals
    opinions: Opinions
    background: Background


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
    feed_limits: Mapping[str, FeedLimits] | None = None,
    find: Finders | None = None,
) -> Services:
    """Load what the record knows and stand ready; call ``start`` for the timers.

    ``signer`` signs checkpoints and exports; without one a key that nobody keeps does. ``bus`` is for
    several processes on one record; one process alone needs none and only polls. ``what_if`` plays
    what-ifs; without one none can be asked for. ``places``: where calls may come from, for advice.
    ``run_cards``: the agencies' own tables of alarm levels. ``feed_limits``: of feeds that need others than
    the default, by label or id. ``find``: what places are found by. The region and its agreements must have
    been adopted before (``adoption.adopt``).
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
    return _put_together(core, signer, bus, what_if, run_cards, feed_limits, find)


def _put_together(
    core: Core,
    signer: Signer,
    bus: Bus | None,
    what_if: WhatIfRunner | None,
    run_cards: Sequence[RunCard],
    feed_limits: Mapping[str, FeedLimits] | None,
    find: Finders,
) -> Services:
    hub = _open_hub(core)
    feeds, aid_plans = FeedWatch(core, hub.publish, feed_limits), AidPlans(core, run_cards)
    identity = Identity(core.store, clock=core.clock, ids=core.ids, boards=hub)
    arrivals, opinions = Arrivals(core), Opinions(core)
    background = open_background(core, hub, identity, arrivals, opinions, bus)
    joint = _Joint(
        hub=hub,
        identity=identity,
        feeds=feeds,
        aid_plans=aid_plans,
        arrivals=arrivals,
        opinions=opinions,
        background=watched(background, hub, feeds, aid_plans, opinions),
    )
    return _open_uses(core, joint, signer, what_if, find)


def _open_uses(
    core: Core, joint: _Joint, signer: Signer, what_if: WhatIfRunner | None, find: Finders
) -> Services:
    agreements = Agreements(core)
    return Services(
        region=core.world.region,
        places=Places(core, find.gazetteer, find.geocoder),
        identity=joint.identity,
        preferences=PersonalPreferences(core.store, clock=core.clock),
        intake=Intake(core, joint.feeds),
        feeds=joint.feeds,
        incidents=Incidents(core),
        recommendations=Recommendations(core, joint.opinions),
        advice_overrides=AdviceOverrides(core),
        verdicts=Verdicts(core),
        requests=Requests(core),
        receipts=Receipts(core),
        counter_offers=CounterOffers(core),
        aid_plans=joint.aid_plans,
        assignments=Assignments(core),
        arrivals=joint.arrivals,
        loans=Loans(core),
        closures=Closures(core),
        cover=CoverActs(core),
        practices=Practices(core),
        waivers=Waivers(core),
        units=Units(core),
        exports=Exports(core, signer),
        lint=Lint(core),
        agreements=agreements,
        agreement_steps=AgreementSteps(core, joint.identity),
        documents=Documents(core, agreements),
        ledger=Ledger(core),
        hub=joint.hub,
        what_if=WhatIfs(core, what_if, agreements),
        standby=_open_standby(core, joint.opinions),
        background=joint.background,
    )


def _open_standby(core: Core, opinions: Opinions) -> StandbyUses:
    return StandbyUses(
        proposals=StandbyProposals(core, opinions),
        asks=Standbys(core),
        redirects=Redirects(core),
        floors=FloorReports(core),
    )


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
