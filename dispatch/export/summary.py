"""One English sentence for each journal entry."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from dispatch.journal.entry import Entry

SENTENCES: Final = {
    "region.adopted": "Region {name} went into force.",
    "agreement.recorded": "Agreement {agreement_id}, version {agreement_version}, was recorded.",
    "agreement.drafted": "{party} drafted {agreement_id}, version {agreement_version}, revision {revision}.",
    "agreement.discarded": "{party} discarded its draft of {agreement_id}, version {agreement_version}.",
    "agreement.proposed": "{by} of {party} proposed {agreement_id}, version {agreement_version}.",
    "agreement.signed": (
        "{by} signed {agreement_id}, version {agreement_version}, for {party}; "
        "the text's SHA-256 is {terms_sha256}."
    ),
    "agreement.rejected": (
        "{by} of {party} rejected {agreement_id}, version {agreement_version}{reason_text}."
    ),
    "agreement.withdrawn": (
        "{by} of {party} withdrew {agreement_id}, version {agreement_version}{reason_text}."
    ),
    "agreement.suspended": "{by} of {party} suspended {agreement_id}{until_text}{reason_text}.",
    "agreement.resumed": "{by} of {party} let {agreement_id} go on.",
    "agreement.notice_given": "{by} of {party} gave notice of {agreement_id}{until_text}{reason_text}.",
    "agreement.terminated": "{by} consented for {party} to end {agreement_id}{reason_text}.",
    "lending.closed": "{jurisdiction} closed itself to lending{until_text}{reason_text}.",
    "lending.opened": "{jurisdiction} opened itself to lending again.",
    "waiver.asked": (
        "{borrower} asked {lender} to let clause {clause} of {agreement_id}, version {agreement_version}, "
        "rest for {unit}{note_text}."
    ),
    "waiver.granted": "The clause may rest until {expires_at}.",
    "waiver.refused": "The clause does not rest{reason_text}.",
    "waiver.used": "A request rests on the waiver.",
    "unit.recalled": "{unit} was recalled, due {due_at}{reason_text}.",
    "loan.extended": "The loan of {unit} was extended to {until}.",
    "loan.confirmed": "The loan of {unit} was confirmed in writing.",
    "unit.status_changed": "{unit}'s status went from {before} to {after}{forced_text}.",
    "unit.shift_set": "The shift of {unit}'s crew ends at {shift_ends_at}.",
    "jurisdiction.overwhelm_changed": "Cover of {jurisdiction} went from {before} to {after}.",
    "practice.changed": "{jurisdiction} changed what it sets for its advice, version {practice_version}.",
    "cover.overridden": "Cover of {jurisdiction} was set to {state} by hand until {ends_at}.",
    "cover.override_ended": "Cover of {jurisdiction} is what is measured again.",
    "cover.pre_alert_sent": "{jurisdiction} told partners that it runs low: {free} of {total} free.",
    "cover.pre_alert_acknowledged": "{jurisdiction} has seen a partner's pre-alert.",
    "incident.opened": (
        "{kind_text} {number} was opened: {nature}, {priority}, needs {needs_text}{place_text}{note_text}."
    ),
    "incident.closed": "The incident ended as {state}; it has {inc_n} entries to here.",
    "recommendation.made": (
        "Shown: {candidates_count} candidates{candidates_text}; own units{own_text}; "
        "{refusals_count} refused{refusals_text}{degraded_text}."
    ),
    "recommendation.second_opinion": (
        "A second opinion from {futures} simulated futures: {opinion_text}; advised was {advised_text}."
    ),
    "recommendation.overridden": ("{unit} was chosen where the advice was to {advised_text}{reason_text}."),
    "aid_plan.made": (
        "Shown for {order_text}: {picks_count} units, {answer}{picks_text}; {missing_count} missing"
        "{missing_text}{degraded_text}."
    ),
    "aid_plan.sent": (
        "Asked all lenders of the plan in one go: {requests_count} requests{sent_on_text}{unasked_text}."
    ),
    "incident.needs_raised": "The incident now needs {needs_text}.",
    "standby.proposed": (
        "Shown to {jurisdiction} with cover {cover}: {moves_count} moves to stand by, "
        "{move_ups_count} move-ups."
    ),
    "aid.requested": (
        "{asked_text}, {eta_text} away by {eta_basis}, under {agreement_id} "
        "version {agreement_version}, clauses {clauses_text}; {lender} would keep {keeps} (floor {floor}); "
        "{answer_text}."
    ),
    "aid.delivered": "The request reached {jurisdiction} ({channel}).",
    "aid.seen": "{actor} of {jurisdiction} had the request in view.",
    "aid.answered": "The request of {borrower} to {lender} for {unit} ended as {state}{reason_text}.",
    "aid.exhausted": "Nobody was left to ask; {jurisdiction} was told to telephone.",
    "aid.need_met": "The need that nobody was left to ask for was met.",
    "unit.assigned": "{unit} of {home} was assigned{lent_text}.",
    "assignment.stepped": "{unit}'s assignment went from {before} to {after}{reason_text}.",
    "field.redacted": "{field} of entry {entry_seq} was redacted: {reason} ({authority}).",
}


def summary_of(
    entry: Entry, disclosed: Mapping[str, Any], units: Mapping[str, str], jurisdictions: Mapping[str, str]
) -> str:
    """What happened, in words. Names stand for ids where known; an unknown type stands for itself."""
    sentence = SENTENCES.get(entry.type)
    if sentence is None:
        return entry.type
    words = _Words(entry.body)
    for name in ("borrower", "lender", "home", "party"):
        if name in words:
            words[name] = jurisdictions.get(words[name], words[name])
    words["jurisdiction"] = jurisdictions.get(entry.jurisdiction or "", entry.jurisdiction or "")
    words["unit"] = units.get(words["unit_id"], words["unit_id"])
    words["inc_n"], words["actor"] = entry.inc_n, entry.actor
    words["advised_text"] = _course_text(entry.body.get("advised"), units)
    words["opinion_text"] = _course_text(entry.body.get("opinion"), units) + _fallback_text(entry.body)
    words.update(_phrases(entry.body, disclosed, words))
    return sentence.format_map(words)


class _Words(dict[str, Any]):
    """A body's fields; one that an older version did not have reads as unknown."""

    def __missing__(self, key: str) -> str:
        return "unknown"


