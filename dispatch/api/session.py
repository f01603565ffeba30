"""Signing in and out, who am I, and the ticket that opens a board's socket."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from dispatch.agreements.actions import Action
from dispatch.api.answers import JsonAnswer, gives
from dispatch.api.auth import Session, Use, drop_session_cookie, get_edge, set_session_cookie
from dispatch.api.headers import is_own_origin
from dispatch.api.operation import operation
from dispatch.api.rows import MeRow, TicketRow
from dispatch.api.schemas import SignInBody
from dispatch.api.settings import ApiSettings
from dispatch.model.errors import Forbidden
from dispatch.services.command import Row
from dispatch.services.tickets import Signed

router = APIRouter(tags=["session"])


@router.post("/api/sign-in", responses=gives(MeRow))
@operation(Action.SIGN_IN)
async def sign_in(body: SignInBody, request: Request, services: Use) -> Response:
    """Sign in with a password."""
    settings = get_edge(request).settings
    if "origin" in request.headers and not is_own_origin(request.scope, settings):
        raise Forbidden(["origin_not_allowed"])
    client = request.client.host if request.client else ""
    session = await services.identity.sign_in(body.person, body.password, client=client)
    answer = JsonAnswer(present_me(session.signed, settings))
    set_session_cookie(answer, session, settings)
    return answer


@router.post("/api/sign-out", status_code=204)
@operation(Action.SIGN_OUT)
async def sign_out(_: Session, request: Request, services: Use) -> Response:
    """End the session and close its boards."""
    settings = get_edge(request).settings
    await services.identity.sign_out(request.cookies[settings.cookie_name])
    answer = Response(status_code=204)
    drop_session_cookie(answer, settings)
    return answer


@router.get("/api/me", responses=gives(MeRow))
@operation(Action.READ_ME)
async def read_me(signed: Session, request: Request) -> Response:
    """Who is signed in."""
    return JsonAnswer(present_me(signed, get_edge(request).settings))


@router.post("/api/board/ticket", responses=gives(TicketRow))
@operation(Action.JOIN_BOARD)
async def issue_board_ticket(signed: Session, services: Use) -> Response:
    """A single-use ticket for the board's socket."""
    return JsonAnswer({"ticket": services.identity.issue_ticket(signed)})


def present_me(signed: Signed, settings: ApiSettings) -> Row:
    """The signed-in person as a browser may know them; the token stays in the cookie."""
    who = signed.principal
    person = {
        "id": who.id,
        "display_name": who.display_name,
        "role": who.role.value,
        "jurisdiction": who.jurisdiction_id,
    }
    service = {"demo": settings.demo, "training": settings.training}
    return {"person": person, "csrf": signed.csrf, **service}
