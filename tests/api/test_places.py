"""Places over HTTP: rows as described, bounded questions, never an error of ours."""

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dispatch.api.place_rows import PlacesRow, PointRow
from dispatch.gateways.gazetteer.index import GazetteerFile
from dispatch.routing.gazetteer.asked import LONGEST
from dispatch.services.house import Finders
from tests.make_gazetteer import NEAR_CEDAR, compile_town
from tests.make_house import INCIDENT, Console, House, open_house

pytestmark = pytest.mark.anyio

PEOPLE = ["dispatcher-harlow", "supervisor-harlow", "analyst-harlow"]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    index = GazetteerFile(compile_town(tmp_path))
    async with open_house(tmp_path, people=PEOPLE, find=Finders(gazetteer=index)) as opened:
        yield opened


@pytest.fixture
async def ana(house: House) -> Console:
    return await house.sign_in("dispatcher-harlow")


async def test_a_place_is_found_by_its_name(ana: Console) -> None:
    answer = await ana.get("/api/places?q=12+first+st&near=0.05,0.05")
    assert answer.status_code == 200, answer.text
    found = PlacesRow.model_validate(answer.json())
    best = found.rows[0]
    assert (best.name, best.kind, best.jurisdiction, best.where) == (
        "12 First Street",
        "house",
        "harlow",
        "Harlowton",
    )
    assert len(found.rows) <= 10


async def test_a_point_says_who_is_in_charge(ana: Console) -> None:
    answer = await ana.get("/api/places/at?lon={}&lat={}".format(*NEAR_CEDAR))
    point = PointRow.model_validate(answer.json())
    assert (point.jurisdiction, point.beyond, point.near_border) == ("harlow", "cedar", True)
    inside = PointRow.model_validate((await ana.get("/api/places/at?lon=0.05&lat=0.05")).json())
    assert inside.address == "First Street / Alder Avenue"


async def test_an_incident_on_a_border_is_answered_with_the_notice(ana: Console) -> None:
    lon, lat = NEAR_CEDAR
    opened = (await ana.post("/api/incidents", {**INCIDENT, "lon": lon, "lat": lat})).json()
    assert (opened["jurisdiction"], opened["near_border"]) == ("harlow", ["cedar"])
    assert opened["border_notice"].startswith("On the border of Harlow and Cedar: Harlow is in charge")
    inland = (await ana.post("/api/incidents", INCIDENT)).json()
    assert (inland["near_border"], inland["border_notice"]) == ([], "")


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ("", "q"),
        ("?q=", "q"),
        (f"?q={'x' * (LONGEST + 1)}", "q"),
        ("?q=a%00b", "q"),
        ("?q=elm&near=somewhere", "near"),
        ("?q=elm&near=181,0", "near"),
        ("?q=elm&outside=perhaps", "outside"),
        ("/at", "lon"),
        ("/at?lon=nan&lat=0", "lon"),
        ("/at?lon=1&lat=inf", "lat"),
        ("/at?lon=181&lat=0", "lon"),
    ],
)
async def test_a_question_that_is_none_is_refused_by_its_field(ana: Console, query: str, path: str) -> None:
    answer = await ana.get(f"/api/places{query}")
    assert answer.status_code == 422, answer.text
    assert (answer.json()["code"], answer.json()["details"]["path"]) == ("invalid", path)


async def test_an_analyst_may_not_ask(house: House) -> None:
    analyst = await house.sign_in("analyst-harlow")
    assert (await analyst.get("/api/places?q=elm")).status_code == 403
    assert (await analyst.get("/api/places/at?lon=0&lat=0")).status_code == 403


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=st.text(min_size=1, max_size=LONGEST), near=st.one_of(st.none(), st.text(max_size=70)))
def test_no_text_is_an_error_of_ours(
    index_client: Callable[[str], int], typed: str, near: str | None
) -> None:
    path = f"/api/places?q={quote(typed, errors='replace')}"
    if near is not None:
        path += f"&near={quote(near, errors='replace')}"
    assert index_client(path) in (200, 422)


@pytest.fixture
def index_client(tmp_path: Path) -> Iterator[Callable[[str], int]]:
    """The status of a dispatcher's question, on one house for all examples."""
    from anyio.from_thread import start_blocking_portal

    index = GazetteerFile(compile_town(tmp_path))
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(
            open_house(tmp_path, people=PEOPLE, find=Finders(gazetteer=index))
        ) as house,
    ):
        console = portal.call(house.sign_in, "dispatcher-harlow")
        yield lambda path: portal.call(console.get, path).status_code
