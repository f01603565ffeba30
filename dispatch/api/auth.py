"""Who is calling: a person with a session cookie, or a machine with a bearer key.

A cookie comes along by itself, from any page; so a mutation by cookie must also come from our own
origin and carry the session's CSRF token. A bearer key is never sent by itself and needs neither.
"""

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Header
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from dispatch.agreements.access import may_role
from dispatch.api.headers import is_own_origin
from dispatch.api.operation import action_of
from dispatch.api.rates import Buckets
from dispatch.api.settings import ApiSettings
from dispatch.model.clock import Clock
from dispatch.model.errors import Forbidden, Unauthenticated
from dispatch.model.principal import Principal
from dispatch.services.command import CommandMeta
from dispatch.services.house import Services
from dispatch.services.identity import NewSession
from dispatch.services.tickets import Signed

SAFE_METHODS: Final = frozenset({"GET", "HEAD"})


Probe = Callable[[], Awaitable[object]]
"""Asks the record for something; raises when it cannot answer."""


@dataclass(frozen=True, slots=True)
class Edge:
    """What ``create_app`` puts on the application for the endpoints to find."""

    services: Services
    settings: ApiSettings
    people: Buckets
    machines: Buckets
    clock: Clock
    probe: Probe


@dataclass(frozen=True, slots=True)
class Caller:
    """An authenticated caller. ``signed`` is None for a machine."""

    principal: Principal
    signed: Signed | None


def get_edge(connection: HTTPConnection) -> Edge:
    """The application's own parts."""
    edge: Edge = connection.app.state.edge
    return edge


async def get_services(connection: HTTPConnection) -> Services:
    """The use cases."""
    return get_edge(connection).services


async def get_caller(request: Request) -> Caller:
    """Who calls. Raises ``Unauthenticated``, ``Forbidden`` (origin, CSRF token, the role), ``TooMany``."""
    edge = get_edge(request)
    caller = await (_get_machine if "authorization" in request.headers else _get_person)(request, edge)
    _require_right(request, caller.principal)
    (edge.people if caller.signed else edge.machines).take(caller.principal.id)
    return caller


async def get_signed(caller: Annotated[Caller, Depends(get_caller)]) -> Signed:
    """The caller's session. Raises ``Forbidden`` for a machine, which has none."""
    if caller.signed is None:
        raise Forbidden(["people_only"])
    return caller.signed


async def get_principal(caller: Annotated[Caller, Depends(get_caller)]) -> Principal:
    """The caller as the services know it."""
    return caller.principal


async def get_meta(
    principal: Annotated[Principal, Depends(get_principal)],
    idempotency_key: Annotated[
        str | None, Header(min_length=8, max_length=80, pattern=r"^[A-Za-z0-9._:-]+$")
    ] = None,
) -> CommandMeta:
    """What a command carries beside its subject."""
    return CommandMeta(actor=principal, key=idempotency_key)


Use = Annotated[Services, Depends(get_services)]
Who = Annotated[Principal, Depends(get_principal)]
Session = Annotated[Signed, Depends(get_signed)]
Meta = Annotated[CommandMeta, Depends(get_meta)]


def set_session_cookie(answer: Response, session: NewSession, settings: ApiSettings) -> None:
    """Give the browser its session; scripts cannot read it and other sites cannot send it."""
    answer.set_cookie(
        settings.cookie_name,
        session.token,
        max_age=settings.session_cookie_seconds,
        path="/",
        httponly=True,
        secure=settings.secure_cookies,
        samesite="strict",
    )


def drop_session_cookie(answer: Response, settings: ApiSettings) -> None:
    """Take the session back from the browser."""
    answer.delete_cookie(
        settings.cookie_name, path="/", httponly=True, secure=settings.secure_cookies, samesite="strict"
    )


async def _get_machine(request: Request, edge: Edge) -> Caller:
    scheme, _, bearer = request.headers["authorization"].partition(" ")
    if scheme.lower() != "bearer" or not 0 < len(bearer) <= 200:
        raise Unauthenticated("a Bearer key is needed")
    return Caller(principal=await edge.services.identity.get_machine(bearer), signed=None)


async def _get_person(request: Request, edge: Edge) -> Caller:
    token = request.cookies.get(edge.settings.cookie_name, "")
    if not 0 < len(token) <= 200:
        raise Unauthenticated("nobody is signed in")
    signed = await edge.services.identity.get_session(token)
    if request.method not in SAFE_METHODS:
        if not is_own_origin(request.scope, edge.settings):
            raise Forbidden(["origin_not_allowed"])
        sent = request.headers.get("x-csrf-token", "").encode("latin-1", "replace")
        if not hmac.compare_digest(sent, signed.csrf.encode()):
            raise Forbidden(["csrf_token"])
    return Caller(principal=signed.principal, signed=signed)


def _require_right(request: Request, principal: Principal) -> None:
    """Stop a role that may never do this, before its body is looked at; the use case asks about the rest."""
    action = action_of(request.scope["endpoint"])
    if action is None or not may_role(principal.role, action):
        raise Forbidden(["role"])
