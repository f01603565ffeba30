"""The one table from error code to HTTP status, and how an error looks on the wire.

Every error is ``application/problem+json``: ``{"code", "message", "details", "trace"}``. ``code`` is
stable and is what a client decides on; ``details.path`` names the field where there is one; ``trace``
is what the log has too.
"""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

import orjson
import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from dispatch.model.errors import DispatchError, TooMany

log = structlog.get_logger(__name__)

PROBLEM_JSON: Final = "application/problem+json"

STATUS: Final[Mapping[str, int]] = {
    # What the services raise (model/errors.py)
    "error": 500,
    "not_found": 404,
    "forbidden": 403,
    "step_up_failed": 403,
    "unauthenticated": 401,
    "invalid": 422,
    "agreement_invalid": 422,
    "run_card_invalid": 422,
    "region_invalid": 422,
    "conflict": 409,
    "stale_version": 409,
    "unit_committed": 409,
    "not_permitted": 409,
    "terms_changed": 409,
    "illegal_step": 409,
    "already_answered": 409,
    "idempotency_key_reused": 422,
    "too_many_requests": 429,
    "unavailable": 503,
    # What the edge itself refuses
    "malformed_json": 400,
    "malformed_request": 400,
    "host_not_allowed": 400,
    "origin_not_allowed": 403,
    "method_not_allowed": 405,
    "body_too_slow": 408,
    "body_too_large": 413,
    "range_not_satisfiable": 416,
    "unsupported_media_type": 415,
    "board_not_built": 404,
    "internal": 500,
}
"""Every code that this service answers with, and its HTTP status."""


def trace_of(scope: Scope) -> str:
    """The id that ties an answer to the log; made on first asking."""
    return cast("str", scope.setdefault("dispatch.trace", secrets.token_hex(8)))


def problem(
    scope: Scope,
    code: str,
    message: str,
    *,
    details: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The answer for an error with this ``code``."""
    body = {"code": code, "message": message, "details": details or {}, "trace": trace_of(scope)}
    return Response(
        orjson.dumps(body),
        status_code=STATUS[code],
        media_type=PROBLEM_JSON,
        headers={"Cache-Control": "no-store", **(headers or {})},
    )


def field_path(location: Sequence[int | str]) -> str:
    """``("body", "needs", 0, "count")`` as ``needs[0].count``."""
    path = ""
    for step in location[1:] if len(location) > 1 else location:
        if isinstance(step, int):
            path += f"[{step}]"
        else:
            path += f".{step[:80]}" if path else step[:80]
    return path


def install_error_answers(app: FastAPI) -> None:
    """Let every exception that leaves an endpoint become a problem document."""
    app.add_exception_handler(DispatchError, _answer_refusal)
    app.add_exception_handler(RequestValidationError, _answer_invalid)
    app.add_exception_handler(HTTPException, _answer_http)
    app.add_exception_handler(Exception, _answer_bug)


async def _answer_refusal(request: Request, error: Exception) -> Response:
    error = cast("DispatchError", error)
    headers: dict[str, str] = {}
    if isinstance(error, TooMany):
        headers["Retry-After"] = str(max(1, round(error.retry_after_seconds)))
    if STATUS[error.code] == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return problem(request.scope, error.code, str(error), details=error.details(), headers=headers)


async def _answer_invalid(request: Request, error: Exception) -> Response:
    error = cast("RequestValidationError", error)
    # One flaw is enough for a person to mend; the rest may number thousands in a hostile body.
    first = error.errors()[0]
    path, because = field_path(first["loc"]), str(first["msg"])
    return problem(request.scope, "invalid", f"{path}: {because}", details={"path": path, "because": because})


async def _answer_http(request: Request, error: Exception) -> Response:
    error = cast("HTTPException", error)
    match error.status_code:
        case 404:
            return problem(request.scope, "not_found", "no such page")
        case 405:
            return problem(request.scope, "method_not_allowed", "no such method here", headers=error.headers)
        case _:
            return problem(request.scope, "malformed_request", str(error.detail))


async def _answer_bug(request: Request, error: Exception) -> Response:
    # The guard around the application logs it, with the same trace.
    return problem(request.scope, "internal", "a fault of ours; it is logged under this trace")
