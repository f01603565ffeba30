"""A person's word on cover."""

from dataclasses import replace
from datetime import timedelta

import pytest

from dispatch.aid.advice.practice import Alarm
from dispatch.aid.cover.override import CoverOverride, end_override
from dispatch.aid.cover.reading import Capability, Reading
from dispatch.aid.cover.reasons import CoverCode, CoverReason
from dispatch.aid.overwhelm import look
from dispatch.aid.pre_alert import LASTS, PreAlert, acknowledge
from dispatch.aid.wording import cover_sentence, pre_alert_words
from dispatch.model.errors import IllegalStep
from dispatch.model.ids import JurisdictionId, OverrideId, PreAlertId
from dispatch.model.jurisdiction import CoverState
from tests.make_live import NOON

HOME, CEDAR = JurisdictionId("ashton"), JurisdictionId("cedar")
WORD = CoverOverride(
    id=OverrideId("ovr_1"),
    jurisdiction_id=HOME,
    state=CoverState.RED,
    reason="bus crash",
    set_by="ana",
    begins_at=NOON,
    ends_at=NOON + timedelta(hours=1),
)
ALERT = PreAlert(
    id=PreAlertId("pre_1"),
    jurisdiction_id=HOME,
    partners=(CEDAR,),
    state="amber",
    free=1,
    total=6,
    percent=62,
    minutes=20,
    note="",
    sent_by="ana",
    sent_at=NOON,
    expires_at=NOON + LASTS,
)


def look_at(free: int, override: CoverOverride, minutes: float):
    readings = {Capability.ANY: Reading(total=3, free=free)}
    now = NOON + timedelta(minutes=minutes)
    return look(HOME, readings, before={}, alarm=Alarm(), now=now, override=override)


@pytest.mark.parametrize(("free", "state"), [(3, CoverState.RED), (0, CoverState.GREEN)])
def test_it_overrules_both_ways_and_says_what_is_measured(free: int, state: CoverState):
    cover, measured = look_at(free, replace(WORD, state=state), 1)
    assert cover.state is state
    assert cover.override is not None
    assert measured[Capability.ANY].state is not state
    sentence = cover_sentence(cover.reasons[0])
    assert sentence == f"Set by hand to {state} until 13:00 UTC; measured: {measured[Capability.ANY].state}."


def test_it_is_over_when_its_time_is():
    cover, _ = look_at(3, WORD, 60)
    assert (cover.state, cover.override) == (CoverState.GREEN, None)


def test_it_can_be_ended_once():
    ended = end_override(WORD, now=NOON + timedelta(minutes=5))
    assert not ended.holds(NOON + timedelta(minutes=5))
    assert ended.version == 2
    with pytest.raises(IllegalStep):
        end_override(ended, now=NOON + timedelta(minutes=6))


def test_a_pre_alert_says_the_chance_or_what_is_counted():
    assert pre_alert_words(ALERT) == "level zero likely within 20 min: 62 %"
    assert pre_alert_words(replace(ALERT, percent=30)) == "level zero possible within 20 min: 30 %"
    assert pre_alert_words(replace(ALERT, percent=0)) == "level zero not likely within 20 min: 0 %"
    assert pre_alert_words(replace(ALERT, percent=None)) == "1 of 6 ambulances free"
    assert pre_alert_words(replace(ALERT, free=0, percent=100)) == "0 of 6 ambulances free"


def test_likely_is_said_of_what_is_as_likely_as_not_and_of_less_that_it_is_not():
    said = {percent: pre_alert_words(replace(ALERT, percent=percent)) for percent in range(101)}
    assert [percent for percent, words in said.items() if "zero likely" in words] == list(range(50, 101))
    assert [percent for percent, words in said.items() if "not likely" in words] == list(range(25))
    assert all(words.endswith(f": {percent} %") for percent, words in said.items())


def test_a_reason_to_be_short_is_never_said_to_be_unlikely():
    """An agency may set its own limit low: what reached it is a reason all the same."""
    figures = {"percent": 12, "minutes": 20}
    reason = CoverReason(code=CoverCode.RUNNING_OUT, figures=figures)
    assert cover_sentence(reason) == "Level zero possible within 20 min: 12 %."


def test_a_partner_acknowledges_once_and_not_after_its_time():
    seen = acknowledge(ALERT, CEDAR, now=NOON)
    assert (seen.acknowledged, seen.version) == ((CEDAR,), 2)
    with pytest.raises(IllegalStep, match="already_acknowledged"):
        acknowledge(seen, CEDAR, now=NOON)
    with pytest.raises(IllegalStep, match="pre_alert_is_over"):
        acknowledge(ALERT, CEDAR, now=NOON + LASTS)
