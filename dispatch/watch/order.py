"""In which order rows stand, as on the page: own ones first, what needs a decision before the rest."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from re import compile
from typing import Final

from dispatch.watch.picture import Picture, Row, moment_ms
from dispatch.watch.words import STATUSES, rank_of

_DIGITS: Final = compile(r"\d+")
_STATUS_RANKS: Final = {status: rank for rank, status in enumerate(STATUSES)}
_LAST: Final = len(_STATUS_RANKS)
KEEP_MS: Final = 10 * 60_000
"""Answered requests stay in sight for a while, so that nobody wonders where one went."""


@lru_cache(maxsize=20_000)
def natural(text: str) -> str:
    """ "M2" before "M10"."""
    return _DIGITS.sub(lambda digits: digits[0].zfill(8), text.lower())


def order_units(units: Iterable[Row]) -> list[Row]:
    """Own units first, then by status, agency and call sign."""
    return sorted(
        units,
        key=lambda unit: (
            not unit["own"],
            _STATUS_RANKS.get(unit["status"], _LAST),
            unit["jurisdiction"],
            natural(unit["call_sign"]),
        ),
    )


def needed_units(incident: Row) -> int:
    """How many units the incident wants."""
    return sum(need["count"] for need in incident["needs"])


def count_sent(incident: Row) -> int:
    """How many units are on it, or came to it and have left."""
    return len(incident["assigned"]) + int(incident.get("came", 0))


def is_short(incident: Row) -> bool:
    """Whether the incident still waits for a unit; one that units have left waits only to be closed."""
    return incident["state"] == "active" and count_sent(incident) < max(1, needed_units(incident))


def is_unattended(incident: Row) -> bool:
    """Whether no unit is on it and none has come to it."""
    return count_sent(incident) == 0


def order_incidents(incidents: Iterable[Row]) -> list[Row]:
    """Waiting ones first, then by priority, then the oldest."""
    return sorted(
        incidents, key=lambda one: (not is_short(one), rank_of(one["priority"]), moment_ms(one["opened_at"]))
    )


def is_ours(request: Row) -> bool:
    """Whether we put it: our own question, or the unit that we offer instead of the one asked for."""
    return bool(request["direction"] == "out") != bool(request.get("offered_by_lender"))


def is_open(request: Row) -> bool:
    """Whether it waits for an answer of ours."""
    return bool(request["state"] == "offered" and not is_ours(request))


def order_requests(requests: Iterable[Row], now: float) -> list[Row]:
    """Those to answer first, the most urgent on top; then the others of the last minutes, newest first."""
    rows = list(requests)
    to_answer = sorted(filter(is_open, rows), key=lambda row: moment_ms(row["expires_at"]))
    others = [row for row in rows if not is_open(row) and _is_recent(row, now)]
    return to_answer + sorted(others, key=lambda row: moment_ms(row["requested_at"]), reverse=True)


def _is_recent(request: Row, now: float) -> bool:
    if request["state"] == "offered" or not request["answered_at"]:
        return True
    return now - moment_ms(request["answered_at"]) < KEEP_MS


def order_assignments(assignments: Iterable[Row]) -> list[Row]:
    """Live ones: loans first, then the newest."""
    live = [row for row in assignments if row["ended_at"] is None and row["state"] != "ended"]
    return sorted(live, key=lambda row: (not row["lent"], -moment_ms(row["assigned_at"])))


def order_covers(picture: Picture) -> Sequence[Row]:
    """One's own first, then by id."""
    home = picture.me["jurisdiction"]
    return sorted(picture.covers.values(), key=lambda row: (row["jurisdiction"] != home, row["jurisdiction"]))
