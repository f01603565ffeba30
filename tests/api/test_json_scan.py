import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dispatch.api.json_scan import find_flaw

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(min_value=-(2**53), max_value=2**53)
    | st.floats(min_value=-1e90, max_value=1e90)
    | st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=8),
            inner,
            max_size=4,
        )
    ),
    max_leaves=30,
)


@given(json_values, st.booleans())
@example({'"': ":", "\\": '\\"', "a:b": ["[[[{{{"]}, True)
@example(float(2**53 + 2), True)
@example("NaN Infinity 1e999 12345678901234567890", True)
def test_whatever_an_honest_writer_sends_passes(value: object, ascii_only: bool) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only).encode()
    assert find_flaw(text, max_members=1_000) is None


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"NaN",
        b'{"lon":NaN}',
        b'{"lon":-Infinity}',
        b'{"lon":1e999}',
        b'{"lon":-1E+0999}',
        b'{"lon":1e00000000000000999}',
        b'{"n":18446744073709551616}',
        b'{"n":9007199254740993}',
        b'{"n":-9007199254740993}',
        b'{"n":' + b"9" * 400 + b"}",
        b'{"note":"\\ud800"}',
        b'{"note":"\\udc00 tail"}',
        b'{"note":"\\u0000"}',
        b'{"note":"\\\\\\u0000"}',
        b'{"note":"\x00"}',
        b'{"note":"\xff\xfe"}',
        b'{"note":"\xed\xa0\x80"}',
        b'{"a":1',
        b'{"a":"unterminated',
        b'{"a":"ends in a backslash\\',
        b"{'a':1}",
        b'{"a":1}{"b":2}',
        b"\xef\xbb\xbf{}",
        b"[" * 100_000,
        b"[" * 33 + b"]" * 33,
        b'{"a":' * 300 + b"1" + b"}" * 300,
        b"[" + b"0," * 2_000 + b"0]",
        b'{"a":1,"a":2}',
        b'{"a":{"b":1,"\\u0062":2}}',
    ],
    ids=lambda text: repr(text[:24]),
)
def test_hostile_texts_are_refused(text: bytes) -> None:
    assert find_flaw(text, max_members=1_000) is not None


@pytest.mark.parametrize(
    "text",
    [
        b'{"n":9007199254740992}',
        b'{"n":0.12345678901234567890}',
        b'{"note":"\\\\u0000 is only text"}',
        b'{"note":"\\ud83d\\ude91"}',
        b"[" * 32 + b"]" * 32,
        b'{"a":{"x":1},"b":{"x":1}}',
        b"1e99",
    ],
)
def test_the_edge_of_what_is_accepted(text: bytes) -> None:
    assert find_flaw(text, max_members=1_000) is None


def test_a_repeated_key_is_named() -> None:
    flaw = find_flaw(b'{"a":[{"lon":1,"lat":2,"lon":3}]}', max_members=100)
    assert flaw is not None
    assert flaw.path == "lon"


@given(st.binary(max_size=200))
def test_any_bytes_are_judged_without_an_exception(text: bytes) -> None:
    find_flaw(text, max_members=1_000)
