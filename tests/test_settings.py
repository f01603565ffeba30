"""What an operator may set is read strictly, and a mistake names its variable."""

import pytest

from dispatch.live.feeds import FeedLimits
from dispatch.model.errors import Invalid
from dispatch.settings import read_settings


def test_a_service_is_live_and_its_feeds_have_the_default_unless_something_else_is_said() -> None:
    settings = read_settings({})
    assert (settings.training, settings.feed_limits) == (False, {})
    assert read_settings({"DISPATCH_TRAINING": "true"}).training is True


def test_feeds_have_limits_by_label_or_key() -> None:
    settings = read_settings({"DISPATCH_FEED_LIMITS": "CAD Harlow = 900, key_1f2e=60/300.5,"})
    assert settings.feed_limits == {
        "CAD Harlow": FeedLimits(silent_seconds=900),
        "key_1f2e": FeedLimits(silent_seconds=60, stale_seconds=300.5),
    }


@pytest.mark.parametrize(
    "text", ["CAD", "CAD=", "=60", "CAD=soon", "CAD=0", "CAD=60/", "CAD=60/0", "CAD=1e99"]
)
def test_a_limit_that_is_none_is_refused_by_name(text: str) -> None:
    with pytest.raises(Invalid, match="DISPATCH_FEED_LIMITS"):
        read_settings({"DISPATCH_FEED_LIMITS": text})
