"""Whether what the service says has the shape that its classes promise: no more, no less."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import httpx
import orjson
from fastapi import FastAPI
from fastapi.routing import RouteContext, iter_route_contexts
from pydantic import BaseModel, TypeAdapter

from dispatch.api.rows import OpenRow, Problem
from dispatch.services.command import Row


def require_shape(shape: Any, said: bytes | str) -> Any:
    """Read it strictly. Raises ``ValidationError``; ``AssertionError`` where a field is in no class."""
    found = TypeAdapter(shape).validate_json(said, strict=True)
    unknown = list(list_unknown(found, ""))
    assert not unknown, f"in no class: {', '.join(unknown)}"
    return found


def require_row(shape: Any, row: Row) -> Row:
    """The same for a row that a service answers with, as the wire would have it."""
    require_shape(shape, orjson.dumps(row))
    return row


def list_unknown(value: Any, path: str) -> Iterator[str]:
    """The fields that no class has, with their way from the top."""
    if isinstance(value, BaseModel):
        if not isinstance(value, OpenRow):
            yield from (f"{path}.{name}" for name in value.model_extra or {})
        for name in type(value).model_fields:
            yield from list_unknown(getattr(value, name), f"{path}.{name}")
    elif isinstance(value, list | tuple):
        for place, one in enumerate(value):
            yield from list_unknown(one, f"{path}[{place}]")
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from list_unknown(one, f"{path}[{name}]")


class _Promise(NamedTuple):
    """One operation: which requests it answers, and with what, by status."""

    methods: frozenset[str]
    path: re.Pattern[str]
    shapes: Mapping[int, Any]


class HeldToItsWord(httpx.ASGITransport):
    """The application in this process; each JSON answer must be of the shape that its operation promises."""

    def __init__(self, app: FastAPI) -> None:
        super().__init__(app=app)
        self._promises = [_promise(route) for route in iter_route_contexts(app.routes)]

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await super().handle_async_request(request)
        said = await response.aread()
        kind = response.headers.get("content-type", "").partition(";")[0]
        if request.method == "HEAD":
            return response
        if kind == "application/problem+json":
            require_shape(Problem, said)
        elif kind == "application/json":
            shape = self._promised(request, response.status_code)
            if shape is not None:
                require_shape(shape, said)
        return response

    def _promised(self, request: httpx.Request, status: int) -> Any:
        """None for an operation that promises anything, as an export does."""
        path = request.url.path
        for promise in self._promises:
            if request.method in promise.methods and promise.path.fullmatch(path):
                return promise.shapes.get(status)
        raise AssertionError(f"nothing answers {request.method} {path}")


def _promise(route: RouteContext) -> _Promise:
    answers: Mapping[Any, Mapping[str, Any]] = getattr(route, "responses", None) or {}
    return _Promise(
        methods=frozenset(route.methods or ()),
        path=re.compile(re.sub(r"\{[^}]*\}", "[^/]+", route.path or "")),
        shapes={status: answer["model"] for status, answer in answers.items() if "model" in answer},
    )
