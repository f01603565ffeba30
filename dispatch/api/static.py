"""The built board, and files by range.

The board's files are read once, at start, into a table by path: a path that is not in the table does
not exist, so no path can lead out of the directory. Hashed assets may be kept for ever; ``index.html``
is asked for again each time, so that a new version is in force with the next load.
"""

import gzip
import hashlib
import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from dispatch.agreements.actions import Action
from dispatch.api.errors import problem
from dispatch.api.operation import operation

router = APIRouter(include_in_schema=False)

PAGES: Final = frozenset({"/", "/board", "/agreements", "/log"})
"""The board's own pages: a reload there gets ``index.html``. Any other unknown path is a 404."""

IMMUTABLE: Final = "public, max-age=31536000, immutable"
FRESH: Final = "no-cache"
_RANGE: Final = re.compile(r"bytes=(?:([0-9]{1,15})-([0-9]{0,15})|-([0-9]{1,15}))")
_TEXTS: Final = frozenset({".html", ".js", ".css", ".svg", ".json", ".map", ".txt"})
_TYPES: Final = {
    ".woff2": "font/woff2",
    ".js": "text/javascript",
    ".webmanifest": "application/manifest+json",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """A file of the built board; ``packed`` is its gzip form where that is worth it."""

    body: bytes
    packed: bytes | None
    media_type: str
    tag: str
    keep: str


def read_assets(directory: Path) -> Mapping[str, Asset]:
    """Every file below ``directory`` by its URL path; empty where the board was not built."""
    files = sorted(file for file in directory.rglob("*") if file.is_file()) if directory.is_dir() else []
    return {"/" + file.relative_to(directory).as_posix(): _read_asset(file, directory) for file in files}


def answer_file(request: Request, file: Path, *, media_type: str) -> Response:
    """A file, whole or one range of it. Several ranges at once are refused: nobody needs them."""
    asked = request.headers.get("range")
    if asked is not None and not _is_one_range(asked, size=file.stat().st_size):
        return problem(request.scope, "range_not_satisfiable", "one range within the file, please")
    return FileResponse(file, media_type=media_type, headers={"Cache-Control": FRESH})


@router.api_route("/{path:path}", methods=["GET", "HEAD"])
@operation(Action.READ_BOARD_PAGE)
async def read_page(path: str, request: Request) -> Response:
    """A file of the built board, or its page."""
    assets: Mapping[str, Asset] = request.app.state.assets
    where = "/" + path
    asset = assets.get("/index.html" if where in PAGES else where)
    if asset is not None:
        return _answer_asset(request, asset)
    if where in PAGES:
        return problem(
            request.scope, "board_not_built", "the board is not built: run `make setup`; the API is up"
        )
    return problem(request.scope, "not_found", "no such page")


def _is_one_range(asked: str, *, size: int) -> bool:
    match = _RANGE.fullmatch(asked)
    if match is None:
        return False
    first, last, tail = match.groups()
    if tail:
        return int(tail) > 0
    return int(first) < size and (not last or int(first) <= int(last))


def _read_asset(file: Path, directory: Path) -> Asset:
    body = file.read_bytes()
    packed = gzip.compress(body, 6, mtime=0) if file.suffix in _TEXTS and len(body) > 1_000 else None
    hashed = file.relative_to(directory).parts[0] == "assets"
    return Asset(
        body=body,
        packed=packed,
        media_type=_TYPES.get(file.suffix)
        or mimetypes.guess_type(file.name)[0]
        or "application/octet-stream",
        tag=f'"{hashlib.sha256(body).hexdigest()[:32]}"',
        keep=IMMUTABLE if hashed else FRESH,
    )


def _answer_asset(request: Request, asset: Asset) -> Response:
    headers = {"ETag": asset.tag, "Cache-Control": asset.keep}
    if asset.packed is not None:
        headers["Vary"] = "Accept-Encoding"
    if request.headers.get("if-none-match") == asset.tag:
        return Response(status_code=304, headers=headers)
    if asset.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(
            asset.packed, media_type=asset.media_type, headers={**headers, "Content-Encoding": "gzip"}
        )
    return Response(asset.body, media_type=asset.media_type, headers=headers)
