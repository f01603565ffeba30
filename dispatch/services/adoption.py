"""Taking a region and its agreements into force, on the record.

The journal names the digest of the region's files and keeps the exact text of every agreement, so
that a decision of last year can be explained by the terms of last year.
"""

from collections.abc import Sequence
from datetime import datetime

from dispatch.agreements.parse import parse_agreement, text_sha256
from dispatch.agreements.terms import Agreement
from dispatch.model.clock import Clock
from dispatch.model.errors import AgreementInvalid, Conflict
from dispatch.model.events import AgreementRecorded, RegionAdopted
from dispatch.model.principal import SERVICE
from dispatch.model.region import Region
from dispatch.services.ports import AdoptedRegion, AgreementText, Store, Tx


async def adopt(store: Store, region: Region, texts: Sequence[tuple[str, str]], *, clock: Clock) -> int:
    """Record the region and every agreement text that is new; answers how many agreements were new.

    ``texts`` are (file name, YAML). Raises ``AgreementInvalid`` naming the file, and ``Conflict`` when
    a version that is on record comes with another text: a signed text never changes.
    """
    now = clock()
    read = [(name, text, _parse(name, text)) for name, text in texts]

    def command(tx: Tx) -> int:
        _adopt_region(tx, region, now=now)
        on_record = {(old.agreement_id, old.version): old.text_sha256 for old in tx.list_agreement_texts()}
        new = 0
        for name, text, agreement in read:
            before = on_record.get((agreement.id, agreement.version))
            if before is None:
                _adopt_agreement(tx, agreement, text, now=now)
                new += 1
            elif before != text_sha256(text):
                raise Conflict(
                    f"{name}: {agreement.id} version {agreement.version} is on record with another text"
                )
        return new

    return await store.write(command)


def _parse(name: str, text: str) -> Agreement:
    try:
        return parse_agreement(text)
    except AgreementInvalid as error:
        raise AgreementInvalid(f"{name}: {error.path}", error.because, line=error.line) from error


def _adopt_region(tx: Tx, region: Region, *, now: datetime) -> None:
    known = tx.find_region()
    if known is not None and known.digest == region.digest:
        return
    tx.put_region(
        AdoptedRegion(name=region.name, digest=region.digest, roads_as_of=region.roads_as_of, adopted_at=now)
    )
    event = RegionAdopted(
        occurred_at=now, name=region.name, digest=region.digest, roads_as_of=region.roads_as_of
    )
    tx.record(event, actor=SERVICE)


def _adopt_agreement(tx: Tx, agreement: Agreement, text: str, *, now: datetime) -> None:
    digest = text_sha256(text)
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
