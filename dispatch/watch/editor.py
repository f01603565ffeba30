"""A line being typed: text, cursor and what was typed before. Pure: each key gives a new value."""

from dataclasses import dataclass, replace
from typing import Final

MOST_LINES: Final = 100
MOST_SIGNS: Final = 400
"""Longer than any verb's longest text."""


@dataclass(frozen=True, slots=True)
class Editing:
    """``lines``: typed before, oldest first; ``at``: which of them is shown, None for a new one."""

    text: str = ""
    cursor: int = 0
    lines: tuple[str, ...] = ()
    at: int | None = None
    draft: str = ""


def press(editing: Editing, key: str) -> Editing:
    """The line after a key: one printable sign, or a name such as ``left``. Other keys change nothing."""
    if len(key) == 1 and key.isprintable():
        return _insert(editing, key)
    cursor, end = editing.cursor, len(editing.text)
    places = {"left": max(0, cursor - 1), "right": min(end, cursor + 1), "home": 0, "end": end}
    if key in places:
        return replace(editing, cursor=places[key])
    if key in ("up", "down"):
        return _older(editing) if key == "up" else _newer(editing)
    return _cut(editing, key)


def show(editing: Editing, text: str, cursor: int | None = None) -> Editing:
    """The same with another text."""
    return replace(editing, text=text, cursor=len(text) if cursor is None else cursor)


def remember(editing: Editing) -> Editing:
    """An empty line; what stood there comes last in the history, the same again once."""
    said = editing.text.strip()
    lines = editing.lines
    if said:
        lines = (*(line for line in lines if line != said), said)[-MOST_LINES:]
    return Editing(lines=lines)


def _insert(editing: Editing, sign: str) -> Editing:
    text, cursor = editing.text, editing.cursor
    if len(text) >= MOST_SIGNS or (sign == "/" and not text):
        return editing  # "/" goes to the line on the page; here the hand is there already
    return show(editing, text[:cursor] + sign + text[cursor:], cursor + 1)


def _cut(editing: Editing, key: str) -> Editing:
    text, cursor = editing.text, editing.cursor
    word = len(text[:cursor].rstrip().rpartition(" ")[0])
    begin, end = {
        "backspace": (max(0, cursor - 1), cursor),
        "delete": (cursor, cursor + 1),
        "word": (word + (1 if word else 0), cursor),
        "before": (0, cursor),
        "behind": (cursor, len(text)),
        "clear": (0, len(text)),
    }.get(key, (0, 0))
    return show(editing, text[:begin] + text[end:], begin) if end > begin else editing


def _older(editing: Editing) -> Editing:
    if not editing.lines:
        return editing
    at = max(0, (len(editing.lines) if editing.at is None else editing.at) - 1)
    draft = editing.text if editing.at is None else editing.draft
    return replace(show(editing, editing.lines[at]), at=at, draft=draft)


def _newer(editing: Editing) -> Editing:
    if editing.at is None:
        return editing
    at = editing.at + 1
    if at < len(editing.lines):
        return replace(show(editing, editing.lines[at]), at=at)
    return replace(show(editing, editing.draft), at=None, draft="")
