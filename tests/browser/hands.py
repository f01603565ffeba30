"""Two hands on a keyboard, which count what they press."""

from playwright.sync_api import Locator, Page, expect


class Hands:
    """Types at one page. ``pressed`` counts keys; a chord such as Shift+F2 is one."""

    def __init__(self, page: Page) -> None:
        self.page, self.pressed = page, 0
        self.sent: list[str] = []
        page.on("request", lambda r: self.sent.append(r.url) if r.method != "GET" else None)

    @property
    def line(self) -> Locator:
        """The command line's field."""
        return self.page.get_by_test_id("command-line")

    @property
    def echo(self) -> Locator:
        """What became of the last command."""
        return self.page.get_by_test_id("command-echo")

    @property
    def candidates(self) -> Locator:
        """What the word under the cursor may become."""
        return self.page.get_by_test_id("command-candidate")

    def press(self, *keys: str) -> None:
        """Press one key after the other."""
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed += 1

    def write(self, text: str) -> None:
        """Press the key of each character."""
        self.page.keyboard.type(text)
        self.pressed += len(text)

    def say(self, line: str) -> None:
        """Run a line from wherever the hands are."""
        self.press("F2")
        self.write(line)
        self.press("Enter")

    def expect_done(self, words: str) -> None:
        """The echo says that it worked, in these words, and the line has the hands again."""
        expect(self.echo).to_contain_text(words)
        expect(self.echo).to_have_attribute("data-state", "ok")
        expect(self.line).to_be_focused()
        expect(self.line).to_have_value("")

    def count(self) -> int:
        """Keys pressed since the last count."""
        pressed, self.pressed = self.pressed, 0
        return pressed
