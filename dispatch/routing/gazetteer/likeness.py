"""How alike a name and a typed text are, however it was typed."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from dispatch.routing.gazetteer.abbreviations import DIRECTIONS
from dispatch.routing.gazetteer.folding import HEAVY, SMALL, Word, word_of

LEAST: Final = 0.4
"""Names less alike than this are not shown."""

_WHOLE: Final = 1.0
_BEGINS: Final = 0.9
_MISSPELT: Final = 0.65
_ELSEWHERE: Final = 0.7
"""What a word counts that is the town's and not the name's."""
_UNMAPPED: Final = 0.75
"""What a point of the compass counts where the name has none: "N High Street" may be the High Street."""
_UNTYPED: Final = 0.2
"""How much of the likeness is lost when next to nothing of the name was typed."""


class Match(IntEnum):
    """How a name was met, best first."""

    EXACT = 0
    """Every word was typed whole, and none that tells of the place is left over."""
    BEGINS = 1
    """Every word that was typed is one of the name's, or begins one."""
    CLOSE = 2
    """Something is misspelt, or no word of this name."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How a name was met, and how well: ``score`` from 0 to 1."""

    match: Match
    score: float

    def as_key(self) -> tuple[Match, float]:
        """What sorts the best first."""
        return self.match, -self.score


_ONE_WORD_FROM: Final = 7

UNLIKE: Final = Likeness(Match.CLOSE, 0.0)


def compare(asked: Sequence[Word], name: Sequence[Word], town: Sequence[Word] = ()) -> Likeness:
    """How alike they are; a ``score`` below ``LEAST`` is no match.

    Words may come in any order, and written together or apart. Words of ``town`` (or of what the place is)
    that the name lacks count too, beside one of the name: "Roma Corsico" is the Via Roma in Corsico.
    """
    alike = _by_words(_together(asked, name), _together(name, asked), town)
    return alike if alike.score >= LEAST else _as_one_word(asked, name)


def _as_one_word(asked: Sequence[Word], name: Sequence[Word]) -> Likeness:
    """How alike they are when no blank is where it should be: "ViaSibari", "ViaM antova"."""
    one, other = ("".join(word.text for word in words) for words in (asked, name))
    if len(one) < _ONE_WORD_FROM or abs(len(one) - len(other)) > 2 or len({*one} - {*other}) > 2:
        return UNLIKE
    wrong = slips(one, other, at_most=2)
    return UNLIKE if wrong > 2 else Likeness(Match.CLOSE, _MISSPELT * (1 - wrong / len(one)))


def _by_words(asked: Sequence[Word], name: Sequence[Word], town: Sequence[Word]) -> Likeness:
    free = list(range(len(name)))
    shares: list[float] = []
    told = False
    for word in asked:
        share, at = _best(word, name, free)
        if share:
            free.remove(at)
            told |= word.weight == HEAVY
        elif word.weight == HEAVY and any(_share(word, other) >= _BEGINS for other in town):
            share = _ELSEWHERE
        elif word.meanings <= DIRECTIONS and not any(name[at].meanings <= DIRECTIONS for at in free):
            share = _UNMAPPED
        shares.append(share)
    told |= len(free) < len(name) and all(word.weight < HEAVY for word in asked)
    if not told:
        return UNLIKE
    untyped = sum(name[at].weight for at in free) / sum(word.weight for word in name)
    total = sum(word.weight for word in asked)
    met = sum(word.weight * share for word, share in zip(asked, shares, strict=True))
    leftover = any(name[at].weight == HEAVY for at in free)
    return Likeness(_judge(asked, shares, leftover=leftover), met / total * (1 - _UNTYPED * untyped))


def _judge(asked: Sequence[Word], shares: Sequence[float], *, leftover: bool) -> Match:
    counted = [share for word, share in zip(asked, shares, strict=True) if word.weight > SMALL or share]
    if min(counted) < _ELSEWHERE:
        return Match.CLOSE
    return Match.BEGINS if leftover or {_BEGINS, _UNMAPPED} & {*counted} else Match.EXACT


def _best(asked: Word, name: Sequence[Word], free: Sequence[int]) -> tuple[float, int]:
    """How much of the best of the free words of a name the typed one is, and which that is."""
    best, where = 0.0, -1
    for at in free:
        share = _share(asked, name[at])
        if share > best:
            best, where = share, at
            if share == _WHOLE:
                break
    return best, where


def _share(asked: Word, word: Word) -> float:
    """How much of a word of a name the typed one is."""
    if not asked.meanings.isdisjoint(word.meanings):
        return _WHOLE
    length = len(asked.text)
    if word.text.startswith(asked.text) and not word.text[: length + 1].isdecimal():
        return _BEGINS
    allowed = asked.slips
    # Whoever has typed so many letters that the word does not have has not mistyped this one.
    if not allowed or not word.slips or len(asked.letters - word.letters) > allowed:
        return 0.0
    wrong = slips(asked.text, word.text, at_most=allowed)
    if wrong > allowed and len(word.text) > length:
        wrong = slips(asked.text, word.text[:length], at_most=1)
        allowed = 1
    return 0.0 if wrong > allowed else _MISSPELT * (1 - wrong / length)


def _together(words: Sequence[Word], others: Sequence[Word]) -> tuple[Word, ...]:
    """The words, two neighbours as one where the other side has them so: "Port Marlow", "Portmarlow"."""
    whole = {other.text for other in others}
    joined: list[Word] = []
    for word in words:
        if joined and joined[-1].text + word.text in whole:
            joined[-1] = word_of(joined[-1].text + word.text)
        else:
            joined.append(word)
    return tuple(joined)


def slips(one: str, other: str, *, at_most: int) -> int:
    """How many letters to change, add, leave out or swap to make one the other; ``at_most + 1`` for more.

    Optimal string alignment, all cells of a column at once as bits of an integer (Hyyrö 2003).
    """
    if abs(len(one) - len(other)) > at_most:
        return at_most + 1
    if not one or not other:
        return max(len(one), len(other))
    bits: dict[str, int] = {}
    for at, letter in enumerate(one):
        bits[letter] = bits.get(letter, 0) | 1 << at
    full, last = (1 << len(one)) - 1, 1 << (len(one) - 1)
    up, down, level, before, count = full, 0, 0, 0, len(one)
    for letter in other:
        here = bits.get(letter, 0)
        swapped = ((~level & here) << 1) & before
        level = ((((here & up) + up) ^ up) | here | down | swapped) & full
        right, left = down | (~(level | up) & full), level & up
        count += bool(right & last) - bool(left & last)
        right, left = (right << 1 | 1) & full, (left << 1) & full
        up, down, before = left | (~(level | right) & full), level & right, here
    return min(count, at_most + 1)
