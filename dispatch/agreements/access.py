"""The one door: who may do what, and what of it they see.

A right is role x relation to the thing x agreement in force, per action; the table below is the whole
of it. What is not in the table is denied. ``tests/agreements/policy.csv`` is the same, written out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from dispatch.model.errors import Forbidden, Unauthenticated
from dispatch.model.ids import JurisdictionId
from dispatch.model.principal import Principal, Role


class Action(StrEnum):
    """Every operation over HTTP, every message on the board's socket, every row that a board shows."""

    LIVE_PROBE = "live_probe"
    READY_PROBE = "ready_probe"
    READ_BOARD_PAGE = "read_board_page"
    READ_LABEL = "read_label"
    SIGN_IN = "sign_in"
    SIGN_OUT = "sign_out"
    READ_ME = "read_me"

    READ_REGION = "read_region"
    READ_JURISDICTION_AREAS = "read_jurisdiction_areas"
    READ_BASEMAP = "read_basemap"

    JOIN_BOARD = "join_board"
    """Taking a ticket, and the hello that spends it."""
    BOARD_PING = "board_ping"
    BOARD_SNAPSHOT = "board_snapshot"
    BOARD_DELTA = "board_delta"
    BOARD_POSITIONS = "board_positions"
    BOARD_BEAT = "board_beat"

    READ_UNIT = "read_unit"
    READ_COVER = "read_cover"
    READ_REQUEST = "read_request"
    READ_ASSIGNMENT = "read_assignment"

    LIST_INCIDENTS = "list_incidents"
    READ_INCIDENT = "read_incident"
    OPEN_INCIDENT = "open_incident"
    CLOSE_INCIDENT = "close_incident"
    RECOMMEND = "recommend"
    ASSIGN_OWN = "assign_own"
    REQUEST_AID = "request_aid"
    WITHDRAW_REQUEST = "withdraw_request"
    ACCEPT_REQUEST = "accept_request"
    DECLINE_REQUEST = "decline_request"
    RELEASE_ASSIGNMENT = "release_assignment"
    SET_UNIT_STATUS = "set_unit_status"
    FORCE_UNIT_STATUS = "force_unit_status"

    REPORT = "report"
    """A status or position, single or in a batch."""

    EXPORT_LOG = "export_log"
    """In any of its formats."""
    READ_CHECKPOINT = "read_checkpoint"

    LIST_AGREEMENTS = "list_agreements"
    READ_AGREEMENT = "read_agreement"
    RECORD_AGREEMENT = "record_agreement"
    MANAGE_PEOPLE = "manage_people"
    MANAGE_API_KEYS = "manage_api_keys"

    EXPIRE_REQUEST = "expire_request"
    ASK_NEXT_CANDIDATE = "ask_next_candidate"
    RECORD_COVER = "record_cover"


class Relation(StrEnum):
    """What a thing is to the jurisdiction that asks, nearest first; the nearest that holds counts."""

    OWN = "own"
    ACCEPTED = "accepted"
    """The other side of an accepted request: aid is on its way, so both need the details."""
    PARTY = "party"
    """Named in it: the lender who is asked, a signatory of the agreement."""
    PARTNER = "partner"
    """Shares an agreement in force with the owner, in either direction."""
    UNRELATED = "unrelated"
    NONE = "none"
    """The thing belongs to no jurisdiction: the region, the basemap, the board as such."""


class FieldGroup(StrEnum):
    """What is shown or hidden together. ``sight.py`` says which fields each one holds."""

    UNIT_CAPABILITY = "unit_capability"
    UNIT_STATUS = "unit_status"
    UNIT_TASK = "unit_task"
    UNIT_COARSE_POSITION = "unit_coarse_position"
    UNIT_EXACT_POSITION = "unit_exact_position"
    INCIDENT = "incident"
    INCIDENT_ENTRIES = "incident_entries"
    REQUEST = "request"
    REQUEST_COARSE_PLACE = "request_coarse_place"
    REQUEST_EXACT_PLACE = "request_exact_place"
    ASSIGNMENT = "assignment"
    COVER_STATE = "cover_state"
    COVER_LOAD = "cover_load"
    AGREEMENT = "agreement"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """What an action is about, as far as rights go.

    ``owner``: the jurisdiction responsible (an incident's, a unit's home, a request's or an
    assignment's borrower). ``parties``: those named in it, such as an unanswered request's lender.
    ``accepted_parties``: the other side once aid was accepted; they keep their sight until it ends,
    even when the agreement runs out meanwhile. ``partners``: who shares an agreement in force with
    the owner, read at the moment of asking and never kept.
    """

    owner: JurisdictionId | None = None
    parties: frozenset[JurisdictionId] = frozenset()
    accepted_parties: frozenset[JurisdictionId] = frozenset()
    partners: frozenset[JurisdictionId] = frozenset()


