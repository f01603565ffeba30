"""An incident's log as text: JSON is the record copy, which can be verified; CSV is for reading."""

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from dispatch.export.summary import summary_of
from dispatch.journal.checkpoint import PublicKey
from dispatch.journal.entry import Entry
from dispatch.journal.incident_log import IncidentLog, log_from_document, to_document
from dispatch.journal.report import Problem, Report
from dispatch.journal.verify_log import verify_incident_log
from dispatch.model.clock import iso
from dispatch.model.errors import Invalid

COLUMNS: Final = (
    "seq",
    "recorded_at",
    "occurred_at",
    "incident_number",
    "incident_entry",
    "type",
    "actor",
    "role",
    "jurisdiction",
    "unit",
    "before",
    "after",
    "borrower",
    "lender",
    "agreement",
    "agreement_version",
    "clauses",
    "eta_seconds",
    "keeps",
    "floor",
    "reason",
    "summary",
    "entry_hash",
    "region",
    "attribution",
)
"""CSV's columns. Times are ISO 8601 in UTC; ``clauses`` are separated by ``;``. ``before`` and ``after`` are
statuses or states. An answer and the assignment that follows from it carry the agreement of their request.
Region and attribution stand in columns of their own: RFC 4180 has no comments, and a row of another shape
would break readers."""

_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Names:
    """What people call things, by id. An id without a name stands for itself."""

    units: Mapping[str, str] = field(default_factory=dict)
    jurisdictions: Mapping[str, str] = field(default_factory=dict)


def to_json(log: IncidentLog) -> str:
    """The record copy: schema ``dispatch.incident-log/1``, one object, UTF-8."""
    return json.dumps(to_document(log), ensure_ascii=False, indent=1) + "\n"


def to_csv(log: IncidentLog, names: Names) -> str:
    """One row per entry, RFC 4180. A cell that a spreadsheet would run as a formula starts with ``'``."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    asked = {e.body["request_id"]: e.body for e in log.entries if e.type == "aid.requested" and e.body}
    for entry in log.entries:
        row = _row(entry, log, names, promised=asked.get(entry.body.get("request_id"), {}))
        writer.writerow([harmless(row[column]) for column in COLUMNS])
    return text.getvalue()


def _row(entry: Entry, log: IncidentLog, names: Names, *, promised: Mapping[str, Any]) -> dict[str, object]:
    """``promised`` is what the entry's request was made under; empty for an entry of no request."""
    body: Mapping[str, Any] = entry.body
    under = {**promised, **{name: value for name, value in body.items() if value is not None}}
    jurisdictions = {which: names.jurisdictions.get(which, which) for which in _jurisdictions_in(entry)}
    unit = body.get("unit_id", "")
    asked = entry.type == "aid.requested"
    return {
        "seq": entry.seq,
        "recorded_at": iso(entry.recorded_at),
        "occurred_at": iso(entry.occurred_at),
        "incident_number": log.about.number,
        "incident_entry": entry.inc_n,
        "type": entry.type,
        "actor": entry.actor,
        "role": entry.role,
        "jurisdiction": jurisdictions.get(entry.jurisdiction or "", ""),
        "unit": names.units.get(unit, unit),
        "before": body.get("before", ""),
        "after": body.get("after", body.get("state", "")),
        "borrower": jurisdictions.get(body.get("borrower", ""), ""),
        "lender": jurisdictions.get(body.get("lender", body.get("home", "")), ""),
        "agreement": under.get("agreement_id", ""),
        "agreement_version": under.get("agreement_version", ""),
        "clauses": ";".join(map(str, under.get("clauses", ()))),
        **{name: body.get(name, "") if asked else "" for name in ("eta_seconds", "keeps", "floor")},
        "reason": body.get("reason", ""),
        "summary": summary_of(entry, log.disclosed(entry.seq), names.units, jurisdictions),
        "entry_hash": entry.hash,
        "region": f"{log.about.region}{' (fictional)' if log.about.fictional else ''}",
        "attribution": " | ".join(log.about.attribution),
    }


def _jurisdictions_in(entry: Entry) -> set[str]:
    named = (entry.jurisdiction, *(entry.body.get(field) for field in ("borrower", "lender", "home")))
    return {which for which in named if isinstance(which, str)}


def harmless(cell: object) -> str:
    """A cell's text; one that a spreadsheet would run as a formula starts with ``'``."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def read_json(text: str) -> IncidentLog:
    """The log that ``to_json`` wrote. Raises ``Invalid``."""
    try:
        return log_from_document(json.loads(text, object_pairs_hook=_without_repeats))
    except (ValueError, RecursionError) as error:
        raise Invalid("$", f"is not JSON: {error}") from error


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) < len(pairs):
        raise ValueError("a name is given twice in one object")
    return dict(pairs)


def verify_text(text: str, *, trusted: PublicKey | None = None) -> Report:
    """Verify an exported file's text. A CSV cannot be verified, and the report says so."""
    if text.lstrip("\ufeff").startswith(f"{COLUMNS[0]},{COLUMNS[1]},"):
        because = (
            "This is the CSV copy, which is made for reading and cannot be verified: it has the hash of "
            "each entry, not all that was hashed. Verify the JSON log of the same incident."
        )
        return Report(entries=0, problems=(Problem(None, because),))
    try:
        log = read_json(text)
    except Invalid as error:
        return Report(entries=0, problems=(Problem(None, f"The file cannot be read: {error}."),))
    return verify_incident_log(log, trusted=trusted)
