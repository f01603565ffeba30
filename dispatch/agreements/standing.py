"""Where an agreement stands at one moment: computed when read from dates, signatures and acts, never swept.

Lifecycle: draft, proposed, signed by each party, active; suspended, notice given, superseded, expired,
terminated (the list in NIMS and in real agreements). Whatever changes the text is a new version.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from dispatch.agreements.calendar import add_months, local_time
from dispatch.agreements.provisions import Counterparts, Renewal
from dispatch.agreements.terms import ActKind, Agreement, AgreementAct
from dispatch.model.ids import AgreementId, IncidentId, JurisdictionId, RequestId, UnitId, WaiverId


class AgreementState(StrEnum):
    """Where one version of an agreement stands as a whole."""

    DRAFT = "draft"
    """Seen by its author's side only; a draft never enters a decision."""
    PROPOSED = "proposed"
    """Its text is fixed and waits for signatures."""
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    NOT_YET_EFFECTIVE = "not_yet_effective"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    NOTICE_GIVEN = "notice_given"
    """Still binds, until the notice is over."""
    SUPERSEDED = "superseded"
    """A later version, or another agreement by its precedence clause, stands in its place."""
    EXPIRED = "expired"
    TERMINATED = "terminated"


BINDING = frozenset({AgreementState.ACTIVE, AgreementState.NOTICE_GIVEN})
"""States in which aid may flow."""

NEVER_BOUND = frozenset({AgreementState.DRAFT, AgreementState.REJECTED, AgreementState.WITHDRAWN})
"""States of a text that came to nothing, or has not come to anything yet: no decision hears of it."""

ONCE_BINDING = frozenset(
    {
        AgreementState.ACTIVE,
        AgreementState.NOTICE_GIVEN,
        AgreementState.SUSPENDED,
        AgreementState.EXPIRED,
        AgreementState.TERMINATED,
    }
)
"""States of a version that was signed and whose time had come: it replaces the versions before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """A party has closed itself to lending (notice of inability). ``ends_at`` None: until it opens again."""

    jurisdiction_id: JurisdictionId
    reason: str
    by: str
    begins_at: datetime
    ends_at: datetime | None = None

    def holds(self, now: datetime) -> bool:
        """Whether the party is closed at ``now``."""
        return self.begins_at <= now and (self.ends_at is None or now < self.ends_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """The lender's supervisor lets one clause rest: for one unit on one incident, once, for a time."""

    id: WaiverId
    agreement_id: AgreementId
    agreement_version: int
    clause: str
    lender: JurisdictionId
    incident_id: IncidentId
    unit_id: UnitId
    granted_by: str
    granted_at: datetime
    expires_at: datetime
    used_by: RequestId | None = None

    def holds(self, now: datetime) -> bool:
        """Whether it can be used at ``now``."""
        return self.used_by is None and self.granted_at <= now < self.expires_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the parties have said beside their agreements, as far as it bears on one question."""

    closures: tuple[Closure, ...] = ()
    waivers: tuple[Waiver, ...] = ()


NO_STANDING = Standing()


def list_missing_signatures(
    agreement: Agreement, now: datetime, *, among: Iterable[JurisdictionId] | None = None
) -> tuple[JurisdictionId, ...]:
    """The parties (or those ``among`` them) that have not signed by ``now``, in the agreement's order."""
    if agreement.all_signed_at is not None and agreement.all_signed_at <= now:
        return ()
    signed_at = agreement.signed_at
    missing = set(agreement.parties if among is None else among)
    missing -= {party for party in missing if party in signed_at and signed_at[party] <= now}
    return tuple(party for party in agreement.parties if party in missing) if missing else ()


def list_missing_between(
    agreement: Agreement, now: datetime, who: Sequence[JurisdictionId]
) -> tuple[JurisdictionId, ...]:
    """Whose signatures these parties wait for: each other's with a ``counterparts`` clause, else all.

    A version that leaves one of them out is no counterpart of theirs: it needs every signature.
    """
    by_pair = agreement.find(Counterparts) is not None and agreement.party_set.issuperset(who)
    return list_missing_signatures(agreement, now, among=who if by_pair else None)


