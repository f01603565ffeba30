"""Cut off anywhere and back again, a board shows what the service's own fold of the journal says.

``python -m bench.cuts`` does the same ten thousand times.
"""

import shutil
from pathlib import Path

import pytest

from tests.watch.busy import campaign

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("seed", [12, 13, 14])
async def test_a_hundred_random_cuts_and_resumes_leave_every_board_right(
    tmp_path: Path, sqlite_schema: Path, seed: int
) -> None:
    path = shutil.copy(sqlite_schema, tmp_path / "record.db")
    found = await campaign(Path(path), seed=seed, cuts=100)
    assert found.cuts.total() >= 100
    assert found.resumed_by["delta"] > 10
    assert found.resumed_by["snapshot"] > 0
    assert found.checks > 50
