"""The names of real cities, as people type them."""

from collections.abc import Iterator

import pytest

from dispatch.gateways.gazetteer.compile import compile_gazetteer
from dispatch.gateways.gazetteer.index import GazetteerFile
from dispatch.gateways.regions.boundaries import read_boundaries
from dispatch.model.geo import Point
from tests.make_gazetteer import find
from tests.real_data import real_data

pytestmark = [pytest.mark.slow, pytest.mark.real_data]

MIDDLES = {"milan": Point(lon=9.19, lat=45.464), "columbus": Point(lon=-83.0, lat=39.962)}
EXTRACTS = {"milan": "milan.osm.pbf", "columbus": "columbus_oh.osm.pbf"}


@pytest.fixture(scope="module", params=["milan", "columbus"])
def city(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, GazetteerFile]]:
    name = request.param
    target = tmp_path_factory.mktemp(name) / "gazetteer.sqlite3"
    areas = read_boundaries(real_data(name, "municipalities.geojson"), made_up=True).jurisdictions
    compile_gazetteer(real_data(name, EXTRACTS[name]), target, areas)
    assert target.stat().st_size < 6_000_000
    index = GazetteerFile(target)
    yield name, index
    index.close()


TYPED = {
    "milan": {
        "via garibladi": "Via Garibaldi",
        "c.so buenos aires": "Corso Buenos Aires",
        "p.za duomo": "Piazza del Duomo",
        "s. ambrogio": "Piazza Sant'Ambrogio",
        "viale zara 100": "Viale Zara 100",
        "viale monza & via padova": "Viale Monza / Via Padova (Piazzale Loreto)",
        "niguarda ospedale": "Ospedale Niguarda Cà Granda",
        "cernusco sul navilio": "Cernusco sul Naviglio",
    },
    "columbus": {
        "high / broad": "High Street / East Broad Street",
        "5th and high": "Fifth Avenue / High Street",
        "5355 alkire rd": "5355 Alkire Road",
        "I-71 exit 108": "I 71 Exit 108A",
        "clevland avenue": "Cleveland Avenue",
        "mt carmel west hosp": "Mt Carmel West",
    },
}


def test_what_people_type_is_found_first(city: tuple[str, GazetteerFile]) -> None:
    name, index = city
    found = {typed: find(index, typed, MIDDLES[name])[0].place.name for typed in TYPED[name]}
    assert found == TYPED[name]


def test_the_middle_of_the_city_has_an_address(city: tuple[str, GazetteerFile]) -> None:
    name, index = city
    beside = index.beside(MIDDLES[name])
    assert beside.street is not None
    assert beside.crossing is not None
