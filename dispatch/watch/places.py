"""Where an incident is, by its address, a crossing or a name: the service's index of names is asked."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlencode

from dispatch.watch.line.sight import Sight
from dispatch.watch.picture import Row
from dispatch.watch.said import Said
from dispatch.watch.words import plain

LONGEST: Final = 120
"""No address is longer; the service refuses more."""


def places_path(typed: str) -> str:
    """Where the places are that a text may mean."""
    return "/api/places?" + urlencode({"q": typed.strip()[:LONGEST]})


def find_single_place(rows: Sequence[Row]) -> Row | None:
    """The one place that a text can only mean: with every word of it or, where none has, begun by it.

    A street whose house number is not known is never that place, and leaves open which town is meant.
    """
    for match in ("exact", "begins"):
        alike = [row for row in rows if row["match"] == match]
        if alike:
            known = [row for row in alike if not row["without_number"]]
            elsewhere = any(row["where"] != known[0]["where"] for row in alike) if known else False
            return known[0] if len(known) == 1 and not elsewhere else None
    return None


def address_of(row: Row, typed: str) -> str:
    """What is written on the incident."""
    if row["without_number"]:
        return typed.strip()
    if row["kind"] == "point":
        return str(row["where"])
    return (
        f"{row['name']}, {row['where']}" if row["where"] and row["where"] not in row["name"] else row["name"]
    )


def say_places(typed: str, rows: Sequence[Row], sight: Sight) -> Said:
    """Nothing was opened: what the text may mean, each with what to write behind @ instead."""
    if not rows:
        return Said(ok=False, text=f"Nothing was opened: nothing is called “{plain(typed)}”; write lon,lat")
    more = tuple(f"@ {row['lon']:.5f},{row['lat']:.5f}  {_name_of(row, sight)}" for row in rows)
    return Said(ok=False, text=f"Nothing was opened: “{plain(typed)}” may be one of these", more=more)


def _name_of(row: Row, sight: Sight) -> str:
    lacks = f" (house number {plain(row['without_number'])} is not known)" if row["without_number"] else ""
    whose = sight.names.of(row["jurisdiction"]) if row["jurisdiction"] else ""
    return " · ".join(filter(None, (plain(row["name"]), plain(row["where"]), whose))) + lacks
