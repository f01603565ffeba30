"""What is told to NERIS, held against NERIS's own models."""

import ast
from dataclasses import replace
from pathlib import Path

import pytest
from neris_api_client.models import AidAgreementPayload, TypeAidAgreementValue

from dispatch.agreements.standing import AgreementState
from dispatch.agreements.terms import AgreementKind
from dispatch.export.neris import TYPES, neris_document
from dispatch.model.ids import JurisdictionId
from dispatch.model.region import Region
from tests.make_agreements import CEDAR, ELM, HARLOW, make_agreement
from tests.make_world import make_region

IDS = {"harlow": "FD00000001", "cedar": "FD00000002"}


def region_with(ids: dict[str, str]) -> Region:
    region = make_region()
    places = {
        key: replace(place, agency=replace(place.agency, neris_id=ids.get(key, "")))
        for key, place in region.jurisdictions.items()
    }
    return replace(region, jurisdictions=places)


def told(agreement=None, *, party: JurisdictionId = HARLOW, state=AgreementState.ACTIVE, ids=IDS):  # type: ignore[no-untyped-def]
    return neris_document(agreement or make_agreement(), party=party, state=state, region=region_with(ids))


@pytest.mark.parametrize("kind", AgreementKind)
def test_every_kind_of_agreement_is_a_payload_that_neris_accepts(kind: AgreementKind) -> None:
    said = told(make_agreement(kind=kind))
    [payload] = [AidAgreementPayload.model_validate(payload) for payload in said["payloads"]]
    assert payload.neris_id_dept == IDS["cedar"]
    assert said["neris_id_entity"] == IDS["harlow"]
    assert said["left_out"] == []


def test_our_types_are_those_of_neris() -> None:
    assert set(TYPES.values()) == {value.value for value in TypeAidAgreementValue}
    assert TYPES.keys() == set(AgreementKind)


def test_each_side_names_the_other() -> None:
    assert [payload["neris_id_dept"] for payload in told(party=CEDAR)["payloads"]] == [IDS["harlow"]]


@pytest.mark.parametrize("given", ["", "FM00000002", "FD123", "FD00000002 ", "fd00000002"])
def test_a_partner_that_is_no_fire_department_is_left_out_with_the_reason(given: str) -> None:
    said = told(ids={**IDS, "cedar": given})
    assert said["payloads"] == []
    assert said["left_out"] == [{"party": "cedar", "because": "cedar has no NERIS id of a fire department"}]


def test_who_is_no_fire_department_itself_tells_nothing() -> None:
    said = told(ids={"cedar": IDS["cedar"]})
    assert (said["neris_id_entity"], said["payloads"]) == (None, [])
    assert said["left_out"][0]["because"] == "harlow has no NERIS id of a fire department"


def test_an_agreement_that_does_not_bind_is_not_told() -> None:
    said = told(state=AgreementState.PROPOSED)
    assert said["payloads"] == []
    assert said["left_out"][0]["because"] == "the agreement is proposed: it does not bind"


def test_parties_between_whom_no_aid_flows_have_no_agreement() -> None:
    three = replace(make_agreement(), parties=(HARLOW, CEDAR, ELM))
    said = told(three, party=ELM, ids={**IDS, "elm": "FD00000003"})
    assert [left["because"] for left in said["left_out"]] == ["no aid flows between the two"] * 2


def test_the_client_is_a_yardstick_and_no_part_of_the_service() -> None:
    imported = {
        name
        for path in (Path(__file__).parents[2] / "dispatch").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert not any(name.startswith("neris_api_client") for name in imported)
