"""What the service says is what its classes promise, and the page's types are made of those.

Every answer in this package's tests is held against its row by ``tests.contract``, and every frame that a
socket gets in ``test_board_live`` and ``test_standing_live``; here are the frames of all roles.
"""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from dispatch.api.frames import BoardRows, Frame, GoneRow
from dispatch.api.rows import ShiftRow
from dispatch.api.typescript import write_types
from dispatch.services.audience import KIND, Table
from tests.contract import require_shape
from tests.make_house import INCIDENT, Console, House, open_house

pytestmark = pytest.mark.anyio

WRITTEN = Path(__file__).resolve().parents[2] / "web/src/wire/generated.ts"
LOGINS = [
    f"{role}-{place}"
    for role in ("dispatcher", "supervisor", "analyst", "admin")
    for place in ("harlow", "cedar")
]


class Listener:
    """A board's sink: every frame is read by its class."""

    def __init__(self) -> None:
        self.frames: list[Any] = []

    def offer(self, frame: bytes) -> bool:
        self.frames.append(require_shape(Frame, frame))
        return True

    def close(self, code: int, reason: str) -> None:
        """The house is closed at the end."""


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path, people=LOGINS) as opened:
        yield opened


async def listen(house: House, console: Console) -> Listener:
    """Join as the socket does."""
    ticket = (await console.post("/api/board/ticket")).json()["ticket"]
    signed = house.services.identity.redeem_ticket(ticket)
    who, listener = signed.principal, Listener()
    me = {"person": who.id, "role": who.role.value, "jurisdiction": who.jurisdiction_id}
    house.services.hub.join(who, listener, session_id=signed.session_id, me=me, resume=None)
    return listener


async def play(consoles: Mapping[str, Console]) -> None:
    """A loan, and everything that people say around it, begun and ended."""
    harlow, cedar, chief = (
        consoles[who] for who in ("dispatcher-harlow", "dispatcher-cedar", "supervisor-cedar")
    )
    await harlow.post(
        "/api/jurisdictions/harlow/cover/override", {"state": "red", "minutes": 5, "reason": "x"}
    )
    alert = {"to": ["cedar"], "note": "storm"}
    sent = (await harlow.post("/api/jurisdictions/harlow/cover/pre-alert", alert)).json()
    await cedar.post(f"/api/pre-alerts/{sent['id']}/acknowledge")
    incident = (await harlow.post("/api/incidents", INCIDENT)).json()["id"]
    await harlow.post(f"/api/incidents/{incident}/recommendation", {})
    asked = (await harlow.post(f"/api/incidents/{incident}/requests", {"unit_id": "cedar-1"})).json()
    await cedar.post(f"/api/requests/{asked['id']}/accept")
    await cedar.post("/api/units/cedar-1/status", {"status": "en_route"})
    closure = (await chief.post("/api/closures", {"reason": "ice"})).json()["id"]
    await chief.post(f"/api/closures/{closure}/end")
    await harlow.post(f"/api/incidents/{incident}/close", {})
    await cedar.post("/api/units/cedar-1/status", {"status": "available"})


async def test_every_frame_of_every_role_is_what_its_class_says(house: House) -> None:
    consoles = {login: await house.sign_in(login) for login in LOGINS}
    boards = {login: await listen(house, console) for login, console in consoles.items()}
    await play(consoles)
    house.services.hub.send_positions()
    house.services.hub.send_beats()
    said = [frame for board in boards.values() for frame in board.frames]
    assert {frame.type for frame in said} == {"snapshot", "delta", "positions", "beat"}
    filled = {name for frame in said for name in BoardRows.model_fields if getattr(frame, name, None)}
    assert filled == set(BoardRows.model_fields) - {"waivers"}
    assert {one.kind for frame in said for one in getattr(frame, "gone", ())} >= {"incident", "closure"}


def test_the_pages_types_are_those_of_the_servers_classes() -> None:
    """``python -m dispatch.api.typescript > web/src/wire/generated.ts`` writes them again."""
    assert WRITTEN.read_text(encoding="utf-8") == write_types()


def test_a_board_has_the_lists_and_kinds_that_the_hub_writes() -> None:
    assert list(BoardRows.model_fields) == [table.value for table in Table]
    assert GoneRow.model_json_schema()["properties"]["kind"]["enum"] == list(KIND.values())


ROW = '{"unit": "m-1", "on_duty_since": null, "shift_ends_at": null, "version": 1'


@pytest.mark.parametrize(
    ("said", "flaw"),
    [
        (ROW + ', "more": 1}', AssertionError),
        (ROW.replace('"version": 1', '"unit": "m-2"') + "}", ValidationError),
        (ROW.replace("null", '"yesterday"') + "}", ValidationError),
        (ROW.replace('"version": 1', '"version": "1"') + "}", ValidationError),
    ],
)
def test_a_row_with_a_field_more_or_less_or_of_another_kind_is_no_such_row(
    said: str, flaw: type[Exception]
) -> None:
    require_shape(ShiftRow, ROW + "}")
    with pytest.raises(flaw):
        require_shape(ShiftRow, said)