def end_of(agreement: Agreement, now: datetime) -> datetime | None:
    """The first moment at which the text binds no more, its renewals up to ``now`` counted.

    Months are counted on the wall clocks of the agreement's time zone.
    """
    end, renewal = agreement.effective_to, agreement.find(Renewal)
    if end is None or renewal is None:
        return end
    first = local_time(end, agreement.time_zone)
    # Near the end that is sought at once: a term may be a month, and have begun a century ago.
    passed = (now.year - first.year) * 12 + now.month - first.month
    terms = max(0, passed // renewal.months - 1)
    end = add_months(first, terms * renewal.months).astimezone(UTC)
    while end <= now:
        terms += 1
        end = add_months(first, terms * renewal.months).astimezone(UTC)
    return end


def state_at(agreement: Agreement, now: datetime) -> AgreementState:
    """Where the agreement stands at ``now`` as a whole; what one party did shows for all."""
    return _state(agreement, now, agreement.parties)


def state_between(
    agreement: Agreement, *, lender: JurisdictionId, borrower: JurisdictionId, now: datetime
) -> AgreementState:
    """Where it stands for one pair: of three or more, the others' suspensions and notices do not count.

    With a ``counterparts`` clause only the pair's own signatures are asked for.
    """
    return _state(agreement, now, (lender, borrower) if len(agreement.parties) > 2 else agreement.parties)


def is_binding(
    agreement: Agreement, *, lender: JurisdictionId, borrower: JurisdictionId, now: datetime
) -> bool:
    """Whether aid may flow between the pair at ``now``, as far as dates, signatures and acts say."""
    return state_between(agreement, lender=lender, borrower=borrower, now=now) in BINDING


def _state(agreement: Agreement, now: datetime, who: Sequence[JurisdictionId]) -> AgreementState:
    acts = [act for act in agreement.acts if act.at <= now] if agreement.acts else ()
    if not agreement.signatures or list_missing_between(agreement, now, who):
        return _unsigned_state(acts)
    if now < agreement.effective_from:
        return AgreementState.NOT_YET_EFFECTIVE
    if acts and _is_terminated(agreement, acts, now, who):
        return AgreementState.TERMINATED
    end = end_of(agreement, now)
    if end is not None and now >= end:
        return AgreementState.EXPIRED
    if acts and find_suspension(agreement, now, among=who) is not None:
        return AgreementState.SUSPENDED
    notice = find_notice(agreement, now, among=who) if acts else None
    noticed = notice is not None and (notice.ends_at is None or now < notice.ends_at)
    return AgreementState.NOTICE_GIVEN if noticed else AgreementState.ACTIVE


def _unsigned_state(acts: Sequence[AgreementAct]) -> AgreementState:
    last = next(
        (a.kind for a in reversed(acts) if a.kind in (ActKind.REJECTED, ActKind.WITHDRAWN)), ActKind.PROPOSED
    )
    match last:
        case ActKind.REJECTED:
            return AgreementState.REJECTED
        case ActKind.WITHDRAWN:
            return AgreementState.WITHDRAWN
        case _:
            return AgreementState.PROPOSED


def find_suspension(
    agreement: Agreement, now: datetime, *, among: Iterable[JurisdictionId]
) -> AgreementAct | None:
    """The suspension by one of these parties that holds at ``now``; each party resumes only its own."""
    wanted, last = set(among), dict[JurisdictionId, AgreementAct]()
    for act in agreement.acts:
        if act.at <= now and act.party in wanted and act.kind in (ActKind.SUSPENDED, ActKind.RESUMED):
            last[act.party] = act
    for act in last.values():
        if act.kind is ActKind.SUSPENDED and (act.ends_at is None or now < act.ends_at):
            return act
    return None


def find_notice(
    agreement: Agreement, now: datetime, *, among: Iterable[JurisdictionId]
) -> AgreementAct | None:
    """The notice by one of these parties that ends first."""
    wanted = set(among)
    given = [
        act
        for act in agreement.acts
        if act.kind is ActKind.NOTICE_GIVEN and act.at <= now and act.party in wanted
    ]
    return min(given, key=lambda act: (act.ends_at or act.at, act.party), default=None)


def _is_terminated(
    agreement: Agreement, acts: Sequence[AgreementAct], now: datetime, who: Sequence[JurisdictionId]
) -> bool:
    notice = find_notice(agreement, now, among=who)
    if notice is not None and now >= (notice.ends_at or notice.at) and len(who) == 2:
        return True
    agreed = {act.party for act in acts if act.kind is ActKind.TERMINATED}
    return agreed >= agreement.party_set


def list_current(
    agreements: Sequence[Agreement],
    now: datetime,
    *,
    lender: JurisdictionId | None = None,
    borrower: JurisdictionId | None = None,
) -> Sequence[Agreement]:
    """The agreements without those versions that a later signed version has replaced by ``now``.

    A version gives way when a higher version of the same id is signed by all and its
    ``effective_from`` has come; it stays replaced after that one expires. A proposed version
    replaces nothing: until everyone has signed, the old text binds. Given a pair, what holds
    between those two decides.
    """
    if len({agreement.id for agreement in agreements}) == len(agreements):
        return agreements
    newest: dict[AgreementId, int] = {}
    for agreement in agreements:
        if lender is None or borrower is None:
            state = state_at(agreement, now)
        else:
            state = state_between(agreement, lender=lender, borrower=borrower, now=now)
        if state in ONCE_BINDING:
            newest[agreement.id] = max(newest.get(agreement.id, 0), agreement.version)
    return [agreement for agreement in agreements if agreement.version >= newest.get(agreement.id, 0)]


def list_not_superseded(
    agreements: Sequence[Agreement], now: datetime, *, lender: JurisdictionId, borrower: JurisdictionId
) -> Sequence[Agreement]:
    """The pair's agreements without those that another one, binding at ``now``, supersedes by its own clause.

    ``agreements`` are one pair's in order of precedence: who stands earlier supersedes first, and what
    is superseded supersedes nothing, so that two that name each other do not both fall away.
    """
    gone: set[AgreementId] = set()
    for agreement in agreements:
        named = agreement.precedence.supersedes
        if not named or agreement.id in gone:
            continue
        if is_binding(agreement, lender=lender, borrower=borrower, now=now):
            gone |= set(named) - {agreement.id}
    return [agreement for agreement in agreements if agreement.id not in gone]


def state_among(agreement: Agreement, agreements: Sequence[Agreement], now: datetime) -> AgreementState:
    """``state_at``, and whether others of ``agreements`` (all of the region) stand in its place."""
    state = state_at(agreement, now)
    if state not in ONCE_BINDING:
        return state
    family = [other for other in agreements if other.id == agreement.id]
    replaced = agreement not in list_current(family, now)
    superseded = any(
        agreement.id in other.precedence.supersedes and state_at(other, now) in BINDING
        for other in agreements
        if other.id != agreement.id and other.party_set >= agreement.party_set
    )
    return AgreementState.SUPERSEDED if replaced or superseded else state
