"""The picture of the cases that page and terminal share, as the terminal's command line sees it."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from dispatch.watch.line.sight import Sight
from dispatch.watch.picture import moment_ms
from dispatch.watch.words import names_of

CASES = Path(__file__).resolve().parents[1] / "line" / "cases.json"


@cache
def shared() -> dict[str, Any]:
    """The whole file."""
    said: dict[str, Any] = json.loads(CASES.read_text(encoding="utf-8"))
    return said


def make_sight(**changed: Any) -> Sight:
    """The file's picture, for a dispatcher where nothing else is said."""
    said = shared()
    region = {"name": "Marlow", "time_zone": "UTC", "jurisdictions": said["jurisdictions"]}
    known: dict[str, Any] = {
        "now": moment_ms(said["now"]),
        "home": said["home"],
        "role": said["role"],
        "names": names_of(region),
        **{table: said[table] for table in ("natures", "units", "incidents", "requests", "assignments")},
    }
    return Sight(**known | changed)
