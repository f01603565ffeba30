"""A recommendation as lines to read: who may come with which permit, who may not and why."""

from collections.abc import Iterator

from dispatch.watch.line.sight import Sight
from dispatch.watch.picture import Row, moment_ms
from dispatch.watch.refused import reason_lines, source_of
from dispatch.watch.words import codes_name, eta, level_of, plain, status_word, wall_clock

MOST_REFUSED = 10


def list_lines(shown: Row, sight: Sight) -> Iterator[str]:
    """Own units, candidates, refusals, in the server's order."""
    if shown["counterfactual"]:
        yield plain(shown["counterfactual"]["sentence"])
    for row in shown["own"]:
        yield f"own   {_unit(row)}  {_own_state(row)}"
    for rank, row in enumerate(shown["candidates"], 1):
        yield f"{rank:>3}   {_unit(row)}  {_permit(row, sight)}"
    if not shown["candidates"]:
        yield "nobody may come"
    refused = shown["refusals"]
    for row in refused[:MOST_REFUSED]:
        reasons = "; ".join(reason_lines(row["reasons"]))
        yield f"  ✕   {_unit(row)}  {reasons}"
    if len(refused) > MOST_REFUSED:
        yield f"and {len(refused) - MOST_REFUSED} more that may not: WHY unit says why"
    if shown["degraded"]:
        yield f"degraded: {', '.join(map(codes_name, shown['degraded']))}"


def why_lines(verdict: Row, sight: Sight) -> Iterator[str]:
    """What one unit does now, all that forbids it or the permit that it may come by, what is before it."""
    yield _work(verdict, sight)
    yield from reason_lines(verdict["reasons"])
    if verdict["candidate"]:
        yield _permit(verdict["candidate"], sight)
    if verdict["ahead"]:
        yield plain(verdict["ahead"]["sentence"])


def _work(verdict: Row, sight: Sight) -> str:
    """ "on scene since 14:05:10, on 26-00012 for Cedar": as far as that is known here."""
    now, assignment = status_word(verdict["status"]).name, verdict["assignment"]
    if verdict["changed_at"]:
        now += f" since {wall_clock(moment_ms(verdict['changed_at']), sight.names.zone)}"
    if not assignment:
        return now
    borrower = assignment["borrower"]
    whose = "" if borrower == sight.home else f" for {sight.names.of(borrower)}"
    return f"{now}, on {plain(assignment['incident_number'])}{whose}"


def _unit(row: Row) -> str:
    estimated = row["eta_basis"] == "straight_line" or row.get("estimate", False)
    return f"{plain(row['call_sign']):<16} {level_of(row['unit_type']):<5} {_eta(row, estimated):>7}"


def _eta(row: Row, estimated: bool) -> str:
    return eta(row["eta_seconds"], estimated=estimated)


def _permit(row: Row, sight: Sight) -> str:
    permit = row["permit"]
    keeps = "" if row["keeps"] is None else f", keeps {row['keeps']} (floor {row['floor'] or 0})"
    return f"{sight.names.of(row['lender'])} lends{keeps}{source_of(permit)}"


def _own_state(row: Row) -> str:
    if row["promised"]:
        return "on offer to a neighbour"
    return status_word(row["status"]).name + (", free later" if row["free_in_seconds"] else "")