def _phrases(
    body: Mapping[str, Any], disclosed: Mapping[str, Any], words: Mapping[str, Any]
) -> dict[str, str]:
    note = disclosed.get("note", "")
    reasons = [text for text in (body.get("reason", ""), note) if text]
    address = disclosed.get("address", "")
    return {
        "forced_text": f" (forced: {body.get('reason', '')})" if body.get("forced") else "",
        "needs_text": ", ".join(f"{n['count']} {n['unit_type']}" for n in body.get("needs", ())),
        "kind_text": "Standby" if body.get("purpose") == "standby" else "Incident",
        "place_text": f"; {address}" if address else "",
        "note_text": f"; {note}" if note else "",
        **_plan_phrases(body),
        "candidates_count": str(len(body.get("candidates", ()))),
        "candidates_text": _units_text(body.get("candidates", ())),
        "own_text": _units_text(body.get("own", ())) or ": none",
        "refusals_count": str(len(body.get("refusals", ()))),
        "refusals_text": _refused_text(body.get("refusals", ())),
        "moves_count": str(len(body.get("moves", ()))),
        "move_ups_count": str(len(body.get("move_ups", ()))),
        "answer_text": _answer_text(body),
        "asked_text": _asked_text(body, words),
        "degraded_text": f"; degraded: {', '.join(body['degraded'])}" if body.get("degraded") else "",
        "eta_text": f"{body.get('eta_seconds', 0) / 60:.1f} min",
        "until_text": f" until {body['ends_at']}" if body.get("ends_at") else "",
        "clauses_text": ", ".join(body.get("clauses", ())) or "none",
        "reason_text": f": {'; '.join(reasons)}" if reasons else "",
        "lent_text": f", lent to {words.get('borrower')}" if body.get("lent") else "",
    }


def _course_text(course: Mapping[str, Any] | None, units: Mapping[str, str]) -> str:
    """Such as ``send own 12``."""
    named = course or {}
    unit = named.get("unit")
    said = [str(named.get("course", "unknown")).replace("_", " "), units.get(unit, unit) if unit else ""]
    return " ".join(word for word in said if word)


def _fallback_text(body: Mapping[str, Any]) -> str:
    fallback = body.get("fallback")
    if fallback == "undecided" and body.get("agrees"):
        return " (undecided: the advice stands)"
    return f" (plain closest: {fallback})" if fallback else ""


def _plan_phrases(body: Mapping[str, Any]) -> dict[str, str]:
    order, missing = body.get("order", {}), body.get("missing", ())
    refused, sent_on = len(body.get("refused", ())), len(body.get("redirected", ()))
    return {
        "order_text": ", ".join(f"{n['count']} {n['unit_type']}" for n in order.get("needs", ())),
        "picks_count": str(len(body.get("picks", ()))),
        "picks_text": _units_text(body.get("picks", ())),
        "missing_count": str(len(missing)),
        "missing_text": f" ({', '.join(one.get('lack', '') for one in missing)})" if missing else "",
        "requests_count": str(len(body.get("requests", ()))),
        "sent_on_text": f"; {sent_on} that stood by sent on" if sent_on else "",
        "unasked_text": f"; {refused} could not be asked any more" if refused else "",
    }


def _units_text(rows: Sequence[Mapping[str, Any]]) -> str:
    """Call signs and minutes, in the order in which they were shown."""
    said = ", ".join(f"{row.get('call_sign')} {_minutes(row.get('eta_seconds'))}" for row in rows)
    return f": {said}" if said else ""


def _refused_text(rows: Sequence[Mapping[str, Any]]) -> str:
    """Call signs, each with the codes of its reasons and the clauses that they name."""
    said = ", ".join(f"{row.get('call_sign')} ({_grounds(row.get('reasons', ()))})" for row in rows)
    return f": {said}" if said else ""


def _grounds(reasons: Sequence[Mapping[str, Any]]) -> str:
    return "; ".join(
        " ".join(str(reason[part]) for part in ("code", "agreement", "clause") if reason.get(part))
        for reason in reasons
    )


def _minutes(seconds: int | None) -> str:
    return "without ETA" if seconds is None else f"{seconds / 60:.1f} min"


def _asked_text(body: Mapping[str, Any], words: Mapping[str, Any]) -> str:
    if body.get("offered_by_lender"):
        return f"{words['lender']} offered {words['borrower']} {words['unit']} instead"
    return f"{words['borrower']} asked {words['lender']} for {words['unit']}"


def _answer_text(body: Mapping[str, Any]) -> str:
    automatic = body.get("kind") == "automatic"
    return "automatic, nobody is asked" if automatic else f"answer due by {body.get('expires_at', 'unknown')}"
