"""The generator: the same seed, the same bytes."""

import hashlib
from pathlib import Path

import pytest

from dispatch.simulate.country.generate import DEFAULT_SEED, make_country, write_country
from tests.make_country import FOLDER


def _digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_committed_folder_is_what_the_seed_gives(tmp_path: Path) -> None:
    write_country(make_country(DEFAULT_SEED), tmp_path)
    assert _digests(tmp_path) == _digests(FOLDER)
