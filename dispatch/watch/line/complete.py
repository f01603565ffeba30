"""What the word under the cursor may become."""

from collections.abc import Sequence
from dataclasses import dataclass
from re import compile
from typing import Final

from dispatch.watch.line.parse import Place, nearest, walk
from dispatch.watch.line.resolve import MOST_CANDIDATES, Choice, Thing, resolve, unit_names
from dispatch.watch.line.say import describe_incident, describe_request, describe_unit, dots, name_of
from dispatch.watch.line.sight import Sight
from dispatch.watch.line.text import Word, joined, squash, typed_of, words_of
from dispatch.watch.line.verbs import BY_NAME, VERBS, Kind, find_verb, may_use
from dispatch.watch.picture import Row
from dispatch.watch.words import DECLINE_REASONS, short_number, short_priority, status_word

_WORD_ENDS: Final = compile(r"[\s\x00-\x1f\x7f-\x9f\ufeff]")
_FREE: Final = (Kind.TEXT, Kind.HOURS)


@dataclass(frozen=True, slots=True)
class Candidate:
    """``insert`` stands in the line in its place; ``sentence`` says what it is."""

    id: str
    insert: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Completion:
    """``start`` to ``end`` is the part of the line that a candidate takes the place of."""

    start: int
    end: int
    expects: str
    candidates: tuple[Candidate, ...]
    of: int
    """How many there are in all: no more than eight are worked out."""


def complete(line: str, cursor: int, sight: Sight) -> Completion | None:
    """Candidates for the word under the cursor; None where there is nothing to choose."""
    words = words_of(line[:cursor])
    unfinished = bool(words) and words[-1].end == cursor
    end = cursor + len(_WORD_ENDS.split(line[cursor:], maxsplit=1)[0])
    if not words or (len(words) == 1 and unfinished):
        word = words[0] if words else Word("", cursor, cursor)
        return _completion(word.start, end, "verb", _verbs(word.text, sight))
    verb = find_verb(words[0].text)
    if verb is None or not may_use(verb, sight.role):
        return None
    if verb.name == "N":
        return _incident_words(words[1:], cursor, end, unfinished, sight)
    walked = walk(verb, words, sight, unfinished=unfinished)
    place = walked.place
    if place is None or place.argument.kind in _FREE:
        return None
    start = words[place.at].start if place.at < len(words) else cursor
    kind, choice = place.argument.kind, place.choice
    things = _best_first(_fitting(place), sight.advised.get(walked.said.get("incident", ""), ()))
    shown = [_candidate(kind, thing, choice, sight) for thing in things[:MOST_CANDIDATES]]
    return _completion(start, end, place.argument.name, shown, of=len(things))


def accept(line: str, completion: Completion, insert: str, *, whole: bool) -> tuple[str, int]:
    """The line with ``insert`` in its place, and where the cursor is then; behind a blank if ``whole``."""
    before, tail = line[: completion.start], line[completion.end :]
    glue = " " if before and not before[-1].isspace() else ""
    done = f"{before}{glue}{insert}" + (" " if whole else "")
    return done + (tail.lstrip() if whole else tail), len(done)


def shared_beginning(completion: Completion) -> str:
    """What all candidates begin with, whatever the case; nothing where not all of them are known."""
    inserts = [candidate.insert for candidate in completion.candidates]
    if completion.of > len(inserts):
        return ""
    length = 0
    for signs in zip(*inserts, strict=False):
        if len({sign.lower() for sign in signs}) > 1:
            break
        length += 1
    return inserts[0][:length] if inserts else ""


def _completion(
    start: int, end: int, expects: str, found: Sequence[Candidate], *, of: int | None = None
) -> Completion | None:
    if not found:
        return None
    return Completion(start, end, expects, tuple(found[:MOST_CANDIDATES]), len(found) if of is None else of)


