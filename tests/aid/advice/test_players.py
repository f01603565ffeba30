"""The compiled player where there is one, otherwise the reference."""

import sys

import pytest

from dispatch.aid.advice.players import find_player, warm_kernel
from dispatch.aid.advice.rollout import Reference
from dispatch.aid.advice.rollout_kernel import Kernel


def test_the_compiled_player_plays_where_it_is_wanted() -> None:
    assert find_player(kernel=True) is Kernel
    assert find_player(kernel=False) is Reference
    assert warm_kernel()


def test_without_numba_the_reference_plays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "dispatch.aid.advice.rollout_kernel")
    monkeypatch.setitem(sys.modules, "numba", None)
    assert find_player(kernel=True) is Reference
    assert not warm_kernel()
