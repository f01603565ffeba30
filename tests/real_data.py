"""Where the real regions are. The one place that knows, and that decides between skip and failure."""

import os
from pathlib import Path

import pytest

DEFAULT = Path(__file__).resolve().parents[1] / ".." / "shared" / "data"


def real_data(*parts: str) -> Path:
    """A file or folder of the real data; skips the test where it is absent, fails it on CI."""
    folder = Path(os.environ.get("DISPATCH_REAL_DATA", DEFAULT)).resolve()
    path = folder.joinpath(*parts)
    if path.exists():
        return path
    reason = f"no real data: {'/'.join(parts)} is not in the folder that DISPATCH_REAL_DATA names"
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(reason)
    pytest.skip(reason)
