"""A folder of run cards, and what is wrong with one named by file, path and line."""

from pathlib import Path

import pytest

from dispatch.gateways.run_cards import read_cards
from dispatch.model.errors import RunCardInvalid
from tests.make_world import make_region

CARD = """id: any
title: Harlow alarms
jurisdiction: harlow
levels:
  - level: 1
    units: [{type: als_ambulance, count: 2}]
    lenders: [cedar]
"""


def write(folder: Path, **texts: str) -> Path:
    for name, text in texts.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def test_the_cards_of_a_folder_are_read_by_name(tmp_path: Path) -> None:
    folder = write(tmp_path, b=CARD.replace("id: any", "id: b"), a=CARD)
    assert [card.id for card in read_cards(folder, make_region())] == ["any", "b"]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("count: 2", "count: two", "a.yaml: levels[0].units[0].count"),
        ("jurisdiction: harlow", "jurisdiction: atlantis", "atlantis is not of this region"),
        ("[cedar]", "[atlantis]", "levels[0].lenders: atlantis"),
    ],
)
def test_a_card_that_does_not_fit_is_refused_with_its_file(
    tmp_path: Path, before: str, after: str, said: str
) -> None:
    with pytest.raises(RunCardInvalid, match=said.replace("[", r"\[").replace("]", r"\]")):
        read_cards(write(tmp_path, a=CARD.replace(before, after)), make_region())


def test_an_id_comes_once_and_the_folder_is_there(tmp_path: Path) -> None:
    with pytest.raises(RunCardInvalid, match="any comes twice"):
        read_cards(write(tmp_path, a=CARD, b=CARD), make_region())
    with pytest.raises(RunCardInvalid, match="is no folder"):
        read_cards(tmp_path / "none", make_region())
