"""Finding places by typed names in Milan, beside what people write first and what the shelf has.

``python -m bench.places``. The same questions go to all: names as the map has them, with a slip, cut
short, and abbreviated. The peers find names alone: a loop that compares every name by our own rule,
SQLite's FTS5 with its trigram tokenizer, and rapidfuzz's WRatio over all names where that is installed.
Crossings and house numbers are asked of ours only. ``found`` is the share of questions whose street is
among the first ten (and first) by its folded name.
"""

import argparse
import asyncio
import json
import os
import random
import sqlite3
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from bench.world import percentiles
from dispatch.gateways.gazetteer.compile import compile_gazetteer
from dispatch.gateways.gazetteer.index import GazetteerFile
from dispatch.gateways.regions.boundaries import read_boundaries
from dispatch.model.geo import Point
from dispatch.routing.gazetteer.asked import read_asked
from dispatch.routing.gazetteer.folding import fold, grams_of, words_of
from dispatch.routing.gazetteer.likeness import LEAST, compare

HERE = Point(lon=9.19, lat=45.464)
TEN = 10
SHORT = (("Via ", "V. "), ("Viale ", "V.le "), ("Corso ", "C.so "), ("Piazza ", "P.za "), ("Street", "St"))

Find = Callable[[str], Sequence[str]]
"""The folded names that a text finds, best first."""


def mistype(name: str, rng: random.Random) -> str:
    """One slip: a wrong letter, two swapped, one left out; or the name cut short, or abbreviated."""
    at, kind = rng.randrange(1, max(2, len(name) - 1)), rng.randrange(5)
    if kind == 0:
        return name[:at] + rng.choice("aeioubcdlmnrst") + name[at + 1 :]
    if kind == 1:
        return name[:at] + name[at : at + 2][::-1] + name[at + 2 :]
    if kind == 2:
        return name[:at] + name[at + 1 :]
    if kind == 3:
        return name[: max(6, len(name) * 2 // 3)]
    return next((name.replace(whole, short) for whole, short in SHORT if whole in name), name)


def ours(index: GazetteerFile) -> Find:
    return lambda text: [
        fold(part)
        for each in index.find(read_asked(text), HERE)
        for part in each.place.name.rstrip(")").split(" (")
    ]


def naive(names: Sequence[str]) -> Find:
    """Every name, compared by the same rule."""
    read = [(name, words_of(name)) for name in names]

    def find(text: str) -> list[str]:
        asked = words_of(fold(text))
        alike = [(compare(asked, words), name) for name, words in read]
        kept = sorted((each.as_key(), name) for each, name in alike if each.score >= LEAST)
        return [name for _, name in kept[:TEN]]

    return find


def trigrams(names: Sequence[str]) -> Find:
    """FTS5's own trigrams and its own rank, as its documentation shows for likeness."""
    connection = sqlite3.connect(":memory:")
    connection.execute("create virtual table name using fts5(text, tokenize = 'trigram')")
    connection.executemany("insert into name (text) values (?)", ((f" {name} ",) for name in names))

    def find(text: str) -> list[str]:
        asked = " or ".join(f'"{gram}"' for gram in sorted(grams_of(fold(text)))).replace(" or ", " OR ")
        rows = connection.execute("select text from name where name match ? order by rank limit 10", (asked,))
        return [text.strip() for (text,) in rows]

    return find


def rapid(names: Sequence[str]) -> Find | None:
    """rapidfuzz over all names; None where it is not installed."""
    try:
        from rapidfuzz import fuzz, process
    except ImportError:
        return None
    return lambda text: [
        name for name, _, _ in process.extract(fold(text), names, scorer=fuzz.WRatio, limit=TEN)
    ]


def ask(find: Find, questions: Sequence[tuple[str, str]]) -> dict[str, object]:
    """Time every question and count what was found, where it is known what should be."""
    taken, used, first, ten = [], [], 0, 0
    for text, wanted in questions:
        began, worked = time.perf_counter(), time.process_time()
        found = find(text)
        taken.append((time.perf_counter() - began) * 1000)
        used.append((time.process_time() - worked) * 1000)
        first += found[:1] == [wanted]
        ten += wanted in found
    counted = {"found_first": round(first / len(questions), 3), "found": round(ten / len(questions), 3)}
    return {
        "questions": len(questions),
        "wall": percentiles(taken),
        "processor": percentiles(used),
        **(counted if questions[0][1] else {}),
    }


async def loop_delay(index: GazetteerFile | None, texts: Sequence[str]) -> dict[str, float]:
    """How late a timer of 1 ms comes while searches run in their thread, or nothing does."""
    late: list[float] = []
    searching = True

    async def watch() -> None:
        while searching:
            began = time.perf_counter()
            await asyncio.sleep(0.001)
            late.append((time.perf_counter() - began - 0.001) * 1000)

    watching = asyncio.create_task(watch())
    for text in texts:
        await (asyncio.to_thread(index.find, read_asked(text), HERE) if index else asyncio.sleep(0.005))
    searching = False
    await watching
    return percentiles(late)


def measure(*, questions: int, slow: int, data: Path, seed: int) -> dict[str, object]:
    """Build the index, ask everybody the same."""
    rng = random.Random(seed)
    jurisdictions = read_boundaries(data / "milan" / "municipalities.geojson", made_up=True).jurisdictions
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "names.sqlite3"
        began, worked = time.perf_counter(), time.process_time()
        counts = compile_gazetteer(data / "milan" / "milan.osm.pbf", path, jurisdictions)
        built = {"wall_s": time.perf_counter() - began, "processor_s": time.process_time() - worked}
        connection = sqlite3.connect(path)
        texts = [text for (text,) in connection.execute("select distinct text from name")]
        streets = [name for (name,) in connection.execute("select name from place where kind = 'street'")]
        index = GazetteerFile(path)
        asked = [(mistype(name, rng), fold(name)) for name in rng.choices(streets, k=questions)]
        crossings = [
            f"{rng.choice(streets)} / {mistype(rng.choice(streets), rng)}" for _ in range(questions // 4)
        ]
        houses = [
            f"{mistype(rng.choice(streets), rng)} {rng.randrange(1, 90)}" for _ in range(questions // 4)
        ]
        peers = {"naive_loop": (naive(texts), slow), "fts5_trigram": (trigrams(texts), questions)}
        if find := rapid(texts):
            peers["rapidfuzz_wratio"] = (find, questions)
        return {
            "index": {
                "streets": counts.streets,
                "crossings": counts.crossings,
                "names": len(texts),
                "megabytes": round(path.stat().st_size / 1e6, 2),
                **{name: round(seconds, 2) for name, seconds in built.items()},
            },
            "ours": ask(ours(index), asked),
            "ours_crossings": ask(ours(index), [(text, "") for text in crossings]),
            "ours_houses": ask(ours(index), [(text, "") for text in houses]),
            **{name: ask(find, asked[:count]) for name, (find, count) in peers.items()},
            "loop_late": asyncio.run(loop_delay(index, [text for text, _ in asked])),
            "loop_late_without": asyncio.run(loop_delay(None, [text for text, _ in asked])),
            "load_average": os.getloadavg()[0],
        }


def main() -> None:
    """Parse, measure, print JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=1_000)
    parser.add_argument("--slow", type=int, default=40, help="How many of them the naive loop is asked.")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument(
        "--data", type=Path, default=Path(os.environ.get("DISPATCH_REAL_DATA", "../shared/data"))
    )
    print(json.dumps(measure(**vars(parser.parse_args())), indent=2))


if __name__ == "__main__":
    main()
