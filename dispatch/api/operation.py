"""Which right each operation needs: said once, beside the endpoint, and checked when the service starts.

``@operation(Action.X)`` marks an endpoint; ``require_policy`` refuses to start an application where an
endpoint or a board message has no mark, or a mark that the policy table does not know.
"""

from collections.abc import Callable, Mapping
from typing import Final, TypeVar

from fastapi import FastAPI
from fastapi.routing import RouteContext, iter_route_contexts

from dispatch.agreements.access import POLICY, Action

Endpoint = TypeVar("Endpoint", bound=Callable[..., object])

PUBLIC: Final = "public"
"""The mark of what anybody may ask for: signing in, health, the board's own files."""

_MARK: Final = "__dispatch_operation__"


class PolicyMissing(Exception):  # noqa: N818 - it says what is the matter
    """The application must not start: an operation has no rule that says who may do it."""


def operation(action: Action) -> Callable[[Endpoint], Endpoint]:
    """Mark an endpoint with the right that it needs."""
    return _marker(action)


def public_operation(endpoint: Endpoint) -> Endpoint:
    """Mark an endpoint that needs no right."""
    return _marker(PUBLIC)(endpoint)


def action_of(endpoint: object) -> Action | str | None:
    """The mark: an action, ``PUBLIC``, or None where there is none."""
    return getattr(endpoint, _MARK, None)


def require_policy(app: FastAPI, *, messages: Mapping[str, Action]) -> None:
    """Raise ``PolicyMissing`` unless every endpoint and board message is covered by the policy table."""
    missing = [_name(route) for route in iter_route_contexts(app.routes) if not _is_covered_route(route, app)]
    missing += [f"board message {name}" for name, action in messages.items() if action not in POLICY]
    if missing:
        raise PolicyMissing("no rule says who may: " + ", ".join(missing))


def _marker(mark: Action | str) -> Callable[[Endpoint], Endpoint]:
    def put_mark(endpoint: Endpoint) -> Endpoint:
        setattr(endpoint, _MARK, mark)
        return endpoint

    return put_mark


def _is_covered_route(route: RouteContext, app: FastAPI) -> bool:
    # The schema's own route comes from FastAPI itself and tells only what the source tells.
    if route.path == app.openapi_url:
        return True
    mark = action_of(route.endpoint)
    return mark == PUBLIC or (mark is not None and mark in POLICY)


def _name(route: RouteContext) -> str:
    return f"{'/'.join(sorted(route.methods or {'WEBSOCKET'}))} {route.path}"
