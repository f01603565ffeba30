"""How places are said."""

import pytest

from dispatch.routing.gazetteer.place import Beside, Near
from dispatch.routing.gazetteer.wording import house_name, propose_address

STREET, CROSSING = Near(name="Elm Street", distance_m=4), Near(name="Oak Lane", distance_m=123)


@pytest.mark.parametrize(
    ("street", "said"),
    [
        ("Elm Street", "12A Elm Street"),
        ("Elm Street North", "12A Elm Street North"),
        ("5th Ave", "12A 5th Ave"),
        ("Via Roma", "Via Roma 12A"),
        ("Corso Buenos Aires", "Corso Buenos Aires 12A"),
        ("Hauptstrasse", "Hauptstrasse 12A"),
    ],
)
def test_a_house_number_stands_where_its_country_writes_it(street: str, said: str) -> None:
    assert house_name(street, "12a") == said


def test_an_address_is_the_nearest_thing_that_says_where() -> None:
    house = Near(name="12 Elm Street", distance_m=8)
    assert propose_address(Beside(house=house, street=STREET, crossing=CROSSING)) == "12 Elm Street"
    assert propose_address(Beside(street=STREET, crossing=CROSSING)) == "Elm Street, 120 m from Oak Lane"
    corner = Near(name="Oak Lane", distance_m=20)
    assert propose_address(Beside(street=STREET, crossing=corner)) == "Elm Street / Oak Lane"
    assert propose_address(Beside(house=house, street=STREET, crossing=corner)) == "12 Elm Street"
    nearer = Near(name="Oak Lane", distance_m=2)
    assert propose_address(Beside(house=house, street=STREET, crossing=nearer)) == "Elm Street / Oak Lane"
    assert propose_address(Beside(street=STREET)) == "Elm Street"
    assert propose_address(Beside()) == ""
