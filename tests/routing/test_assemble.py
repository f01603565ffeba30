import numpy as np
import pytest

from dispatch.routing.assemble import Assembled, RoadWay, TurnRule, assemble
from dispatch.routing.turns import expand_turns

PLACES = {node: (9.5 + 0.001 * (node % 10), 47.1 + 0.001 * (node // 10)) for node in range(60)}


def way(
    id: int, *nodes: int, speed_kmh: float = 36.0, forward: bool = True, backward: bool = True
) -> RoadWay:
    return RoadWay(
        id=id, nodes=nodes, road_class="residential", speed_kmh=speed_kmh, forward=forward, backward=backward
    )


def build(*ways: RoadWay, rules: tuple[TurnRule, ...] = ()) -> Assembled:
    return assemble(ways, PLACES, rules)


def test_a_bend_is_no_junction_but_stays_in_the_shape() -> None:
    graph = build(way(1, 0, 1, 11), way(2, 11, 21, 22)).graph
    assert (graph.node_count, graph.arc_count, len(graph.shape_lon)) == (2, 2, 5)


def test_length_and_time_are_those_of_the_whole_stretch() -> None:
    graph = build(way(1, 0, 1, 2), way(2, 2, 3)).graph
    metres = 3 * 0.001 * 75_940  # a degree of longitude at 47.1 north
    assert graph.length_m == pytest.approx([metres, metres], rel=0.01)
    assert graph.seconds == pytest.approx(graph.length_m / 10)


def test_a_change_of_speed_keeps_the_junction() -> None:
    assert build(way(1, 0, 1), way(2, 1, 2, speed_kmh=72)).graph.node_count == 3


def test_ways_drawn_against_one_another_still_join() -> None:
    graph = build(way(1, 0, 1), way(2, 2, 1)).graph
    assert graph.node_count == 2


def test_one_ways_that_point_at_one_another_do_not_join_and_lead_nowhere() -> None:
    ring = way(3, 0, 10, 11, 12, 2, 1)
    result = build(ring, way(1, 0, 1, backward=False), way(2, 2, 1, backward=False))
    assert result.graph.node_count == 3


def test_what_cannot_be_left_or_reached_is_dropped_and_counted() -> None:
    block = (way(1, 0, 1, 11, 10, 0), way(4, 0, 11), way(5, 1, 10))
    result = build(*block, way(2, 0, 20, backward=False), way(3, 40, 41))
    assert result.dropped_nodes == 3
    assert result.graph.node_count == 4


def test_a_roundabout_with_one_approach_is_a_loop() -> None:
    graph = build(way(1, 0, 1), way(2, 1, 2, 12, 1, backward=False)).graph
    loops = graph.tail == graph.head
    assert loops.sum() == 1
    assert not graph.backward[loops].any()


def crossing(*rules: TurnRule) -> Assembled:
    """Four ways meet at node 11; a ring around joins their ends."""
    ring = way(9, 1, 2, 12, 22, 21, 20, 10, 0, 1)
    return build(way(1, 1, 11), way(2, 11, 12), way(3, 11, 21), way(4, 10, 11), ring, rules=rules)


def test_a_no_rule_bans_one_turn() -> None:
    result = crossing(TurnRule(from_way=1, via_node=11, to_way=2, only=False))
    assert len(result.graph.banned) == 1
    assert expand_turns(result.graph).vertex_count == result.graph.node_count + 1


def test_an_only_rule_bans_all_other_turns_the_turn_back_too() -> None:
    result = crossing(TurnRule(from_way=1, via_node=11, to_way=2, only=True))
    graph = result.graph
    into, onto = graph.banned.T
    assert len(set(into.tolist())) == 1
    assert len(onto) == 3
    via = graph.head[into[0]]
    assert set(graph.tail[onto].tolist()) == {int(via)}


def test_a_rule_that_fits_no_road_is_counted() -> None:
    wrong = TurnRule(from_way=77, via_node=11, to_way=2, only=False)
    assert crossing(wrong).unusable_rules == 1


def test_a_rule_holds_where_the_ways_were_joined_further_on() -> None:
    """The way into the rule is part of a longer stretch by then: the way at the junction decides."""
    rules = (TurnRule(from_way=1, via_node=11, to_way=2, only=False),)
    ring = way(9, 31, 32, 12, 22, 21, 20, 10, 0, 31)
    result = build(
        way(5, 31, 1), way(1, 1, 11), way(2, 11, 12), way(3, 11, 21), way(4, 10, 11), ring, rules=rules
    )
    assert result.unusable_rules == 0
    assert len(result.graph.banned) == 1


def test_nothing_gives_an_empty_graph() -> None:
    assert build().graph.node_count == 0


def test_arcs_of_a_two_way_edge_are_each_others_reverse() -> None:
    graph = crossing().graph
    for forward, backward in zip(graph.forward_arc, graph.backward_arc, strict=True):
        assert (graph.tail[forward], graph.head[forward]) == (graph.head[backward], graph.tail[backward])
    starts = graph.shape_start[:-1]
    assert np.allclose(graph.shape_lon[starts], graph.node_lon[graph.tail[graph.forward_arc]])
