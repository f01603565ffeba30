"""Work handed to several processes: all of it is answered, and nobody is left behind however it ends."""

import multiprocessing
import os
import signal
from collections.abc import Callable
from contextlib import closing

import pytest

from dispatch.model.errors import Invalid
from dispatch.simulate.processes import WorkerDied, each_on_processes

MANY_BYTES = 2_000_000
"""Far more than a pipe holds: whoever sends it is in the middle of it until somebody reads."""


def add(shared: int, item: int) -> int:
    return shared + item


def refuse(shared: int, item: int) -> int:
    if item == 3:
        raise Invalid("item", "is three")
    return item


def die(shared: int, item: int) -> int:
    if item == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return item


class Deadly:
    """What cannot be read by whoever it is sent to."""

    def __reduce__(self) -> tuple[Callable[..., None], tuple[int]]:
        return os._exit, (1,)


def keep_quiet(shared: object, item: int) -> int:
    return item


def say_much(shared: int, item: int) -> bytes:
    return bytes(MANY_BYTES)


@pytest.mark.parametrize("processes", [1, 2, 8])
def test_each_item_is_answered_once_on_any_number_of_processes(processes: int) -> None:
    answers = list(each_on_processes(add, 100, range(5), processes=processes))
    assert sorted(answers) == [(item, 100 + item) for item in range(5)]
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize("work", [refuse, die])
def test_what_goes_wrong_in_a_worker_is_heard_and_ends_the_others(work: Callable[[int, int], int]) -> None:
    with pytest.raises(WorkerDied):
        list(each_on_processes(work, 0, range(6), processes=2))
    assert multiprocessing.active_children() == []


def test_a_worker_that_dies_before_it_has_begun_is_waited_for_by_nobody() -> None:
    shared = (bytes(MANY_BYTES), Deadly(), bytes(MANY_BYTES))
    with pytest.raises(WorkerDied):
        list(each_on_processes(keep_quiet, shared, range(4), processes=2))
    assert multiprocessing.active_children() == []


def test_a_worker_that_is_ended_in_the_middle_of_an_answer_is_waited_for_by_nobody() -> None:
    with closing(each_on_processes(say_much, 0, range(8), processes=2)) as played:
        item, answer = next(played)
        assert (item in (0, 1), len(answer)) == (True, MANY_BYTES)
    assert multiprocessing.active_children() == []
