"""Ten of eighteen such bodies made a plain FastAPI service answer 500, and one stopped its loop for 26 s."""

from collections.abc import AsyncIterator

import httpx
import pytest

from dispatch.model.ids import JurisdictionId
from dispatch.model.principal import Principal, Role
from tests.make_api import FakeIdentity, make_app, make_fake_services, make_signed
from tests.make_hostile import hostile_bodies

pytestmark = pytest.mark.anyio

BODIES = hostile_bodies()
PATHS = [
    "/api/incidents",
    "/api/feeds/reports",
    "/api/feeds/reports/batch",
    "/api/requests/req_1/decline",
    "/api/units/h-1/status",
    "/api/incidents/inc_1/requests",
    "/api/sign-in",
]


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    """Signed in everywhere; every use case fails the test when a hostile body reaches it."""
    feed = Principal(id="key", role=Role.FEED, jurisdiction_id=JurisdictionId("harlow"))
    identity = FakeIdentity(sessions={"token": make_signed()}, machines={"key.secret": feed})
    app = make_app(make_fake_services(identity))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="http://localhost:8000"
    ) as client:
        yield client


def headers_for(path: str, content_type: str) -> dict[str, str]:
    headers = {"Content-Type": content_type} if content_type else {}
    if "feeds" in path:
        return headers | {"Authorization": "Bearer key.secret"}
    return headers | {
        "Cookie": "dispatch_session=token",
        "X-CSRF-Token": "csrf-token",
        "Origin": "http://localhost:8000",
    }


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("name", BODIES)
async def test_a_hostile_body_is_refused_with_a_reason(
    client: httpx.AsyncClient, name: str, path: str
) -> None:
    body, content_type = BODIES[name]
    answer = await client.post(path, content=body, headers=headers_for(path, content_type))
    assert 400 <= answer.status_code < 500, answer.text
    assert answer.status_code not in (401, 403, 404), "it was refused for another reason"
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert set(problem) == {"code", "message", "details", "trace"}
    assert problem["code"] in (
        "malformed_json",
        "invalid",
        "body_too_large",
        "unsupported_media_type",
    )
    assert len(answer.content) < 2_000


async def test_the_field_is_named(client: httpx.AsyncClient) -> None:
    body = {
        "lon": 0.1,
        "lat": 0.1,
        "priority": "critical",
        "nature": "fall",
        "needs": [{"unit_type": "als_ambulance", "count": 0}],
    }
    answer = await client.post("/api/incidents", json=body, headers=headers_for("/api/incidents", ""))
    assert answer.status_code == 422
    assert answer.json()["details"]["path"] == "needs[0].count"


@pytest.mark.parametrize(
    ("report", "because"),
    [
        ({"unit_id": "u"}, "at"),
        ({"unit_id": "u", "at": "2026-01-01T00:00:00Z"}, "status or a position"),
        ({"unit_id": "u", "at": "2026-01-01T00:00:00Z", "lon": 1.0}, "belong together"),
        ({"unit_id": "u", "at": "2026-01-01T00:00:00", "lon": 1.0, "lat": 1.0}, "time"),
        ({"unit_id": "u", "at": 1_700_000_000, "lon": 1.0, "lat": 1.0}, "RFC 3339"),
        ({"unit_id": "u", "at": "2026-01-01T00:00:00Z", "status": "flying"}, "status"),
        ({"unit_id": "u", "at": "2026-01-01T00:00:00Z", "status": "available", "seq": 1.5}, "seq"),
    ],
)
async def test_a_report_must_make_sense(
    client: httpx.AsyncClient, report: dict[str, object], because: str
) -> None:
    path = "/api/feeds/reports"
    answer = await client.post(path, json=report, headers=headers_for(path, ""))
    assert answer.status_code == 422
    assert because in answer.json()["message"]


async def test_a_batch_is_bounded(client: httpx.AsyncClient) -> None:
    path = "/api/feeds/reports/batch"
    one = {"unit_id": "u", "at": "2026-01-01T00:00:00Z", "status": "available"}
    answer = await client.post(path, json={"reports": [one] * 501}, headers=headers_for(path, ""))
    assert answer.status_code == 422


@pytest.mark.parametrize("path", ["/api/incidents/%00", "/api/incidents/a%0Ab", "/api/incidents/" + "x" * 81])
async def test_an_id_in_a_path_is_printable_and_short(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path, headers=headers_for(path, ""))
    assert answer.status_code == 422
    assert answer.json()["details"]["path"] == "incident_id"


@pytest.mark.parametrize("key", ["short", "x" * 81, "with space in it", "caf\u00e9-caf\u00e9"])
async def test_an_idempotency_key_is_plain(client: httpx.AsyncClient, key: str) -> None:
    headers = headers_for("/api/incidents", "") | {"Idempotency-Key": key.encode("latin-1")}  # type: ignore[dict-item]
    answer = await client.post("/api/incidents/inc_1/close", headers=headers)
    assert answer.status_code == 422


@pytest.mark.parametrize("moment", ["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"])
@pytest.mark.parametrize("path", ["/api/closures", "/api/agreements/pact/suspend"])
async def test_a_moment_that_no_calendar_has_in_utc_is_refused(path: str, moment: str) -> None:
    identity = FakeIdentity(sessions={"token": make_signed(Role.ADMIN)})
    transport = httpx.ASGITransport(app=make_app(make_fake_services(identity)))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8000") as admin:
        body = {"reason": "flood", "ends_at": moment}
        answer = await admin.post(path, json=body, headers=headers_for(path, ""))
    assert answer.status_code == 422, answer.text
    assert answer.json()["message"].startswith("ends_at: ")
