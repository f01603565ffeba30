"""Sentences about cover. Those about permits and refusals are in ``agreements/wording.py``."""

from collections.abc import Callable, Mapping
from typing import Final

from dispatch.aid.cover.reasons import CoverCode, CoverReason, Figure
from dispatch.aid.pre_alert import PreAlert

Figures = Mapping[str, Figure]


def cover_sentence(reason: CoverReason) -> str:
    """One short English sentence for one reason."""
    return _SAY[reason.code](reason.figures)


LIKELY_PERCENT: Final = 50
POSSIBLE_PERCENT: Final = 25
"""About the chance from which a jurisdiction is amber by default (``Alarm.zero_on``)."""


def zero_sentence(percent: int, minutes: int) -> str:
    """How likely it is, in a word that the figure bears out: ``level zero likely within 20 min: 62 %``."""
    word = _chance_word(percent) if percent >= POSSIBLE_PERCENT else "not likely"
    return f"level zero {word} within {minutes} min: {percent} %"


def pre_alert_words(alert: PreAlert) -> str:
    """What partners are told: the chance where there is one, the count where not."""
    if alert.free and alert.percent is not None:
        return zero_sentence(alert.percent, alert.minutes)
    return f"{alert.free} of {_counted(alert.total, 'ambulance', 'ambulances')} free"


def _level_zero(figures: Figures) -> str:
    total, silent = int(figures["total"]), int(figures.get("silent", 0))
    if not total:
        return "Level zero: no ambulance is on duty."
    heard = f"; {silent} of them without word" if silent else ""
    return f"Level zero: 0 of {_counted(total, 'ambulance', 'ambulances')} on duty free{heard}."


def _pending_exceeds_free(figures: Figures) -> str:
    waiting = _counted(figures["pending"], "call waits", "calls wait")
    return f"{waiting} for a unit; {_free(figures)}."


def _pending_too_long(figures: Figures) -> str:
    waited, limit = _minutes(figures["waited"]), _minutes(figures["limit"])
    return f"A P{figures['rank']} call has waited {waited} for a unit; at most {limit}."


def _neighbour_faster(figures: Figures) -> str:
    neighbour, target = _minutes(figures["neighbour"]), _minutes(figures["target"])
    own = f"the best own unit in {_minutes(figures['own'])}" if "own" in figures else "no own unit at all"
    return f"A neighbour would reach a P1 call in {neighbour}, {own}; the target is {target}."


def _own_limit(figures: Figures) -> str:
    return f"{_sentence(_free(figures))}; the agency's own limit is {figures['below']}."


def _last_unit(figures: Figures) -> str:
    lent = "; it is a neighbour's that stands by" if figures.get("lent") else ""
    return f"The last free ambulance, of {figures['total']} on duty{lent}."


def _at_floor(figures: Figures) -> str:
    return f"{_sentence(_free(figures))}; the floor is {figures['floor']}."


def _running_out(figures: Figures) -> str:
    """The agency's own limit is reached, however low it set that."""
    percent = int(figures["percent"])
    return f"Level zero {_chance_word(percent)} within {figures['minutes']} min: {percent} %."


def _surge(figures: Figures) -> str:
    calls = _counted(figures["last_hour"], "call", "calls")
    return f"A surge: {calls} in the last hour, {float(figures['expected']):.1f} expected."


def _not_calm(figures: Figures) -> str:
    chance, off = figures["percent"], figures["off"]
    return (
        f"Not over yet: level zero within {figures['minutes']} min is {chance} % likely, not below {off} %."
    )


def _settling(figures: Figures) -> str:
    return f"Looks over: {_free(figures)}; watched for another {_minutes(figures['seconds'])}."


def _overridden(figures: Figures) -> str:
    until = str(figures["until"])[11:16]
    return f"Set by hand to {figures['state']} until {until} UTC; measured: {figures['measured']}."


def _chance_word(percent: int) -> str:
    return "likely" if percent >= LIKELY_PERCENT else "possible"


def _free(figures: Figures) -> str:
    lent = int(figures.get("lent", 0))
    of_these = f" (of these {lent} lent)" if lent else ""
    return f"{_counted(figures['free'], 'ambulance is', 'ambulances are')} free{of_these}"


def _counted(count: Figure, one: str, many: str) -> str:
    return f"{count or 'no'} {one if count == 1 else many}"


def _minutes(seconds: Figure) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02d} min"


def _sentence(words: str) -> str:
    return words[0].upper() + words[1:]


_SAY: Final[Mapping[CoverCode, Callable[[Figures], str]]] = {
    CoverCode.LEVEL_ZERO: _level_zero,
    CoverCode.PENDING_EXCEEDS_FREE: _pending_exceeds_free,
    CoverCode.PENDING_TOO_LONG: _pending_too_long,
    CoverCode.NEIGHBOUR_FASTER: _neighbour_faster,
    CoverCode.BELOW_OWN_RED: _own_limit,
    CoverCode.LAST_UNIT: _last_unit,
    CoverCode.AT_FLOOR: _at_floor,
    CoverCode.BELOW_OWN_AMBER: _own_limit,
    CoverCode.RUNNING_OUT: _running_out,
    CoverCode.SURGE: _surge,
    CoverCode.NOT_CALM: _not_calm,
    CoverCode.SETTLING: _settling,
    CoverCode.OVERRIDDEN: _overridden,
}
