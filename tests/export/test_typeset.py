"""What a PDF can be relied on for, whatever words are put into it."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from dispatch.export import typeset as module
from dispatch.export.typeset import typeset

TEMPLATE = """
#set page("us-letter")
= #d.title
#d.words
#raw(d.words, block: true)
"""


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def made(words: str) -> bytes:
    return typeset(TEMPLATE, {"title": "A title", "words": words})


def test_the_same_words_give_the_same_bytes() -> None:
    assert made("as agreed") == made("as agreed")
    assert made("as agreed") != made("as agreed.")


def test_words_are_data_and_never_mark_up() -> None:
    evil = '#strong[x] *y* $z$ `#read("/etc/hostname")` #include "a.typ" \\ @b <c> "'
    assert text_of(made(evil)).count("#strong[x] *y* $z$") == 2


def test_a_letter_that_the_fonts_lack_is_named_and_not_left_out() -> None:
    assert "[U+4E2D]" in text_of(made("before 中 after"))


@pytest.mark.parametrize("letter", ["\u202e", "\x07", "\u200b", "\ue000", "\u2028"])
def test_a_character_that_nobody_would_see_is_named(letter: str) -> None:
    assert f"[U+{ord(letter):04X}]" in text_of(made(f"before{letter}after"))


def test_every_letter_that_is_taken_for_safe_is_in_both_fonts() -> None:
    pdf = module._compile(TEMPLATE, {"title": "A title", "words": "".join(sorted(module._SAFE))})
    assert pdf.startswith(b"%PDF")


@settings(max_examples=25, deadline=None)
@given(words=st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_no_words_keep_a_document_from_being_made(words: str) -> None:
    assert made(words).startswith(b"%PDF")


def test_the_pdf_is_tagged_has_a_language_and_says_what_it_is() -> None:
    root = PdfReader(io.BytesIO(made("x"))).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-US"
    assert b"pdfuaid" in root["/Metadata"].get_object().get_data()
