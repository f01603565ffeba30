"""What an agreement's row says beside its terms."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from dispatch.agreements.access import may_role
from dispatch.agreements.actions import Action
from dispatch.agreements.lifecycle import find_end, list_steps
from dispatch.agreements.record import Paper
from dispatch.agreements.shapes import Viewer
from dispatch.agreements.standing import BINDING, AgreementState, list_current, state_among
from dispatch.agreements.terms import Agreement, AgreementAct
from dispatch.model.clock import iso


def filed_fields(
    paper: Paper, among: Sequence[Agreement], *, viewer: Viewer, newest: bool, now: datetime
) -> dict[str, Any]:
    """Where the version stands, who signed, what was done, and what the viewer may do.

    ``among``: the viewer's agreements on record, all versions. ``in_force`` is the version that binds now:
    a newer one that waits for signatures, or was rejected, does not end it.
    """
    agreement, own = paper.agreement, viewer.jurisdiction_id
    family = [one for one in among if one.id == agreement.id]
    may_act = own is not None and may_role(viewer.role, Action.SIGN_AGREEMENT)
    steps = list_steps(paper, family, party=own, newest=newest, now=now) if own and may_act else ()
    state = AgreementState.DRAFT if paper.is_draft else state_among(agreement, among, now)
    end = find_end(agreement, now)
    return {
        "state": state.value,
        "revision": paper.revision,
        "drafted_by": paper.drafted_by,
        "mine": own is not None and paper.drafted_by == own,
        "terms_sha256": paper.terms_sha256,
        "text_sha256": paper.text_sha256,
        "signatures": [
            {
                "party": signature.party,
                "by": signature.by,
                "signed_at": iso(signature.signed_at),
                "terms_sha256": paper.terms_sha256,
            }
            for signature in agreement.signatures
        ],
        "acts": [_act_row(act) for act in agreement.acts],
        "ends_at": None if end is None else iso(end),
        "in_force": next((one.version for one in family if state_among(one, among, now) in BINDING), None),
        "replaced": not paper.is_draft and agreement not in list_current(family, now),
        "steps": [step.value for step in steps],
    }


def _act_row(act: AgreementAct) -> dict[str, Any]:
    return {
        "kind": act.kind.value,
        "party": act.party,
        "by": act.by,
        "at": iso(act.at),
        "reason": act.reason,
        "ends_at": None if act.ends_at is None else iso(act.ends_at),
    }
