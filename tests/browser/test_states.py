import re
from pathlib import Path

from tests.browser.states import STATES

ASKED = re.compile(r'require_sound\(\s*[\w.]+,\s*"([\w-]+)"')


def test_every_state_of_the_list_is_one_that_a_test_goes_through_and_asks_axe_about() -> None:
    modules = Path(__file__).parent.glob("test_*.py")
    asked = {state for module in modules for state in ASKED.findall(module.read_text(encoding="utf-8"))}
    assert asked == set(STATES)
