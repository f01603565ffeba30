"""Names and typed text, folded to what they have in common: no case, no diacritics, no punctuation."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from dispatch.routing.gazetteer.abbreviations import LIGHT_WORDS, MEANINGS, SMALL_WORDS, meanings_of

_LETTERS: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th"}
)
_APOSTROPHES: Final = str.maketrans(dict.fromkeys("’ʼ`´‘", "'"))
_POSSESSIVE: Final = re.compile(r"'s\b")
_DOTTED: Final = re.compile(r"\b([^\W\d_]{1,3})\.([^\W\d_]{1,4})\b")
_ROUTE: Final = re.compile(r"\b([^\W\d_]{1,2})[ -]?(\d+)\b")
_OTHER: Final = re.compile(r"[^\w]+|_+")
_STR: Final = re.compile(r"(?<=\w{3})str(?=\W|$)")

SMALL: Final = 0.05
LIGHT: Final = 0.25
HEAVY: Final = 1.0
_SLIPS: Final = ((7, 2), (4, 1))
"""How many letters may be wrong in a word of at least so many."""


@dataclass(frozen=True, slots=True)
class Word:
    """One folded word, what it may stand for, and how much it tells of a place."""

    text: str
    meanings: frozenset[str]
    weight: float
    letters: frozenset[str]
    slips: int
    """How many of its letters may be wrong."""


def fold(text: str) -> str:
    """Lower case without diacritics and punctuation, words parted by one blank.

    "C.so Buenos Aires" is "cso buenos aires", "St. Mary's" is "st marys", "I-71" is "i 71".
    """
    lower = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES)).casefold()
    decomposed = unicodedata.normalize("NFKD", lower)  # lower case brings new marks: "İ" is "i" and a dot
    plain = "".join(each for each in decomposed if not unicodedata.combining(each)).translate(_LETTERS)
    plain = _DOTTED.sub(_undotted, _POSSESSIVE.sub("s", plain))
    plain = _ROUTE.sub(r"\1 \2", _OTHER.sub(" ", _STR.sub("strasse", plain)))
    return " ".join(plain.split())


def _undotted(found: re.Match[str]) -> str:
    joined = found[1] + found[2]
    return joined if joined in MEANINGS else f"{found[1]} {found[2]}"


def words_of(folded: str) -> tuple[Word, ...]:
    """The words of a folded text."""
    return tuple(word_of(each) for each in folded.split())


@lru_cache(maxsize=4096)
def word_of(text: str) -> Word:
    """One folded word."""
    weight = SMALL if text in SMALL_WORDS else LIGHT if text in LIGHT_WORDS else HEAVY
    allowed = next((count for length, count in _SLIPS if len(text) >= length), 0)
    return Word(text, meanings_of(text), weight, frozenset(text), 0 if text.isdecimal() else allowed)


def grams_of(folded: str) -> frozenset[str]:
    """The groups of three letters in each word, its ends counted as blanks: what an index looks up."""
    return frozenset(
        padded[at : at + 3]
        for word in folded.split()
        for padded in (f" {word} ",)
        for at in range(len(padded) - 2)
    )
