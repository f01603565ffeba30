from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import httpx
import pytest

from dispatch.api.rates import Buckets, Rate
from dispatch.api.settings import ApiSettings
from dispatch.model.errors import TooMany
from dispatch.model.ids import JurisdictionId
from dispatch.model.principal import Principal, Role
from tests.make_api import LOOPBACK, FakeIdentity, make_app, make_fake_services, make_signed

pytestmark = pytest.mark.anyio

ORIGIN = "http://localhost:8000"
PERSON = {"Cookie": "dispatch_session=token", "X-CSRF-Token": "csrf-token", "Origin": ORIGIN}
TICKET = "/api/board/ticket"
Client = Callable[[ApiSettings], httpx.AsyncClient]


@pytest.fixture
def identity() -> FakeIdentity:
    feed = Principal(id="key", role=Role.FEED, jurisdiction_id=JurisdictionId("harlow"))
    return FakeIdentity(sessions={"token": make_signed()}, machines={"key.secret": feed})


@pytest.fixture
async def client_with(identity: FakeIdentity) -> AsyncIterator[Client]:
    clients: list[httpx.AsyncClient] = []

    def make(settings: ApiSettings) -> httpx.AsyncClient:
        app = make_app(make_fake_services(identity), settings)
        base = "https://localhost:8000" if settings.secure_cookies else ORIGIN
        clients.append(httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=base))
        return clients[-1]

    yield make
    for client in clients:
        await client.aclose()


@pytest.fixture
def client(client_with: Client) -> httpx.AsyncClient:
    return client_with(LOOPBACK)


async def test_sign_in_gives_a_cookie_that_scripts_and_other_sites_cannot_use(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.post("/api/sign-in", json={"person": "dana", "password": "right"})
    assert answer.status_code == 200
    assert set(answer.json()) == {"person", "csrf", "demo", "training"}
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("dispatch_session=token; ")
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "token" not in answer.text.replace("csrf-token", "")


async def test_behind_tls_the_cookie_is_bound_to_host_and_tls(client_with: Client) -> None:
    client = client_with(replace(LOOPBACK, secure_cookies=True))
    answer = await client.post("/api/sign-in", json={"person": "dana", "password": "right"})
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-dispatch_session=token; ")
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie
    assert "max-age" in answer.headers["strict-transport-security"]


async def test_a_wrong_password_is_401_and_sets_nothing(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/sign-in", json={"person": "dana", "password": "wrong"})
    assert answer.status_code == 401
    assert answer.json()["code"] == "unauthenticated"
    assert "set-cookie" not in answer.headers


async def test_a_foreign_page_cannot_sign_somebody_in(client: httpx.AsyncClient) -> None:
    body = {"person": "dana", "password": "right"}
    answer = await client.post("/api/sign-in", json=body, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403


async def test_sign_out_ends_the_session_and_takes_the_cookie_back(
    client: httpx.AsyncClient, identity: FakeIdentity
) -> None:
    answer = await client.post("/api/sign-out", headers=PERSON)
    assert answer.status_code == 204
    assert 'dispatch_session=""' in answer.headers["set-cookie"]
    assert identity.sessions == {}
    assert (await client.get("/api/me", headers=PERSON)).status_code == 401


async def test_a_session_may_take_a_ticket(client: httpx.AsyncClient, identity: FakeIdentity) -> None:
    answer = await client.post(TICKET, headers=PERSON)
    assert answer.status_code == 200
    assert answer.json()["ticket"] in identity.tickets
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("token", ["", "wrong", "\u00fcber"])
async def test_a_mutation_needs_the_csrf_token(client: httpx.AsyncClient, token: str) -> None:
    headers = PERSON | {"X-CSRF-Token": token.encode("utf-8")}  # type: ignore[dict-item]
    answer = await client.post(TICKET, headers=headers)
    assert answer.status_code == 403
    assert answer.json()["details"]["reasons"] == ["csrf_token"]


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "null",
        "https://evil.example",
        "http://localhost",
        "http://localhost:8001",
        "https://localhost:8000",
        "http://LOCALHOST:8000",
        "http://localhost:8000.evil.example",
        "http://localhost:8000/",
        "http://evil@localhost:8000",
        "http://127.0.0.1:8000",
        "http://xn--localhst-m3b:8000",
    ],
)
async def test_a_mutation_by_cookie_needs_our_own_origin(
    client: httpx.AsyncClient, origin: str | None
) -> None:
    headers = {name: value for name, value in PERSON.items() if name != "Origin"}
    answer = await client.post(TICKET, headers=headers | ({"Origin": origin} if origin else {}))
    assert answer.status_code == 403
    assert answer.json()["details"]["reasons"] == ["origin_not_allowed"]


async def test_an_origin_that_the_operator_named_is_ours_too(client_with: Client) -> None:
    client = client_with(replace(LOOPBACK, allowed_origins=frozenset({"https://board.example"})))
    answer = await client.post(TICKET, headers=PERSON | {"Origin": "https://board.example"})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "authorization",
    [
        "Bearer",
        "Bearer ",
        "Bearer wrong.secret",
        "Basic a2V5OnNlY3JldA==",
        "key.secret",
        "Bearer " + "x" * 300,
    ],
)
async def test_a_wrong_key_is_401_even_beside_a_good_cookie(
    client: httpx.AsyncClient, authorization: str
) -> None:
    answer = await client.get("/api/me", headers=PERSON | {"Authorization": authorization})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_machine_has_no_session_to_show(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/me", headers={"Authorization": "Bearer key.secret"})
    assert answer.status_code == 403


async def test_a_role_is_refused_before_its_body_is_looked_at(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/feeds/reports", json={}, headers=PERSON)
    assert answer.status_code == 403
    assert answer.json()["details"]["reasons"] == ["role"]


async def test_haste_is_answered_429_with_the_time_to_wait(client_with: Client) -> None:
    client = client_with(replace(LOOPBACK, people_rate=Rate(per_second=0.5, burst=3)))
    answers = [await client.get("/api/me", headers=PERSON) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert int(answers[-1].headers["retry-after"]) >= 1


def test_one_callers_haste_leaves_anothers_bucket_full() -> None:
    now = 0.0
    buckets = Buckets(Rate(per_second=2, burst=2), monotonic=lambda: now)
    buckets.take("a")
    buckets.take("a")
    with pytest.raises(TooMany) as refused:
        buckets.take("a")
    assert refused.value.retry_after_seconds == pytest.approx(0.5)
    buckets.take("b")
    now = 0.5
    buckets.take("a")
