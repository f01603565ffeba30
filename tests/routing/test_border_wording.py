"""What is said of a position on a border."""

from dispatch.model.ids import JurisdictionId
from dispatch.routing.areas import Whereabouts
from dispatch.routing.border_wording import word_border

NAMES = {"harlow": "Harlow", "cedar": "Cedar Fen"}


def said(*inside: str, border_m: float | None = 40.4, beyond: str | None = None) -> str:
    where = Whereabouts(
        inside=tuple(map(JurisdictionId, inside)),
        border_m=border_m,
        beyond=JurisdictionId(beyond) if beyond else None,
    )
    return word_border(where, NAMES, within_m=100)


def test_on_a_border_both_sides_and_the_distance_are_named() -> None:
    assert said("harlow", beyond="cedar") == (
        "On the border of Harlow and Cedar Fen: Harlow is in charge; Cedar Fen is 40 m away."
    )


def test_far_from_any_border_nothing_is_said() -> None:
    assert said("harlow", border_m=100.1, beyond="cedar") == ""


def test_two_areas_none_and_the_edge_are_said_as_they_are() -> None:
    assert said("harlow", "cedar") == "In Harlow and Cedar Fen at once: Harlow is in charge."
    assert said(border_m=260, beyond="cedar") == "In no known jurisdiction: Cedar Fen is 260 m away."
    assert said(border_m=None) == "In no known jurisdiction."
    assert "who lies beyond its border, 40 m away, is not known" in said("harlow")
