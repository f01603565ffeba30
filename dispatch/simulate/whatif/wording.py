"""What an estimate rests on and what it comes to, in sentences for people who sign agreements."""

from collections.abc import Mapping, Sequence

from dispatch.aid.remaining import TO_HOSPITAL_SECONDS
from dispatch.model.ids import JurisdictionId
from dispatch.simulate.crew import MEAN_HOSPITAL_SECONDS, MEAN_SCENE_SECONDS, SHARE_TRANSPORTED
from dispatch.simulate.whatif.replay import LONGEST_WAIT_SECONDS, REQUEST_SECONDS
from dispatch.simulate.whatif.resample import WEEKS_FROM_DAYS
from dispatch.simulate.whatif.result import Measure, Source, Window
from dispatch.simulate.whatif.terms import Comparison


def list_assumptions(
    comparison: Comparison, window: Window, *, days: int, per_day: float, hospitals: bool
) -> tuple[str, ...]:
    """Everything that was taken for granted."""
    draft, old = comparison.draft, comparison.replaces
    beside = (
        f"beside version {old.version} of the same agreement, held to be in force as long"
        if old is not None
        else "beside the agreements without it"
    )
    return (
        f"The draft (version {draft.version}) is taken to have been signed and in force over the whole "
        f"window, {beside}.",
        "All other agreements count as they were at each call's moment: dates, hours, caps, closures.",
        _source(window, per_day),
        "One's own free unit goes first. A neighbour's goes when none is free, or unasked where automatic "
        "aid arrives sooner; always the nearest that is permitted.",
        f"Lenders say yes, {REQUEST_SECONDS} seconds after being asked; automatic aid leaves at once. "
        "Whoever asks is authorised to.",
        f"A call that nobody may come to waits for the first unit that becomes free, for "
        f"{LONGEST_WAIT_SECONDS // 3600} hours at most.",
        "Every unit of the region is on duty all the time and waits at its station. Road times are those of "
        "the region's roads, without traffic; sirens and chute times as each agency states them.",
        _service(hospitals),
        "One's own unit can be sent again once it has cleared; a lent one once it is home.",
        f"Both variants live through the same calls. The intervals come from drawing "
        f"{'weeks' if days >= WEEKS_FROM_DAYS else 'days'} again and leave out that calls, fleet and "
        "behaviour may change.",
    )


def _source(window: Window, per_day: float) -> str:
    if window.source is Source.RECORDED:
        return (
            f"{window.calls} calls from the record, with their own places, times, priorities and needs; an "
            "incident that needs several units counts once for each. How long units stay is drawn."
        )
    return (
        f"{window.calls} calls drawn with seed {window.seed} from the region's pattern, {per_day:.1f} a day: "
        "the record holds too few."
    )


def _service(hospitals: bool) -> str:
    way = "to the nearest hospital" if hospitals else f"{TO_HOSPITAL_SECONDS // 60} minutes to a hospital"
    return (
        f"On scene {MEAN_SCENE_SECONDS / 60:.0f} minutes in the mean, {SHARE_TRANSPORTED:.0%} of patients "
        f"driven {way}, {MEAN_HOSPITAL_SECONDS / 60:.0f} minutes there in the mean, and the way home."
    )


def say(
    comparison: Comparison,
    window: Window,
    measures: Sequence[Measure],
    names: Mapping[JurisdictionId, str],
) -> str:
    """The estimate in a few sentences, one for each party."""
    calls = f"{window.calls:,} {window.source.value} calls"
    span = f"{window.begins:%Y-%m-%d} to {window.ends:%Y-%m-%d}"
    found = {(measure.party, measure.code): measure for measure in measures}
    parties = [party for party in comparison.draft.parties if (party, "calls") in found]
    said = [_say_party(names.get(party, party), party, found) for party in parties]
    hidden = [names.get(party, party) for party in comparison.draft.parties if party not in parties]
    if hidden:
        said.append(f"Shown to themselves and their partners only: the figures of {', '.join(hidden)}.")
    return " ".join((f"Estimate from {calls}, {span}.", *said))


def _say_party(name: str, party: JurisdictionId, found: Mapping[tuple[JurisdictionId, str], Measure]) -> str:
    if not any(measure.change for (whose, _), measure in found.items() if whose == party):
        return f"For {name} nothing would have changed."
    given, received = found[party, "aid_given"], found[party, "aid_received"]
    arrival, below = found[party, "arrival_mean_critical"], found[party, "below_floor"]
    return (
        f"{name} would have lent {_whole(given.after)} units ({_whole(given.before)} before) and received "
        f"{_whole(received.after)} ({_whole(received.before)}); its critical calls would have been reached "
        f"in {_clock(arrival.after)} in the mean ({_clock(arrival.before)}), and it would have stood "
        f"{_hours(below.after)} {below.title[0].lower()}{below.title[1:]} ({_hours(below.before)})."
    )


def _whole(value: float | None) -> str:
    return "-" if value is None else f"{value:,.0f}"


def _clock(seconds: float | None) -> str:
    return "-" if seconds is None else f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def _hours(minutes: float | None) -> str:
    return "-" if minutes is None else f"{minutes / 60:,.1f} h"
