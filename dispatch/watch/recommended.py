"""A recommendation as lines to read: who may come with which permit, who may not and why."""

from collections.abc import Iterable, Iterator

from dispatch.watch.line.say import full_sign
from dispatch.watch.line.sight import Sight
from dispatch.watch.picture import Row
from dispatch.watch.refused import reason_lines, source_of
from dispatch.watch.words import codes_name, eta, level_of, plain, status_word

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


def why_lines(shown: Row, unit: str, sight: Sight) -> list[str]:
    """What the recommendation says of one unit; at least one line."""
    sign = full_sign(unit, sight)
    row = _row_of(shown["refusals"], unit)
    if row:
        return [f"{sign} may not come:", *reason_lines(row["reasons"])]
    row = _row_of(shown["candidates"], unit)
    if row:
        return [f"{sign} may come: {_permit(row, sight)}", plain(row["sentence"])]
    row = _row_of(shown["own"], unit)
    if row:
        return [f"{sign} is your own: {_own_state(row)}", plain(row["sentence"])]
    return [f"{sign} is not among the nearest units that were looked at; REQ asks the server about it"]


def _row_of(rows: Iterable[Row], unit: str) -> Row | None:
    return next((row for row in rows if row["unit"] == unit), None)


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
