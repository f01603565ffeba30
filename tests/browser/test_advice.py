"""The advised unit in sight, with its reason, and asked for from the keys; a second opinion beside it."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.states import require_sound
from tests.browser.windows import LARGE, SMALL, Window

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(240)]


def open_incident(page: Page, *, nature: str, priority: str = "emergent") -> None:
    page.keyboard.press("Shift+F2")
    page.get_by_test_id("entry-nature").fill(nature)
    page.get_by_test_id(f"entry-priority-{priority}").check(force=True)
    page.get_by_test_id("entry-place").fill("-141.062, 40.999")
    page.get_by_test_id("entry-need-type").select_option("als_ambulance")
    page.get_by_test_id("entry-submit").click()


def test_the_advised_unit_stands_first_with_its_sentence_and_is_asked_for_from_the_keys(
    harlow: Window,
) -> None:
    page = harlow.page
    expect(page.get_by_test_id("cover-banner")).to_contain_text("overwhelmed", timeout=30_000)
    open_incident(page, nature="Chest pain, asked from the keys")

    first = page.get_by_test_id("advised-order").locator("[data-rank='1']")
    sentence = first.get_by_test_id("advice-sentence")
    expect(sentence).to_contain_text("arrives")
    expect(first.get_by_test_id("advised-rule")).to_be_visible()
    assert "min" in first.get_by_test_id("arrival-spread").inner_text()
    sign = first.locator("b.sign").inner_text()
    assert sign in sentence.inner_text()
    expect(page.get_by_test_id("own-unit").first).to_be_visible()
    expect(page.get_by_test_id("unit-figures")).to_have_count(0)
    page.keyboard.press("f")
    expect(page.get_by_test_id("unit-figures").first).to_contain_text("Late calls")
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("command-echo")).to_contain_text(sign)
    expect(page.get_by_test_id("request-line").first).to_contain_text(sign)
    assert harlow.errors == harlow.foreign == []


def test_a_critical_call_is_shown_no_second_opinion(harlow: Window) -> None:
    open_incident(harlow.page, nature="Cardiac arrest, no second opinion", priority="critical")

    expect(harlow.page.get_by_test_id("advised-rule")).to_have_attribute("data-rule", "fastest")
    expect(harlow.page.get_by_test_id("second-opinion")).to_have_count(0)


def disagree(route: Route) -> None:
    """The server's own answer, turned around: which way a hundred futures end nobody can arrange."""
    answer = route.fetch()
    said = answer.json()
    other = next(course for course in said["courses"] if course["unit"] != said["advised"]["unit"])
    other |= {"difference": -0.04, "standard_error": 0.01}
    said |= {"agrees": False, "fallback": None, "opinion": {"course": other["course"], "unit": other["unit"]}}
    route.fulfill(response=answer, body=json.dumps(said))


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_a_disagreement_is_seen_and_both_units_can_be_chosen(
    open_window: Callable[..., Window], theme: str
) -> None:
    window = open_window("harlow-dispatcher")
    page = window.page
    if theme == "light":
        page.get_by_test_id("theme-toggle").click()
    page.route("**/second-opinion", disagree)
    expect(page.get_by_test_id("cover-banner")).to_contain_text("overwhelmed", timeout=30_000)
    open_incident(page, nature=f"Fall, two opinions in {theme}")

    opinion = page.get_by_test_id("second-opinion")
    expect(opinion).to_have_attribute("data-kind", "differs")
    expect(opinion).to_contain_text("Simulated futures favour")
    expect(opinion).to_contain_text("0.040 ± 0.010 late calls less")
    require_sound(page, "second-opinion")
    page.get_by_test_id("recommendation-panel").focus()
    page.keyboard.press("o")
    expect(page.get_by_test_id("choose-opinion")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("[data-testid='candidate'][aria-current='true'] .btn")).to_be_focused()
    page.get_by_test_id("choose-advised").click()
    expect(page.locator("[data-rank='1']")).to_have_attribute("aria-current", "true")
    assert window.errors == window.foreign == []


