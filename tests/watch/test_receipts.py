"""Receipts are given by themselves: here is the request, and it stands on a screen; each once."""

from typing import Any

import pytest

from dispatch.watch.receipts import Receipts, Stage
from dispatch.watch.rest import Problem

pytestmark = pytest.mark.anyio
DELIVERED, SEEN = ("r1", Stage.DELIVERED), ("r1", Stage.SEEN)


def request(**changed: Any) -> dict[str, Any]:
    row = {"id": "r1", "direction": "in", "state": "offered", "delivered_at": None, "seen_at": None}
    return {**row, **changed}


class Door:
    """Writes down what was sent; the next answer may be a problem."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Stage]] = []
        self.problem: Problem | None = None
        self.receipts = Receipts(self._send)

    async def _send(self, which: str, stage: Stage) -> None:
        self.sent.append((which, stage))
        if self.problem:
            raise self.problem

    async def settle(self, *rows: dict[str, Any], in_view: tuple[str, ...] = ()) -> list[tuple[str, Stage]]:
        self.sent = []
        await self.receipts.settle({row["id"]: row for row in rows}, in_view)
        return self.sent


async def test_a_request_is_delivered_when_it_comes_and_seen_when_it_is_on_the_screen() -> None:
    door = Door()
    assert await door.settle(request()) == [DELIVERED]
    assert await door.settle(request()) == [], "it was said"
    assert await door.settle(request(), in_view=("r1",)) == [SEEN]
    assert await door.settle(request(), in_view=("r1",)) == []


async def test_what_is_seen_at_once_is_said_once() -> None:
    door = Door()
    assert await door.settle(request(), in_view=("r1",)) == [SEEN]
    assert await door.settle(request()) == []


@pytest.mark.parametrize(
    "row",
    [
        request(direction="out"),
        request(state="accepted"),
        request(delivered_at="t", seen_at="t"),
        request(offered_by_lender=True),
        {name: value for name, value in request().items() if name not in ("delivered_at", "seen_at")},
    ],
    ids=["our own", "answered", "received elsewhere", "our own offer", "a service without receipts"],
)
async def test_nothing_is_owed(row: dict[str, Any]) -> None:
    assert await Door().settle(row, in_view=("r1",)) == []


async def test_what_a_neighbour_offers_instead_is_received_by_whoever_asked() -> None:
    assert await Door().settle(request(direction="out", offered_by_lender=True)) == [DELIVERED]


@pytest.mark.parametrize(
    ("status", "again"), [(0, True), (429, True), (503, True), (404, False), (409, False)]
)
async def test_only_what_may_go_better_in_a_moment_is_tried_again(status: int, again: bool) -> None:
    door = Door()
    door.problem = Problem(status, "x", "")
    await door.settle(request())
    door.problem = None
    assert bool(await door.settle(request())) is again
