"""Reading an index: the file opened once, its rows by key, its names by their letters."""

import sqlite3
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from dispatch.gateways.gazetteer.layout import FORMAT
from dispatch.model.errors import RegionInvalid
from dispatch.model.geo import Point
from dispatch.routing.gazetteer.abbreviations import spell_out
from dispatch.routing.gazetteer.folding import HEAVY, Word, fold, grams_of, words_of
from dispatch.routing.gazetteer.likeness import LEAST, Likeness, compare
from dispatch.routing.gazetteer.place import SAID_OF, Place, PlaceKind

SHORTEST: Final = 2
"""Letters of a text below which nothing is looked up: too much begins with it."""
COMPARED: Final = 64
"""How many names that share most letters with a text are compared with it word by word."""

_KM_PER_DEG: Final = 111.32
_NEAR_KM: Final = 4.0
_NEARNESS: Final = 0.25
"""By how much a name counts more beside the point that one looks from."""
_PREFERRED: Final = 0.1
_OF_LIGHT: Final = 0.5
"""What letters of a word as "street" count against those of a word that tells of the place."""
_SHORT: Final = 8.0
"""Letters that any name is taken to have more, so that the shortest do not win by that alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A place one of whose names is like a text."""

    id: int
    place: Place
    alike: Likeness


class Reading:
    """One open index. Not for two threads at once."""

    def __init__(self, path: Path) -> None:
        """Open the file. Raises ``RegionInvalid`` when it is missing, broken or of another format."""
        try:
            address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
            self._connection = sqlite3.connect(address, uri=True, check_same_thread=False)
            about = dict(self._connection.execute("select key, value from about"))
            if about["format"] != FORMAT:
                raise RegionInvalid(str(path), f"is not an index of names of format {FORMAT}")
            self._lengths: NDArray[np.uint8] = np.frombuffer(about["lengths"], dtype=np.uint8)
            self._at: NDArray[np.float32] = np.frombuffer(about["at"], dtype="<f4").reshape(-1, 2)
            self._street_names = int(about["street_names"])
        except (sqlite3.Error, KeyError, ValueError, TypeError) as broken:
            raise RegionInvalid(str(path), f"is not an index of names ({broken})") from broken

    def close(self) -> None:
        """Let the file go."""
        self._connection.close()

    def rows(self, select: str, keys: Collection[object], *more: object) -> Iterator[tuple[Any, ...]]:
        """Rows of a ``select`` whose ``?*`` stands for the keys, followed by ``more``."""
        marks = ",".join("?" * len(keys))
        return iter(self._connection.execute(select.replace("?*", marks), [*keys, *more]))

    def places(self, ids: Collection[int]) -> dict[int, Place]:
        """Places by their ids."""
        return {row[0]: _place(*row) for row in self.rows("select * from place where id in (?*)", ids)}

    def named(self, text: str, near: Point, *, streets: bool = False) -> list[Hit]:
        """The places whose names are like a folded text, each by its best name; of streets only if asked."""
        if len(text) < SHORTEST:
            return []
        asked = words_of(text)
        best: dict[int, Hit] = {}
        for folded, shown, number, kind, name, *rest in self.rows(
            "select name.text, name.shown, place.* from name join place on place.id = name.place"
            " where name.id in (?*)",
            self._like(text, near, streets=streets),
        ):
            alike = compare(asked, words_of(folded), _words_beside(kind, rest[0]))
            before = best.get(number)
            if alike.score < LEAST or (before and not _says_more(alike, before.alike, shown == name)):
                continue
            said = name if shown == name else f"{name} ({shown})"
            best[number] = Hit(id=number, place=_place(number, kind, said, *rest), alike=alike)
        return sorted(best.values(), key=lambda hit: hit.alike.as_key())

    def _like(self, text: str, near: Point, *, streets: bool) -> list[int]:
        """The names that share most letters with a text; among equals the nearer ones."""
        telling = " ".join(word.text for word in words_of(text) if word.weight == HEAVY)
        heavy = grams_of(f"{telling} {spell_out(telling)}")
        count = self._street_names if streets else len(self._lengths)
        shared = np.zeros(len(self._lengths), dtype=np.float32)
        select = "select gram, names from gram where gram in (?*)"
        for gram, names in self.rows(select, sorted(heavy | grams_of(text))):
            ids = np.frombuffer(names, dtype="<i4")
            shared[ids] += np.log1p(len(shared) / len(ids)) * (1.0 if gram in heavy else _OF_LIGHT)
        found = np.flatnonzero(shared[:count])
        if len(found) > COMPARED:
            scores = shared[found] / (_SHORT + self._lengths[found]) * self._nearness(found, near)
            found = found[np.argpartition(-scores, COMPARED)[:COMPARED]]
        return [int(each) for each in found]

    def _nearness(self, names: NDArray[np.int64], near: Point) -> NDArray[np.float32]:
        east, north = ((self._at[names] - (near.lon, near.lat)) * _KM_PER_DEG).T
        away_km = np.hypot(north, east * np.cos(np.radians(near.lat)))
        nearness: NDArray[np.float32] = (1.0 + _NEARNESS / (1.0 + away_km / _NEAR_KM)).astype(np.float32)
        return nearness


def _place(number: int, kind: str, name: str, town: str, lon_e7: int, lat_e7: int) -> Place:
    return Place(
        name=name,
        kind=PlaceKind(kind),
        position=Point.from_e7(lon_e7=lon_e7, lat_e7=lat_e7),
        town=town,
        street=number if kind == PlaceKind.STREET else None,
    )


def _says_more(alike: Likeness, before: Likeness, is_name: bool) -> bool:
    """Whether another name of a place was met better; that on the screen is preferred to a second one."""
    by = _PREFERRED if is_name else -_PREFERRED
    return (alike.match, before.score) < (before.match, alike.score + by)


@lru_cache(maxsize=2048)
def _words_beside(kind: str, town: str) -> tuple[Word, ...]:
    """Words that a place may be asked by although its name lacks them: its town's, and what it is."""
    return words_of(fold(f"{town} {SAID_OF.get(PlaceKind(kind), '')}"))
