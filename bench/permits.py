"""Permits per second, memory, and whether an incident costs more in a larger nation.

``python -m bench.permits``. The peer is the loop that people write first: every agreement is looked at
for every unit. Both answer the same questions in the same run, and must answer them alike. Times are
seconds of the processor, so that a busy machine does not tell in them.
"""

import argparse
import gc
import json
import os
import random
import resource
import time
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from datetime import time as clock
from functools import partial
from typing import Any

from bench.world import percentiles
from dispatch.agreements import provisions as p
from dispatch.agreements import restrictions as r
from dispatch.agreements.pairs import Pairs
from dispatch.agreements.permit import Permit, Refusal, judge, list_speakers, may_lend
from dispatch.agreements.question import Call, LentUnit, Loans
from dispatch.agreements.terms import Agreement, AgreementKind, Clause, Signature
from dispatch.model.ids import AgreementId, JurisdictionId
from dispatch.model.incident import Priority
from dispatch.model.unit import UnitType

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
BEGINS, SIGNED = datetime(2026, 1, 1, tzinfo=UTC), datetime(2025, 12, 1, tzinfo=UTC)
TYPES = (UnitType.ALS_AMBULANCE, UnitType.BLS_AMBULANCE, UnitType.CRITICAL_CARE_AMBULANCE)
LOANS = Loans(free_by_type=dict.fromkeys(TYPES, 3))
NEIGHBOURS = 8


@dataclass(frozen=True)
class Nation:
    """Jurisdictions in a ring, each with the same number of neighbours, and their fleets."""

    agreements: tuple[Agreement, ...]
    fleets: dict[JurisdictionId, tuple[LentUnit, ...]]

    @property
    def jurisdictions(self) -> list[JurisdictionId]:
        """Who there is, by id."""
        return list(self.fleets)


def named(number: int) -> JurisdictionId:
    """The id of a jurisdiction."""
    return JurisdictionId(f"j{number:05d}")


def agree(parties: Sequence[JurisdictionId], chance: random.Random, *clauses: Clause) -> Agreement:
    """A reciprocal agreement, signed by all, in force since January."""
    return Agreement(
        id=AgreementId("-".join(parties[:2]) if len(parties) < 5 else "compact"),
        title="Mutual aid",
        version=1,
        kind=chance.choice((AgreementKind.MUTUAL, AgreementKind.MUTUAL, AgreementKind.AUTOMATIC)),
        parties=tuple(parties),
        directions=(),
        reciprocal=True,
        effective_from=BEGINS,
        effective_to=None,
        time_zone="America/New_York",
        clauses=clauses or tuple(draw_clauses(chance)),
        signatures=tuple(Signature(party=party, by="Chief", signed_at=SIGNED) for party in parties),
    )


def draw_clauses(chance: random.Random) -> Iterator[Clause]:
    """What an agreement of the sample region says, and now and then more."""
    yield r.UnitTypes(id="2.1", allow=TYPES[: chance.randint(1, 3)])
    yield r.Priorities(id="2.2", allow=(Priority.CRITICAL, Priority.EMERGENT))
    yield r.ReserveFloor(id="3.1", keep=chance.randint(0, 3), unit_types=TYPES[:1])
    yield r.ConcurrentCap(id="3.2", at_most=chance.randint(1, 3))
    if chance.random() < 0.3:
        window = r.Window(days=tuple(r.Weekday), since=clock(6), until=clock(22))
        yield r.Hours(id="2.3", windows=(window,))
    if chance.random() < 0.3:
        yield r.IncidentCap(id="3.3", at_most=2)
    yield p.AnswerTime(id="4.2", seconds=60)


