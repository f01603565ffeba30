"""What an estimate rests on and what it comes to, in sentences for people who sign agreements."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from dispatch.aid.remaining import TO_HOSPITAL_SECONDS
from dispatch.model.ids import JurisdictionId
from dispatch.model.incident import Priority
from dispatch.services.what_if_policy import WhatIfPolicy
from dispatch.simulate.crew import MEAN_HOSPITAL_SECONDS, MEAN_SCENE_SECONDS, SHARE_TRANSPORTED
from dispatch.simulate.whatif.block import BLOCK_DAYS
from dispatch.simulate.whatif.plan import Plan
from dispatch.simulate.whatif.resample import WEEKS_FROM_DAYS
from dispatch.simulate.whatif.result import Measure, Source, Window
from dispatch.simulate.whatif.terms import Comparison

_OR_AID: Final = (
    "when none is free, the neighbour's that is there first and that an agreement lets come, automatic aid "
    "unasked"
)
_ADVICE: Final = "what the recommendation advises"

PLAYED: Final[Mapping[WhatIfPolicy, str]] = MappingProxyType(
    {
        WhatIfPolicy.CLOSEST: f"the closest own unit; {_OR_AID}",
        WhatIfPolicy.CLOSEST_AUTOMATIC: f"the closest own unit, or automatic aid wherever it is sooner; "
        f"{_OR_AID}",
        WhatIfPolicy.BOUNDARY_DROP: "the closest own unit, or a neighbour's for a life-threatening call that "
        f"the own one would reach late and the neighbour's clearly sooner; {_OR_AID}",
        WhatIfPolicy.NEAREST_STANDBY: "as 'boundary_drop' does, and the nearest unit that may stand by moves "
        "to whoever has none left",
        WhatIfPolicy.TELEPHONE: f"the closest own unit; {_OR_AID}; asking takes five minutes",
        WhatIfPolicy.WEIGHED: f"{_ADVICE}, without futures played out",
        WhatIfPolicy.WEIGHED_STANDBY: f"{_ADVICE}, without futures played out, and standby by cover",
        WhatIfPolicy.ROLLOUTS: f"{_ADVICE}, with futures played out",
        WhatIfPolicy.RECOMMENDED: f"{_ADVICE}, with futures played out, and standby that they confirm",
    }
)
"""How each policy decides, in a few words."""


def list_assumptions(plan: Plan, *, hospitals: bool) -> tuple[str, ...]:
    """Everything that was taken for granted."""
    draft, old = plan.comparison.draft, plan.comparison.replaces
    beside = (
        f"beside version {old.version} of the same agreement, held to be in force as long"
        if old is not None
        else "beside the agreements without it"
    )
    weeks = "weeks" if plan.days >= WEEKS_FROM_DAYS else "days"
    return (
        f"The draft (version {draft.version}) is taken to have been signed and in force over the whole "
        f"window, {beside}.",
        "All other agreements count as they were at each call's moment: dates, hours, caps, closures.",
        _source(plan),
        f"Who goes is decided as {plan.policy.value!r} does: {PLAYED[plan.policy]}.",
        *_conditions(plan),
        "Ambulances alone take part, all on duty all the time, each at its station between calls. Road "
        "times are those of the region's roads, without traffic; sirens and chute times as each agency "
        "states them.",
        _service(hospitals),
        "One's own unit can be sent again once it is known to have cleared; a lent one once it is known to "
        "be home.",
        f"Late: {_targets(plan)} after the call came in, or never; judged by what a call truly is.",
        f"Both variants live through the same calls and the same luck, in spans of {BLOCK_DAYS} days that "
        f"begin with every unit at home a day before. The intervals come from drawing {weeks} again and "
        "leave out that calls, fleet and behaviour may change.",
    )


def _source(plan: Plan) -> str:
    window = plan.window
    if window.source is Source.RECORDED:
        others = f" {plan.left_out} units of other kinds are left out." if plan.left_out else ""
        return (
            f"{window.calls} calls from the record, with their own places, times, priorities and needs; an "
            f"incident that needs several units counts once for each.{others} How long units stay is drawn."
        )
    surges = plan.conditions
    return (
        f"{window.calls} calls drawn with seed {window.seed} from the region's pattern, {plan.per_day:.1f} a "
        f"day: the record holds too few. Each day one jurisdiction has {surges.surge_factor:g} times its "
        f"usual calls for {surges.surge_hours} hours; {surges.mislabelled:.0%} of life-threatening calls are "
        "taken for emergent ones."
    )


def _conditions(plan: Plan) -> tuple[str, ...]:
    known = plan.conditions
    return (
        f"A neighbour that is asked answers after {known.request_seconds} seconds; automatic aid leaves at "
        f"once. Where an agreement leaves it a choice and no life is at stake it declines "
        f"{known.refusals:.0%} of requests and leaves {known.silences:.0%} unanswered. It lends no "
        "unit that its own waiting calls, as urgent, would miss. Whoever asks is authorised to.",
        f"That a unit is free again is known up to {known.late_status_seconds:.0f} seconds late; on its way "
        f"it reports its place every {known.position_every_seconds} seconds.",
        f"A call that nobody may come to waits for the first unit that becomes free, for "
        f"{known.longest_wait_seconds // 3600} hours at most.",
    )


def _targets(plan: Plan) -> str:
    minutes = {
        priority: plan.known.practice.targets[priority].within_seconds / 60
        for priority in (Priority.CRITICAL, Priority.EMERGENT, Priority.LOWER_ACUITY)
    }
    critical, emergent, others = minutes.values()
    return f"a critical call {critical:g} minutes, an emergent one {emergent:g}, any other {others:g}"


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
    late, lending = found[party, "late_p1_percent"], found[party, "lender_late_calls"]
    arrival, below = found[party, "arrival_mean_critical"], found[party, "below_floor"]
    return (
        f"{name} would have lent {_whole(given.after)} units ({_whole(given.before)} before) and received "
        f"{_whole(received.after)} ({_whole(received.before)}); {_percent(late.after)} of its critical calls "
        f"would have been reached late ({_percent(late.before)}), {_whole(lending.after)} of them while it "
        f"had units lent ({_whole(lending.before)}), and all in {_clock(arrival.after)} in the mean "
        f"({_clock(arrival.before)}); it would have stood {_hours(below.after)} "
        f"{below.title[0].lower()}{below.title[1:]} ({_hours(below.before)})."
    )


def _whole(value: float | None) -> str:
    return "-" if value is None else f"{value:,.0f}"


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f} %"


def _clock(seconds: float | None) -> str:
    return "-" if seconds is None else f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def _hours(minutes: float | None) -> str:
    return "-" if minutes is None else f"{minutes / 60:,.1f} h"
