"""Calendar months as spans of time: what statements are made for.

All parties' months are counted in the region's time zone, whatever zone their agreements name: only so do
the two parties of a loan over midnight find it split at the same moment in both their statements.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from dispatch.agreements.calendar import add_months, zone_named
from dispatch.model.clock import require_utc
from dispatch.model.errors import Invalid

_MONTH: Final = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From ``begins`` to before ``ends``, both at a whole second and in UTC.

    ``name`` is what people call it (``2026-10``); ``time_zone`` is where its midnights are.
    """

    name: str
    begins: datetime
    ends: datetime
    time_zone: str

    def counted_to(self, now: datetime) -> datetime:
        """Up to when a ledger made at ``now`` counts: the span's end, or now while it lasts."""
        return max(self.begins, min(now.replace(microsecond=0), self.ends))


def month_span(name: str, time_zone: str) -> Span:
    """The month that ``YYYY-MM`` names, from midnight to midnight in the zone. Raises ``Invalid``."""
    found = _MONTH.fullmatch(name)
    if found is None:
        raise Invalid("month", f"a month from 2000-01 on such as 2026-10, not {name!r}")
    first = datetime(int(found[1]), int(found[2]), 1, tzinfo=zone_named(time_zone))
    return Span(
        name=name,
        begins=require_utc(first),
        ends=require_utc(add_months(first, 1)),
        time_zone=time_zone,
    )


def year_to(span: Span) -> Span:
    """The twelve months that end with ``span``'s: the rolling year of a balance."""
    end = span.ends.astimezone(zone_named(span.time_zone))
    return Span(
        name=f"12 months to {span.name}",
        begins=require_utc(add_months(end, -12)),
        ends=span.ends,
        time_zone=span.time_zone,
    )