def make_nation(*, jurisdictions: int, agreements: int, units: int, seed: int = 7) -> Nation:
    """``agreements`` of two parties each, between the nearest in the ring; ``units`` spread evenly."""
    chance = random.Random(seed)
    pairs = [
        (named(one), named((one + step) % jurisdictions))
        for step in range(1, NEIGHBOURS // 2 + 1)
        for one in range(jurisdictions)
    ]
    fleets = {
        named(n): tuple(LentUnit(unit_type=TYPES[k % 3], crew_size=2) for k in range(n, units, jurisdictions))
        for n in range(jurisdictions)
    }
    made = tuple(agree(pair, chance) for pair in pairs[:agreements])
    return Nation(agreements=made, fleets=fleets)


Answers = list[Permit | Refusal]


def by_pair(nation: Nation, pairs: Pairs, borrower: JurisdictionId) -> Answers:
    """As a recommendation does: the borrower's lenders first, their agreements once, then each unit."""
    call = Call(borrower=borrower, priority=Priority.CRITICAL, nature="fall")
    found: Answers = []
    for lender in pairs.list_lenders(borrower):
        of_pair = pairs.list_for(lender=lender, borrower=borrower)
        speakers = list_speakers(of_pair, lender=lender, borrower=borrower, now=NOW)
        found += [
            judge(speakers, lender=lender, unit=unit, call=call, loans=LOANS, now=NOW)
            for unit in nation.fleets[lender]
        ]
    return found


def by_scan(nation: Nation, borrower: JurisdictionId, lenders: Sequence[JurisdictionId]) -> Answers:
    """The peer: for each unit, every agreement that there is."""
    call = Call(borrower=borrower, priority=Priority.CRITICAL, nature="fall")
    return [
        may_lend(nation.agreements, lender=lender, unit=unit, call=call, loans=LOANS, now=NOW)
        for lender in lenders
        for unit in nation.fleets[lender]
    ]


def measure_rate(*, incidents: int) -> dict[str, Any]:
    """500 agreements and 10,000 units: every pair that touches one incident, unit by unit."""
    nation = make_nation(jurisdictions=200, agreements=500, units=10_000)
    pairs = Pairs(nation.agreements)
    asked, permits, ours, naive = 0, 0, 0.0, 0.0
    for borrower in random.Random(3).sample(nation.jurisdictions, incidents):
        began = time.process_time()
        mine = by_pair(nation, pairs, borrower)
        between = time.process_time()
        theirs = by_scan(nation, borrower, pairs.list_lenders(borrower))
        naive += time.process_time() - between
        ours += between - began
        if mine != theirs:
            raise AssertionError(f"the two ways answer {borrower} differently")
        asked, permits = asked + len(mine), permits + sum(isinstance(one, Permit) for one in mine)
    return {
        "agreements": len(nation.agreements),
        "units": sum(map(len, nation.fleets.values())),
        "incidents": incidents,
        "units_asked_per_incident": round(asked / incidents),
        "share_permitted": round(permits / asked, 2),
        "permits_per_cpu_second": round(asked / ours),
        "naive_permits_per_cpu_second": round(asked / naive),
        "times_faster": round(naive / ours, 1),
    }


def measure_growth(*, incidents: int) -> list[dict[str, Any]]:
    """The same eight neighbours in ever larger nations; the naive loop looks at all there is."""
    table = []
    for jurisdictions in (10, 100, 1_000, 3_000):
        agreements = jurisdictions * NEIGHBOURS // 2
        nation = make_nation(jurisdictions=jurisdictions, agreements=agreements, units=jurisdictions * 10)
        pairs = Pairs(nation.agreements)
        borrowers = [named(number * 7919 % jurisdictions) for number in range(incidents)]
        taken = [_milliseconds(partial(by_pair, nation, pairs, borrower)) for borrower in borrowers]
        scanned = [
            _milliseconds(partial(by_scan, nation, borrower, pairs.list_lenders(borrower)))
            for borrower in borrowers[:2]
        ]
        table.append(
            {
                "jurisdictions": jurisdictions,
                "agreements": agreements,
                **percentiles(taken),
                "naive_ms": round(min(scanned), 1),
            }
        )
    return table


def _milliseconds(what: Callable[[], object]) -> float:
    began = time.process_time()
    what()
    return (time.process_time() - began) * 1000


def measure_memory() -> dict[str, Any]:
    """What the index takes, without the agreements themselves, before and after every borrower has asked."""
    chance = random.Random(7)
    nation = make_nation(jurisdictions=200, agreements=500, units=0)
    members = [named(n) for n in range(1_000)]
    floor = r.ReserveFloor(id="3", keep=1)
    compact = (agree(members, chance, p.Counterparts(id="9"), floor),)
    return {
        "pairs_of_500_agreements": _memory_of(nation.agreements, nation.jurisdictions),
        "pairs_of_one_compact_of_1000": _memory_of(compact, members),
    }


def _memory_of(agreements: Sequence[Agreement], borrowers: Sequence[JurisdictionId]) -> dict[str, float]:
    gc.collect()
    tracemalloc.start()
    began = time.perf_counter()
    pairs = Pairs(agreements)
    built_ms = (time.perf_counter() - began) * 1000
    built = tracemalloc.get_traced_memory()[0]
    for borrower in borrowers:
        for lender in pairs.list_lenders(borrower):
            pairs.list_for(lender=lender, borrower=borrower)
    asked = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return {
        "index_kb": round(built / 1024, 1),
        "after_every_pair_was_asked_kb": round(asked / 1024, 1),
        "built_in_ms": round(built_ms, 1),
    }


def main() -> None:
    """Parse, measure, print JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--incidents", type=int, default=40)
    chosen = parser.parse_args()
    result = {
        "rate": measure_rate(incidents=chosen.incidents),
        "eight_neighbours_in_nations_of": measure_growth(incidents=chosen.incidents * 5),
        "memory": measure_memory(),
        "resident_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "load_average": os.getloadavg()[0],
    }
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
