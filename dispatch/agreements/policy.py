"""The table of the one door: which roles may do what, in which relation, and what they see of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from dispatch.agreements.actions import Action, FieldGroup, Relation
from dispatch.model.principal import Role


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
_LOOKS_FOR_AID: Final = (_grant(_DESK, [R.OWN], F.CANDIDATE_CREW),)
"""For an incident of its own: the only place where a desk sees of neighbours' crews, if they may come."""
_LENDERS_DESK: Final = (_grant(_DESK, [R.PARTY, R.ACCEPTED]),)
"""The other side's desk: of a counter-offer, which the lender puts, that is the borrower's."""
_PARTYS_ADMIN: Final = (_grant(_ADMIN, [R.OWN, R.PARTY], F.AGREEMENT),)
"""A draft is its author's own; a text that was proposed belongs to all its parties."""
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
    Action.READ_PREFERENCES: _SIGNED_IN,
    Action.CHANGE_PREFERENCES: _SIGNED_IN,
    Action.READ_REGION: _SIGNED_IN,
    Action.READ_JURISDICTION_AREAS: _SIGNED_IN,
    Action.READ_BASEMAP: _SIGNED_IN,
    Action.FIND_PLACE: (_grant(_DESK, [R.NONE]),),
    Action.JOIN_BOARD: _SIGNED_IN,
    Action.BOARD_PING: _SIGNED_IN,
    Action.BOARD_SNAPSHOT: _SIGNED_IN,
    Action.BOARD_DELTA: _SIGNED_IN,
    Action.BOARD_POSITIONS: _SIGNED_IN,
    Action.BOARD_BEAT: _SIGNED_IN,
    Action.READ_FEED: (
        _grant(_PEOPLE, [R.OWN], F.FEED, F.FEED_FIXES),
        _grant(_DESK, [R.PARTNER], F.FEED, F.FEED_FIXES),
    ),
    Action.READ_SERVICE: (_grant(_PEOPLE, [R.NONE], F.SERVICE),),
    Action.READ_UNIT: (
        _grant(_READERS, [R.OWN], *_UNIT_WHOLE, F.UNIT_CREW),
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
    Action.RECOMMEND: _LOOKS_FOR_AID,
    Action.READ_VERDICT: _LOOKS_FOR_AID,
    Action.READ_SECOND_OPINION: _OWN_DESK,
    Action.OVERRIDE_ADVICE: _OWN_DESK,
    Action.PLAN_AID: _LOOKS_FOR_AID,
    Action.SEND_AID_PLAN: _OWN_DESK,
    Action.PROPOSE_STANDBY: _OWN_DESK,
    Action.ASK_STANDBY: _OWN_DESK,
    Action.ASK_BACKFILL: (_grant(_DESK, [R.PARTNER]),),
    Action.REDIRECT_UNIT: _OWN_DESK,
    Action.ASSIGN_OWN: _OWN_DESK,
    Action.REQUEST_AID: _OWN_DESK,
    Action.WITHDRAW_REQUEST: _OWN_DESK,
    Action.ACCEPT_REQUEST: _LENDERS_DESK,
    Action.DECLINE_REQUEST: _LENDERS_DESK,
    Action.OFFER_INSTEAD: _LENDERS_DESK,
    Action.RECEIVE_REQUEST: _LENDERS_DESK,
    Action.RELEASE_ASSIGNMENT: _OWN_DESK,
    Action.SET_UNIT_STATUS: _OWN_DESK,
    Action.FORCE_UNIT_STATUS: (_grant(_SUPERVISOR, [R.OWN]),),
    Action.SET_UNIT_SHIFT: (_grant(_DESK | _FEED, [R.OWN]),),
    Action.REPORT: (_grant(_FEED, [R.OWN]),),
    Action.EXPORT_LOG: (_grant(_READERS, [R.OWN], F.INCIDENT, F.INCIDENT_ENTRIES),),
    Action.READ_CHECKPOINT: _SIGNED_IN,
    Action.LIST_AGREEMENTS: (_grant(_PEOPLE, [R.OWN], F.AGREEMENT),),
    Action.READ_AGREEMENT: (_grant(_PEOPLE, [R.OWN, R.PARTY], F.AGREEMENT),),
    Action.READ_AGREEMENT_FORM: _SIGNED_IN,
    Action.CHECK_AGREEMENT: (_grant(_ADMIN, [R.NONE]),),
    Action.EXPORT_AGREEMENT: (_grant(_PEOPLE, [R.OWN, R.PARTY], F.AGREEMENT),),
    Action.RECORD_AGREEMENT: (_grant(_ADMIN, [R.PARTY], F.AGREEMENT),),
    Action.DRAFT_AGREEMENT: _PARTYS_ADMIN,
    Action.PROPOSE_AGREEMENT: _PARTYS_ADMIN,
    Action.SIGN_AGREEMENT: _PARTYS_ADMIN,
    Action.REJECT_AGREEMENT: _PARTYS_ADMIN,
    Action.WITHDRAW_AGREEMENT: _PARTYS_ADMIN,
    Action.SUSPEND_AGREEMENT: _PARTYS_ADMIN,
    Action.END_AGREEMENT: _PARTYS_ADMIN,
    Action.LIST_FINDINGS: (_grant(_PEOPLE, [R.OWN], F.AGREEMENT),),
    Action.RUN_WHAT_IF: (_grant(_ANALYST | _ADMIN, [R.OWN, R.PARTY], F.AGREEMENT),),
    Action.READ_LEDGER: (_grant(_PEOPLE, [R.OWN], F.LEDGER),),
    Action.READ_ARRIVAL_ACCURACY: (_grant(_SUPERVISOR | _ANALYST | _ADMIN, [R.OWN], F.ARRIVAL_ACCURACY),),
    # Who is at the desk at night is a dispatcher: the alarm must not wait for somebody with a title.
    Action.OVERRIDE_COVER: (_grant(_DESK, [R.OWN], F.OVERRIDE),),
    Action.SEND_PRE_ALERT: _OWN_DESK,
    Action.READ_PRE_ALERT: (_grant(_READERS, [R.OWN], F.PRE_ALERT), _grant(_DESK, [R.PARTY], F.PRE_ALERT)),
    Action.ACKNOWLEDGE_PRE_ALERT: (_grant(_DESK, [R.PARTY]),),
    Action.READ_PRACTICE: (_grant(_PEOPLE, [R.OWN], F.PRACTICE),),
    Action.CHANGE_PRACTICE: (_grant(_ADMIN, [R.OWN]),),
    Action.READ_FLOOR_REPORT: (_grant(_SUPERVISOR | _ANALYST | _ADMIN, [R.OWN], F.FLOOR_REPORT),),
    Action.LIST_CLOSURES: (_grant(_PEOPLE, [R.OWN, R.PARTNER], F.CLOSURE),),
    Action.CLOSE_LENDING: (_grant(_SUPERVISOR | _ADMIN, [R.OWN]),),
    Action.ASK_WAIVER: _OWN_DESK,
    Action.READ_WAIVER: (_grant(_READERS, [R.OWN, R.ACCEPTED, R.PARTY], F.WAIVER),),
    Action.ANSWER_WAIVER: (_grant(_SUPERVISOR, [R.ACCEPTED, R.PARTY]),),
    Action.RECALL_UNIT: _LENDERS_DESK,
    Action.EXTEND_LOAN: _OWN_DESK,
    Action.CONFIRM_LOAN: _OWN_DESK,
    Action.MANAGE_PEOPLE: (_grant(_ADMIN, [R.OWN]),),
    Action.MANAGE_API_KEYS: (_grant(_ADMIN, [R.OWN]),),
    Action.EXPIRE_REQUEST: _ITSELF,
    Action.ASK_NEXT_CANDIDATE: _ITSELF,
    Action.END_STANDBY: _ITSELF,
    Action.RECORD_COVER: _ITSELF,
}
"""One row per action; the fields of all grants that fit add up. No fit is no."""
