"""Where an incident is: whoever asks, what is asked outside, and what happens without an index."""

import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import pytest

from dispatch.gateways.gazetteer.index import GazetteerFile
from dispatch.model.errors import Forbidden, TooMany, Unavailable
from dispatch.model.geo import Point
from dispatch.model.ids import JurisdictionId
from dispatch.model.principal import Principal, Role
from dispatch.routing.gazetteer.asked import Asked
from dispatch.routing.gazetteer.likeness import Match
from dispatch.routing.gazetteer.place import Beside, Found, Place, PlaceKind
from dispatch.routing.gazetteer.ranking import MOST
from dispatch.services.house import Finders
from dispatch.services.places import MOST_WAITING, Places
from tests.make_gazetteer import HERE, NEAR_CEDAR, compile_town
from tests.make_house import open_house

pytestmark = pytest.mark.anyio

DISPATCHER = Principal(id="p", role=Role.DISPATCHER, jurisdiction_id=JurisdictionId("harlow"))


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compile_town(tmp_path_factory.mktemp("names"))


@asynccontextmanager
async def open_places(tmp_path: Path, find: Finders) -> AsyncIterator[Places]:
    async with open_house(tmp_path, people=[], find=find) as house:
        yield house.services.places


class Outside:
    """A geocoder that knows one clinic, or nothing at all."""

    def __init__(self, *, works: bool = True) -> None:
        self.works = works
        self.asked: list[str] = []

    async def find(self, text: str) -> Sequence[Found]:
        self.asked.append(text)
        if not self.works:
            raise Unavailable("down")
        place = Place(name="Birch Clinic", kind=PlaceKind.LANDMARK, position=Point(lon=0.06, lat=0.06))
        return [Found(place=place, match=Match.BEGINS, score=0.9, outside=True)]

    def close(self) -> None:
        pass


async def test_the_nearest_to_ones_own_jurisdiction_come_first(names: Path, tmp_path: Path) -> None:
    async with open_places(tmp_path, Finders(gazetteer=GazetteerFile(names))) as places:
        mine = await places.find(DISPATCHER, "alder avenue")
        cedars = await places.find(DISPATCHER, "alder avenue", near=Point(lon=0.15, lat=0.05))
    assert (mine["index"], mine["outside"]) == ("ready", "off")
    assert [row["jurisdiction"] for row in mine["rows"][:2]] == ["harlow", "cedar"]
    assert cedars["rows"][0]["jurisdiction"] == "cedar"


async def test_a_typed_point_is_answered_as_it_is_with_its_address(names: Path, tmp_path: Path) -> None:
    async with open_places(tmp_path, Finders(gazetteer=GazetteerFile(names))) as places:
        (row,) = (await places.find(DISPATCHER, "0.0502, 0.05"))["rows"]
    assert (row["kind"], row["lon"], row["lat"], row["match"]) == ("point", 0.0502, 0.05, "exact")
    assert (row["where"], row["jurisdiction"]) == ("12 First Street", "harlow")


async def test_without_an_index_the_answer_says_so_and_points_still_work(tmp_path: Path) -> None:
    async with open_places(tmp_path, Finders()) as places:
        assert await places.find(DISPATCHER, "birch") == {"index": "missing", "outside": "off", "rows": []}
        assert (await places.find(DISPATCHER, "0.05, 0.05"))["rows"][0]["jurisdiction"] == "harlow"
        at = await places.look_at(DISPATCHER, HERE)
    assert (at["index"], at["jurisdiction"], at["address"], at["street"]) == ("missing", "harlow", "", None)


async def test_the_geocoder_outside_is_asked_only_when_told_to(names: Path, tmp_path: Path) -> None:
    outside = Outside()
    find = Finders(gazetteer=GazetteerFile(names), geocoder=outside)
    async with open_places(tmp_path, find) as places:
        quiet = await places.find(DISPATCHER, "birch")
        asked = await places.find(DISPATCHER, " birch ", outside=True)
        await places.find(DISPATCHER, "0.05, 0.05", outside=True)
    assert quiet["outside"] == "not_asked"
    assert asked["outside"] == "answered"
    assert outside.asked == ["birch"]
    assert [row["name"] for row in asked["rows"] if row["outside"]] == ["Birch Clinic"]
    assert not any(row["outside"] for row in quiet["rows"])
    assert asked["rows"][0]["name"] == "Birch Street"


async def test_a_failure_outside_leaves_our_own_answer_and_is_said(names: Path, tmp_path: Path) -> None:
    find = Finders(gazetteer=GazetteerFile(names), geocoder=Outside(works=False))
    async with open_places(tmp_path, find) as places:
        answer = await places.find(DISPATCHER, "birch street", outside=True)
    assert answer["outside"] == "failed"
    assert answer["rows"][0]["name"] == "Birch Street"


async def test_near_a_border_the_answer_says_who_lies_beyond(names: Path, tmp_path: Path) -> None:
    at = Point(lon=NEAR_CEDAR[0], lat=NEAR_CEDAR[1])
    async with open_places(tmp_path, Finders(gazetteer=GazetteerFile(names))) as places:
        near = await places.look_at(DISPATCHER, at)
        far = await places.look_at(DISPATCHER, HERE)
    assert (near["jurisdiction"], near["beyond"], near["near_border"]) == ("harlow", "cedar", True)
    assert near["border_m"] == pytest.approx(55.7, abs=0.5)
    assert near["notice"] == "On the border of Harlow and Cedar: Harlow is in charge; Cedar is 56 m away."
    assert (far["near_border"], far["notice"]) == (False, "")
    assert far["address"] == "First Street / Alder Avenue"


async def test_how_near_is_near_is_a_setting(tmp_path: Path) -> None:
    at = Point(lon=NEAR_CEDAR[0], lat=NEAR_CEDAR[1])
    async with open_places(tmp_path, Finders(near_border_m=50)) as places:
        assert (await places.look_at(DISPATCHER, at))["near_border"] is False


async def test_only_a_desk_may_ask(tmp_path: Path) -> None:
    async with open_places(tmp_path, Finders()) as places:
        for role in (Role.ANALYST, Role.ADMIN, Role.FEED):
            other = Principal(id="p", role=role, jurisdiction_id=JurisdictionId("harlow"))
            with pytest.raises(Forbidden):
                await places.find(other, "birch")
            with pytest.raises(Forbidden):
                await places.look_at(other, HERE)


class Stuck:
    """An index whose file does not answer until it is let go."""

    def __init__(self) -> None:
        self.go = threading.Event()

    def find(self, asked: Asked, near: Point, *, at_most: int = MOST) -> tuple[Found, ...]:
        self.go.wait(30)
        return ()

    def beside(self, point: Point) -> Beside:
        return Beside()

    def close(self) -> None:
        pass


async def test_a_flood_of_searches_is_turned_away_and_the_loop_goes_on(tmp_path: Path) -> None:
    stuck, answers = Stuck(), []
    async with open_places(tmp_path, Finders(gazetteer=stuck)) as places, anyio.create_task_group() as group:

        async def ask() -> None:
            answers.append(await places.find(DISPATCHER, "birch"))

        for _ in range(MOST_WAITING):
            group.start_soon(ask)
        while places._waiting < MOST_WAITING:
            await anyio.sleep(0)
        with pytest.raises(TooMany):
            await places.find(DISPATCHER, "birch")
        assert answers == []
        stuck.go.set()
    assert len(answers) == MOST_WAITING
