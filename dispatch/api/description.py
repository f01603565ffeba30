"""What ``/api/openapi.json`` says beyond the routes: how a caller proves who it is, taken from the policy."""

from typing import Any, Final

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from dispatch.agreements.access import may_role
from dispatch.agreements.actions import Action
from dispatch.api.auth import SAFE_METHODS
from dispatch.api.operation import action_of
from dispatch.model.principal import Role

SESSION, CSRF, KEY = "session", "csrf", "key"
PEOPLE: Final = frozenset(Role) - {Role.FEED, Role.SERVICE}


class DescribedApp(FastAPI):
    """An application whose schema names the credentials of each operation."""

    cookie_name: str = ""

    def openapi(self) -> dict[str, Any]:
        """The schema, made once."""
        if self.openapi_schema is None:
            schema = super().openapi()
            schema.setdefault("components", {})["securitySchemes"] = _schemes(self.cookie_name)
            for route in iter_route_contexts(self.routes):
                action = action_of(route.endpoint)
                for method in route.methods or ():
                    described = schema["paths"].get(route.path, {}).get(method.lower())
                    if described is not None and action is not None:
                        described["security"] = _security(action, method)
            self.openapi_schema = schema
        return self.openapi_schema


def _schemes(cookie_name: str) -> dict[str, Any]:
    return {
        SESSION: {
            "type": "apiKey",
            "in": "cookie",
            "name": cookie_name,
            "description": "What POST /api/sign-in sets.",
        },
        CSRF: {
            "type": "apiKey",
            "in": "header",
            "name": "X-CSRF-Token",
            "description": "The `csrf` that POST /api/sign-in answers. Such a request also sends the "
            "service's own address as `Origin`, as browsers do.",
        },
        KEY: {"type": "http", "scheme": "bearer", "description": "A feed's key, from `dispatch key add`."},
    }


def _security(action: Action, method: str) -> list[dict[str, list[str]]]:
    """The alternatives; none where nobody need be signed in."""
    if may_role(None, action):
        return []
    person: dict[str, list[str]] = {SESSION: []} if method in SAFE_METHODS else {SESSION: [], CSRF: []}
    ways = [person] if any(may_role(role, action) for role in PEOPLE) else []
    return [*ways, {KEY: []}] if may_role(Role.FEED, action) else ways
