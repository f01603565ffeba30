"""What the log says of a failure: short, however deep it was and however much it held."""

import io
import subprocess
import sys
from collections.abc import Callable

import pytest

from dispatch.cli.log import MOST_ERRORS, MOST_FRAMES, MOST_IN_LINE, write_failure

BOUND = MOST_ERRORS * (MOST_FRAMES + 2) * (MOST_IN_LINE + 300)
"""No more than so many characters: a path and a name beside each line."""


def sink(depth: int, burden: list[str]) -> None:
    """Fails so deep, with much in every frame."""
    if depth == 0:
        raise ValueError("x" * 1_000_000)
    sink(depth - 1, [*burden, "y" * 10_000])


def sink_through_causes(count: int) -> None:
    try:
        sink(50, []) if count == 0 else sink_through_causes(count - 1)
    except Exception as error:
        raise RuntimeError(f"at {count}") from error


def sink_in_a_group() -> None:
    errors: list[Exception] = []
    for number in range(100):
        try:
            sink(number, [])
        except ValueError as error:
            errors.append(error)
    raise ExceptionGroup("many", errors)


def rendered(fail: Callable[[], None]) -> str:
    stream = io.StringIO()
    with pytest.raises(Exception) as failed:  # noqa: PT011 -- whatever it was
        fail()
    write_failure(stream, (failed.type, failed.value, failed.tb))
    return stream.getvalue()


@pytest.mark.parametrize(
    "fail",
    [lambda: sink(300, []), lambda: sink_through_causes(40), sink_in_a_group],
    ids=["deep", "of many causes", "of many at once"],
)
def test_a_deep_failure_is_told_in_bounded_size_and_without_what_its_frames_held(
    fail: Callable[[], None],
) -> None:
    said = rendered(fail)
    assert 0 < len(said) < BOUND
    assert said.count("Traceback") <= MOST_ERRORS
    assert "yyy" not in said


def test_a_failure_names_where_it_was_and_what_it_came_of() -> None:
    said = rendered(lambda: sink_through_causes(0)).splitlines()
    assert any("in sink_through_causes: raise RuntimeError" in line for line in said)
    assert "builtins.RuntimeError: at 0" in said
    assert said.index("which came of") > said.index("builtins.RuntimeError: at 0")
    assert said[-1].startswith("builtins.ValueError: xxx")
    assert "in sink: raise ValueError" in said[-2]


def test_a_failure_that_cannot_be_put_into_words_is_told_all_the_same() -> None:
    class Speechless(Exception):
        def __str__(self) -> str:
            raise RuntimeError

    def fail() -> None:
        raise Speechless

    assert "Speechless: (says nothing" in rendered(fail)


def test_the_service_logs_failures_so() -> None:
    """In a process of its own: how the log is written is set once for all."""
    script = """
import asyncio
import structlog
from dispatch.cli.serve import run
from dispatch.model.errors import Unavailable
from dispatch.settings import read_settings
secret = "y" * 2000
try:
    asyncio.run(run(read_settings({"DISPATCH_HOST": "no such host"})))
except Unavailable:
    structlog.get_logger().exception("it.failed", job="one")
"""
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert "it.failed" in said
    assert "dispatch.model.errors.Unavailable: cannot listen on" in said
    assert "yyy" not in said
