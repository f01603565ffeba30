"""The ledger for an authorised reader: one month of one jurisdiction, and statements for two.

A jurisdiction reads its own pairs and no others. What a third party lent to somebody else stays unknown to
it, so warnings that count all borrowers of a lender are the lender's own to see.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from dispatch.agreements.access import owned_by
from dispatch.agreements.actions import Action
from dispatch.agreements.sight import Fields, let_through
from dispatch.agreements.terms import Agreement
from dispatch.aid.ledger import Pair, Records, empty_account, make_accounts
from dispatch.aid.ledger_alerts import Alert, list_alerts
from dispatch.aid.months import Span, month_span, year_to
from dispatch.export.ledger_rows import ledger_row
from dispatch.export.statement import Statement, statement_csv
from dispatch.export.statement_pdf import statement_pdf
from dispatch.model.errors import NotFound
from dispatch.model.ids import JurisdictionId
from dispatch.model.principal import Principal
from dispatch.model.region import Region
from dispatch.services.command import Row
from dispatch.services.core import Core
from dispatch.services.door import require
from dispatch.services.ports import Reader

ANSWERED_WITHIN: Final = timedelta(hours=1)
"""A counter-offer is made before its request runs out, at most a quarter of an hour after it was asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """What is downloaded: a name without its ending, and the content."""

    name: str
    content: bytes


class Ledger:
    """Reads only."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def month(self, principal: Principal, month: str) -> Row:
        """``{month, pairs, alerts, unfilled, …}`` of the caller's jurisdiction. Raises ``Invalid``."""
        whose, span, now, fields = self._enter(principal, month)
        records, names = await self._read(whose, span), self._core.world.names
        # A year of loans is too much for the loop that serves the boards.
        row = await asyncio.to_thread(month_row, records, span, jurisdiction=whose, names=names, now=now)
        return let_through(row, fields)

    async def statement_csv(self, principal: Principal, partner: JurisdictionId, month: str) -> File:
        """Raises ``Invalid``, and ``NotFound`` for who has neither agreement nor aid with the caller."""
        statement = await self._statement(principal, partner, month)
        return File(name=statement.file_name, content=statement_csv(statement).encode())

    async def statement_pdf(self, principal: Principal, partner: JurisdictionId, month: str) -> File:
        """The same figures, typeset: some tenths of a second, off the loop. Raises as ``statement_csv``."""
        statement = await self._statement(principal, partner, month)
        return File(name=statement.file_name, content=await asyncio.to_thread(statement_pdf, statement))

    async def _statement(self, principal: Principal, partner: JurisdictionId, month: str) -> Statement:
        whose, span, now, _ = self._enter(principal, month)
        world = self._core.world
        statement = await asyncio.to_thread(
            make_statement,
            await self._read(whose, span),
            span,
            parties=(whose, partner),
            region=world.region,
            names=world.names,
            now=now,
        )
        if statement is None:
            raise NotFound("partner", partner)
        return statement

    def _enter(self, principal: Principal, month: str) -> tuple[JurisdictionId, Span, datetime, Fields]:
        own, now = principal.jurisdiction_id, self._core.clock()
        action = Action.READ_LEDGER
        fields = require(principal, action, owned_by(own), what="ledger", which=str(own), now=now)
        span = month_span(month, self._core.world.region.time_zone)
        return JurisdictionId(own or ""), span, now, fields

    async def _read(self, jurisdiction: JurisdictionId, span: Span) -> Records:
        world = self._core.world
        records = await self._core.store.read(lambda reader: read_records(reader, span, jurisdiction))
        return with_region(records, world.region, world.book.agreements)


def read_records(reader: Reader, span: Span, jurisdiction: JurisdictionId) -> Records:
    """What the record holds for the jurisdiction's ledger: the month's requests, and a year of loans."""
    requests = reader.list_asked_between(
        span.begins, span.ends + ANSWERED_WITHIN, jurisdiction_id=jurisdiction
    )
    since = year_to(span).begins
    loans = reader.list_lent_between(since, span.ends, jurisdiction_id=jurisdiction)
    named = {request.incident_id for request in requests if request.requested_at < span.ends}
    named |= {loan.incident_id for loan in loans if loan.ended_at is None or loan.ended_at >= span.begins}
    incidents = reader.list_incidents_by_id(named)
    return Records(
        requests=requests, assignments=loans, incidents={incident.id: incident for incident in incidents}
    )


def with_region(records: Records, region: Region, agreements: Sequence[Agreement]) -> Records:
    """With the types of the region's units, and all its agreements: a party of an older version may not be
    one of the version that speaks, and must find the same one speaking.
    """
    unit_types = {unit.id: unit.unit_type for unit in region.units.values()}
    return replace(records, agreements=agreements, unit_types=unit_types)


def month_row(
    records: Records, span: Span, *, jurisdiction: JurisdictionId, names: Mapping[str, str], now: datetime
) -> Row:
    """The ledger's row; ``records`` are the jurisdiction's own."""
    accounts = list(make_accounts(records, span, now=now).values())
    alerts = [alert for alert in list_alerts(records, span, now=now) if _concerns(alert, jurisdiction)]
    return ledger_row(
        accounts, alerts, span=span, jurisdiction=jurisdiction, counted_to=span.counted_to(now), names=names
    )


def make_statement(
    records: Records,
    span: Span,
    *,
    parties: Pair,
    region: Region,
    names: Mapping[str, str],
    now: datetime,
) -> Statement | None:
    """The statement of two, the same from whichever side's ``records``; None where they have no dealings."""
    accounts = make_accounts(records, span, now=now)
    first, second = sorted(parties)
    dealings = {(first, second), (second, first)} & accounts.keys()
    if first == second or not (dealings or any(a.party_set >= {*parties} for a in records.agreements)):
        return None
    return Statement(
        span=span,
        counted_to=span.counted_to(now),
        accounts=(
            accounts.get((first, second)) or empty_account(first, second),
            accounts.get((second, first)) or empty_account(second, first),
        ),
        alerts=[
            alert
            for alert in list_alerts(records, span, now=now)
            if {alert.lender, alert.borrower} == {first, second}
        ],
        region=region,
        names=names,
    )


def _concerns(alert: Alert, jurisdiction: JurisdictionId) -> bool:
    return jurisdiction == alert.lender or (alert.borrower is not None and jurisdiction == alert.borrower)
