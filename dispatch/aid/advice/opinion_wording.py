"""A second opinion in sentences, from its row."""

from collections.abc import Mapping
from typing import Any, Final

from dispatch.agreements.wording import Names, capital

Row = Mapping[str, Any]

NO_OPINION: Final[Mapping[str, str]] = {
    "life_threatening": "Life-threatening: the fastest goes, and no second opinion is sought.",
    "no_ambulance": "No ambulance meets this need, so simulated futures say nothing about it.",
    "no_choice": "There is no choice of courses, so there is no second opinion.",
    "cover_green": "Cover is green: no second opinion is sought.",
    "switched_off": "The agency has simulated futures switched off.",
    "not_weighed": "Cover's figures are not ready, so there is no second opinion.",
    "unavailable": "The second opinion could not be recorded, so none is given.",
    "pending": "Simulated futures are being played.",
    "not_known": "No second opinion is known here.",
}
"""Why there is none, by its code."""

_DOUBT: Final[Mapping[str, str]] = {
    "deadline": "There was no time to play enough futures",
    "error": "The futures could not be played",
    "too_few_futures": "Too few futures are played to tell anything",
    "undecided": "Simulated futures cannot tell another course from plain closest",
}


def opinion_sentence(row: Row, names: Names) -> str:
    """What the futures say of what was advised, ending with a full stop."""
    opinion, homes = row["opinion"], {course["unit"]: course["home"] for course in row["courses"]}
    course = _course(opinion, homes, names)
    if row["fallback"] == "undecided" and row["agrees"]:
        return f"Simulated futures cannot tell another course from the advice, which stands: {course}."
    if row["fallback"]:
        return f"{_DOUBT[row['fallback']]}; on doubt plain closest: {course}."
    played = f"in {row['futures']} futures of {round(row['horizon_seconds'] / 60)} min"
    if row["agrees"]:
        return f"Simulated futures agree: {course} costs least, {played}."
    return f"Simulated futures favour {course}{_saved(row)}, {played}."


def _saved(row: Row) -> str:
    """How much less it costs than what was advised, where that was played."""
    played = {(course["course"], course["unit"]): course for course in row["courses"]}
    chosen = played.get((row["opinion"]["course"], row["opinion"]["unit"]))
    if chosen is None or (row["advised"]["course"], row["advised"]["unit"]) not in played:
        return ""
    saved, error = -chosen["difference"], chosen["standard_error"]
    return f", which costs {saved:.3f} ± {error:.3f} late calls less than the advice"


def _course(opinion: Row, homes: Mapping[str, str], names: Names) -> str:
    unit = names.get(opinion["unit"], capital(opinion["unit"])) if opinion["unit"] else ""
    home = homes.get(opinion["unit"], "")
    asked = f"asking {names.get(home, home)} for {unit}" if home else f"asking for {unit}"
    says = {
        "send_own": f"sending {unit}",
        "redirect": f"sending {unit}, which stands by",
        "ask": asked,
        "hold": f"waiting for {unit}",
    }
    return says.get(opinion["course"], "nobody can be sent")
