"""Filing steps about agreements: each row together with the event that explains it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from dispatch.agreements.access import Resource
from dispatch.agreements.actions import Action
from dispatch.agreements.record import FiledAct, FiledSignature
from dispatch.agreements.terms import ActKind, AgreementAct, Signature
from dispatch.model.agreement_events import (
    AgreementNoticeGiven,
    AgreementRejected,
    AgreementResumed,
    AgreementSigned,
    AgreementStep,
    AgreementSuspended,
    AgreementTerminated,
    AgreementWithdrawn,
)
from dispatch.model.errors import Forbidden
from dispatch.model.ids import AgreementId, JurisdictionId
from dispatch.model.principal import Principal
from dispatch.services.agreement_rows import Shelf
from dispatch.services.book import read_book
from dispatch.services.command import CommandMeta
from dispatch.services.door import require
from dispatch.services.ports import Reader, Tx
from dispatch.services.world import World

_EVENT: Final[Mapping[ActKind, type[AgreementStep]]] = {
    ActKind.REJECTED: AgreementRejected,
    ActKind.WITHDRAWN: AgreementWithdrawn,
    ActKind.SUSPENDED: AgreementSuspended,
    ActKind.RESUMED: AgreementResumed,
    ActKind.NOTICE_GIVEN: AgreementNoticeGiven,
    ActKind.TERMINATED: AgreementTerminated,
}
"""A proposal is filed with its text: ``agreement_steps``."""


def party_of(actor: Principal) -> JurisdictionId:
    """For which party the actor acts. Raises ``Forbidden`` for one who acts for none."""
    if actor.jurisdiction_id is None:
        raise Forbidden(["relation"])
    return actor.jurisdiction_id


def name_of(actor: Principal) -> str:
    """What the other party calls the person."""
    return actor.display_name or actor.id


def open_shelf(
    reader: Reader,
    principal: Principal,
    action: Action,
    agreement_id: AgreementId,
    *,
    world: World,
    now: datetime,
) -> Shelf:
    """The agreement as the principal's side sees it, if it may do this about it.

    Raises ``NotFound`` (an agreement of others looks like none) and ``Forbidden``.
    """
    own = principal.jurisdiction_id
    draft = None if own is None else reader.find_agreement_draft(agreement_id, own)
    book = read_book(reader, agreement_id, before=world.book)
    shelf = Shelf(agreement_id, book.list_papers_of(agreement_id), draft, own=own)
    parties = frozenset().union(*(paper.agreement.party_set for paper in shelf.on_record))
    resource = Resource(owner=own if draft else None, parties=parties)
    require(principal, action, resource, what="agreement", which=agreement_id, now=now)
    return shelf


def file_act(tx: Tx, meta: CommandMeta, agreement_id: AgreementId, version: int, act: AgreementAct) -> None:
    """Put an act and its event on record."""
    event = _EVENT[act.kind](
        occurred_at=act.at,
        jurisdiction_id=act.party,
        agreement_id=agreement_id,
        agreement_version=version,
        party=act.party,
        **_facts(act),
    )
    entry = tx.record(event, actor=meta.actor, key=meta.key)
    put_act(tx, meta, agreement_id, version, act, seq=entry.seq)


def put_act(
    tx: Tx, meta: CommandMeta, agreement_id: AgreementId, version: int, act: AgreementAct, *, seq: int
) -> None:
    """The row of an act whose event is the entry ``seq``."""
    tx.add_agreement_act(
        FiledAct(
            seq=seq,
            agreement_id=agreement_id,
            version=version,
            kind=act.kind,
            party=act.party,
            by=act.by,
            person=meta.actor.id,
            at=act.at,
            reason=act.reason,
            ends_at=act.ends_at,
        )
    )


def file_signature(
    tx: Tx,
    meta: CommandMeta,
    agreement_id: AgreementId,
    version: int,
    signature: Signature,
    *,
    terms_sha256: str,
) -> None:
    """Put a signature and its event on record."""
    event = AgreementSigned(
        occurred_at=signature.signed_at,
        jurisdiction_id=signature.party,
        agreement_id=agreement_id,
        agreement_version=version,
        party=signature.party,
        by=signature.by,
        terms_sha256=terms_sha256,
    )
    entry = tx.record(event, actor=meta.actor, key=meta.key)
    tx.add_agreement_signature(
        FiledSignature(
            seq=entry.seq,
            agreement_id=agreement_id,
            version=version,
            party=signature.party,
            by=signature.by,
            person=meta.actor.id,
            at=signature.signed_at,
            terms_sha256=terms_sha256,
        )
    )


def _facts(act: AgreementAct) -> Mapping[str, Any]:
    facts: dict[str, Any] = {"by": act.by}
    if act.kind is not ActKind.RESUMED:
        facts["reason"] = act.reason
    if act.kind in (ActKind.SUSPENDED, ActKind.NOTICE_GIVEN):
        facts["ends_at"] = act.ends_at
    return facts
