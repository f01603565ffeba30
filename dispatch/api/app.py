"""The application: routers, the door's marks, and the layers that every request passes.

From outside in: security headers, the guard (``guard``), the router. ``create_app`` has no effect but
its result: what opens and closes the services is ``bootstrap``'s.
"""

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.middleware import Middleware
from starlette.types import Lifespan

from dispatch import __version__
from dispatch.api import (
    agreement_steps,
    agreement_text,
    agreements,
    aid,
    aid_plans,
    arrivals,
    board,
    cover,
    documents,
    exports,
    feeds,
    floors,
    health,
    incidents,
    journal,
    ledger,
    lint,
    loans,
    places,
    preferences,
    region,
    session,
    standbys,
    standing,
    static,
    units,
    what_if,
)
from dispatch.api.answers import ERRORS
from dispatch.api.auth import Edge, Probe
from dispatch.api.description import DescribedApp
from dispatch.api.errors import install_error_answers
from dispatch.api.guard import Guard
from dispatch.api.headers import SecurityHeaders
from dispatch.api.operation import require_policy
from dispatch.api.rates import Buckets
from dispatch.api.settings import ApiSettings
from dispatch.model.clock import Clock, system_now
from dispatch.services.house import Services

DESCRIPTION = (
    "Mutual aid between EMS jurisdictions. Errors are `application/problem+json` with a stable `code`. "
    "People sign in and hold a cookie (mutations also send `X-CSRF-Token` and `Origin`); feeds send "
    "`Authorization: Bearer`. Commands take an `Idempotency-Key`: a retry gets the same answer."
)


PARTS = (
    board,  # routes are tried in this order: first what a thousand boards and feeds ask for at once
    feeds,
    session,
    preferences,
    region,
    places,
    incidents,
    aid,
    aid_plans,
    loans,
    standbys,
    floors,
    standing,
    cover,
    units,
    arrivals,
    lint,  # before agreements, whose `/{agreement_id}` would take its paths
    agreement_text,  # its fixed names come before agreements' ids
    agreements,
    agreement_steps,
    documents,
    ledger,
    what_if,
    exports,
    journal,
    health,
    static,  # the board's files come last: their route matches every path
)


def create_app(
    services: Services,
    settings: ApiSettings,
    *,
    probe: Probe,
    clock: Clock = system_now,
    lifespan: Lifespan[FastAPI] | None = None,
) -> FastAPI:
    """The ASGI application over open services. Raises ``PolicyMissing`` when a route lacks its rule.

    ``probe`` asks the record for something and raises when it cannot answer: what ``/readyz`` tells.
    """
    app = _bare_app(settings, lifespan)
    app.state.edge = Edge(
        services=services,
        settings=settings,
        people=Buckets(settings.people_rate),
        machines=Buckets(settings.machine_rate),
        clock=clock,
        probe=probe,
    )
    app.state.assets = static.read_assets(settings.static_directory)
    for part in PARTS:
        app.include_router(part.router)
    install_error_answers(app)
    require_policy(app, messages=board.MESSAGES)
    return app


def _bare_app(settings: ApiSettings, lifespan: Lifespan[FastAPI] | None) -> FastAPI:
    app = DescribedApp(
        title="Mutual-aid dispatch",
        version=__version__,
        description=DESCRIPTION,
        openapi_url="/api/openapi.json",
        docs_url=None,  # the usual pages fetch their scripts from elsewhere
        redoc_url=None,
        lifespan=lifespan,
        generate_unique_id_function=_operation_id,
        middleware=[
            Middleware(SecurityHeaders, settings=settings),
            Middleware(Guard, settings=settings),
        ],
        responses=ERRORS,
        redirect_slashes=False,
    )
    app.cookie_name = settings.cookie_name
    return app


def _operation_id(route: APIRoute) -> str:
    """The endpoint's own name: stable, whatever its path becomes."""
    return route.name
