"""The REST door as a client sees it: one key for one command, one server for the cookie, words for errors."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from dispatch.model.errors import Invalid
from dispatch.watch.rest import Problem, Rest, Server, parse_server

Answer = tuple[int, dict[str, str], bytes]


class Scripted(ThreadingHTTPServer):
    """Answers as told, in order; None: hangs up without an answer."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: list[Answer | None] = []
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []


class Handler(BaseHTTPRequestHandler):
    server: Scripted

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.asked.append((self.command, self.path, headers, body))
        answer = self.server.answers.pop(0)
        if answer is None:
            self.close_connection = True
            self.connection.close()
            return
        status, extra, content = answer
        self.send_response(status)
        for name, value in {**extra, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST

    def log_message(self, format: str, *args: Any) -> None: ...


@pytest.fixture
def scripted() -> Iterator[Scripted]:
    with Scripted() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def rest(scripted: Scripted) -> Rest:
    return Rest(
        Server(scheme="http", host="127.0.0.1", port=scripted.server_port), pause=lambda _seconds: None
    )


def said(status: int = 200, body: object = None, **headers: str) -> Answer:
    return (
        status,
        {name.replace("_", "-"): value for name, value in headers.items()},
        json.dumps(body).encode(),
    )


SIGNED_IN = said(
    body={"csrf": "c5", "person": {"id": "ana"}}, Set_Cookie="dispatch_session=tok; HttpOnly; Path=/"
)


def test_who_signed_in_comes_with_cookie_csrf_token_and_the_servers_own_origin(
    scripted: Scripted, rest: Rest
) -> None:
    scripted.answers = [SIGNED_IN, said(body={"ticket": "t1"})]
    assert rest.sign_in("ana", "secret") == {"id": "ana"}
    assert rest.ticket() == "t1"
    [(_, _, first, body), (method, path, headers, _)] = scripted.asked
    assert "cookie" not in first
    assert json.loads(body) == {"person": "ana", "password": "secret"}
    assert (method, path) == ("POST", "/api/board/ticket")
    assert (headers["cookie"], headers["x-csrf-token"]) == ("dispatch_session=tok", "c5")
    assert headers["origin"] == f"http://{headers['host']}"


def test_a_command_without_an_answer_is_asked_again_under_the_same_key(
    scripted: Scripted, rest: Rest
) -> None:
    scripted.answers = [None, None, said(body={"id": "r1"})]
    assert rest.command("/api/incidents", {"a": 1}) == {"id": "r1"}
    keys = {headers["idempotency-key"] for _, _, headers, _ in scripted.asked}
    assert (len(scripted.asked), len(keys)) == (3, 1)
    scripted.answers = [said(body={})]
    rest.command("/api/incidents", {"a": 1})
    assert scripted.asked[-1][2]["idempotency-key"] not in keys


def test_after_three_tries_nobody_knows_whether_it_was_done(scripted: Scripted, rest: Rest) -> None:
    scripted.answers = [None, None, None]
    with pytest.raises(Problem) as problem:
        rest.command("/api/incidents", {})
    assert problem.value.unconfirmed
    assert (problem.value.code, scripted.answers) == ("no_answer", [])


def test_a_refusal_is_asked_once_and_comes_in_the_servers_words(scripted: Scripted, rest: Rest) -> None:
    refusal = {"code": "stale_version", "message": "unit is at version 3, not 2", "details": {"current": 3}}
    scripted.answers = [said(409, refusal)]
    with pytest.raises(Problem, match="version 3") as problem:
        rest.command("/api/units/u1/status", {})
    assert (problem.value.status, problem.value.code, problem.value.details) == (
        409,
        "stale_version",
        {"current": 3},
    )


@pytest.mark.parametrize("content", [b"", b"<html>gateway</html>", b"[1]", b"\xff"])
def test_an_answer_that_is_no_problem_document_is_still_a_problem(
    scripted: Scripted, rest: Rest, content: bytes
) -> None:
    scripted.answers = [(502, {}, content)]
    with pytest.raises(Problem, match="answered 502"):
        rest.get("/api/region")


def test_a_redirect_is_not_followed_and_the_cookie_goes_nowhere_else(scripted: Scripted, rest: Rest) -> None:
    scripted.answers = [SIGNED_IN, (302, {"Location": "/elsewhere"}, b"")]
    rest.sign_in("ana", "secret")
    with pytest.raises(Problem, match="answered 302"):
        rest.get("/api/region")
    assert len(scripted.asked) == 2


def test_a_server_that_is_not_there_is_a_problem_without_an_answer() -> None:
    with pytest.raises(Problem) as problem:
        Rest(Server(scheme="http", host="127.0.0.1", port=1)).get("/api/region")
    assert problem.value.unconfirmed


@pytest.mark.parametrize(
    ("text", "origin", "board"),
    [
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000", "ws://127.0.0.1:8000/api/board"),
        ("http://127.0.0.1:80/", "http://127.0.0.1", "ws://127.0.0.1/api/board"),
        ("https://board.example", "https://board.example", "wss://board.example/api/board"),
        ("https://Board.example:8443", "https://board.example:8443", "wss://board.example:8443/api/board"),
        ("http://[::1]:8000", "http://[::1]:8000", "ws://[::1]:8000/api/board"),
    ],
)
def test_an_address_is_spelled_as_a_browser_spells_its_origin(text: str, origin: str, board: str) -> None:
    server = parse_server(text)
    assert (server.origin, server.board_url) == (origin, board)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "board.example",
        "ftp://board",
        "http://",
        "http://h:port",
        "http://h:99999",
        "http://u:p@h",
        "http://h/path",
        "http://h?x=1",
        "http://[::1",
    ],
)
def test_an_address_that_is_none_is_named(text: str) -> None:
    with pytest.raises(Invalid, match="--server"):
        parse_server(text)


def test_only_a_password_that_leaves_the_machine_in_clear_is_worth_a_warning() -> None:
    assert parse_server("http://board.example").is_in_clear
    assert not parse_server("https://board.example").is_in_clear
    assert not parse_server("http://localhost:8000").is_in_clear


def test_a_cookie_for_tls_only_is_not_sent_in_clear(
    scripted: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dispatch.watch.rest.LOOPBACK", frozenset())
    rest = Rest(Server(scheme="http", host="127.0.0.1", port=scripted.server_port))
    scripted.answers = [said(body={}, Set_Cookie="__Host-s=t; Secure; Path=/")]
    with pytest.raises(Problem, match="https"):
        rest.sign_in("ana", "secret")
