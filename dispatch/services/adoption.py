"""Taking a region and its agreements into force, at start-up."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from dispatch.agreements.parse import parse_agreement, text_sha256
from dispatch.agreements.record import AgreementText
from dispatch.agreements.terms import ActKind, Agreement
from dispatch.model.agreement_events import AgreementRecorded
from dispatch.model.clock import Clock
from dispatch.model.errors import AgreementInvalid, Conflict
from dispatch.model.events import RegionAdopted
from dispatch.model.principal import SERVICE
from dispatch.model.region import Region
from dispatch.services.ports import AdoptedRegion, Store, Tx


async def adopt(store: Store, region: Region, texts: Sequence[tuple[str, str]], *, clock: Clock) -> None:
    """Record the region and every agreement text that the record does not have yet; else do nothing.

    ``texts`` are (file name, YAML). The same version may come back with more signatures; with other
    terms it is refused: what was signed does not change. Raises ``AgreementInvalid``, ``Conflict``.
    """
    agreements = [(_parsed(name, text), text) for name, text in texts]
    now = clock()

    def write(tx: Tx) -> None:
        _put_region(tx, region, now)
        for agreement, text in agreements:
            _put_agreement(tx, agreement, text, now)

    await store.write(write)


def _parsed(name: str, text: str) -> Agreement:
    try:
        return parse_agreement(text)
    except AgreementInvalid as error:
        raise AgreementInvalid(f"{name}: {error.path}", error.because, line=error.line) from error


def _put_region(tx: Tx, region: Region, now: datetime) -> None:
    known = tx.find_region()
    if known is not None and known.digest == region.digest:
        return
    tx.put_region(
        AdoptedRegion(name=region.name, digest=region.digest, roads_as_of=region.roads_as_of, adopted_at=now)
    )
    tx.record(
        RegionAdopted(
            occurred_at=now, name=region.name, digest=region.digest, roads_as_of=region.roads_as_of
        ),
        actor=SERVICE,
    )


def _put_agreement(tx: Tx, agreement: Agreement, text: str, now: datetime) -> None:
    digest = text_sha256(text)
    for known in tx.list_agreement_texts(agreement.id):
        if (known.agreement_id, known.version) == (agreement.id, agreement.version):
            if known.text_sha256 == digest:
                return
            _require_same_terms(parse_agreement(known.text), agreement)
            if _was_proposed_here(tx, agreement):
                return  # its text is fixed, and its parties sign it here
    tx.put_agreement(
        AgreementText(
            agreement_id=agreement.id,
            version=agreement.version,
            text=text,
            text_sha256=digest,
            recorded_at=now,
        )
    )
    tx.record(
        AgreementRecorded(
            occurred_at=now,
            agreement_id=agreement.id,
            agreement_version=agreement.version,
            text_sha256=digest,
            text=text,
        ),
        actor=SERVICE,
    )


def _was_proposed_here(tx: Tx, agreement: Agreement) -> bool:
    acts = tx.list_agreement_acts(agreement.id)
    return any(act.kind is ActKind.PROPOSED and act.version == agreement.version for act in acts)


def _require_same_terms(known: Agreement, offered: Agreement) -> None:
    kept = set(known.signatures) <= set(offered.signatures)
    if not kept or replace(known, signatures=()) != replace(offered, signatures=()):
        raise Conflict(
            f"agreement {known.id} version {known.version} is on record with other terms: raise its version"
        )
