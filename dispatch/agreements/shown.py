"""Which fields are shown together: the allowlist that ``sight`` applies."""

from collections.abc import Mapping
from typing import Final

from dispatch.agreements.actions import FieldGroup

F = FieldGroup

SHOWS: Final[Mapping[FieldGroup, tuple[str, ...]]] = {
    F.UNIT_CAPABILITY: ("id", "call_sign", "jurisdiction", "unit_type", "capabilities", "own"),
    F.UNIT_STATUS: ("status", "changed_at", "reported_at", "version"),
    F.UNIT_TASK: ("incident", "lent_to"),
    F.UNIT_CREW: ("on_duty_since", "shift_ends_at"),
    F.CANDIDATE_CREW: (
        *("on_duty_seconds", "busy_seconds_last_12h", "aid_missions_this_shift", "price", "another_first"),
    ),
    F.UNIT_COARSE_POSITION: ("lon", "lat", "position_at", "coarse"),
    F.UNIT_EXACT_POSITION: ("lon", "lat", "position_at", "coarse"),
    F.FEED: (
        *("id", "name", "jurisdiction", "own", "state", "since", "shows_fixes", "heard_at", "units"),
        "silent_after_seconds",
    ),
    F.FEED_FIXES: ("newest_fix_at", "stale_units", "stale_after_seconds"),
    F.SERVICE: ("id", "started_at", "degraded"),
    F.INCIDENT: (
        *("id", "number", "jurisdiction", "lon", "lat", "priority", "nature", "needs", "address", "note"),
        *("opened_at", "state", "version", "own", "assigned", "came", "purpose"),
    ),
    F.INCIDENT_ENTRIES: ("entries",),
    F.REQUEST: (
        *("id", "direction", "incident", "incident_number", "unit", "borrower", "lender", "agreement"),
        *("agreement_version", "clauses", "automatic", "may_decline", "eta_seconds", "eta_basis"),
        *("keeps", "floor", "requested_at", "expires_at", "state", "answered_at", "answered_by"),
        *(
            "reason",
            "attempt",
            "version",
            "priority",
            "nature",
            "on_no_answer",
            "next",
            "purpose",
            "warnings",
        ),
        *("offered_by_lender", "instead_of", "delivered_at", "seen_at", "seen_by"),
        *("seen_by_name", "answered_by_name"),
    ),
    F.REQUEST_COARSE_PLACE: ("lon", "lat"),
    F.REQUEST_EXACT_PLACE: ("lon", "lat"),
    F.ASSIGNMENT: (
        *("id", "incident", "incident_number", "unit", "home", "borrower", "lent", "request"),
        *("agreement", "agreement_version", "state", "assigned_at", "changed_at", "ended_at", "version"),
        *(
            "recalled_at",
            "recall_due",
            "recall_reason",
            "extended_until",
            "confirmed_at",
            "duties",
            "purpose",
        ),
    ),
    F.COVER_STATE: ("jurisdiction", "state", "free", "lent", "total"),
    F.COVER_LOAD: ("pending", "reasons", "levels", "override"),
    F.AGREEMENT: (
        *("id", "title", "version", "kind", "scope", "time_zone", "parties", "directions"),
        *("effective_from", "effective_to", "clauses", "signatures", "state", "missing_signatures"),
        *("automatic", "may_decline", "answer_seconds", "revision", "drafted_by", "mine"),
        *("terms_sha256", "text_sha256", "acts", "ends_at", "in_force", "replaced", "steps"),
    ),
    F.CLOSURE: ("id", "jurisdiction", "reason", "by", "begins_at", "ends_at"),
    F.WAIVER: (
        *("id", "agreement", "version", "clause", "lender", "borrower", "incident", "incident_number"),
        *("unit", "state", "asked_by", "asked_at", "answered_by", "answered_at", "expires_at", "note"),
        *("reason", "used_by", "sentence"),
    ),
    F.LEDGER: (
        *("month", "pairs", "alerts", "unfilled", "jurisdiction", "partner", "lender", "borrower"),
        *("figures", "begins_at", "ends_at", "counted_to", "time_zone"),
    ),
    F.PRE_ALERT: (
        *("id", "jurisdiction", "to", "state", "free", "total", "percent", "minutes", "note", "sentence"),
        *("sent_by", "sent_at", "expires_at", "acknowledged"),
    ),
    F.OVERRIDE: ("id", "jurisdiction", "state", "reason", "by", "begins_at", "ends_at"),
    F.PRACTICE: ("jurisdiction", "version", "practice", "in_force", "by", "set_at"),
    F.FLOOR_REPORT: (
        *("jurisdiction", "days", "since", "until", "target_seconds", "blocked", "cost", "saved"),
        *("by_borrower", "sentences"),
    ),
    F.ARRIVAL_ACCURACY: ("jurisdiction", "learned_at", "since", "accuracies"),
}
"""Field group -> the fields it lets through. Whether a position is exact is the group's other half."""
