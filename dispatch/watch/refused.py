"""A refusal in the server's words, with the clause that it rests on."""

from collections.abc import Iterable
from typing import Any

from dispatch.watch.line.say import full_sign
from dispatch.watch.line.sight import Sight
from dispatch.watch.picture import moment_ms
from dispatch.watch.rest import Problem
from dispatch.watch.said import Said
from dispatch.watch.words import codes_name, plain, wall_clock


def say_problem(problem: Problem, sight: Sight) -> Said:
    """Why the server did not do it; whether it did at all where it gave no answer."""
    details = problem.details
    match problem.code:
        case "no_answer":
            text = "not confirmed: the server did not answer. Check before you repeat it"
        case "stale_version":
            text = "changed meanwhile; look again"
        case "illegal_step":
            text = f"{codes_name(str(details.get('because') or 'no such step'))} ({plain(problem.message)})"
        case "already_answered":
            text = _answered(details, sight)
        case "unit_committed":
            text = _held(details, sight)
        case "not_permitted":
            reasons = list(reason_lines(details.get("reasons", ())))
            sign = full_sign(str(details.get("unit_id")), sight)
            return Said(ok=False, text=f"{sign} may not come: {'; '.join(reasons)}")
        case _:
            text = plain(problem.message)
    return Said(ok=False, text=text)


def reason_lines(reasons: Iterable[Any]) -> Iterable[str]:
    """Each reason's sentence, with agreement, version and clause."""
    for reason in reasons:
        said = plain(reason.get("sentence") or codes_name(str(reason.get("code", ""))))
        yield said + source_of(reason)


def source_of(said: Any) -> str:
    """ " (harlow-cedar v3: 4.1)"; nothing where no agreement is named."""
    if not said.get("agreement"):
        return ""
    clauses = ", ".join(plain(each) for each in said.get("clauses") or [said.get("clause")] if each)
    return f" ({plain(said['agreement'])} v{said.get('version')}{': ' if clauses else ''}{clauses})"


def _answered(details: dict[str, Any], sight: Sight) -> str:
    """Who was sooner, and when."""
    who = plain(details.get("answered_by_name") or details.get("answered_by") or "")
    at, state = details.get("answered_at"), plain(details.get("state") or "answered")
    when = f" at {wall_clock(moment_ms(str(at)), sight.names.zone)}" if at else ""
    return f"{state} already{when}{f' by {who}' if who else ''}"


def _held(details: dict[str, Any], sight: Sight) -> str:
    sign, holder = full_sign(str(details.get("unit_id")), sight), str(details.get("holder"))
    incident = sight.incident(holder)
    who = plain(incident["number"]) if incident else sight.names.of(holder)
    others = ", ".join(full_sign(str(unit), sight) for unit in details.get("alternatives") or ())
    return f"{sign} is held by {who}" + (f". Next best: {others}" if others else "")
