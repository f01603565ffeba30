"""Run cards: what an alarm level adds, and what of it is still to be ordered."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.aid.waves.card_text import parse_card
from dispatch.aid.waves.cards import RunCard, find_card, order_for
from dispatch.model.errors import Invalid, RunCardInvalid
from dispatch.model.ids import JurisdictionId
from dispatch.model.unit import UnitType
from tests.make_aid import SCENE
from tests.make_waves import ALS, BLS, CRITICAL_CARE, SUPERVISOR

CARDS = Path(__file__).resolve().parents[3] / "fixtures" / "run_cards"
HARLOW = JurisdictionId("harlow")


def card() -> RunCard:
    return parse_card((CARDS / "harlow-mass-casualty.yaml").read_text(encoding="utf-8"))


def wanted(level: int, *coming: UnitType) -> dict[UnitType, int]:
    order = order_for(card(), level, coming=coming)
    return dict(order.wanted()) if order else {}


def test_each_level_adds_to_those_below_it() -> None:
    assert wanted(1) == {ALS: 3, BLS: 2, SUPERVISOR: 1}
    assert wanted(2) == {ALS: 5, BLS: 4, SUPERVISOR: 1}


def test_a_strike_team_is_five_of_a_type_with_a_leader_and_a_task_force_any_mix_with_one() -> None:
    assert wanted(3) == {ALS: 5, BLS: 9, SUPERVISOR: 2}
    assert wanted(4) == {ALS: 5, BLS: 9, SUPERVISOR: 3, CRITICAL_CARE: 1, UnitType.MULTI_PATIENT: 1}


def test_going_up_a_level_orders_only_what_is_not_there_yet() -> None:
    first = (ALS, ALS, ALS, BLS, BLS, SUPERVISOR)
    assert wanted(1, *first) == {}
    assert wanted(2, *first) == {ALS: 2, BLS: 2}
    assert wanted(2, *first[1:]) == {ALS: 3, BLS: 2}


def test_a_unit_that_stands_in_counts_for_the_place_that_it_fills() -> None:
    assert wanted(1, ALS, ALS, ALS, ALS, CRITICAL_CARE) == {SUPERVISOR: 1}


@given(st.integers(1, 4), st.lists(st.sampled_from(list(UnitType)), max_size=25))
def test_what_is_there_and_what_is_ordered_make_up_the_level(level: int, coming: list[UnitType]) -> None:
    total = sum(need.count for need in card().needs_up_to(level))
    ordered = sum(wanted(level, *coming).values())
    assert total - len(coming) <= ordered <= total


def test_the_order_takes_staging_and_order_of_call_from_the_card() -> None:
    order = order_for(card(), 2, coming=())
    assert order is not None
    assert order.lenders == ("cedar", "marlow", "county")
    assert order.staging == card().staging
    moved = order_for(card(), 2, coming=(), staging=SCENE)
    assert moved is not None
    assert moved.staging == SCENE


def test_a_level_that_the_card_has_not_is_refused() -> None:
    for level in (0, 5):
        with pytest.raises(Invalid, match="levels 1 to 4"):
            order_for(card(), level, coming=())


def test_the_card_for_the_nature_goes_before_the_one_for_any() -> None:
    plain = RunCard(id="any", title="Any", jurisdiction_id=HARLOW, levels=card().levels)
    cards = [plain, card()]
    assert find_card(cards, HARLOW, nature="bus accident") == card()
    assert find_card(cards, HARLOW, nature="Fall") == plain
    assert find_card(cards, HARLOW, nature="Fall", card_id="harlow-mass-casualty") == card()
    assert find_card(cards, HARLOW, nature="Fall", card_id="other") is None
    assert find_card(cards, JurisdictionId("cedar"), nature="Fall") is None


@pytest.mark.parametrize("path", sorted(CARDS.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_card_of_the_sample_region_reads(path: Path) -> None:
    read = parse_card(path.read_text(encoding="utf-8"))
    assert read.id == path.stem


TEXT = """id: c
title: Card
jurisdiction: harlow
levels:
  - level: 1
    units:
      - {type: als_ambulance, count: 2}
"""


@pytest.mark.parametrize(
    ("before", "after", "path", "line"),
    [
        ("count: 2", "count: 0", "levels[0].units[0].count", 7),
        ("als_ambulance", "ambulance", "levels[0].units[0].type", 7),
        ("level: 1", "level: 2", "levels[0].level", 5),
        ("title: Card", "titel: Card", "titel", 2),
        ("      - {type: als_ambulance, count: 2}\n", "", "levels[0].units", 6),
        ("jurisdiction: harlow", "jurisdiction: harlow\nstaging: here", "staging", 4),
        (
            "      - {type: als_ambulance, count: 2}\n",
            "      - {type: als_ambulance, count: 2}\n      - {type: als_ambulance, count: 1}\n",
            "levels[0].units[1].type",
            8,
        ),
        (
            "    units:\n      - {type: als_ambulance, count: 2}\n",
            "    lenders: [a, a]\n",
            "levels[0].lenders[1]",
            6,
        ),
        ("    units:\n      - {type: als_ambulance, count: 2}\n", "", "levels[0]", 5),
    ],
)
def test_what_a_card_gets_wrong_is_refused_with_its_path_and_line(
    before: str, after: str, path: str, line: int
) -> None:
    parse_card(TEXT)
    with pytest.raises(RunCardInvalid) as refused:
        parse_card(TEXT.replace(before, after))
    assert (refused.value.path, refused.value.line) == (path, line)
