"""One command's changes: rows are put at once, journal entries wait until the batch commits."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Insert, Table, bindparam, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from dispatch.agreements.record import AgreementDraft, AgreementText, FiledAct, FiledSignature
from dispatch.aid.advice.practice_document import FiledPractice
from dispatch.aid.assignment import Assignment
from dispatch.aid.closure import LendingClosure
from dispatch.aid.cover.known import KnownCover
from dispatch.aid.cover.override import CoverOverride
from dispatch.aid.pre_alert import PreAlert
from dispatch.aid.request import AidRequest
from dispatch.aid.waiver import AskedWaiver
from dispatch.journal.entry import Disclosure, Entry
from dispatch.journal.ledger import Ledger
from dispatch.model.clock import Clock
from dispatch.model.errors import NotFound, UnitCommitted
from dispatch.model.event import Event
from dispatch.model.ids import AgreementId, IncidentId, JurisdictionId, PersonId
from dispatch.model.incident import Incident
from dispatch.model.principal import Principal
from dispatch.model.unit import UnitState
from dispatch.services.ports import (
    AdoptedRegion,
    ApiKey,
    Changed,
    Head,
    KeptPreferences,
    Person,
    RememberedAnswer,
    Session,
)
from dispatch.store import people_schema, schema
from dispatch.store.metadata import metadata
from dispatch.store.reader import StoreReader
from dispatch.store.rows import row_of, value_of

REDACTED_COLUMNS: Final = {
    "incident.opened": (schema.incident, "incident_id"),
    "aid.answered": (schema.request, "request_id"),
    "waiver.asked": (schema.waiver, "waiver_id"),
    "cover.overridden": (schema.cover_override, "override_id"),
    "cover.pre_alert_sent": (schema.pre_alert, "pre_alert_id"),
}
"""Where a personal field of an event was copied to, and what in the event names the row."""


def _upserts(dialect: str) -> Mapping[str, Insert]:
    make = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statements: dict[str, Insert] = {}
    for table in metadata.sorted_tables:
        keys = [column.name for column in table.primary_key]
        statement = make(table)
        others = {c.name: statement.excluded[c.name] for c in table.columns if c.name not in keys}
        statements[table.name] = statement.on_conflict_do_update(index_elements=keys, set_=others)
    numbers = make(schema.incident_number)
    statements["next_number"] = numbers.on_conflict_do_update(
        index_elements=["year"], set_={"last": schema.incident_number.c.last + 1}
    ).returning(schema.incident_number.c.last)
    return statements


# Built once: composing a statement costs three times what running it does.
UPSERTS: Final = {dialect: _upserts(dialect) for dialect in ("sqlite", "postgresql")}
_ADD_LINE: Final = insert(schema.journal_entry)
_ADD_DISCLOSURE: Final = insert(schema.disclosure)
_REMEMBER: Final = insert(schema.idempotency)
_ADD_SIGNATURE: Final = insert(schema.agreement_signature)
_ADD_ACT: Final = insert(schema.agreement_act)
_SET_HEAD: Final = update(schema.log_head).where(schema.log_head.c.id == 1)


class Pen:
    """Writes the ledger's new lines into the journal's tables. ``written`` counts those that are there."""

    def __init__(self, connection: Connection, ledger: Ledger) -> None:
        self._connection = connection
        self.ledger = ledger
        self.written = 0

    def flush(self) -> None:
        """Insert the lines that are not in the tables yet."""
        lines = self.ledger.lines[self.written :]
        if not lines:
            return
        self._connection.execute(
            _ADD_LINE,
            [
                {
                    "seq": line.entry.seq,
                    "incident_id": line.entry.incident,
                    "inc_n": line.entry.inc_n,
                    "hash": line.entry.hash,
                    "line": line.text.decode(),
                }
                for line in lines
            ],
        )
        disclosures = [row_of(d) for line in lines for d in line.disclosures]
        if disclosures:
            self._connection.execute(_ADD_DISCLOSURE, disclosures)
        self.written = len(self.ledger.lines)

    def finish(self) -> None:
        """Insert what is left and move the head."""
        self.flush()
        tip = self.ledger.tip
        self._connection.execute(
            _SET_HEAD, {"seq": tip.seq, "prev": tip.prev, "frontier": tip.frontier.text()}
        )


class StoreTx(StoreReader):
    """``services.ports.Tx`` inside a batch."""

    def __init__(self, connection: Connection, pen: Pen, *, clock: Clock) -> None:
        super().__init__(connection)
        self._pen = pen
        self._clock = clock
        self._upserts = UPSERTS[connection.dialect.name]
        self.changed: dict[tuple[str, str], Changed] = {}

    def _put(self, table: Table, value: object) -> None:
        self.connection.execute(self._upserts[table.name], row_of(value))

    def _note(self, kind: str, which: str, value: Changed) -> None:
        self.changed.pop((kind, which), None)
        self.changed[kind, which] = value

    def head(self) -> Head:
        tip = self._pen.ledger.tip
        return Head(epoch=tip.epoch, seq=tip.seq, root=tip.frontier.root().hex())

    def list_entries(
        self, *, incident_id: IncidentId | None = None, after_seq: int = 0, limit: int | None = None
    ) -> Sequence[Entry]:
        self._pen.flush()
        return super().list_entries(incident_id=incident_id, after_seq=after_seq, limit=limit)

    def list_disclosures(
        self, *, incident_id: IncidentId | None = None, after_seq: int = 0, limit: int | None = None
    ) -> Sequence[Disclosure]:
        self._pen.flush()
        return super().list_disclosures(incident_id=incident_id, after_seq=after_seq, limit=limit)

    def list_leaf_hashes(self) -> Sequence[str]:
        self._pen.flush()
        return super().list_leaf_hashes()

    def put_unit_state(self, state: UnitState) -> None:
        self._put(schema.unit_state, state)
        self._note("unit", state.unit_id, state)

    def put_incident(self, incident: Incident) -> None:
        self._put(schema.incident, incident)
        self._note("incident", incident.id, incident)

    def put_request(self, request: AidRequest) -> None:
        self._put(schema.request, request)
        self._note("request", request.id, request)

    def put_assignment(self, assignment: Assignment) -> None:
        try:
            self._put(schema.assignment, assignment)
        except IntegrityError as error:
            if is_double_booking(error):
                # Who holds the unit cannot be asked here: PostgreSQL answers no query after an error.
                raise UnitCommitted(assignment.unit_id, holder="", since=None) from error
            raise
        self._note("assignment", assignment.id, assignment)

    def put_closure(self, closure: LendingClosure) -> None:
        self._put(schema.closure, closure)
        self._note("closure", closure.id, closure)

    def put_waiver(self, waiver: AskedWaiver) -> None:
        self._put(schema.waiver, waiver)
        self._note("waiver", waiver.id, waiver)

    def put_practice(self, practice: FiledPractice) -> None:
        self._put(schema.practice, practice)
        self._note("practice", practice.jurisdiction_id, practice)

    def put_override(self, override: CoverOverride) -> None:
        self._put(schema.cover_override, override)
        self._note("override", override.id, override)

    def put_pre_alert(self, alert: PreAlert) -> None:
        self._put(schema.pre_alert, alert)
        self._note("pre_alert", alert.id, alert)

    def put_known_cover(self, known: KnownCover) -> None:
        self._put(schema.cover_state, known)

    def put_region(self, region: AdoptedRegion) -> None:
        self._put(schema.region, region)

    def put_agreement(self, agreement: AgreementText) -> None:
        self._put(schema.agreement, agreement)
        self._note("agreement", f"{agreement.agreement_id} {agreement.version}", agreement)

    def put_agreement_draft(self, draft: AgreementDraft) -> None:
        self._put(schema.agreement_draft, draft)

    def delete_agreement_draft(self, agreement_id: AgreementId, drafted_by: JurisdictionId) -> None:
        table = schema.agreement_draft
        ours = (table.c.agreement_id == agreement_id, table.c.drafted_by == drafted_by)
        self.connection.execute(delete(table).where(*ours))

    def add_agreement_signature(self, signature: FiledSignature) -> None:
        self.connection.execute(_ADD_SIGNATURE, row_of(signature))
        self._note("signature", str(signature.seq), signature)

    def add_agreement_act(self, act: FiledAct) -> None:
        self.connection.execute(_ADD_ACT, row_of(act))
        self._note("act", str(act.seq), act)

    def put_person(self, person: Person) -> None:
        self._put(people_schema.person, person)

    def put_session(self, session: Session) -> None:
        self._put(people_schema.session, session)

    def put_preferences(self, preferences: KeptPreferences) -> None:
        self._put(people_schema.preferences, preferences)

    def delete_session(self, token_hash: str) -> None:
        table = people_schema.session
        self.connection.execute(delete(table).where(table.c.token_hash == token_hash))

    def delete_sessions_of(self, person_id: PersonId) -> None:
        table = people_schema.session
        self.connection.execute(delete(table).where(table.c.person_id == person_id))

    def delete_expired_sessions(self, now: datetime) -> None:
        table = people_schema.session
        self.connection.execute(delete(table).where(table.c.expires_at <= now))

    def put_api_key(self, key: ApiKey) -> None:
        self._put(people_schema.api_key, key)

    def record(self, event: Event, *, actor: Principal, key: str | None = None) -> Entry:
        return self._pen.ledger.append(event, actor=actor, key=key, recorded_at=self._clock()).entry

    def redact(self, *, seq: int, field: str) -> None:
        entries = self.list_entries(after_seq=seq - 1, limit=1)
        table = schema.disclosure
        gone = self.connection.execute(delete(table).where(table.c.seq == seq, table.c.field == field))
        if not gone.rowcount or not entries:
            raise NotFound("personal value", f"{seq}.{field}")
        self._blank_copy(entries[0], field)

    def _blank_copy(self, entry: Entry, field: str) -> None:
        if entry.type not in REDACTED_COLUMNS:
            return
        table, named_by = REDACTED_COLUMNS[entry.type]
        which = entry.incident if named_by == "incident_id" else entry.body[named_by]
        blank = update(table).where(table.c.id == bindparam("which")).values({field: ""})
        self.connection.execute(blank, {"which": which})
        self._blank_answers(str(which), field)

    def _blank_answers(self, which: str, field: str) -> None:
        """The row as it was answered is kept for retries: blank the value there, keep the answer."""
        table = schema.idempotency
        naming = select(table).where(table.c.answer.contains(which, autoescape=True))
        for row in self.connection.execute(naming).mappings().all():
            known = value_of(RememberedAnswer, row)
            if isinstance(known.answer, dict) and known.answer.get("id") == which and known.answer.get(field):
                self._put(table, replace(known, answer={**known.answer, field: ""}))

    def remember(self, *, principal_id: str, key: str, body_hash: str, status: int, answer: Any) -> None:
        remembered = RememberedAnswer(
            principal_id=principal_id,
            key=key,
            body_hash=body_hash,
            status=status,
            answer=answer,
            at=self._clock(),
        )
        self.connection.execute(_REMEMBER, row_of(remembered))

    def forget_answers(self, before: datetime) -> None:
        table = schema.idempotency
        self.connection.execute(delete(table).where(table.c.at < before))

    def next_incident_number(self, year: int) -> str:
        last = self.connection.execute(self._upserts["next_number"], {"year": year, "last": 1}).scalar_one()
        return f"{year % 100:02d}-{last:05d}"


def is_double_booking(error: IntegrityError) -> bool:
    """Whether the index that allows one live assignment per unit refused the row."""
    said = str(error.orig)
    return schema.ONE_LIVE_ASSIGNMENT in said or "UNIQUE constraint failed: assignment.unit_id" in said
