"""From draft to end: which step a party may take about an agreement at a moment, and the steps themselves.

Pure: a step answers what is to be filed (an act or a signature), or raises ``IllegalStep`` with a
``because`` that is stable. Nothing here changes a text: any change is a new version, which needs new
signatures. A *family* is every version of one agreement on record, oldest first.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NoReturn

from dispatch.agreements.provisions import Counterparts
from dispatch.agreements.record import AgreementDraft, Paper
from dispatch.agreements.standing import (
    AgreementState,
    end_of,
    find_notice,
    list_current,
    state_at,
    state_between,
)
from dispatch.agreements.terms import ActKind, Agreement, AgreementAct, Signature
from dispatch.model.errors import IllegalStep, Invalid, StaleVersion, TermsChanged
from dispatch.model.ids import JurisdictionId

S = AgreementState


class Step(StrEnum):
    """What a party can do about an agreement."""

    EDIT = "edit"
    PROPOSE = "propose"
    DISCARD = "discard"
    SIGN = "sign"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    SUSPEND = "suspend"
    RESUME = "resume"
    NOTICE = "notice"
    TERMINATE = "terminate"


SIGNED: Final = (S.ACTIVE, S.NOTICE_GIVEN, S.SUSPENDED, S.NOT_YET_EFFECTIVE)
"""States of a version that binds a party, or will; in the order in which the best of several counts."""

_ORDER: Final = (*SIGNED, S.PROPOSED, S.TERMINATED, S.EXPIRED, S.REJECTED, S.WITHDRAWN)

EDITED: Final = "the text is being changed"
"""Why a proposed version is withdrawn by an edit."""


def state_for(agreement: Agreement, party: JurisdictionId, now: datetime) -> AgreementState:
    """Where a version on record stands for one party: the best of what holds between it and the others.

    Of three or more parties each can leave or rest for itself, and with a ``counterparts`` clause it
    binds some before others.
    """
    if len(agreement.parties) == 2:
        return state_at(agreement, now)
    best = len(_ORDER)
    for other in agreement.parties:
        if other != party:
            state = state_between(agreement, lender=party, borrower=other, now=now)
            best = min(best, _ORDER.index(state))
            if best == 0:
                break
    return _ORDER[best]


def find_end(agreement: Agreement, now: datetime) -> datetime | None:
    """When it binds no more, as far as is known: the end of its term, or of a notice between two parties."""
    notice = find_notice(agreement, now, among=agreement.parties) if len(agreement.parties) == 2 else None
    ends = [end_of(agreement, now), notice.ends_at if notice else None]
    return min((end for end in ends if end is not None), default=None)


def list_standing(family: Sequence[Agreement], party: JurisdictionId, now: datetime) -> Sequence[Agreement]:
    """The versions that bind this party now, or are signed and will: what it can suspend and end.

    With them a proposed one that it has signed: whoever lets the agreement rest is not to be bound anew
    by the signature of another.
    """
    states = [
        (one, state_for(one, party, now)) for one in list_current(family, now) if party in one.party_set
    ]
    if not any(state in SIGNED for _, state in states):
        return []
    return [
        one for one, state in states if state in SIGNED or (state is S.PROPOSED and party in one.signed_at)
    ]


def is_open(agreement: Agreement, now: datetime) -> bool:
    """Whether the text is proposed and nobody is bound by it yet."""
    return state_at(agreement, now) is S.PROPOSED and not _binds_anybody(agreement, now)


def list_steps(
    paper: Paper, family: Sequence[Agreement], *, party: JurisdictionId, newest: bool, now: datetime
) -> tuple[Step, ...]:
    """What the party may do, looking at this version. ``newest``: it is the newest that the party sees.

    Whatever is said about the agreement as a whole (suspending, notice) may be said from any version.
    """
    if paper.is_draft:
        fresh = (Step.EDIT, Step.PROPOSE) if newest else ()
        return (*fresh, Step.DISCARD) if party == paper.drafted_by else ()
    if party not in paper.agreement.party_set:
        return ()
    tries: tuple[tuple[Step, Callable[[], object]], ...] = (
        (Step.SIGN, lambda: _require_may_sign(paper.agreement, party, now)),
        (Step.REJECT, lambda: _require_may_reject(paper, party, now)),
        (Step.WITHDRAW, lambda: _require_may_withdraw(paper, party, now)),
        (Step.SUSPEND, lambda: _list_to_suspend(family, party, now)),
        (Step.RESUME, lambda: _list_to_resume(family, party, now)),
        (Step.NOTICE, lambda: _list_to_end(family, party, ActKind.NOTICE_GIVEN, now)),
        (Step.TERMINATE, lambda: _list_to_end(family, party, ActKind.TERMINATED, now)),
    )
    edit = (Step.EDIT,) if newest else ()
    return (*edit, *(step for step, attempt in tries if _may(attempt)))


def propose(
    draft: AgreementDraft, agreement: Agreement, *, version: int, revision: int, newest: int, now: datetime
) -> None:
    """Whether this draft, whose text says ``agreement``, may be proposed. ``newest``: the last on record.

    Raises ``StaleVersion`` (another revision, or somebody else's text came first) and ``IllegalStep``.
    """
    if (version, revision) != (draft.version, draft.revision):
        raise StaleVersion("the draft", presented=revision, current=draft.revision)
    if draft.version != newest + 1:
        raise StaleVersion("the agreement", presented=draft.version - 1, current=newest)
    if _is_over(agreement, now):
        _refuse(S.DRAFT, Step.PROPOSE, "its_time_is_over")


def sign(paper: Paper, *, party: JurisdictionId, by: str, presented: str, now: datetime) -> Signature:
    """The party's assent to the text whose hash it presents. Raises ``IllegalStep``, ``TermsChanged``."""
    _require_may_sign(paper.agreement, party, now)
    if presented != paper.terms_sha256:
        raise TermsChanged(presented=presented, current=paper.terms_sha256)
    return Signature(party=party, by=by, signed_at=now)


def reject(paper: Paper, *, party: JurisdictionId, by: str, reason: str, now: datetime) -> AgreementAct:
    """The party says no to a proposed text. Raises ``IllegalStep``."""
    _require_may_reject(paper, party, now)
    return AgreementAct(kind=ActKind.REJECTED, party=party, by=by, at=now, reason=reason)


def withdraw(paper: Paper, *, party: JurisdictionId, by: str, reason: str, now: datetime) -> AgreementAct:
    """A party that proposed the text, or has signed it, takes that back while it binds nobody.

    The text then comes to nothing, with every signature (WCAG 3.3.4: what is signed can be reversed).
    Raises ``IllegalStep``.
    """
    _require_may_withdraw(paper, party, now)
    return AgreementAct(kind=ActKind.WITHDRAWN, party=party, by=by, at=now, reason=reason)


def void(agreement: Agreement, *, party: JurisdictionId, by: str, now: datetime) -> AgreementAct | None:
    """What an edit by any party does to the newest text on record: an open one is withdrawn by it."""
    if not is_open(agreement, now):
        return None
    return AgreementAct(kind=ActKind.WITHDRAWN, party=party, by=by, at=now, reason=EDITED)


Acts = Sequence[tuple[int, AgreementAct]]
"""What is filed about which versions."""


def suspend(
    family: Sequence[Agreement],
    *,
    party: JurisdictionId,
    by: str,
    reason: str,
    ends_at: datetime | None,
    now: datetime,
) -> Acts:
    """The party lets the agreement rest for itself. Raises ``IllegalStep``, ``Invalid`` (``ends_at``)."""
    if ends_at is not None and ends_at <= now:
        raise Invalid("ends_at", "must be later than now")
    act = AgreementAct(kind=ActKind.SUSPENDED, party=party, by=by, at=now, reason=reason, ends_at=ends_at)
    return [(one.version, act) for one in _list_to_suspend(family, party, now)]


def resume(family: Sequence[Agreement], *, party: JurisdictionId, by: str, now: datetime) -> Acts:
    """The party ends its own suspension. Raises ``IllegalStep``."""
    act = AgreementAct(kind=ActKind.RESUMED, party=party, by=by, at=now)
    return [(one.version, act) for one in _list_to_resume(family, party, now)]


def give_notice(
    family: Sequence[Agreement], *, party: JurisdictionId, by: str, reason: str, now: datetime
) -> Acts:
    """The party will be bound no more once the notice of each version is over. Raises ``IllegalStep``."""
    return [
        (
            one.version,
            AgreementAct(
                kind=ActKind.NOTICE_GIVEN,
                party=party,
                by=by,
                at=now,
                reason=reason,
                ends_at=now + timedelta(days=one.notice_days),
            ),
        )
        for one in _list_to_end(family, party, ActKind.NOTICE_GIVEN, now)
    ]


def terminate(
    family: Sequence[Agreement], *, party: JurisdictionId, by: str, reason: str, now: datetime
) -> Acts:
    """The party consents to end the agreement at once: it ends when all have. Raises ``IllegalStep``."""
    act = AgreementAct(kind=ActKind.TERMINATED, party=party, by=by, at=now, reason=reason)
    return [(one.version, act) for one in _list_to_end(family, party, ActKind.TERMINATED, now)]


# -- what each step asks first ------------------------------------------------------------------------


def _require_may_sign(agreement: Agreement, party: JurisdictionId, now: datetime) -> None:
    state = state_at(agreement, now)
    if any(signature.party == party for signature in agreement.signatures):
        _refuse(state, Step.SIGN, "already_signed")
    if state is not S.PROPOSED and not _others_may_go_on(agreement, party, state):
        _refuse(state, Step.SIGN, "not_proposed")
    if _is_over(agreement, now):
        _refuse(state, Step.SIGN, "its_time_is_over")


def _others_may_go_on(agreement: Agreement, party: JurisdictionId, state: AgreementState) -> bool:
    """Signed in counterparts, one party's no is its own."""
    said_no = any(act.kind is ActKind.REJECTED and act.party == party for act in agreement.acts)
    withdrawn = any(act.kind is ActKind.WITHDRAWN for act in agreement.acts)
    in_counterparts = agreement.find(Counterparts) is not None
    return state is S.REJECTED and in_counterparts and not said_no and not withdrawn


def _require_may_reject(paper: Paper, party: JurisdictionId, now: datetime) -> None:
    agreement = paper.agreement
    state = state_at(agreement, now)
    if any(signature.party == party for signature in agreement.signatures):
        _refuse(state, Step.REJECT, "already_signed")
    if party == paper.drafted_by:
        _refuse(state, Step.REJECT, "own_proposal")
    if state is not S.PROPOSED and not _others_may_go_on(agreement, party, state):
        _refuse(state, Step.REJECT, "not_proposed")


def _require_may_withdraw(paper: Paper, party: JurisdictionId, now: datetime) -> None:
    state = state_at(paper.agreement, now)
    if party != paper.drafted_by and party not in paper.agreement.signed_at:
        _refuse(state, Step.WITHDRAW, "not_own_proposal")
    if state is not S.PROPOSED and not _others_may_go_on(paper.agreement, party, state):
        _refuse(state, Step.WITHDRAW, "not_proposed")
    if _binds_anybody(paper.agreement, now):
        _refuse(state, Step.WITHDRAW, "binds_already")


def _list_to_suspend(family: Sequence[Agreement], party: JurisdictionId, now: datetime) -> list[Agreement]:
    standing = list_standing(family, party, now)
    found = [one for one in standing if not _rests(one, party, now)]
    if not found:
        _refuse(_newest_state(family, now), Step.SUSPEND, "already_suspended" if standing else "not_binding")
    return found


def _list_to_resume(family: Sequence[Agreement], party: JurisdictionId, now: datetime) -> list[Agreement]:
    found = [one for one in list_standing(family, party, now) if _rests(one, party, now)]
    if not found:
        _refuse(_newest_state(family, now), Step.RESUME, "not_suspended_by_this_party")
    return found


def _list_to_end(
    family: Sequence[Agreement], party: JurisdictionId, kind: ActKind, now: datetime
) -> list[Agreement]:
    standing = list_standing(family, party, now)
    found = [one for one in standing if not any(act.kind is kind and act.party == party for act in one.acts)]
    if not found:
        step = Step.NOTICE if kind is ActKind.NOTICE_GIVEN else Step.TERMINATE
        _refuse(_newest_state(family, now), step, "already_said" if standing else "not_binding")
    return found


def _rests(agreement: Agreement, party: JurisdictionId, now: datetime) -> bool:
    last = next(
        (
            act
            for act in reversed(agreement.acts)
            if act.party == party and act.kind in (ActKind.SUSPENDED, ActKind.RESUMED)
        ),
        None,
    )
    if last is None or last.kind is ActKind.RESUMED:
        return False
    return last.ends_at is None or now < last.ends_at


def _binds_anybody(agreement: Agreement, now: datetime) -> bool:
    """Whether two parties or more are bound already, as in counterparts before the last has signed."""
    signed = [signature.party for signature in agreement.signatures]
    if agreement.find(Counterparts) is None:
        return len(signed) == len(agreement.parties)
    return len(signed) > 1


def _is_over(agreement: Agreement, now: datetime) -> bool:
    end = end_of(agreement, now)
    return end is not None and end <= now


def _newest_state(family: Sequence[Agreement], now: datetime) -> AgreementState:
    return state_at(family[-1], now) if family else S.DRAFT


def _may(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except IllegalStep:
        return False
    return True


def _refuse(state: AgreementState, wanted: Step, because: str) -> NoReturn:
    raise IllegalStep(state.value, wanted=wanted.value, because=because)
