"""Typing: a line, its cursor, what was typed before; and keys as a terminal sends them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.watch.editor import MOST_SIGNS, Editing, press, remember
from dispatch.watch.keys import Keyboard


def typed(*keys: str, start: Editing | None = None) -> Editing:
    editing = start or Editing()
    for key in keys:
        editing = press(editing, key)
    return editing


@pytest.mark.parametrize(
    ("keys", "text", "cursor"),
    [
        ([*"abc"], "abc", 3),
        ([*"ac", "left", "b"], "abc", 2),
        ([*"abc", "home", "delete"], "bc", 0),
        ([*"abc", "backspace"], "ab", 2),
        (["backspace"], "", 0),
        ([*"REQ 42 M3", "word"], "REQ 42 ", 7),
        ([*"REQ 42 ", "word"], "REQ ", 4),
        ([*"REQ", "word"], "", 0),
        ([*"abc", "left", "before"], "c", 0),
        ([*"abc", "home", "right", "behind"], "a", 1),
        ([*"abc", "clear"], "", 0),
        (["/", *"rec"], "rec", 3),
        ([*"a/b"], "a/b", 3),
        ([*"abc", "unknown", "\x07"], "abc", 3),
    ],
)
def test_a_key_does_what_it_does_everywhere(keys: list[str], text: str, cursor: int) -> None:
    editing = typed(*keys)
    assert (editing.text, editing.cursor) == (text, cursor)


def test_arrows_walk_through_what_was_typed_and_back_to_what_is_being_typed() -> None:
    editing = remember(typed(*"COV"))
    editing = remember(typed(*"REC 42", start=editing))
    editing = typed(*"U 7", start=editing)
    shown = [editing.text]
    for key in ("up", "up", "up", "down", "down", "down"):
        editing = press(editing, key)
        shown.append(editing.text)
    assert shown == ["U 7", "REC 42", "COV", "COV", "REC 42", "U 7", "U 7"]


def test_the_same_line_again_stands_once_in_the_history_and_an_empty_one_never() -> None:
    editing = remember(typed(*"COV"))
    editing = remember(typed(*"REC 1", start=editing))
    editing = remember(typed(*" COV ", start=editing))
    assert remember(typed("  ", start=editing)).lines == ("REC 1", "COV")


@given(
    st.lists(
        st.sampled_from(["a", "é", "🚑", "left", "right", "home", "end", "up", "down", "word", "delete", "x"])
    )
)
def test_the_cursor_never_leaves_the_line(keys: list[str]) -> None:
    editing = typed(*keys, start=Editing(lines=("one", "a longer one")))
    assert 0 <= editing.cursor <= len(editing.text) <= MOST_SIGNS


@pytest.mark.parametrize(
    ("data", "keys"),
    [
        (b"a\r", ["a", "enter"]),
        (b"\x1b[A\x1b[B\x1bOC\x1b[D", ["up", "down", "right", "left"]),
        (b"\x1b[1~\x1b[4~\x1b[3~\x1b[5~\x1b[6~", ["home", "end", "delete", "page up", "page down"]),
        (b"\t\x7f\x08\x15\x17", ["tab", "backspace", "backspace", "before", "word"]),
        ("é🚑".encode(), ["é", "🚑"]),
        (b"\x1bx", ["escape", "x"]),
        (b"\x1bOQ\x1b[200~", ["unknown", "unknown"]),
    ],
)
def test_keys_are_what_a_terminal_sends(data: bytes, keys: list[str]) -> None:
    assert list(Keyboard().feed(data)) == keys
    bit_by_bit = Keyboard()
    slowly = [key for byte in data for key in bit_by_bit.feed(bytes([byte]))]
    assert slowly == keys, "however the bytes arrive"


def test_an_escape_that_nothing_follows_is_the_esc_key() -> None:
    keyboard = Keyboard()
    assert list(keyboard.feed(b"\x1b")) == []
    assert keyboard.is_waiting
    assert list(keyboard.flush()) == ["escape"]
    assert list(keyboard.flush()) == []


@given(st.binary(max_size=40))
def test_whatever_a_terminal_sends_gives_keys_and_nothing_raises(data: bytes) -> None:
    keyboard = Keyboard()
    assert all([*keyboard.feed(data), *keyboard.flush()])
