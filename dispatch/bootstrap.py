"""The composition root: settings in, a running house out. Only this module sees all sides."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from fastapi import FastAPI

from dispatch.api.app import create_app
from dispatch.api.settings import api_settings
from dispatch.gateways.gazetteer.index import GazetteerFile
from dispatch.gateways.regions.bundle import (
    find_gazetteer,
    list_agreement_texts,
    load_region,
    load_roads,
)
from dispatch.gateways.run_cards import read_cards
from dispatch.model.clock import Clock, system_now
from dispatch.model.ids import IdSource, random_ids
from dispatch.model.region import Region
from dispatch.routing.choose import best_travel_times
from dispatch.routing.graph import RoadGraph
from dispatch.services.adoption import adopt
from dispatch.services.house import Finders, Services, open_services
from dispatch.settings import Settings
from dispatch.simulate.places import list_places
from dispatch.simulate.whatif.runner import ProcessRunner
from dispatch.store.signing import open_signer
from dispatch.store.store import SqlStore, open_store

SIGNER_NAME = "dispatch"
WARM_AFTER_SECONDS = 6.0
"""Boards come back first: compiling meanwhile holds each of them up. Until then plain Python plays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Everything that one process runs."""

    settings: Settings
    region: Region
    roads: RoadGraph
    store: SqlStore
    services: Services
    app: FastAPI


@asynccontextmanager
async def open_house(
    settings: Settings, *, clock: Clock = system_now, ids: IdSource = random_ids
) -> AsyncIterator[House]:
    """Open the record, take the region and its agreements into force, and start the services.

    Raises ``RegionInvalid``, ``AgreementInvalid``, ``RunCardInvalid``, ``Conflict`` and ``Unavailable``
    before anything runs.
    """
    region = load_region(settings.region)
    roads = load_roads(settings.region)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    store = open_store(settings.url, clock=clock, ids=ids)
    try:
        await adopt(store, region, list_agreement_texts(settings.region), clock=clock)
        signer = open_signer(settings.data_dir / "signing-key.pem", name=SIGNER_NAME)
        services = await open_services(
            region=region,
            travel=best_travel_times(roads),
            store=store,
            clock=clock,
            ids=ids,
            signer=signer,
            what_if=ProcessRunner(region, roads),
            places=lambda: list_places(region, roads),
            feed_limits=settings.feed_limits,
            run_cards=read_cards(settings.run_cards, region) if settings.run_cards else (),
            find=_finders(settings, region),
        )
        services.start()
        warming = asyncio.get_running_loop().call_later(WARM_AFTER_SECONDS, services.opinions.warm)
        try:
            app = create_app(
                services,
                api_settings(settings),
                probe=store.check,
                clock=clock,
            )
            yield House(
                settings=settings, region=region, roads=roads, store=store, services=services, app=app
            )
        finally:
            warming.cancel()
            await services.close()
    finally:
        await store.close()


def _finders(settings: Settings, region: Region) -> Finders:
    names = find_gazetteer(settings.region)
    geocoder = None
    if settings.geocoder_url:
        from dispatch.gateways.geocoder import NominatimGeocoder

        geocoder = NominatimGeocoder(settings.geocoder_url, region.bbox)
    return Finders(
        gazetteer=GazetteerFile(names) if names else None,
        geocoder=geocoder,
        near_border_m=settings.near_border_m,
    )
