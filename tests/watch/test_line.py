"""The command line means here what it means on the page, and nothing that is typed makes it raise."""

from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dispatch.model.unit import NEXT_STATUS as MODEL_STEPS
from dispatch.model.unit import UnitStatus
from dispatch.watch.line.parse import Complete, Parsed, Stuck, parse
from dispatch.watch.line.verbs import VERBS
from dispatch.watch.words import NEXT_STATUS
from tests.watch.make_sight import make_sight, shared

KINDS = {"missing": "incomplete", "ambiguous": "ambiguous"}


def as_case(parsed: Parsed) -> dict[str, Any]:
    """What came out, in the words of the shared file."""
    if isinstance(parsed, Complete):
        args = dict(parsed.args)
        opens = {"opens": str(args.pop("opens"))} if "opens" in args else {}
        return {"kind": "complete", "verb": parsed.verb, "args": args, **opens}
    kind = KINDS.get(parsed.reason, "unknown")
    said: dict[str, Any] = {"kind": kind, "verb": parsed.verb, "candidates": list(parsed.candidates)}
    said["expects" if kind == "incomplete" else "argument"] = parsed.argument
    if kind == "unknown":
        said |= {"reason": parsed.reason, "which": list(parsed.which)}
    return said


@pytest.mark.parametrize(
    "case", shared()["cases"], ids=lambda case: f"{case['line']!r:.60} {case.get('role', '')}".strip()
)
def test_a_line_means_what_it_means_on_the_page(case: dict[str, Any]) -> None:
    asked = {name: value for name, value in case.items() if name in ("line", "role")}
    expected = {name: value for name, value in case.items() if name not in asked}
    role = {"role": case["role"]} if "role" in case else {}
    assert as_case(parse(case["line"], make_sight(**role))) == expected


def test_the_shared_file_calls_units_and_agencies_as_the_terminal_does() -> None:
    sight, said = make_sight(), shared()
    assert [sight.names.short_sign(unit) for unit in said["units"]] == [u["sign"] for u in said["units"]]
    assert [each.short for each in sight.agencies] == [each["short_name"] for each in said["jurisdictions"]]


def test_a_unit_is_offered_the_same_steps_as_on_the_page_and_none_that_the_service_refuses() -> None:
    assert {status: list(steps) for status, steps in NEXT_STATUS.items()} == shared()["next_status"]
    for status, steps in NEXT_STATUS.items():
        assert {UnitStatus(step) for step in steps} <= MODEL_STEPS[UnitStatus(status)]


def test_every_verb_has_cases() -> None:
    assert {verb.name for verb in VERBS} <= {case["verb"] for case in shared()["cases"]}


pieces = st.sampled_from(
    [verb.name for verb in VERBS]
    + [unit[name] for unit in shared()["units"] for name in ("sign", "call_sign", "id")]
    + [incident["number"] for incident in shared()["incidents"]]
    + ["42", "0", "#", "@", "p1", "als x 2", "1,2", "no", "\0", "\ud800", "🚑", "  ", "é", "٣", "9" * 5000]
)
lines = st.one_of(st.text(max_size=60), st.lists(pieces, max_size=7).map(" ".join))


@settings(max_examples=400)
@given(lines)
def test_whatever_is_typed_the_answer_is_a_value_and_no_list_is_longer_than_eight(line: str) -> None:
    parsed = parse(line, make_sight())
    if isinstance(parsed, Stuck):
        assert len(parsed.candidates) <= 8
        assert parsed.of >= len(parsed.candidates)


@given(st.lists(pieces, max_size=5))
def test_case_and_the_number_of_blanks_change_nothing(some: list[str]) -> None:
    line = " ".join(some)
    assume(not line.strip() or line.split()[0] not in ("N", "DEC", "RCL", "FIND"))  # free text is kept
    assert as_case(parse(f"  {'   '.join(some).lower()} ", make_sight())) == as_case(
        parse(line, make_sight())
    )


@given(lines)
def test_in_an_empty_picture_a_line_names_nothing(line: str) -> None:
    empty = make_sight(units=[], incidents=[], requests=[], assignments=[], names=type(make_sight().names)())
    parsed = parse(line, empty)
    if isinstance(parsed, Complete):
        assert parsed.verb in ("N", "COV", "FIND", "ACK", "SIL", "?")