NOBODYS: Final = Resource()
"""What belongs to no jurisdiction: the region, the basemap, the board as such."""


def owned_by(jurisdiction_id: JurisdictionId | None) -> Resource:
    """A jurisdiction's own: also "the list of my incidents", before any one of them is looked at."""
    return Resource(owner=jurisdiction_id)


def between(
    *, borrower: JurisdictionId, lender: JurisdictionId, accepted: bool, also: Iterable[JurisdictionId] = ()
) -> Resource:
    """A request or an assignment: the borrower answers for it and the lender is its party."""
    lenders = frozenset({lender})
    return Resource(
        owner=borrower,
        parties=lenders,
        accepted_parties=lenders if accepted else frozenset(),
        partners=frozenset(also),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The door's answer for one moment; it is not kept beyond what it was asked for.

    ``reasons`` are codes: ``not_signed_in``; ``role`` (never this role); ``side`` (theirs to know of,
    but the other side's to do); ``relation`` (nothing of theirs).
    """

    allowed: bool
    fields: frozenset[FieldGroup]
    reasons: tuple[str, ...]
    decided_at: datetime

    def require(self) -> frozenset[FieldGroup]:
        """The fields that may be seen. Raises ``Unauthenticated`` or ``Forbidden``.

        A caller that looked the thing up by an id from outside answers ``NotFound`` instead where the
        reason is ``relation``: what is foreign and what does not exist look the same.
        """
        if self.allowed:
            return self.fields
        if "not_signed_in" in self.reasons:
            raise Unauthenticated("nobody is signed in")
        raise Forbidden(self.reasons)


@dataclass(frozen=True, slots=True)
class Grant:
    """These roles (None is a caller who is not signed in) in these relations see these fields."""

    roles: frozenset[Role | None]
    relations: frozenset[Relation]
    fields: frozenset[FieldGroup] = frozenset()


R, F = Relation, FieldGroup
_ANYBODY: Final[frozenset[Role | None]] = frozenset({None, *Role})
_DESK: Final[frozenset[Role | None]] = frozenset({Role.DISPATCHER, Role.SUPERVISOR})
_SUPERVISOR: Final[frozenset[Role | None]] = frozenset({Role.SUPERVISOR})
_ANALYST: Final[frozenset[Role | None]] = frozenset({Role.ANALYST})
_ADMIN: Final[frozenset[Role | None]] = frozenset({Role.ADMIN})
_FEED: Final[frozenset[Role | None]] = frozenset({Role.FEED})
_SERVICE: Final[frozenset[Role | None]] = frozenset({Role.SERVICE})
_READERS: Final = _DESK | _ANALYST
_PEOPLE: Final = _READERS | _ADMIN


def _grant(roles: frozenset[Role | None], relations: Sequence[Relation], *fields: FieldGroup) -> Grant:
    return Grant(roles, frozenset(relations), frozenset(fields))


_PUBLIC: Final = (_grant(_ANYBODY, list(R)),)
_SIGNED_IN: Final = (_grant(_PEOPLE, [R.NONE]),)
_OWN_DESK: Final = (_grant(_DESK, [R.OWN]),)
_LENDERS_DESK: Final = (_grant(_DESK, [R.PARTY, R.ACCEPTED]),)
_ITSELF: Final = (_grant(_SERVICE, list(R)),)
_UNIT_WHOLE: Final = (F.UNIT_CAPABILITY, F.UNIT_STATUS, F.UNIT_TASK, F.UNIT_EXACT_POSITION)
_UNIT_COARSE: Final = (F.UNIT_CAPABILITY, F.UNIT_STATUS, F.UNIT_COARSE_POSITION)

POLICY: Final[Mapping[Action, tuple[Grant, ...]]] = {
    Action.LIVE_PROBE: _PUBLIC,
    Action.READY_PROBE: _PUBLIC,
    Action.READ_BOARD_PAGE: _PUBLIC,
    Action.READ_LABEL: _PUBLIC,
    Action.SIGN_IN: _PUBLIC,
    Action.SIGN_OUT: _SIGNED_IN,
    Action.READ_ME: _SIGNED_IN,
    Action.READ_REGION: _SIGNED_IN,
    Action.READ_JURISDICTION_AREAS: _SIGNED_IN,
    Action.READ_BASEMAP: _SIGNED_IN,
    Action.JOIN_BOARD: _SIGNED_IN,
    Action.BOARD_PING: _SIGNED_IN,
    Action.BOARD_SNAPSHOT: _SIGNED_IN,
    Action.BOARD_DELTA: _SIGNED_IN,
    Action.BOARD_POSITIONS: _SIGNED_IN,
    Action.BOARD_BEAT: _SIGNED_IN,
    Action.READ_UNIT: (
        _grant(_READERS, [R.OWN], *_UNIT_WHOLE),
        # A unit on a scene stands where the patient is: an admin, who sees no incident, sees it coarsely.
        _grant(_ADMIN, [R.OWN], *_UNIT_COARSE),
        _grant(_DESK, [R.ACCEPTED], *_UNIT_WHOLE),
        _grant(_DESK, [R.PARTY, R.PARTNER], *_UNIT_COARSE),
    ),
    Action.READ_COVER: (
        _grant(_PEOPLE, [R.OWN], F.COVER_STATE, F.COVER_LOAD),
        _grant(_DESK, [R.ACCEPTED, R.PARTY, R.PARTNER], F.COVER_STATE),
    ),
    Action.READ_REQUEST: (
        _grant(_READERS, [R.OWN], F.REQUEST, F.REQUEST_EXACT_PLACE),
        _grant(_DESK, [R.ACCEPTED], F.REQUEST, F.REQUEST_EXACT_PLACE),
        _grant(_ANALYST, [R.ACCEPTED], F.REQUEST, F.REQUEST_COARSE_PLACE),
        _grant(_READERS, [R.PARTY], F.REQUEST, F.REQUEST_COARSE_PLACE),
    ),
    Action.READ_ASSIGNMENT: (_grant(_READERS, [R.OWN, R.ACCEPTED], F.ASSIGNMENT),),
    Action.LIST_INCIDENTS: (_grant(_READERS, [R.OWN], F.INCIDENT),),
    Action.READ_INCIDENT: (
        _grant(_READERS, [R.OWN], F.INCIDENT, F.INCIDENT_ENTRIES),
        _grant(_DESK, [R.ACCEPTED], F.INCIDENT),
    ),
    Action.OPEN_INCIDENT: _OWN_DESK,
    Action.CLOSE_INCIDENT: _OWN_DESK,
    Action.RECOMMEND: _OWN_DESK,
    Action.ASSIGN_OWN: _OWN_DESK,
    Action.REQUEST_AID: _OWN_DESK,
    Action.WITHDRAW_REQUEST: _OWN_DESK,
    Action.ACCEPT_REQUEST: _LENDERS_DESK,
    Action.DECLINE_REQUEST: _LENDERS_DESK,
    Action.RELEASE_ASSIGNMENT: _OWN_DESK,
    Action.SET_UNIT_STATUS: _OWN_DESK,
    Action.FORCE_UNIT_STATUS: (_grant(_SUPERVISOR, [R.OWN]),),
    Action.REPORT: (_grant(_FEED, [R.OWN]),),
    Action.EXPORT_LOG: (_grant(_READERS, [R.OWN], F.INCIDENT, F.INCIDENT_ENTRIES),),
    Action.READ_CHECKPOINT: _SIGNED_IN,
    Action.LIST_AGREEMENTS: (_grant(_PEOPLE, [R.OWN], F.AGREEMENT),),
    Action.READ_AGREEMENT: (_grant(_PEOPLE, [R.PARTY], F.AGREEMENT),),
    Action.RECORD_AGREEMENT: (_grant(_ADMIN, [R.PARTY], F.AGREEMENT),),
    Action.MANAGE_PEOPLE: (_grant(_ADMIN, [R.OWN]),),
    Action.MANAGE_API_KEYS: (_grant(_ADMIN, [R.OWN]),),
    Action.EXPIRE_REQUEST: _ITSELF,
    Action.ASK_NEXT_CANDIDATE: _ITSELF,
    Action.RECORD_COVER: _ITSELF,
}
"""One row per action; the fields of all grants that fit add up. No fit is no."""


def authorize(principal: Principal | None, action: Action, resource: Resource, now: datetime) -> Decision:
    """Whether the caller may do this to that now, and which fields of it they see. Deny by default."""
    role = None if principal is None else principal.role
    relation = relation_of(None if principal is None else principal.jurisdiction_id, resource)
    fields = fields_of(action, role, relation)
    if fields is not None:
        return Decision(allowed=True, fields=fields, reasons=(), decided_at=now)
    reason = _why_not(role, action, relation)
    return Decision(allowed=False, fields=frozenset(), reasons=(reason,), decided_at=now)


def _why_not(role: Role | None, action: Action, relation: Relation) -> str:
    if role is None:
        return "not_signed_in"
    if not may_role(role, action):
        return "role"
    return "side" if relation in (R.OWN, R.ACCEPTED, R.PARTY) else "relation"


def relation_of(jurisdiction_id: JurisdictionId | None, resource: Resource) -> Relation:
    """The nearest relation that holds."""
    if resource.owner is None and not resource.parties:
        return R.NONE
    if jurisdiction_id is None:
        return R.UNRELATED
    for relation, held in (
        (R.OWN, jurisdiction_id == resource.owner),
        (R.ACCEPTED, jurisdiction_id in resource.accepted_parties),
        (R.PARTY, jurisdiction_id in resource.parties),
        (R.PARTNER, jurisdiction_id in resource.partners),
    ):
        if held:
            return relation
    return R.UNRELATED


def fields_of(action: Action, role: Role | None, relation: Relation) -> frozenset[FieldGroup] | None:
    """The fields that the table gives, or None where it gives no right at all."""
    return _GIVEN.get((action, role, relation))


def may_role(role: Role | None, action: Action) -> bool:
    """Whether the role may ever do this, to whatever thing: the first, cheap check at the edge."""
    return any(role in grant.roles for grant in POLICY.get(action, ()))


def list_actions() -> tuple[Action, ...]:
    """Every action there is."""
    return tuple(Action)


def list_unguarded(routes: Mapping[str, Action | None]) -> tuple[str, ...]:
    """Routes and message types without an action, or whose action has no policy row. Start-up wants none."""
    return tuple(name for name, action in routes.items() if action is None or not POLICY.get(action))


HEADER: Final = ("action", "who", *(relation.value for relation in Relation))
_CALLERS: Final[tuple[Role | None, ...]] = (None, *Role)


def table() -> tuple[tuple[str, ...], ...]:
    """The policy written out: a row per action and role under ``HEADER``, a column per relation.

    ``-`` is no, ``yes`` is yes without fields, else the field groups that are seen.
    """
    return tuple(
        (action.value, role.value if role else "anonymous", *(_cell(action, role, r) for r in Relation))
        for action in Action
        for role in _CALLERS
    )


def _cell(action: Action, role: Role | None, relation: Relation) -> str:
    fields = fields_of(action, role, relation)
    if fields is None:
        return "-"
    return " ".join(group.value for group in FieldGroup if group in fields) or "yes"


def _written_out() -> dict[tuple[Action, Role | None, Relation], frozenset[FieldGroup]]:
    given: dict[tuple[Action, Role | None, Relation], frozenset[FieldGroup]] = {}
    for action, grants in POLICY.items():
        for grant in grants:
            for role in grant.roles:
                for relation in grant.relations:
                    cell = (action, role, relation)
                    given[cell] = given.get(cell, frozenset()) | grant.fields
    return given


_GIVEN: Final = _written_out()
