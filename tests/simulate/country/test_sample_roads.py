"""The sample region's road network, as written to the extract."""

import numpy as np
import shapely
from scipy.sparse.csgraph import connected_components, dijkstra

from tests.make_country import Extract, committed_extract


def _minutes(extract: Extract, one: tuple[float, float], other: tuple[float, float]) -> float:
    graph, rows = extract.graph()
    a, b = (rows[extract.nearest(*place)] for place in (one, other))
    return float(dijkstra(graph, indices=a)[b]) / 60


def test_there_are_enough_junctions_for_a_metropolitan_trial() -> None:
    extract = committed_extract()
    junctions = sum(arms != 2 for arms in extract.degree().values())
    assert 10_000 <= junctions <= 18_000


def test_almost_every_road_node_can_reach_every_other() -> None:
    graph, _ = committed_extract().graph()
    label = connected_components(graph, directed=True, connection="strong")[1]
    assert np.bincount(label).max() / len(label) >= 0.995


def test_roads_cross_without_a_junction_only_on_bridges() -> None:
    extract = committed_extract()
    lines = [extract.line(nodes) for _, nodes in extract.roads]
    one, other = shapely.STRtree(lines).query(lines, predicate="crosses")
    faults = []
    for i, j in zip(one.tolist(), other.tolist(), strict=True):
        (tags_i, nodes_i), (tags_j, nodes_j) = extract.roads[i], extract.roads[j]
        if i >= j or "bridge" in tags_i or "bridge" in tags_j:
            continue
        shared = shapely.MultiPoint([extract.at[n] for n in {*nodes_i} & {*nodes_j}])
        loose = [p for p in shapely.get_parts(lines[i].intersection(lines[j])) if p.distance(shared) > 0.1]
        faults += [(tags_i["highway"], tags_j["highway"], p.wkt) for p in loose]
    assert not faults


def test_no_road_stands_in_water_but_on_a_bridge() -> None:
    extract = committed_extract()
    water = shapely.union_all(extract.water)
    shapely.prepare(water)
    dry = [extract.line(nodes) for tags, nodes in extract.roads if "bridge" not in tags]
    assert not [line.wkt for line in dry if line.intersection(water).length > 0]


def test_five_bridges_cross_the_river() -> None:
    extract = committed_extract()
    river = max(extract.water, key=lambda shape: shape.length)
    names = {
        tags["name"]
        for tags, nodes in extract.roads
        if "bridge" in tags and river.intersection(extract.line(nodes)).length > 60
    }
    assert names == {
        "Quillford Bridge",
        "Market Bridge",
        "Foundry Bridge",
        "Aldmoor Bridge",
        "Valley Expressway",
    }


def test_the_crow_lies_across_the_river() -> None:
    """Harlow's and Pellam Ferry's landings: a kilometre apart, more than ten minutes by road."""
    extract = committed_extract()
    harlow, pellam = (-6600.0, -2350.0), (-6600.0, -3500.0)
    a, b = (extract.at[extract.nearest(*place)] for place in (harlow, pellam))
    assert float(np.hypot(*np.subtract(a, b))) < 1600
    assert _minutes(extract, harlow, pellam) > 10


def test_the_neighbour_on_the_same_bank_is_close_by_road() -> None:
    assert _minutes(committed_extract(), (-6900.0, -500.0), (-11_600.0, 2200.0)) < 10


def test_every_street_has_a_name() -> None:
    nameless = [tags["highway"] for tags, _ in committed_extract().roads if "name" not in tags]
    assert set(nameless) <= {"motorway_link"}


def test_motorways_and_ramps_are_one_way() -> None:
    for tags, _ in committed_extract().roads:
        assert (tags.get("oneway") == "yes") == tags["highway"].startswith("motorway")
