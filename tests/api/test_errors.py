from collections.abc import Iterator

import pytest

from dispatch.api.errors import STATUS, field_path
from dispatch.model import errors


def every_error(
    root: type[errors.DispatchError] = errors.DispatchError,
) -> Iterator[type[errors.DispatchError]]:
    yield root
    for child in root.__subclasses__():
        yield from every_error(child)


@pytest.mark.parametrize("error", sorted(every_error(), key=lambda error: error.__name__))
def test_every_error_has_a_status(error: type[errors.DispatchError]) -> None:
    assert error.code in STATUS


def test_every_error_has_its_own_code() -> None:
    codes = [error.code for error in every_error()]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize(
    ("location", "path"),
    [
        (("body", "needs", 0, "count"), "needs[0].count"),
        (("body",), "body"),
        (("path", "incident_id"), "incident_id"),
        (("body", 3, "at"), "[3].at"),
    ],
)
def test_a_field_path_reads_like_the_document(location: tuple[int | str, ...], path: str) -> None:
    assert field_path(location) == path
