"""What a terminal calls things: codes, glyphs, ages, names. The same words as on the page."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from re import IGNORECASE, compile
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dispatch.model.incident import Priority
from dispatch.model.unit import UnitStatus, UnitType
from dispatch.watch.picture import Row

S, T = UnitStatus, UnitType


class StatusWord(NamedTuple):
    """``code`` and ``glyph`` tell a status without any colour."""

    code: str
    glyph: str
    name: str


STATUSES: Final[Mapping[str, StatusWord]] = {
    S.DISPATCHED: StatusWord("DP", "▲", "dispatched"),
    S.EN_ROUTE: StatusWord("ER", "▶", "en route"),
    S.ON_SCENE: StatusWord("OS", "■", "on scene"),
    S.TRANSPORTING: StatusWord("TR", "◆", "transporting"),
    S.AT_HOSPITAL: StatusWord("AH", "✚", "at hospital"),
    S.AVAILABLE: StatusWord("AV", "●", "available"),
    S.AVAILABLE_DELAYED: StatusWord("AD", "◐", "available, delayed"),
    S.OUT_OF_SERVICE: StatusWord("OO", "✕", "out of service"),
    S.OFF_DUTY: StatusWord("OD", "✕", "off duty"),
    S.UNKNOWN: StatusWord("??", "?", "unknown"),
}
"""In the order of the page: what needs a decision soonest stands first."""

NEXT_STATUS: Final[Mapping[str, tuple[str, ...]]] = {
    S.UNKNOWN: (S.AVAILABLE, S.AVAILABLE_DELAYED, S.OUT_OF_SERVICE, S.OFF_DUTY),
    S.OFF_DUTY: (S.AVAILABLE, S.AVAILABLE_DELAYED, S.OUT_OF_SERVICE),
    S.OUT_OF_SERVICE: (S.AVAILABLE, S.AVAILABLE_DELAYED, S.OFF_DUTY),
    S.AVAILABLE: (S.AVAILABLE_DELAYED, S.OUT_OF_SERVICE, S.OFF_DUTY),
    S.AVAILABLE_DELAYED: (S.AVAILABLE, S.OUT_OF_SERVICE, S.OFF_DUTY),
    S.DISPATCHED: (S.EN_ROUTE, S.ON_SCENE, S.AVAILABLE, S.AVAILABLE_DELAYED, S.OUT_OF_SERVICE),
    S.EN_ROUTE: (S.ON_SCENE, S.AVAILABLE, S.AVAILABLE_DELAYED, S.OUT_OF_SERVICE),
    S.ON_SCENE: (S.TRANSPORTING, S.AVAILABLE, S.AVAILABLE_DELAYED, S.OUT_OF_SERVICE),
    S.TRANSPORTING: (S.AT_HOSPITAL, S.AVAILABLE, S.AVAILABLE_DELAYED, S.OUT_OF_SERVICE),
    S.AT_HOSPITAL: (S.AVAILABLE, S.AVAILABLE_DELAYED, S.OUT_OF_SERVICE, S.OFF_DUTY),
}
"""The steps that are offered from here; a unit is sent by an assignment. The server has the last word."""

UNIT_TYPES: Final[Mapping[str, str]] = {
    T.ALS_AMBULANCE: "ALS",
    T.BLS_AMBULANCE: "BLS",
    T.CRITICAL_CARE_AMBULANCE: "CCT",
    T.ALS_NONTRANSPORT: "ALS-N",
    T.BLS_NONTRANSPORT: "BLS-N",
    T.SUPERVISOR: "SUP",
    T.MULTI_PATIENT: "MPV",
    T.AIR_ROTOR: "AIR",
}

DECLINE_REASONS: Final[Mapping[str, str]] = {
    "no_unit": "no unit can be spared",
    "coverage_floor": "own cover would fall too low",
    "capability": "unit does not fit the need",
    "weather": "weather or roads",
    "crew_fatigue": "crew fatigue",
    "other": "other reason",
}

STEPS: Final = ("dispatched", "en_route", "on_scene", "transporting", "at_hospital", "returning")
"""The path of an assignment."""

WAIT_LIMIT_SECONDS: Final = (60, 300, 900, 1800)
"""How long an incident may wait for its first unit before it is marked, P1 to P4."""

FRESH_SECONDS, AGEING_SECONDS, STALE_SECONDS = 30, 120, 600
"""After the fix's own time; the same limits as the server's."""

_BEFORE: Final = compile(
    r"^(?:city|town|township|borough|village|county|municipality|parish) of ", IGNORECASE
)
_AFTER: Final = compile(r" (?:township|borough)$", IGNORECASE)
_ASIDE: Final = compile(r" \([^)]*\)$")


def plain(text: object) -> str:
    """One printable line: what others typed must not steer this terminal."""
    return "".join(sign if sign.isprintable() else " " for sign in str(text))


def status_word(status: str) -> StatusWord:
    """The word for a status; a new one that this client does not know keeps its name."""
    return STATUSES.get(status) or StatusWord("??", "?", codes_name(status))


def level_of(unit_type: str) -> str:
    """ALS, BLS …"""
    return UNIT_TYPES.get(unit_type, plain(unit_type))


def rank_of(priority: str) -> int:
    """1 to 4; 5 for a priority that this client does not know."""
    ranks = [each.value for each in Priority]
    return ranks.index(priority) + 1 if priority in ranks else len(ranks) + 1


def short_priority(priority: str) -> str:
    """P1 to P4."""
    rank = rank_of(priority)
    return f"P{rank}" if rank <= len(Priority) else "P?"


def codes_name(code: str) -> str:
    """Human words for a code that came without its sentence."""
    return plain(code).replace("_", " ")


def reason_name(reason: str) -> str:
    """Why a request was declined, or ended."""
    return "no answer in time" if reason == "no_answer" else DECLINE_REASONS.get(reason, codes_name(reason))


def mmss(seconds: float) -> str:
    """272 -> "04:32", 3672 -> "1:01:12": fixed width below an hour."""
    whole = max(0, int(seconds))
    hours, rest = divmod(whole, 3600)
    minutes, rest = divmod(rest, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes:02d}:{rest:02d}"


def eta(seconds: float | None, *, estimated: bool = False) -> str:
    """ "4:20", with ≈ where it is an estimate."""
    if seconds is None:
        return "–"
    minutes, rest = divmod(max(0, round(seconds)), 60)
    return f"{'≈' if estimated else ''}{minutes}:{rest:02d}"


def age_seconds(at: int | None, now: float) -> int | None:
    """How old a fix is, from its own time; None without one."""
    return None if at is None else max(0, int((now - at) // 1000))


def age(seconds: int | None) -> str:
    """Age of a position: "7 s", "4:21", "1 h 05"; "?" after it where a dispatcher must doubt it."""
    if seconds is None:
        return "none ?"
    doubt = " ?" if is_doubtful(seconds) else ""
    if seconds < 60:
        return f"{seconds} s{doubt}"
    if seconds < 3600:
        return f"{seconds // 60}:{seconds % 60:02d}{doubt}"
    return f"{seconds // 3600} h {seconds % 3600 // 60:02d}{doubt}"


def is_doubtful(seconds: int | None) -> bool:
    """Whether a position is stale or lost."""
    return seconds is None or seconds > AGEING_SECONDS


def counted(count: int, one: str, many: str = "") -> str:
    """ "1 unit", "2 units"."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def left(came: int) -> str:
    """Of units that came to a call and are not there any more."""
    return f"{counted(came, 'unit')} {'has' if came == 1 else 'have'} left"


