"""Words as they are compared: what a hand types at three in the morning and what a table shows are one."""

from dataclasses import dataclass
from functools import lru_cache
from re import compile
from typing import Final, NamedTuple

_WORD: Final = compile(r"[^\s\x00-\x1f\x7f-\x9f\ufeff]+")
_DIGITS: Final = compile(r"[0-9]+")
_LEADING_ZEROS: Final = compile(r"(?<![0-9])0+(?=[0-9])")


class Word(NamedTuple):
    """A word and where it stands in its line."""

    text: str
    start: int
    end: int


def words_of(line: str) -> list[Word]:
    """The words with their places. Control characters and all white space are blanks."""
    return [Word(found[0], *found.span()) for found in _WORD.finditer(line)]


def joined(words: list[Word]) -> str:
    """The words with single blanks between them."""
    return " ".join(word.text for word in words)


@lru_cache(maxsize=50_000)
def squash(text: str) -> str:
    """Lower case, letters and digits only: "Cedar Fen M-311" is "cedarfenm311"."""
    return "".join(sign for sign in text.lower() if sign.isalnum())


def without_zeros(text: str) -> str:
    """Each run of digits bare of leading zeros; a run of zeros keeps one."""
    return _LEADING_ZEROS.sub("", text)


@lru_cache(maxsize=50_000)
def canon(text: str) -> str:
    """As ``squash``, without leading zeros: "Medic 07" is "medic7"."""
    return without_zeros(squash(text))


def last_number(text: str) -> str | None:
    """The last run of digits without its leading zeros: "26-00042" is "42". None without digits."""
    runs = _DIGITS.findall(text)
    return without_zeros(runs[-1]) if runs else None


def number_key(text: str) -> str:
    """ "26-00042" and "26-42" are one: leading zeros gone, dashes kept."""
    return without_zeros(text.lower())


@dataclass(frozen=True, slots=True)
class Typed:
    """A typed word in the forms in which it is compared, worked out once for all that it may mean."""

    squash: str
    canon: str
    number_key: str
    is_digits: bool
    last_number: str | None


def typed_of(text: str) -> Typed:
    """The forms of a typed word; a leading # of a number is dropped."""
    key = squash(text)
    return Typed(
        squash=key,
        canon=canon(text),
        number_key=number_key(text.removeprefix("#")),
        is_digits=bool(_DIGITS.fullmatch(key)),
        last_number=last_number(key),
    )


def edits_between(one: str, other: str) -> int:
    """Insert, delete, replace, swap of neighbours."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, sign in enumerate(one, 1):
        before, last, row = row, before, [i]
        for j, wanted in enumerate(other, 1):
            least = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (sign != wanted))
            if i > 1 and j > 1 and sign == other[j - 2] and one[i - 2] == wanted:
                least = min(least, last[j - 2] + 1)
            row.append(least)
    return row[-1]
