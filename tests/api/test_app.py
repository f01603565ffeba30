import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from fastapi import APIRouter
from fastapi.routing import iter_route_contexts
from shapely.geometry import box

from dispatch.agreements.actions import Action
from dispatch.api import app as app_module
from dispatch.api import board
from dispatch.api.operation import PolicyMissing, operation, require_policy
from dispatch.api.settings import ApiSettings
from dispatch.model.errors import Unavailable
from dispatch.model.geo import Point
from dispatch.model.ids import JurisdictionId
from dispatch.model.jurisdiction import Agency, Jurisdiction
from dispatch.model.region import Region
from tests.make_api import LOOPBACK, FakeIdentity, make_app, make_fake_services, make_signed

pytestmark = pytest.mark.anyio

PERSON = {"Cookie": "dispatch_session=token"}
HARLOW = JurisdictionId("harlow")
REGION = Region(
    name="Marlow",
    fictional=True,
    attribution=("Made up",),
    time_zone="UTC",
    centre=Point(lon=0.5, lat=0.5),
    bbox=(0, 0, 1, 1),
    jurisdictions={
        HARLOW: Jurisdiction(
            id=HARLOW,
            name="Harlow",
            kind="county",
            agency=Agency(name="H EMS", telephone=""),
            area=box(0, 0, 1, 1),
        )
    },
    stations={},
    hospitals={},
    units={},
    digest="d1",
)


@pytest.fixture
def built(tmp_path: Path) -> ApiSettings:
    """A small built board and a bundle with a basemap."""
    (tmp_path / "static/assets").mkdir(parents=True)
    (tmp_path / "static/index.html").write_text("<!doctype html>board")
    (tmp_path / "static/assets/index-abc123.js").write_text("let a = 1;" * 200)
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "bundle").mkdir()
    (tmp_path / "bundle/basemap.pmtiles").write_bytes(bytes(range(256)) * 4)
    return replace(LOOPBACK, static_directory=tmp_path / "static", bundle_directory=tmp_path / "bundle")


@pytest.fixture
async def client(built: ApiSettings) -> AsyncIterator[httpx.AsyncClient]:
    identity = FakeIdentity(sessions={"token": make_signed()})
    transport = httpx.ASGITransport(app=make_app(make_fake_services(identity, region=REGION), built))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8000") as client:
        yield client