@cache
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def wall_clock(ms: float, zone: str) -> str:
    """The region's clock: "14:02:11"."""
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone(_zone(zone)).strftime("%H:%M:%S")


def zone_name(ms: float, zone: str) -> str:
    """ "CST", "UTC"."""
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone(_zone(zone)).strftime("%Z")


def short_number(number: str) -> str:
    """ "26-000161" -> "#161": by what people call an incident where space is short."""
    digits = number[len(number.rstrip("0123456789")) :]
    return f"#{int(digits)}" if digits else plain(number)


@dataclass(frozen=True, slots=True)
class Agency:
    """A jurisdiction and whoever answers the telephone there. ``short``: what people say for it."""

    id: str
    name: str
    short: str
    agency_name: str
    telephone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What things of one region are called. Empty before the region is known."""

    agencies: Mapping[str, Agency] = field(default_factory=dict)
    zone: str = "UTC"
    region: str = ""

    def of(self, jurisdiction: str | None) -> str:
        """The short name of a jurisdiction."""
        known = self.agencies.get(jurisdiction or "")
        return known.short if known else plain(jurisdiction or "–")

    def short_sign(self, unit: Row) -> str:
        """ "Cedar M12" of Cedar -> "M12": where the agency stands beside it, it need not stand twice."""
        sign, agency = plain(unit["call_sign"]), self.agencies.get(unit["jurisdiction"])
        for name in (agency.name, agency.short) if agency else ():
            rest = sign[len(name) + 1 :].strip()
            if rest and sign.lower().startswith(f"{name} ".lower()):
                return rest
        return sign


def names_of(region: Mapping[str, Any]) -> Names:
    """The names in the answer of ``/api/region``."""
    rows = region["jurisdictions"]
    shorts = short_names({row["id"]: row["name"] for row in rows})
    agencies = [
        Agency(
            id=row["id"],
            name=plain(row["name"]),
            short=shorts[row["id"]],
            agency_name=plain(row["agency_name"] or row["name"]),
            telephone=plain(row["telephone"]),
        )
        for row in rows
    ]
    label = plain(region["name"]) + (" (fictional)" if region.get("fictional") else "")
    return Names(agencies={each.id: each for each in agencies}, zone=region["time_zone"], region=label)


def short_names(name_by_id: Mapping[str, str]) -> dict[str, str]:
    """What people say for a jurisdiction; where two would sound alike, both keep their full names."""
    said = {which: _shorten(plain(name)) for which, name in name_by_id.items()}
    alike = Counter(_folded(said.values()))
    return {
        which: short if alike[short.lower()] == 1 else plain(name_by_id[which])
        for which, short in said.items()
    }


def _folded(names: Iterable[str]) -> Iterable[str]:
    return (name.lower() for name in names)


def _shorten(name: str) -> str:
    short = _AFTER.sub("", _BEFORE.sub("", _ASIDE.sub("", name))).strip()
    return short or name
