"""The tables. SQLite and PostgreSQL hold the same ones under the same names.

``journal_entry`` is the record; the tables of the board are its fold. ``line`` holds the exact bytes
that were hashed; the columns beside it only find lines. Those who sign in have theirs in ``people_schema``.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from dispatch.store.metadata import metadata
from dispatch.store.moment import Moment

ONE_LIVE_ASSIGNMENT = "one_live_assignment_per_unit"
"""The index that makes a double booking impossible, whatever the code above it does."""

log_head = Table(
    "log_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("epoch", Text, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("prev", Text, nullable=False),
    Column("frontier", Text, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)

journal_entry = Table(
    "journal_entry",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("incident_id", Text),
    Column("inc_n", Integer),
    Column("hash", Text, nullable=False),
    Column("line", Text, nullable=False),
    UniqueConstraint("incident_id", "inc_n"),
    CheckConstraint("seq >= 1", name="counts_from_one"),
)

disclosure = Table(
    "disclosure",
    metadata,
    Column("seq", BigInteger, ForeignKey("journal_entry.seq"), primary_key=True, autoincrement=False),
    Column("field", Text, primary_key=True),
    Column("value", Text, nullable=False),
    Column("salt", Text, nullable=False),
)

unit_state = Table(
    "unit_state",
    metadata,
    Column("unit_id", Text, primary_key=True),
    Column("status", Text, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("reported_at", Moment, nullable=False),
    Column("source", Text, nullable=False),
    Column("incident_id", Text),
    Column("version", Integer, nullable=False),
    Column("on_duty_since", Moment),
    Column("shift_ends_at", Moment),
)

incident = Table(
    "incident",
    metadata,
    Column("id", Text, primary_key=True),
    Column("number", Text, nullable=False, unique=True),
    Column("jurisdiction_id", Text, nullable=False),
    Column("lon_e7", Integer, nullable=False),
    Column("lat_e7", Integer, nullable=False),
    Column("priority", Text, nullable=False),
    Column("nature", Text, nullable=False),
    Column("needs", Text, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("address", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("closed_at", Moment),
    Column("version", Integer, nullable=False),
    Column("purpose", Text, nullable=False, server_default="incident"),
    Column("backfill_of", Text),
    CheckConstraint("(state = 'active') = (closed_at IS NULL)", name="closed_has_a_time"),
)
Index(
    "ix_incident_active",
    incident.c.opened_at,
    sqlite_where=text("state = 'active'"),
    postgresql_where=text("state = 'active'"),
)

request = Table(
    "request",
    metadata,
    Column("id", Text, primary_key=True),
    Column("incident_id", Text, ForeignKey("incident.id"), nullable=False, index=True),
    Column("unit_id", Text, nullable=False),
    Column("borrower", Text, nullable=False),
    Column("lender", Text, nullable=False),
    Column("agreement_id", Text, nullable=False),
    Column("agreement_version", Integer, nullable=False),
    Column("clauses", Text, nullable=False),
    Column("automatic", Boolean, nullable=False),
    Column("may_decline", Boolean, nullable=False),
    Column("eta_seconds", Integer, nullable=False),
    Column("eta_basis", Text, nullable=False),
    Column("keeps", Integer, nullable=False),
    Column("floor", Integer, nullable=False),
    Column("requested_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("first_request_id", Text, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("asked_before", Text, nullable=False),
    Column("recommendation_id", Text),
    Column("requested_by", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("answered_at", Moment),
    Column("answered_by", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("exhausted_at", Moment),
    Column("requester", Text),
    Column("waivers", Text, nullable=False, server_default="[]"),
    Column("learned_seconds", Integer, nullable=False, server_default="0"),
    Column("offered_by_lender", Boolean, nullable=False, server_default=text("false")),
    Column("delivered_at", Moment),
    Column("seen_at", Moment),
    Column("seen_by", Text, nullable=False, server_default=""),
    CheckConstraint("(state = 'offered') = (answered_at IS NULL)", name="answered_has_a_time"),
)
Index(
    "ix_request_offered",
    request.c.expires_at,
    sqlite_where=text("state = 'offered'"),
    postgresql_where=text("state = 'offered'"),
)

assignment = Table(
    "assignment",
    metadata,
    Column("id", Text, primary_key=True),
    Column("incident_id", Text, ForeignKey("incident.id"), nullable=False, index=True),
    Column("unit_id", Text, nullable=False),
    Column("home", Text, nullable=False),
    Column("borrower", Text, nullable=False),
    Column("assigned_at", Moment, nullable=False),
    Column("assigned_by", Text, nullable=False),
    Column("request_id", Text, ForeignKey("request.id")),
    Column("agreement_id", Text),
    Column("agreement_version", Integer),
    Column("state", Text, nullable=False),
    Column("changed_at", Moment),
    Column("ended_at", Moment),
    Column("end_reason", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("recalled_at", Moment),
    Column("recall_due", Moment),
    Column("recall_reason", Text, nullable=False, server_default=""),
    Column("extended_until", Moment),
    Column("confirmed_at", Moment),
    Column("predicted_seconds", Integer),
    Column("learned_seconds", Integer, nullable=False, server_default="0"),
    Column("arrived_at", Moment),
    Column("continues", Text),
    Column("loan_since", Moment),
    CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name="ended_has_a_time"),
)
Index(
    ONE_LIVE_ASSIGNMENT,
    assignment.c.unit_id,
    unique=True,
    sqlite_where=text("ended_at IS NULL"),
    postgresql_where=text("ended_at IS NULL"),
)

closure = Table(
    "closure",
    metadata,
    Column("id", Text, primary_key=True),
    Column("jurisdiction_id", Text, nullable=False, index=True),
    Column("reason", Text, nullable=False),
    Column("closed_by", Text, nullable=False),
    Column("begins_at", Moment, nullable=False),
    Column("ends_at", Moment),
    Column("version", Integer, nullable=False),
)

waiver = Table(
    "waiver",
    metadata,
    Column("id", Text, primary_key=True),
    Column("agreement_id", Text, nullable=False),
    Column("agreement_version", Integer, nullable=False),
    Column("clause", Text, nullable=False),
    Column("lender", Text, nullable=False),
    Column("borrower", Text, nullable=False),
    Column("incident_id", Text, ForeignKey("incident.id"), nullable=False, index=True),
    Column("unit_id", Text, nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("asked_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("note", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("answered_by", Text, nullable=False),
    Column("answered_at", Moment),
    Column("reason", Text, nullable=False),
    Column("used_by", Text, ForeignKey("request.id")),
    Column("version", Integer, nullable=False),
    CheckConstraint("(state = 'asked') = (answered_at IS NULL)", name="answered_has_a_time"),
    CheckConstraint("(state = 'used') = (used_by IS NOT NULL)", name="used_by_a_request"),
)

practice = Table(
    "practice",
    metadata,
    Column("jurisdiction_id", Text, primary_key=True),
    Column("document", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("set_by", Text, nullable=False),
    Column("set_at", Moment, nullable=False),
)

cover_override = Table(
    "cover_override",
    metadata,
    Column("id", Text, primary_key=True),
    Column("jurisdiction_id", Text, nullable=False, index=True),
    Column("state", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("set_by", Text, nullable=False),
    Column("begins_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False, index=True),
    Column("version", Integer, nullable=False),
)

pre_alert = Table(
    "pre_alert",
    metadata,
    Column("id", Text, primary_key=True),
    Column("jurisdiction_id", Text, nullable=False, index=True),
    Column("partners", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("free", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("percent", Integer),
    Column("minutes", Integer, nullable=False),
    Column("note", Text, nullable=False),
    Column("sent_by", Text, nullable=False),
    Column("sent_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    Column("acknowledged", Text, nullable=False),
    Column("version", Integer, nullable=False),
)

cover_state = Table(
    "cover_state",
    metadata,
    Column("jurisdiction_id", Text, primary_key=True),
    Column("capability", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("since", Moment, nullable=False),
)

incident_number = Table(
    "incident_number",
    metadata,
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("last", Integer, nullable=False),
)

idempotency = Table(
    "idempotency",
    metadata,
    Column("principal_id", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("body_hash", Text, nullable=False),
    Column("status", Integer, nullable=False),
    Column("answer", Text, nullable=False),
    Column("at", Moment, nullable=False, index=True),
)

region = Table(
    "region",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("roads_as_of", Moment),
    Column("adopted_at", Moment, nullable=False),
)

agreement = Table(
    "agreement",
    metadata,
    Column("agreement_id", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("text", Text, nullable=False),
    Column("text_sha256", Text, nullable=False),
    Column("recorded_at", Moment, nullable=False),
)

agreement_draft = Table(
    "agreement_draft",
    metadata,
    Column("agreement_id", Text, primary_key=True),
    Column("drafted_by", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("terms_sha256", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("updated_by", Text, nullable=False),
    Column("updated_at", Moment, nullable=False),
)

agreement_signature = Table(
    "agreement_signature",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("agreement_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("party", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("terms_sha256", Text, nullable=False),
    ForeignKeyConstraint(["agreement_id", "version"], ["agreement.agreement_id", "agreement.version"]),
    UniqueConstraint("agreement_id", "version", "party"),
)

agreement_act = Table(
    "agreement_act",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("agreement_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("party", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("reason", Text, nullable=False),
    Column("ends_at", Moment),
    ForeignKeyConstraint(["agreement_id", "version"], ["agreement.agreement_id", "agreement.version"]),
)
Index("ix_agreement_act_agreement_id", agreement_act.c.agreement_id, agreement_act.c.version)
