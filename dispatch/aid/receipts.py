"""Receipts of a request: that it was delivered, and that a person saw it.

The first of each counts. Whoever is asked is who may give them, while the request waits for its answer.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from dispatch.aid.request import AidRequest, RequestState


class Stage(StrEnum):
    """How far a request has come."""

    DELIVERED = "delivered"
    """A board of somebody who may answer has its row; or what else takes requests in has it."""
    SEEN = "seen"
    """A person who may answer had it in view: in view, not read."""


class Channel(StrEnum):
    """On which way it was taken in. Machines that take requests in will have theirs."""

    BOARD = "board"


def is_news(request: AidRequest, stage: Stage) -> bool:
    """Whether this receipt would be the first of its kind, on a request that still waits."""
    if request.state is not RequestState.OFFERED:
        return False
    return (request.delivered_at if stage is Stage.DELIVERED else request.seen_at) is None


def receive(
    request: AidRequest, stage: Stage, *, by: str, now: datetime
) -> Sequence[tuple[Stage, AidRequest]]:
    """The receipts that this one brings, each with the request after it; none where it is no news.

    What was seen was delivered, also where nobody said so before.
    """
    steps: list[tuple[Stage, AidRequest]] = []
    if is_news(request, Stage.DELIVERED):
        request = replace(request, delivered_at=now)
        steps.append((Stage.DELIVERED, request))
    if stage is Stage.SEEN and is_news(request, Stage.SEEN):
        steps.append((Stage.SEEN, replace(request, seen_at=now, seen_by=by)))
    return steps


def count_receipts(request: AidRequest) -> int:
    """How many it has: of two rows of one version, the one with more is newer."""
    return (request.delivered_at is not None) + (request.seen_at is not None)
