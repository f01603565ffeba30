"""How endpoints answer, and how their answers are described."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

import orjson
from fastapi import Path
from pydantic import BaseModel
from starlette.responses import Response

from dispatch.api.errors import PROBLEM_JSON
from dispatch.api.rows import Problem
from dispatch.api.schemas import PRINTABLE

PathId = Annotated[str, Path(min_length=1, max_length=80, pattern=PRINTABLE)]
"""An id in a path: bounded and printable; whether it exists is for the use case to say."""

PathVersion = Annotated[int, Path(ge=1, le=2**31)]
"""A version's number in a path."""

ERRORS: Final[dict[int | str, dict[str, Any]]] = {
    "4XX": {"description": "Refused", "content": {PROBLEM_JSON: {"schema": Problem.model_json_schema()}}},
    "5XX": {"description": "Not now", "content": {PROBLEM_JSON: {"schema": Problem.model_json_schema()}}},
}
"""Every operation may answer with a problem document."""


class JsonAnswer(Response):
    """A value as compact UTF-8 JSON."""

    media_type = "application/json"

    def __init__(self, value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(orjson.dumps(value), status_code=status, headers=headers)


def gives(row: type[BaseModel] | Any, status: int = 200) -> dict[int | str, dict[str, Any]]:
    """The description of an endpoint that answers with ``row``."""
    return {status: {"model": row, "description": "Done"}}
