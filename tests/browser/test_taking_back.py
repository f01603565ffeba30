from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.agreements_desk import AdminDesk

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(240)]

Opener = Callable[[str], AdminDesk]


def test_who_signed_first_takes_the_signature_back_before_the_other_signs(open_desk: Opener) -> None:
    harlow, cedar = open_desk("harlow"), open_desk("cedar")
    harlow.draft("taken-back", title="Signed, then thought about again")
    harlow.propose()
    cedar.open("taken-back")
    expect(cedar.get("step-withdraw")).to_have_count(0)
    cedar.sign()
    cedar.withdraw("The council has not met yet")

    harlow.expect_state("withdrawn")
    expect(harlow.get("step-sign")).to_have_count(0)
    assert harlow.read("/api/agreements/taken-back")["in_force"] is None
