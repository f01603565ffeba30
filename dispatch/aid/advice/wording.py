"""Advice in sentences, from its row (``Advised.to_json``): one for what is advised, one for each unit."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from dispatch.agreements.wording import Names, capital, sentence

Row = Mapping[str, Any]


def with_sentences(shown: Row, names: Names) -> dict[str, Any]:
    """A recommendation's row with a sentence for every reason, every unit and the advice."""
    sentences = {unit["unit"]: unit_sentence(unit, names) for unit in shown["advice"]["order"]}
    worded = {
        kind: [{**unit, "sentence": sentences.get(unit["unit"], "")} for unit in shown[kind]]
        for kind in ("own", "candidates")
    }
    held_back = shown["counterfactual"]
    if held_back:
        held_back = {
            **_with_reasons(held_back, names),
            "sentence": counterfactual_sentence(held_back, names),
        }
    return {
        **shown,
        **worded,
        "refusals": [_with_reasons(refusal, names) for refusal in shown["refusals"]],
        "advice": {**shown["advice"], "sentence": advice_sentence(shown["advice"], names)},
        "counterfactual": held_back,
    }


def advice_sentence(advice: Row, names: Names) -> str:
    """What is advised and by which rule, ending with a full stop."""
    order = {row["unit"]: row for row in advice["order"]}
    row = order.get(advice["unit"] or "")
    if row is None:
        return "Nobody can be sent or asked now."
    lead = f"{_lead(advice['course'], row, names)}: {_minutes(row['arrival_seconds'])}"
    because = _BECAUSE.get(advice["rule"], _no_reason)(advice["figures"], row, names)
    parts = [f"{lead}, {_target(row)}"]
    if advice["course"] == "hold":
        parts = [lead, _wait(advice["figures"])]
    elif because:
        parts.append(because)
    if advice["rule"] in _WEIGHED:
        parts.append(_left(row, names))
        closest = order.get(advice["figures"].get("fastest", ""))
        if closest is not None:
            parts.append(f"closest {_call_sign(closest, names)} {_would_leave(closest, names)}")
    return f"{'; '.join(part for part in parts if part)}."


def unit_sentence(unit: Row, names: Names) -> str:
    """One unit of the order: when it is there, what it leaves at home, what it costs."""
    later = unit["later_seconds"]
    beside = f" ({later / 60:+.1f} vs fastest)" if later else ""
    parts = [
        f"{_call_sign(unit, names)}: {_minutes(unit['arrival_seconds'])}{beside}, {_target(unit)}",
        _left(unit, names),
        f"{_home(unit, names)} {_given(unit)}" if _given(unit) else "",
    ]
    return f"{'; '.join(part for part in parts if part)}."


def counterfactual_sentence(held: Row, names: Names) -> str:
    """Who would be there sooner and what holds it back: its first reason."""
    gain = held["gain_seconds"]
    sooner = f"would be {gain // 60}:{gain % 60:02d} sooner" if gain is not None else "would be next"
    why = sentence(held["reasons"][0], names, lender=held["lender"])
    more = len(held["reasons"]) - 1
    others = f" (and {more} more)" if more > 0 else ""
    return f"{names.get(held['unit'], held['call_sign'])} {sooner}, but may not come: {why}{others}."


def _with_reasons(unit: Row, names: Names) -> dict[str, Any]:
    reasons = [
        {**reason, "sentence": sentence(reason, names, lender=unit["lender"])} for reason in unit["reasons"]
    ]
    return {**unit, "reasons": reasons}


def _lead(course: str, row: Row, names: Names) -> str:
    unit = _call_sign(row, names)
    if course == "ask":
        return f"Ask {_home(row, names)} for {unit}"
    if course == "redirect":
        return f"Send {unit}, which stands by"
    return f"Wait for {unit}" if course == "hold" else f"Send {unit}"


def _wait(figures: Row) -> str:
    free_in = f"free in about {_minutes(figures['wait_seconds'])}"
    saved = figures.get("saved")
    return (
        f"{free_in}, which costs {saved:.2f} late calls less than sending now"
        if saved is not None
        else free_in
    )


def _no_reason(figures: Row, row: Row, names: Names) -> str:
    return ""


def _tie(figures: Row, row: Row, names: Names) -> str:
    fastest = names.get(figures["fastest"], figures["fastest"])
    return f"{figures['later_seconds']} s after {fastest}, and costs {figures['saved']:.2f} late calls less"


def _boundary_drop(figures: Row, row: Row, names: Names) -> str:
    own = names.get(figures["own"], figures["own"])
    late = _minutes(figures["own_arrival_seconds"])
    return f"own {own} would be late, at {late}, {_minutes(figures['gain_seconds'])} after it"


def _least_cost(figures: Row, row: Row, names: Names) -> str:
    return "" if "fastest" in figures else "the closest, and nobody costs less"


def _call_order(figures: Row, row: Row, names: Names) -> str:
    return f"the agreement calls {_home(row, names)} before {names.get(figures['before'], figures['before'])}"


def _says(words: str) -> Callable[[Row, Row, Names], str]:
    return lambda figures, row, names: words


def _own_kept(figures: Row, row: Row, names: Names) -> str:
    sooner = names.get(figures["sooner"], figures["sooner"])
    minutes = figures["sooner_seconds"] / 60
    said = "in target" if row["in_target"] else "and no neighbour's is clearly sooner"
    return f"the fastest own unit, {said}; {sooner} would be there {minutes:.1f} min sooner"


_BECAUSE: Final[Mapping[str, Callable[[Row, Row, Names], str]]] = {
    "fastest": _says("the fastest"),
    "own_kept": _own_kept,
    "tie": _tie,
    "boundary_drop": _boundary_drop,
    "own_first": _says("the closest own unit, while cover is green"),
    "least_cost": _least_cost,
    "call_order": _call_order,
    "plain": _says("the closest that may come"),
    "rollout": _says("simulated futures favour it"),
}
_WEIGHED: Final = frozenset({"least_cost", "rollout"})


def _target(row: Row) -> str:
    return "arrives in target" if row["in_target"] else "arrives late"


def _left(row: Row, names: Names) -> str:
    costs = f"costs {row['cost']:.2f} late calls"
    if row["left_free"] is None:
        return costs
    return f"{_home(row, names)} keeps {row['left_free']} of {row['on_duty']}, {costs}"


def _would_leave(row: Row, names: Names) -> str:
    costs = f"costs {row['cost']:.2f}"
    if row["left_als"] is None:
        return costs
    given = f", which {_given(row)}" if _given(row) else ""
    return f"would leave {_home(row, names)} with {row['left_als']} ALS{given}, {costs}"


def _given(row: Row) -> str:
    """What its home has given, where that is counted; entries from before it was have nothing of it."""
    hours = row.get("given_hours", 0.0)
    figure = f"{hours:.{int(hours < 10)}f}"
    return f"counts {figure} unit-hours lent more than borrowed, fading with time" if hours else ""


def _minutes(seconds: int) -> str:
    return f"{seconds / 60:.1f} min"


def _home(row: Row, names: Names) -> str:
    return names.get(row["home"], row["home"])


def _call_sign(row: Row, names: Names) -> str:
    return names.get(row["unit"], capital(row["unit"]))