@pytest.mark.parametrize("path", ["/", "/board", "/agreements"])
async def test_the_boards_pages_are_asked_for_each_time(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.text == "<!doctype html>board"
    assert answer.headers["cache-control"] == "no-cache"
    again = await client.get(path, headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


async def test_hashed_assets_are_kept_for_ever(client: httpx.AsyncClient) -> None:
    answer = await client.get("/assets/index-abc123.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.text == "let a = 1;" * 200


@pytest.mark.parametrize(
    "path",
    [
        "/wp-admin",
        "/api/nothing",
        "/../secret.txt",
        "/assets/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/assets/%2e%2e%2f%2e%2e%2fsecret.txt",
        "/assets//index-abc123.js",
        "/index.html/",
    ],
)
async def test_an_unknown_path_is_a_problem_not_a_page(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


async def test_an_unbuilt_board_says_so(tmp_path: Path) -> None:
    app = make_app(make_fake_services(), replace(LOOPBACK, static_directory=tmp_path / "none"))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="http://localhost"
    ) as client:
        answer = await client.get("/")
    assert (answer.status_code, answer.json()["code"]) == (404, "board_not_built")


@pytest.mark.parametrize(
    ("asked", "status", "length"),
    [
        (None, 200, 1024),
        ("bytes=0-126", 206, 127),
        ("bytes=1000-", 206, 24),
        ("bytes=-16", 206, 16),
        ("bytes=5000-6000", 416, None),
        ("bytes=0-1,4-5", 416, None),
        ("bytes=5-2", 416, None),
        ("bytes=-0", 416, None),
        ("lines=1-2", 416, None),
    ],
)
async def test_the_basemap_is_read_by_range(
    client: httpx.AsyncClient, asked: str | None, status: int, length: int | None
) -> None:
    answer = await client.get("/basemap.pmtiles", headers=PERSON | ({"Range": asked} if asked else {}))
    assert answer.status_code == status
    if length is None:
        assert answer.json()["code"] == "range_not_satisfiable"
    else:
        assert len(answer.content) == length


async def test_the_region_names_its_sources(client: httpx.AsyncClient) -> None:
    region = (await client.get("/api/region", headers=PERSON)).json()
    assert region["attribution"] == ["Made up"]
    assert region["fictional"] is True
    assert [one["id"] for one in region["jurisdictions"]] == ["harlow"]


async def test_borders_are_geojson_that_need_not_be_sent_twice(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/region/jurisdictions.geojson", headers=PERSON)
    assert answer.json()["features"][0]["geometry"]["type"] == "Polygon"
    again = await client.get(
        "/api/region/jurisdictions.geojson", headers=PERSON | {"If-None-Match": answer.headers["etag"]}
    )
    assert again.status_code == 304


async def test_a_probe_tells_whether_the_record_answers(built: ApiSettings) -> None:
    async def no_record() -> None:
        raise Unavailable("disk full")

    app = app_module.create_app(make_fake_services(), built, probe=no_record)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="http://10.0.0.7"
    ) as client:
        assert (await client.get("/livez")).status_code == 200
        assert (await client.get("/readyz")).status_code == 503


async def test_every_operation_has_a_stable_name_and_says_what_it_does(client: httpx.AsyncClient) -> None:
    schema = (await client.get("/api/openapi.json")).json()
    operations = [one for path in schema["paths"].values() for one in path.values()]
    names = [one["operationId"] for one in operations]
    assert len(names) == len(set(names))
    assert all(re.fullmatch("[a-z_]+", name) for name in names)
    assert all(one["description"] and one["tags"] and "4XX" in one["responses"] for one in operations)


async def test_the_schema_says_how_each_operation_knows_its_caller(client: httpx.AsyncClient) -> None:
    schema = (await client.get("/api/openapi.json")).json()
    assert schema["components"]["securitySchemes"]["session"]["name"] == "dispatch_session"
    said = {path: schema["paths"][path] for path in schema["paths"]}
    assert said["/api/sign-in"]["post"]["security"] == []
    assert said["/api/incidents"]["get"]["security"] == [{"session": []}]
    assert said["/api/incidents"]["post"]["security"] == [{"session": [], "csrf": []}]
    assert said["/api/feeds/reports/batch"]["post"]["security"] == [{"key": []}]
    assert all("security" in one for path in said.values() for one in path.values())


def test_an_application_without_a_rule_does_not_start() -> None:
    app = make_app(make_fake_services())
    stray = APIRouter()

    @stray.get("/api/stray")
    async def read_stray() -> None: ...

    app.include_router(stray)
    with pytest.raises(PolicyMissing, match="GET /api/stray"):
        require_policy(app, messages=board.MESSAGES)


def test_a_mark_that_no_rule_knows_does_not_start_either(monkeypatch: pytest.MonkeyPatch) -> None:
    from dispatch.agreements import access

    without = {action: grants for action, grants in access.POLICY.items() if action is not Action.READ_ME}
    monkeypatch.setattr(access, "POLICY", without)
    with pytest.raises(PolicyMissing, match="/api/me"):
        make_app(make_fake_services())


def test_every_route_is_marked_and_none_is_found_by_accident() -> None:
    app = make_app(make_fake_services())
    routes = [route for route in iter_route_contexts(app.routes) if route.path != app.openapi_url]
    assert len(routes) >= 28

    @operation(Action.READ_ME)
    def marked() -> None: ...

    assert marked.__dispatch_action__ is Action.READ_ME  # type: ignore[attr-defined]


def test_making_the_application_opens_nothing() -> None:
    """Everything is refused by ``Nobody`` if touched; making the application twice touches nothing."""
    make_app(make_fake_services())
    make_app(make_fake_services())
