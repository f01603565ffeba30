"""What people shorten in addresses, and which words say little about the place.

Street types and directions are those that postal services print (in English those of USPS Publication
28); the rest is how street signs in Italy, Germany, Austria, Switzerland and France shorten theirs.
"""

from collections.abc import Mapping
from typing import Final

_TYPES: Final = """
    street: st str; avenue: ave av aven; road: rd; drive: dr drv; lane: ln; court: ct crt; place: pl;
    boulevard: blvd bd boul; parkway: pkwy pky; highway: hwy; square: sq; terrace: ter terr;
    circle: cir circ; crescent: cres; trail: trl; turnpike: tpke; way: wy; pike: pk; freeway: fwy;
    expressway: expy; alley: aly; loop; row; hollow: holw; creek: crk; close: cl; grove: grv;
    via: v; viale: vle vl; corso: cso; piazza: pza pzza; piazzale: ple pzle; piazzetta: pzta; largo: lgo;
    vicolo: vco vic; strada: sda; galleria: gall; bastioni: bast;
    strasse: str; weg; gasse; platz: plz; rue: r; chemin: ch; allee: all; impasse: imp; route: rte
"""
_DIRECTIONS: Final = """
    north: n nord; south: s sud; east: e est; west: w ovest; northeast: ne; northwest: nw; southeast: se;
    southwest: sw
"""
_SMALL: Final = """
    the of at a an and di del dello della dei degli delle dell d de da dal dalla al alla ai e ed in
    il lo la i gli le l du des der die das von van zu zum zur am im
"""
_TELLING: Final = """
    saint: st ste sainte san santa santo sant sta s sankt; doctor: dr dott; mount: mt monte; fort: ft;
    heights: hts; center: ctr centre cntr centro; junction: jct; bridge: brg ponte; point: pt;
    station: stn stazione bahnhof gare; hospital: hosp ospedale spital; park: pk parco; university: univ;
    elementary: elem; apartments: apts; interstate: i; exit: uscita casello svincolo ausfahrt sortie;
    1st: first; 2nd: second; 3rd: third; 4th: fourth; 5th: fifth; 6th: sixth; 7th: seventh; 8th: eighth;
    9th: ninth; 10th: tenth; 11th: eleventh; 12th: twelfth
"""
"""Shortened or translated, but telling: these words are weighed as any other."""


def _read(*tables: str) -> Mapping[str, frozenset[str]]:
    """Each word with all that it may stand for: "st" is a street and a saint."""
    read: dict[str, set[str]] = {}
    for line in ";".join(tables).split(";"):
        whole, _, shortened = line.partition(":")
        for word in (whole.strip(), *shortened.split()):
            read.setdefault(word, set()).add(whole.strip())
    return {word: frozenset(meanings) for word, meanings in read.items()}


def _words(table: str) -> frozenset[str]:
    return frozenset(table.replace(":", " ").replace(";", " ").split())


MEANINGS: Final = _read(_TYPES, _DIRECTIONS, _TELLING)
"""What a folded word may stand for. Words that are not here stand for themselves."""

LIGHT_WORDS: Final = _words(_TYPES) | _words(_DIRECTIONS)
"""Words that many names have: a match of one says little, a miss costs little."""

SMALL_WORDS: Final = frozenset(_SMALL.split()) - LIGHT_WORDS
"""Words that people leave out."""

DIRECTIONS: Final = frozenset(line.partition(":")[0].strip() for line in _DIRECTIONS.split(";"))
"""What the words for the points of the compass stand for."""

NUMBER_FIRST_TYPES: Final = frozenset(
    name.partition(":")[0].strip() for name in _TYPES.partition("via:")[0].split(";") if name.strip()
)
"""Where a name ends in one of these, the house number stands before it: "12 Elm Street", "Via Roma 12"."""


def meanings_of(word: str) -> frozenset[str]:
    """All that a folded word may stand for; itself where it is no abbreviation."""
    return MEANINGS.get(word) or frozenset((word,))


def spell_out(folded: str) -> str:
    """A folded street's name with its abbreviations spelt out, as far as their place tells.

    "st johns st" is "saint johns street": the same street is the same text whichever way it was written.
    """
    words = folded.split()
    return " ".join(_spelt(word, last=at == len(words) - 1, first=at == 0) for at, word in enumerate(words))


def _spelt(word: str, *, first: bool, last: bool) -> str:
    meanings = sorted(meanings_of(word))
    if len(meanings) == 1:
        return meanings[0]
    kinds = [each for each in meanings if (each in LIGHT_WORDS) == last]
    directions = [each for each in meanings if each in DIRECTIONS]
    return (directions if first and directions else kinds or meanings)[0]
