"""Another unit that is offered instead: who says what of it, in the terminal."""

from dispatch.watch.line.find import what_to_say
from dispatch.watch.line.parse import Complete, parse
from dispatch.watch.line.say import describe_request
from dispatch.watch.line.sight import Sight
from tests.watch.make_sight import make_sight, shared


def sight_with(which: str) -> Sight:
    """The shared picture with only this request, as an offer of the lender's."""
    [row] = [row for row in shared()["requests"] if row["id"] == which]
    return make_sight(requests=[{**row, "offered_by_lender": True}])


def test_of_an_offer_to_us_one_says_that_one_answers_it() -> None:
    sight = sight_with("r3")
    said = what_to_say(sight.names.agencies["cedar"], sight)
    assert "We answer your offer of " in said
    assert "for our incident 26-00142." in said
    assert " offers " in describe_request(sight.requests[0], sight)


def test_of_an_offer_of_ours_one_says_that_one_offers_it_and_may_take_it_back() -> None:
    sight = sight_with("r1")
    said = what_to_say(sight.names.agencies["cedar"], sight)
    assert "We offer " in said
    assert "instead, for your incident 26-00201." in said
    back = parse("CAN M211", sight)
    assert isinstance(back, Complete)
    assert back.args == {"request": "r1"}