def _fitting(place: Place) -> Sequence[Thing]:
    """Those that begin, end or contain what is typed; all of them before anything is."""
    now = place.choice.now
    if not place.typed:
        return now
    typed = typed_of(place.typed)
    if not typed.squash:
        return ()
    return [thing for thing in now if thing.has_part(typed.squash) or thing.exact(typed) or thing.near(typed)]


def _best_first(things: Sequence[Thing], advised: Sequence[str]) -> Sequence[Thing]:
    """Units as the advice has them, everything else behind in its own order."""
    ranks = {unit: rank for rank, unit in enumerate(advised)}
    return sorted(things, key=lambda thing: ranks.get(thing.id, len(ranks))) if ranks else things


def _candidate(kind: Kind, thing: Thing, choice: Choice, sight: Sight) -> Candidate:
    """With the shortest way to write it that means it and nothing else here."""
    ways = _ways_to_write(kind, thing.id, sight)
    clear = (way for way in ways if resolve(way, choice).meant == (thing.id,))
    return Candidate(thing.id, next(clear, ways[-1]), _sentence(kind, thing.id, sight))


def _ways_to_write(kind: Kind, which: str, sight: Sight) -> list[str]:
    match kind:
        case Kind.UNIT:
            unit = sight.unit(which)
            ways = ["".join(name.split()) for name in unit_names(unit, sight)] if unit else []
        case Kind.INCIDENT:
            row = sight.incident(which)
            ways = [short_number(row["number"]).removeprefix("#"), row["number"]] if row else []
        case Kind.REQUEST:
            row = sight.request(which)
            ways = [*_ways_to_write(Kind.UNIT, row["unit"], sight), row["incident_number"]] if row else []
        case Kind.AGENCY:
            ways = [sight.names.of(which), sight.names.agencies[which].name]
        case Kind.STATUS:
            ways = [status_word(which).code]
        case _:
            ways = []
    return ways or [which]


def _sentence(kind: Kind, which: str, sight: Sight) -> str:
    unit, incident, request = sight.unit(which), sight.incident(which), sight.request(which)
    if kind is Kind.UNIT and unit:
        return describe_unit(unit, sight)
    if kind is Kind.INCIDENT and incident:
        return describe_incident(incident, sight)
    if kind is Kind.REQUEST and request:
        return describe_request(request, sight)
    if kind is Kind.AGENCY:
        agency = sight.names.agencies[which]
        return dots(agency.agency_name, agency.telephone)
    return DECLINE_REASONS.get(which, "") if kind is Kind.REASON else name_of(kind, which, sight)


def _verbs(typed: str, sight: Sight) -> list[Candidate]:
    mine = [verb.name for verb in VERBS if may_use(verb, sight.role)]
    begun = [name for name in mine if name.startswith(typed.upper())]
    shown = begun or nearest(typed.upper(), mine)
    return [Candidate(name, name, f"{BY_NAME[name].usage}: {BY_NAME[name].help}") for name in shown]


def _incident_words(
    words: list[Word], cursor: int, end: int, unfinished: bool, sight: Sight
) -> Completion | None:
    """Behind ``N``: priorities, then the region's natures."""
    if any(word.text.startswith("@") for word in words):
        return None
    typed = words[0].text.lower() if words else ""
    priorities = [f"p{rank}" for rank in range(1, 5)]
    if not words or (len(words) == 1 and unfinished and any(each.startswith(typed) for each in priorities)):
        fit = [Candidate(each, each, "priority") for each in priorities if each.startswith(typed)]
        return _completion(words[0].start if words else cursor, end, "priority", fit)
    said = words[1:] if typed in priorities else words
    key = squash(joined(said))
    fit = [_nature(row) for row in sight.natures if key in squash(row["name"])]
    if any(squash(one.id) == key for one in fit):
        return None
    return _completion(said[0].start if said else cursor, end, "nature", fit)


def _nature(row: Row) -> Candidate:
    usual = short_priority(row["priority"]) if row.get("priority") else ""
    need = str(row.get("need") or "").replace("_", " ")
    return Candidate(row["name"], f"{row['name']} @", dots(usual, need))
