import json
from datetime import UTC, datetime

import pytest

from dispatch.model import errors
from dispatch.model.errors import DispatchError

EXAMPLES: list[DispatchError] = [
    errors.NotFound("unit", "a1"),
    errors.Forbidden(["role"]),
    errors.StepUpFailed("wrong password"),
    errors.Unauthenticated("sign in"),
    errors.Invalid("needs[0].count", "must be positive"),
    errors.AgreementInvalid("clauses[2].keep", "must be a number", line=14),
    errors.RunCardInvalid("levels[0].level", "must be 1", line=5),
    errors.RegionInvalid("roads.npz", "is empty"),
    errors.Conflict("no"),
    errors.StaleVersion("request r1", presented=1, current=2),
    errors.UnitCommitted("a1", holder="ashton", since=datetime(2026, 1, 1, tzinfo=UTC), alternatives=["a2"]),
    errors.UnitCommitted("a1", holder="ashton", since=None),
    errors.NotPermitted("a1", [{"code": "expired"}]),
    errors.TermsChanged(presented="0a", current="0b"),
    errors.IllegalStep("ended", wanted="en_route"),
    errors.AlreadyAnswered("accepted", wanted="declined", by="dana", at=datetime(2026, 1, 1, tzinfo=UTC)),
    errors.KeyReused("k1"),
    errors.TooMany(retry_after_seconds=2.5),
    errors.Unavailable("the disk is full"),
]


def every_error() -> set[type[DispatchError]]:
    found: set[type[DispatchError]] = set()
    ahead = [DispatchError]
    while ahead:
        kind = ahead.pop()
        found.add(kind)
        ahead += kind.__subclasses__()
    return found


def test_every_error_has_an_example_here() -> None:
    assert {type(example) for example in EXAMPLES} == every_error() - {DispatchError}


def test_every_error_has_its_own_code_and_the_tree_names_it() -> None:
    kinds = every_error()
    assert len({kind.code for kind in kinds}) == len(kinds)
    assert [kind.__name__ for kind in kinds if kind.__name__ not in (errors.__doc__ or "")] == []


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: type(example).__name__)
def test_what_an_error_says_can_be_sent(example: DispatchError) -> None:
    assert str(example)
    assert json.loads(json.dumps(example.details())) == example.details()


def test_a_conflict_over_a_unit_says_who_holds_it_and_what_is_next_best() -> None:
    taken = errors.UnitCommitted(
        "a1", holder="ashton", since=datetime(2026, 1, 1, tzinfo=UTC), alternatives=["a2", "a3"]
    )
    assert taken.details() == {
        "unit_id": "a1",
        "holder": "ashton",
        "since": "2026-01-01T00:00:00+00:00",
        "alternatives": ["a2", "a3"],
    }


def test_an_invalid_agreement_names_the_field_and_the_line() -> None:
    invalid = errors.AgreementInvalid("clauses[2].keep", "must be a number", line=14)
    assert invalid.details() == {"path": "clauses[2].keep", "because": "must be a number", "line": 14}
