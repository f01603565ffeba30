"""Which right each operation needs: said once, beside the endpoint, and checked when the service starts.

``@operation(Action.X)`` marks an endpoint; ``require_policy`` refuses to start an application where an
endpoint or a board message has no mark, or a mark that the policy table does not know.
"""

from collections.abc import Callable, Mapping
from typing import Final, TypeVar

from fastapi import FastAPI
from fastapi.routing import RouteContext, iter_route_contexts

from dispatch.agreements.access import list_unguarded
from dispatch.agreements.actions import Action

Endpoint = TypeVar("Endpoint", bound=Callable[..., object])

_MARK: Final = "__dispatch_action__"


class PolicyMissing(Exception):
    """The application must not start: an operation has no rule that says who may do it."""


def operation(action: Action) -> Callable[[Endpoint], Endpoint]:
    """Mark an endpoint with the right that it needs."""

    def put_mark(endpoint: Endpoint) -> Endpoint:
        setattr(endpoint, _MARK, action)
        return endpoint

    return put_mark


def action_of(endpoint: object) -> Action | None:
    """The endpoint's mark, or None where there is none."""
    return getattr(endpoint, _MARK, None)


def require_policy(app: FastAPI, *, messages: Mapping[str, Action]) -> None:
    """Raise ``PolicyMissing`` unless every endpoint and board message is covered by the policy table."""
    # The schema's own route comes from FastAPI itself and tells only what the source tells.
    routes = [route for route in iter_route_contexts(app.routes) if route.path != app.openapi_url]
    marks = {_name(route): action_of(route.endpoint) for route in routes}
    missing = list_unguarded(marks | {f"board message {name}": action for name, action in messages.items()})
    if missing:
        raise PolicyMissing("no rule says who may: " + ", ".join(missing))


def _name(route: RouteContext) -> str:
    return f"{'/'.join(sorted(route.methods or {'WEBSOCKET'}))} {route.path}"
