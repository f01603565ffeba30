"""Killed at random moments, the service loses nothing that it acknowledged and repeats nothing."""

import os
from pathlib import Path

import pytest

from bench.crash import rig

REGION = Path(__file__).resolve().parents[2] / "var" / "regions" / "marlow"
KILLS = int(os.environ.get("DISPATCH_KILLS", "4"))


@pytest.mark.slow
@pytest.mark.timeout(120 + 10 * KILLS)
def test_nothing_acknowledged_is_lost_and_no_retry_has_two_effects() -> None:
    figures = rig(kills=KILLS, region=REGION)

    assert figures["problems"] == [""] or figures["ok"], figures
    assert figures["acknowledged_and_lost"] == 0
    assert figures["keys_with_two_effects"] == 0
    assert figures["verifications_failed"] == 0
    assert figures["acknowledged"] > KILLS
