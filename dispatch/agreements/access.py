"""The one door: who may do what, and what of it they see.

A right is role x relation to the thing x agreement in force, per action; ``policy.POLICY`` is the whole
of it. What is not in the table is denied. ``tests/agreements/policy.csv`` is the same, written out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from dispatch.agreements.actions import Action, FieldGroup, Relation
from dispatch.agreements.policy import POLICY
from dispatch.model.errors import Forbidden, Unauthenticated
from dispatch.model.ids import JurisdictionId
from dispatch.model.principal import Principal, Role


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


R = Relation


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
