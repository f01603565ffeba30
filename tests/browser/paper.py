"""What the board says on paper."""

import io

from playwright.sync_api import Page
from pypdf import PdfReader


def pages_of(page: Page) -> list[str]:
    """The text of each printed page."""
    return [one.extract_text() for one in PdfReader(io.BytesIO(page.pdf(format="A4"))).pages]


def paper_of(page: Page) -> str:
    """All of it, with ligatures and line breaks undone, so that words can be looked for."""
    text = " ".join(pages_of(page)).replace("ﬁ", "fi").replace("ﬀ", "ff")
    return " ".join(text.split())
