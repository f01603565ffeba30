"""One person's page, for the browser tests."""

from collections.abc import Callable

from playwright.sync_api import Browser, BrowserContext, Page

from tests.story.serving import Demo

LARGE, SMALL = (1920, 1080), (1366, 768)


class Window:
    """One person's page, with what it asked of other origins and what went wrong on it."""

    def __init__(
        self,
        browser: Browser,
        demo: Demo,
        person: str,
        *,
        size: tuple[int, int] = LARGE,
        prepare: Callable[[BrowserContext], None] | None = None,
    ) -> None:
        """``prepare`` sees the context before its first page: for what must be there when that loads."""
        self._context = browser.new_context(viewport={"width": size[0], "height": size[1]})
        if prepare:
            prepare(self._context)
        self.page: Page = self._context.new_page()
        self.foreign: list[str] = []
        self.errors: list[str] = []
        self.page.on("request", lambda request: self._note(request.url, demo.base))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.set_default_timeout(15_000)
        self.page.goto(demo.base)
        self.page.get_by_test_id("sign-in-person").fill(person)
        self.page.get_by_test_id("sign-in-password").fill(demo.password)
        self.page.get_by_test_id("sign-in-submit").click()
        self.page.get_by_test_id("who").wait_for()
        # Nobody types before there is something to see.
        self.page.locator('[data-testid="link-state"]:not([data-state="connecting"])').wait_for()

    def _note(self, url: str, base: str) -> None:
        if not url.startswith((base, base.replace("http", "ws"), "data:", "blob:")):
            self.foreign.append(url)

    def close(self) -> None:
        """Close the window and forget its cookies."""
        self._context.close()
