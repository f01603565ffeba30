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
    agreements,
    aid,
    board,
    exports,
    feeds,
    health,
    incidents,
    journal,
    region,
    session,
    static,
    units,
)
from dispatch.api.answers import ERRORS
from dispatch.api.auth import Edge, Probe
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
    "People sign in and hold a cookie (mutations also send `X-CSRF-Token`); machines send "
    "`Authorization: Bearer`. Commands take an `Idempotency-Key`: a retry gets the same answer."
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
    app = FastAPI(
        title="Mutual-aid dispatch",
        version=__version__,
        description=DESCRIPTION,
        openapi_url="/api/openapi.json",
        docs_url=None,
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
    app.state.edge = Edge(
        services=services,
        settings=settings,
        people=Buckets(settings.people_rate),
        machines=Buckets(settings.machine_rate),
        clock=clock,
        probe=probe,
    )
    app.state.assets = static.read_assets(settings.static_directory)
    # The board's files come last: their route matches every path.
    for part in (
        session,
        region,
        incidents,
        aid,
        units,
        feeds,
        agreements,
        exports,
        journal,
        board,
        health,
        static,
    ):
        app.include_router(part.router)
    install_error_answers(app)
    require_policy(app, messages=board.MESSAGES)
    return app


def _operation_id(route: APIRoute) -> str:
    """The endpoint's own name: stable, whatever its path becomes."""
    return route.name
