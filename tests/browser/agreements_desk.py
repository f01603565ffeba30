"""One admin at the agreements page, as the browser tests drive it."""

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.windows import Window


class AdminDesk:
    """The agreements page of one signed-in window."""

    def __init__(self, window: Window, password: str) -> None:
        self.window, self.password = window, password
        self.page: Page = window.page
        self.page.get_by_test_id("agreement").wait_for()

    def get(self, testid: str) -> Locator:
        """The element with this ``data-testid``."""
        return self.page.get_by_test_id(testid)

    def field(self, path: str) -> Locator:
        """The input, or the group of inputs, that fills this path of the document."""
        return self.page.locator(f'.term[data-path="{path}"]')

    def draft(self, agreement_id: str, *, title: str, keep: str = "1", partner: str = "cedar") -> None:
        """Fill in a new agreement with one floor, and save it."""
        self.get("new-draft").click()
        self.field("title").locator("input").fill(title)
        self.field("parties").locator(f"[data-party={partner}]").check()
        self.field("id").locator("input").fill(agreement_id)
        self.add_clause("limits", "reserve_floor")
        self.field("clauses[0].keep").locator("input").fill(keep)
        self.save()

    def add_clause(self, group: str, kind: str) -> None:
        """Add a clause of this kind to its fieldset."""
        box = self.get(f"group-{group}")
        box.get_by_label("Clause to add to").select_option(kind)
        box.get_by_test_id("add-clause").click()

    def save(self) -> None:
        """Save the draft, once the server has read it without a mistake."""
        self.expect_complete()
        self.get("save-draft").click()
        expect(self.get("unsaved")).to_have_count(0, timeout=20_000)

    def expect_complete(self) -> None:
        """Wait until the server has read the newest text without a mistake."""
        expect(self.get("check-ok")).to_have_text("✓ The text is complete", timeout=20_000)

    def open(self, agreement_id: str) -> None:
        """Read the list anew and open one."""
        self.page.reload()
        self.page.get_by_test_id("agreement").wait_for()
        tab = self.get("tab-agreements")
        if tab.get_attribute("aria-current") is None:
            tab.click()
        self.page.locator(f'[data-agreement="{agreement_id}"]').click()
        expect(self.get("agreement")).to_have_attribute("data-agreement-id", agreement_id)

    def propose(self) -> None:
        """Send the draft to all parties."""
        self.get("step-propose").click()
        self.get("step-confirm").click()
        self.expect_state("proposed")

    def amend(self) -> str:
        """Begin to edit; answers what the page says about it before anything happens."""
        self.get("step-edit").click()
        warning = self.get("amend-warning").inner_text()
        self.get("amend-begin").click()
        self.get("draft-form").wait_for()
        return warning

    def reject(self, reason: str) -> None:
        """Reject with a reason."""
        self.get("step-reject").click()
        self.get("step-reason").fill(reason)
        self.get("step-confirm").click()
        self.expect_state("rejected")

    def withdraw(self, reason: str) -> None:
        """Take the proposal, or one's signature of it, back."""
        self.get("step-withdraw").click()
        self.get("step-reason").fill(reason)
        self.get("step-confirm").click()
        self.expect_state("withdrawn")

    def sign(self) -> str:
        """Sign what is shown; answers the hash that the dialog computed."""
        self.get("step-sign").click()
        said = self.get("sign-hash").inner_text()
        expect(self.get("sign-confirm")).to_be_disabled()
        number = self.get("agreement").get_attribute("data-agreement-id") or ""
        self.get("sign-typed").fill(number)
        expect(self.get("sign-why")).to_have_text("Give your password.")
        self.get("sign-password").fill(self.password)
        self.get("sign-confirm").click()
        expect(self.get("dialog-sign")).to_have_count(0, timeout=20_000)
        return said

    def expect_state(self, *states: str) -> None:
        """Wait until the agreement that is open stands so."""
        any_of = re.compile(f"^({'|'.join(states)})$")
        expect(self.get("agreement")).to_have_attribute("data-state", any_of, timeout=20_000)

    def read(self, path: str) -> Any:
        """What the server answers this person on a path."""
        answer = self.page.request.get(self.page.url.rstrip("/") + path)
        assert answer.ok, answer.status
        return answer.json()
