"""Agreements as NERIS's ``AidAgreementPayload``: what a fire department tells the national system.

One payload per partner, from one party's side: it names the partner (``neris_id_dept``) and the type, and
has no direction. Mapping of kinds (NERIS knows ``AUTOMATIC``, ``MUTUAL``, ``CONTRACTUAL``): our three of
the same names are those; ``standby`` is ``MUTUAL``, the nearest, because a unit stands by on request.
Clauses, terms and signatures have no place there.

NERIS takes fire departments only (``FD`` and eight digits; an EMS agency without such an id can appear as
non-fire aid of an incident, never in an agreement), and agreements that hold. Who is left out, and why,
is said beside the payloads.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from dispatch.agreements.standing import BINDING, AgreementState
from dispatch.agreements.terms import Agreement, AgreementKind
from dispatch.model.ids import JurisdictionId
from dispatch.model.region import Region

SCHEMA: Final = "dispatch.neris-aid-agreements/1"

TYPES: Final[Mapping[AgreementKind, str]] = {
    AgreementKind.AUTOMATIC: "AUTOMATIC",
    AgreementKind.MUTUAL: "MUTUAL",
    AgreementKind.CONTRACTUAL: "CONTRACTUAL",
    AgreementKind.STANDBY: "MUTUAL",
}

_FIRE_DEPARTMENT: Final = re.compile(r"FD[0-9]{8}")


def neris_document(
    agreement: Agreement, *, party: JurisdictionId, state: AgreementState, region: Region
) -> dict[str, Any]:
    """``{schema, agreement, version, party, neris_id_entity, payloads, left_out: [{party, because}]}``.

    ``payloads`` are each ready to be sent for the department ``neris_id_entity``; where that is None,
    there are none.
    """
    own = _find_id(party, region)
    payloads: list[dict[str, str]] = []
    left_out: list[dict[str, str]] = []
    for partner in agreement.parties:
        if partner == party:
            continue
        because = _why_not(agreement, party, partner, state, region)
        if because:
            left_out.append({"party": partner, "because": because})
        else:
            payloads.append({"neris_id_dept": _find_id(partner, region) or "", "type": TYPES[agreement.kind]})
    return {
        "schema": SCHEMA,
        "agreement": agreement.id,
        "version": agreement.version,
        "state": state.value,
        "party": party,
        "neris_id_entity": own,
        "payloads": payloads,
        "left_out": left_out,
        "region": region.name,
        "fictional": region.fictional,
    }


def _why_not(
    agreement: Agreement,
    party: JurisdictionId,
    partner: JurisdictionId,
    state: AgreementState,
    region: Region,
) -> str:
    if state not in BINDING:
        return f"the agreement is {state.replace('_', ' ')}: it does not bind"
    if not (agreement.runs(lender=party, borrower=partner) or agreement.runs(lender=partner, borrower=party)):
        return "no aid flows between the two"
    for one in (party, partner):
        if _find_id(one, region) is None:
            return f"{one} has no NERIS id of a fire department"
    return ""


def _find_id(party: JurisdictionId, region: Region) -> str | None:
    place = region.jurisdictions.get(party)
    given = "" if place is None else place.agency.neris_id
    return given if _FIRE_DEPARTMENT.fullmatch(given) else None
