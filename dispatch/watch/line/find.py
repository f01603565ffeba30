"""Looking for things by a part of their name, and whom to telephone with which words."""

from dispatch.watch.line.resolve import unit_thing
from dispatch.watch.line.say import full_sign
from dispatch.watch.line.sight import Sight
from dispatch.watch.line.text import squash
from dispatch.watch.order import is_ours
from dispatch.watch.picture import Row
from dispatch.watch.words import Agency, counted, level_of, plain, short_priority


def find_rows(text: str, sight: Sight) -> tuple[list[Row], list[Row]]:
    """Active incidents by number, nature and address, and units by any of their names."""
    key = squash(text)
    if not key:
        return [], []
    incidents = [
        row
        for row in sight.incidents
        if row["state"] == "active"
        and any(key in squash(str(row.get(field) or "")) for field in ("number", "nature", "address"))
    ]
    return incidents, [unit for unit in sight.units if unit_thing(unit, sight).has_part(key)]


def what_to_say(agency: Agency, sight: Sight) -> str:
    """What one says on the telephone when the board cannot.

    About the request that is open between the two, else about the incident that was last spoken of.
    """
    here = sight.names.of(sight.home)
    return f"“This is {here} dispatch. {_matter(agency, sight)}”"


def _matter(agency: Agency, sight: Sight) -> str:
    request = next((row for row in sight.requests if _is_between(row, agency)), None)
    incident = sight.incident(request["incident"] if request else sight.selected)
    if request and request.get("offered_by_lender"):
        unit, number = full_sign(request["unit"], sight), plain(request["incident_number"])
        if is_ours(request):
            return f"We offer {unit} instead, for your incident {number}."
        return f"We answer your offer of {unit}, for our incident {number}."
    if request and request["direction"] == "in":
        unit, number = full_sign(request["unit"], sight), plain(request["incident_number"])
        return f"We answer your request for {unit}, your incident {number}."
    if request:
        unit, number = full_sign(request["unit"], sight), plain(request["incident_number"])
        return f"We ask for {unit} for {number}{_about(incident)}. Can it come?"
    if incident and incident["own"] and incident["state"] == "active":
        number = plain(incident["number"])
        return f"We need {_needs(incident)} for {number}{_about(incident)}. What can you send?"
    return "Which of your units are free?"


def _is_between(request: Row, agency: Agency) -> bool:
    other = request["lender"] if request["direction"] == "out" else request["borrower"]
    return bool(request["state"] == "offered" and other == agency.id)


def _about(incident: Row | None) -> str:
    if incident is None:
        return ""
    place = f" at {plain(incident['address'])}" if incident.get("address") else ""
    return f", {short_priority(incident['priority'])} {plain(incident['nature'])}{place}"


def _needs(incident: Row) -> str:
    needs = [f"{need['count']} {level_of(need['unit_type'])}" for need in incident.get("needs", ())]
    return " and ".join(needs) or counted(1, "unit")
