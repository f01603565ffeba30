"""Preferences over HTTP: everybody's own, kept across sessions, never overwritten unseen."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from dispatch.api.preferences import PreferencesRow
from tests.make_house import Console, House, open_house

pytestmark = pytest.mark.anyio

PATH = "/api/me/preferences"
LARGE = {"font_percent": 130, "unit_columns": ["status", "unit"]}


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    people = ["dispatcher-harlow", "dispatcher-cedar", "admin-harlow", "analyst-moor"]
    async with open_house(tmp_path, people=people) as opened:
        yield opened


async def put(console: Console, preferences: Any, version: int = 0) -> Any:
    body = {"preferences": preferences, "version": version}
    return await console.http.put(PATH, json=body, headers=console.headers)


async def test_whoever_set_nothing_has_version_zero(house: House) -> None:
    ana = await house.sign_in("dispatcher-harlow")
    row = (await ana.get(PATH)).json()
    PreferencesRow.model_validate(row)
    assert row == {"version": 0, "preferences": {}, "changed_at": None}


async def test_what_is_set_is_there_at_the_next_console_and_for_nobody_else(house: House) -> None:
    ana, ben = await house.sign_in("dispatcher-harlow"), await house.sign_in("dispatcher-cedar")
    answer = await put(ana, LARGE)
    assert answer.status_code == 200, answer.text
    PreferencesRow.model_validate(answer.json())
    elsewhere = await house.sign_in("dispatcher-harlow")
    assert (await elsewhere.get(PATH)).json() == answer.json()
    assert (answer.json()["version"], answer.json()["preferences"]) == (1, LARGE)
    assert (await ben.get(PATH)).json()["version"] == 0


async def test_a_change_made_from_an_old_version_is_refused_and_names_the_new_one(house: House) -> None:
    ana = await house.sign_in("dispatcher-harlow")
    assert (await put(ana, LARGE)).status_code == 200
    stale = await put(ana, {"theme": "light"})
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_version")
    assert stale.json()["details"]["current"] == 1
    assert (await put(ana, {"theme": "light"}, 1)).json()["preferences"] == {"theme": "light"}


@pytest.mark.parametrize("person", ["admin-harlow", "analyst-moor"])
async def test_every_person_has_some(house: House, person: str) -> None:
    console = await house.sign_in(person)
    assert (await put(console, {"single_keys": False})).status_code == 200


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"preferences": {"font_percent": 200}, "version": 0}, "preferences.font_percent"),
        ({"preferences": {"unit_columns": ["x"]}, "version": 0}, "preferences.unit_columns[0]"),
        ({"preferences": {"lunch": "noon"}, "version": 0}, "preferences.lunch"),
        ({"preferences": [], "version": 0}, "preferences"),
        ({"preferences": {}, "version": -1}, "version"),
        ({"preferences": {}}, "version"),
        ({"preferences": {}, "version": 0, "person": "dispatcher-cedar"}, "person"),
    ],
)
async def test_what_is_wrong_is_named_by_its_path(house: House, body: dict[str, Any], path: str) -> None:
    ana = await house.sign_in("dispatcher-harlow")
    answer = await ana.http.put(PATH, json=body, headers=ana.headers)
    assert (answer.status_code, answer.json()["details"]["path"]) == (422, path), answer.text


async def test_a_machine_and_a_stranger_have_none(house: House) -> None:
    assert (await house.nobody().get(PATH)).status_code == 401
    machine = await house.machine("harlow")
    assert (await machine.get(PATH)).status_code == 403


async def test_they_leave_no_entry_in_the_journal(house: House) -> None:
    ana = await house.sign_in("dispatcher-harlow")
    before = await house.store.read(lambda reader: reader.head())
    assert (await put(ana, LARGE)).status_code == 200
    assert await house.store.read(lambda reader: reader.head()) == before
