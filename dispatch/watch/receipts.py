"""Saying by itself that requests have arrived at this board, and that a person has them in view."""

from collections.abc import Awaitable, Callable, Collection
from enum import StrEnum

from dispatch.watch.order import is_open
from dispatch.watch.picture import Row, Rows
from dispatch.watch.rest import Problem


class Stage(StrEnum):
    """How far a request has come to whoever is to answer it."""

    DELIVERED = "delivered"
    SEEN = "seen"


class Receipts:
    """Moved by frames and by what is drawn; what could not be said is tried again with the next frame."""

    def __init__(self, send: Callable[[str, Stage], Awaitable[object]]) -> None:
        self._send = send
        self._said: set[tuple[str, Stage]] = set()

    async def settle(self, requests: Rows, in_view: Collection[str]) -> None:
        """Send what is owed for these requests, of which ``in_view`` are on the screen."""
        self._said = {(which, stage) for which, stage in self._said if which in requests}
        for request in requests.values():
            stage = self._owed(request, request["id"] in in_view)
            if stage is not None:
                await self._say(request["id"], stage)

    def _owed(self, request: Row, is_in_view: bool) -> Stage | None:
        # A service without receipts has none in its rows.
        if not is_open(request) or "delivered_at" not in request:
            return None
        which = request["id"]
        if is_in_view and not request["seen_at"] and (which, Stage.SEEN) not in self._said:
            return Stage.SEEN
        if not request["delivered_at"] and (which, Stage.DELIVERED) not in self._said:
            return Stage.DELIVERED
        return None

    async def _say(self, which: str, stage: Stage) -> None:
        # What was seen was delivered: one receipt is enough for both.
        keys = {(which, stage), (which, Stage.DELIVERED)}
        self._said |= keys
        try:
            await self._send(which, stage)
        except Problem as problem:
            if problem.unconfirmed or problem.status == 429 or problem.status >= 500:
                self._said -= keys
