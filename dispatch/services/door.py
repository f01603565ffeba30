"""Every use case goes through ``agreements.access`` here, so that no two of them say no differently."""

from datetime import datetime

from dispatch.agreements.access import Resource, authorize
from dispatch.agreements.actions import Action, FieldGroup
from dispatch.model.errors import NotFound
from dispatch.model.principal import Principal


def require(
    principal: Principal, action: Action, resource: Resource, *, what: str, which: str, now: datetime
) -> frozenset[FieldGroup]:
    """The fields that the principal sees of it.

    A thing that is none of the actor's business looks the same as one that does not exist: ``NotFound``.
    Whoever may know of it but not do this is told so: ``Forbidden``.
    """
    decision = authorize(principal, action, resource, now)
    if not decision.allowed and "relation" in decision.reasons:
        raise NotFound(what, which)
    return decision.require()
