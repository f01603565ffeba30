"""Every operation x every role x own, partner's and unrelated jurisdiction, on the real services.

``door.csv`` is reviewed by eye; ``python -m tests.make_door > tests/api/door.csv`` renews it.
"""

import re
from pathlib import Path

import pytest

from tests.make_door import MISSING, Walker, list_operations, list_routes, walk
from tests.make_house import House, open_house

# The whole walk is the first test's fixture: several hundred visits, most of them commits to disk.
pytestmark = [pytest.mark.anyio, pytest.mark.slow, pytest.mark.timeout(400)]

TABLE = Path(__file__).with_name("door.csv")


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def walked(tmp_path_factory: pytest.TempPathFactory) -> tuple[House, Walker]:
    async with open_house(tmp_path_factory.mktemp("door")) as house:
        return house, await walk(house)


async def test_the_door_answers_as_the_reviewed_table_says(walked: tuple[House, Walker]) -> None:
    _, walker = walked
    said = walker.table().splitlines()
    reviewed = TABLE.read_text().splitlines()
    assert said == reviewed, "\n".join(
        f"{old}  ->  {new}" for old, new in zip(reviewed, said, strict=False) if old != new
    )


async def test_every_route_is_walked(walked: tuple[House, Walker]) -> None:
    house, _ = walked
    assert set(list_operations(house)) == list_routes(house)


async def test_nothing_is_a_500_and_every_refusal_is_a_problem(walked: tuple[House, Walker]) -> None:
    _, walker = walked
    for visit in walker.visits:
        for answer in filter(None, (visit.answer, visit.missing)):
            assert answer.status_code < 500, (visit.operation, visit.who, answer.text)
            if answer.status_code >= 400:
                assert answer.headers["content-type"] == "application/problem+json"


async def test_a_foreign_thing_looks_like_a_missing_one(walked: tuple[House, Walker]) -> None:
    """Beside the id that the caller sent, not one character tells them apart."""
    _, walker = walked
    compared = 0
    for visit in walker.visits:
        if visit.answer.status_code != 404 or visit.missing is None:
            continue
        asked = re.findall(r"[^/]+", visit.answer.request.url.path)
        sent = next(part for part in asked if part not in visit.operation)
        foreign = visit.answer.json() | {"trace": ""}
        missing = visit.missing.json() | {"trace": ""}
        assert repr(foreign).replace(sent, MISSING) == repr(missing), (
            visit.operation,
            visit.who,
            visit.place,
        )
        compared += 1
    assert compared > 20


async def test_nobody_outside_sees_what_a_caller_said(walked: tuple[House, Walker]) -> None:
    """The canaries lie in every incident's address and note."""
    _, walker = walked
    for visit in walker.visits:
        if visit.place != "harlow" or visit.who in ("anonymous", "feed", "admin"):
            accepted_by_desk = visit.operation == "POST /api/requests/{request_id}/accept"
            if (
                not accepted_by_desk
                and "sign-in" not in visit.operation
                and not _is_own_incident(visit.operation)
            ):
                assert "CANARY" not in visit.answer.text, (visit.operation, visit.who, visit.place)


def _is_own_incident(operation: str) -> bool:
    # A neighbour's dispatcher who posts an incident is answered with what they wrote themselves.
    return operation == "POST /api/incidents"