def choose_another(page: Page) -> Locator:
    """Send the first unit that can be sent and is not the advised one; the question that follows."""
    others = page.get_by_test_id("advised-order").locator("li:not([data-rank='1']) [id^='send-']")
    others.first.focus()
    page.keyboard.press("Enter")
    return page.get_by_test_id("advice-override")


@pytest.mark.parametrize(
    ("theme", "size"), [("dark", LARGE), ("light", SMALL)], ids=["dark-large", "light-small"]
)
def test_why_not_the_advised_unit_is_asked_afterwards_and_answered_with_two_keys(
    open_window: Callable[..., Window], theme: str, size: tuple[int, int]
) -> None:
    window = open_window("harlow-dispatcher", size=size)
    page = window.page
    if theme == "light":
        page.get_by_test_id("theme-toggle").click()
    open_incident(page, nature=f"Choking, another one in {theme}", priority="critical")
    first = page.get_by_test_id("advised-order").locator("[data-rank='1']")
    expect(first.get_by_test_id("advice-sentence")).to_be_visible()
    advised = first.get_attribute("data-unit")

    asked = choose_another(page)
    expect(asked).to_contain_text("was advised. Why? (optional)")
    expect(asked).to_have_attribute("data-advised", str(advised))
    expect(page.get_by_test_id("recommendation-panel")).to_be_focused()
    stands = first.bounding_box()
    require_sound(page, "another-chosen")

    page.keyboard.press("y")
    expect(page.get_by_test_id("advice-override-road_known_better")).to_be_focused()
    with page.expect_response("**/advice-override") as answer:
        page.keyboard.press("3")
    expect(page.get_by_test_id("command-echo")).to_contain_text("Noted: one crew or the other")
    expect(asked).to_have_count(0)
    assert first.bounding_box() == stands, "the question moves no card"
    said = answer.value.json()
    assert (said["advised"], said["reason"]) == (advised, "crew")
    path = f"/api/incidents/{said['incident']}"
    entries = page.evaluate("(path) => fetch(path).then((answer) => answer.json())", path)["entries"]
    assert [one["body"]["unit_id"] for one in entries if one["type"] == "recommendation.overridden"] == [
        said["unit"]
    ]
    assert window.errors == window.foreign == []


def test_the_reason_can_be_clicked_and_a_note_goes_with_it(harlow: Window) -> None:
    page = harlow.page
    open_incident(page, nature="Drowning, with a note", priority="critical")
    asked = choose_another(page)
    note, other = (asked.get_by_test_id(f"advice-override-{name}") for name in ("note", "other"))
    note.click()
    page.keyboard.type("12 km of gravel on the way")
    expect(note).to_have_value("12 km of gravel on the way")
    page.wait_for_timeout(1000)  # a click at once may have been meant for the card
    with page.expect_response("**/advice-override") as answer:
        other.click()
    assert dict(answer.value.request.post_data_json or {})["note"] == "12 km of gravel on the way"
    expect(asked).to_have_count(0)
    assert (answer.value.status, harlow.errors) == (201, [])


def test_the_question_goes_unanswered_and_stops_nobody(harlow: Window) -> None:
    page = harlow.page
    page.on("request", lambda request: sent.append(request.url))
    sent: list[str] = []
    open_incident(page, nature="Burns, the advised one", priority="critical")
    first = page.get_by_test_id("advised-order").locator("[data-rank='1'] [id^='send-']")
    first.click()
    expect(page.get_by_test_id("command-echo")).to_have_attribute("data-state", "ok")
    expect(page.get_by_test_id("advice-override")).to_have_count(0)

    open_incident(page, nature="Burns, ignored", priority="critical")
    expect(choose_another(page)).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("advice-override")).to_have_count(0)
    expect(page.get_by_test_id("recommendation-panel")).to_be_focused()

    open_incident(page, nature="Burns, left for another", priority="critical")
    expect(choose_another(page)).to_be_visible()
    rows = page.get_by_test_id("incident-row")
    rows.filter(has_text="Burns, ignored").click()
    rows.filter(has_text="Burns, left for another").click()
    expect(page.get_by_test_id("advised-order")).to_be_visible()
    expect(page.get_by_test_id("advice-override")).to_have_count(0)
    assert not [url for url in sent if url.endswith("/advice-override")]
    assert harlow.errors == harlow.foreign == []
