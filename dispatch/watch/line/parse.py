"""What a line means. Only a complete one may change anything; nothing that is typed makes it raise."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from re import IGNORECASE, compile
from typing import Any, Final, TypeAlias

from dispatch.watch.line.choices import choice_of
from dispatch.watch.line.new_incident import Flaw, read_new_incident
from dispatch.watch.line.resolve import MOST_CANDIDATES, Choice, resolve
from dispatch.watch.line.sight import Sight
from dispatch.watch.line.text import Word, edits_between, joined, typed_of, words_of
from dispatch.watch.line.verbs import VERBS, Argument, Kind, Verb, find_verb, may_use

MOST_HOURS: Final = 72
_HOURS: Final = compile(r"([0-9]{1,4})h?", IGNORECASE)
_MOST_WORDS: Final[Mapping[Kind, int]] = {Kind.UNIT: 4, Kind.REQUEST: 4, Kind.REASON: 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Complete:
    """``args``: ids of rows, never what was typed."""

    verb: str
    args: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stuck:
    """Why nothing is done. ``candidates``: ids (verbs, codes), 8 at most of ``of``.

    ``reason``: missing, ambiguous, no_verb, not_allowed, no_match, not_now, bad_value or too_much;
    ``which``: what was named, where it is known but the verb may not apply to it now.
    """

    reason: str
    verb: str | None
    argument: str
    typed: str = ""
    candidates: tuple[str, ...] = ()
    of: int = 0
    which: tuple[str, ...] = ()


Parsed: TypeAlias = Complete | Stuck


@dataclass(frozen=True, slots=True)
class Place:
    """The argument where a walk came to an end, what it may mean, and what is written there already."""

    argument: Argument
    choice: Choice
    typed: str
    at: int
    """The first of its words; as many as there are, where nothing was written yet."""


@dataclass(slots=True)
class Walked:
    """What was said; ``taken`` words were used; ``place``: the first argument that nothing was said for."""

    said: dict[str, Any] = field(default_factory=dict)
    taken: int = 1
    place: Place | None = None
    stuck: Stuck | None = None


def parse(line: str, sight: Sight) -> Parsed:
    """What the line means in this picture."""
    words = words_of(line)
    verb = find_verb(words[0].text) if words else None
    if verb is None:
        return _without_verb(words[0].text if words else "", sight)
    if not may_use(verb, sight.role):
        return Stuck(reason="not_allowed", verb=verb.name, argument="verb", typed=words[0].text)
    if verb.name == "N":
        return _new_incident(joined(words[1:]), sight)
    return _judged(verb, words, walk(verb, words, sight))


def walk(verb: Verb, words: list[Word], sight: Sight, *, unfinished: bool = False) -> Walked:
    """Take the words behind the verb, one argument after the other, as far as they make sense.

    With ``unfinished``, the last word is still being typed: the argument that it belongs to is not judged.
    """
    walked = Walked()
    for argument in verb.arguments:
        choice = choice_of(verb.name, argument.kind, sight, walked.said)
        left = words[walked.taken :]
        count = len(left) if argument.rest else _run_of(argument, left, choice)
        walked.place = Place(argument, choice, joined(left), walked.taken)
        if not left or (unfinished and count == len(left)):
            return walked
        value = _value_of(verb, argument, joined(left[:count]), choice)
        if isinstance(value, Stuck):
            walked.stuck = value
            return walked
        walked.said[argument.name] = value
        walked.taken += count
    walked.place = None
    return walked


def stuck(
    reason: str,
    verb: str | None,
    argument: str,
    typed: str = "",
    *,
    candidates: Sequence[str] = (),
    which: Iterable[str] = (),
) -> Stuck:
    """With no more candidates than are shown."""
    return Stuck(
        reason=reason,
        verb=verb,
        argument=argument,
        typed=typed,
        candidates=tuple(candidates[:MOST_CANDIDATES]),
        of=len(candidates),
        which=tuple(which)[:MOST_CANDIDATES],
    )


def nearest(typed: str, verbs: Sequence[str]) -> list[str]:
    """The verbs that a slip of one finger, or two in a longer word, may have meant."""
    most = 2 if len(typed) > 3 else 1
    near = [verb for verb in verbs if len(verb) > 1 and abs(len(verb) - len(typed)) <= most]
    edits = {verb: edits_between(typed, verb) for verb in near}
    fewest = min([most, *edits.values()])
    return [verb for verb, count in edits.items() if count == fewest]


def _judged(verb: Verb, words: list[Word], walked: Walked) -> Parsed:
    if walked.stuck:
        return walked.stuck
    if walked.place and not walked.place.argument.optional:
        ids = [thing.id for thing in walked.place.choice.now]
        return stuck("missing", verb.name, walked.place.argument.name, candidates=ids)
    left = words[walked.taken :]
    if left:
        return Stuck(reason="too_much", verb=verb.name, argument="end", typed=joined(left))
    unsaid = {each.name: "" if each.kind is Kind.TEXT else None for each in verb.arguments}
    return Complete(verb=verb.name, args=unsaid | walked.said)


def _run_of(argument: Argument, words: list[Word], choice: Choice) -> int:
    """Names may be written with blanks, but only whole: as many words as are exactly one, else one."""
    for count in range(min(_MOST_WORDS.get(argument.kind, 1), len(words)), 1, -1):
        typed = typed_of(joined(words[:count]))
        if typed.squash and any(thing.exact(typed) for thing in choice.all):
            return count
    return 1


def _value_of(verb: Verb, argument: Argument, typed: str, choice: Choice) -> str | int | Stuck:
    wrong = Stuck(reason="bad_value", verb=verb.name, argument=argument.name, typed=typed)
    if argument.kind is Kind.TEXT:
        return typed if len(typed) <= argument.most else wrong
    if argument.kind is Kind.HOURS:
        return _hours_of(typed) or wrong
    found = resolve(typed, choice)
    if len(found.meant) == 1:
        return found.meant[0]
    if found.meant:
        return stuck("ambiguous", verb.name, argument.name, typed, candidates=found.meant)
    # A short fixed list is shown whole.
    whole = argument.kind in (Kind.STATUS, Kind.REASON)
    candidates = [thing.id for thing in choice.now] if whole else found.candidates
    reason = "not_now" if found.not_now else "no_match"
    return stuck(reason, verb.name, argument.name, typed, candidates=candidates, which=found.not_now)


def _hours_of(typed: str) -> int | None:
    found = _HOURS.fullmatch(typed)
    hours = int(found[1]) if found else 0
    return hours if 1 <= hours <= MOST_HOURS else None


def _new_incident(text: str, sight: Sight) -> Parsed:
    read = read_new_incident(text, sight.natures)
    if isinstance(read, Flaw):
        reason = "bad_value" if read.typed else "missing"
        return Stuck(reason=reason, verb="N", argument=read.argument, typed=read.typed)
    return Complete(verb="N", args=read)


def _without_verb(typed: str, sight: Sight) -> Stuck:
    """The verbs of this role that begin like that, else the nearest ones."""
    mine = [verb.name for verb in VERBS if may_use(verb, sight.role)]
    begun = [name for name in mine if name.startswith(typed.upper())]
    if begun:
        return stuck("missing", None, "verb", candidates=begun)
    return stuck("no_verb", None, "verb", typed, candidates=nearest(typed.upper(), mine))
