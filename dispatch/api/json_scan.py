"""What a JSON text may look like before anything trusts it: pure checks over bytes, never a loop per byte.

Everything is linear in the text, so that a hostile body costs milliseconds at most. The order
matters: cheap refusals first, and the parser (orjson, which refuses NaN, infinities, lone
surrogates and invalid UTF-8) only sees texts whose depth and size are known to be small.
"""

import json
import re
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import orjson

MAX_DEPTH: Final = 32
MAX_SAFE_INTEGER: Final = 2**53
"""Beyond it a browser, SQLite and we would read three different numbers (RFC 8259, section 6)."""
MAX_TOKEN_BYTES: Final = 40
"""A number with its punctuation, on average."""

_NOT_A_NUMBER: Final = re.compile(rb"NaN|Infinity|[eE][+]?[0-9]{3,}|(?<![0-9.])[0-9]{17,}")
_SIXTEEN_DIGITS: Final = re.compile(rb"(?<![0-9.])[0-9]{16}(?![0-9.])")
_STEPS: Final = np.zeros(256, dtype=np.int8)
_STEPS[[ord("{"), ord("[")]] = 1
_STEPS[[ord("}"), ord("]")]] = -1


@dataclass(frozen=True, slots=True)
class Flaw:
    """Why a text is refused; ``path`` names the member where that is known."""

    code: str
    message: str
    path: str = ""


def find_flaw(text: bytes, *, max_members: int, max_depth: int = MAX_DEPTH) -> Flaw | None:
    """The first reason to refuse ``text``, or None for a text that is safe to parse and to store.

    ``max_members`` bounds array elements and object members together, over the whole text.
    """
    plain = _without_escapes(text)
    if b"\x00" in text or b"\\u0000" in plain:
        return Flaw("malformed_json", "NUL characters are not accepted")
    bare = _outside_strings(plain)
    return (
        _find_shape_flaw(bare, max_members=max_members, max_depth=max_depth)
        or _find_number_flaw(bare)
        or _find_syntax_flaw(text, bare)
    )


def _without_escapes(text: bytes) -> bytes:
    """The same length with escaped backslashes and quotes blanked: a quote that is left is a string's end."""
    # A run of backslashes pairs up from its start; what then still escapes is the last one.
    return text.replace(b"\\\\", b"  ").replace(b'\\"', b"  ")


def _outside_strings(plain: bytes) -> bytes:
    """Structure and numbers without white space; of what is no JSON, something no longer than it."""
    characters = np.frombuffer(plain, dtype=np.uint8)
    quotes = characters == ord('"')
    inside = np.logical_xor.accumulate(quotes) if len(quotes) else quotes
    bare: bytes = characters[~(inside | quotes)].tobytes()
    return bare.translate(None, b" \t\r\n")


def _find_shape_flaw(bare: bytes, *, max_members: int, max_depth: int) -> Flaw | None:
    if bare.count(b",") >= max_members:
        return Flaw("malformed_json", f"more than {max_members} members")
    steps = _STEPS[np.frombuffer(bare, dtype=np.uint8)]
    if int(np.cumsum(steps, dtype=np.int32).max(initial=0)) > max_depth:
        return Flaw("malformed_json", f"nested deeper than {max_depth}")
    if len(bare) > MAX_TOKEN_BYTES * max_members:
        return Flaw("malformed_json", "more digits than its numbers can need")
    return None


def _find_number_flaw(bare: bytes) -> Flaw | None:
    if _NOT_A_NUMBER.search(bare):
        return Flaw("malformed_json", "a number is not finite or not exact")
    if any(int(digits) > MAX_SAFE_INTEGER for digits in _SIXTEEN_DIGITS.findall(bare)):
        return Flaw("malformed_json", "an integer is beyond 2^53")
    return None


def _find_syntax_flaw(text: bytes, bare: bytes) -> Flaw | None:
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        return Flaw("malformed_json", f"not JSON: {error.msg} at byte {error.pos}")
    # As many colons outside strings as members survive a round trip: otherwise a key came twice.
    if bare.count(b":") != _outside_strings(_without_escapes(orjson.dumps(value))).count(b":"):
        return Flaw("malformed_json", "a key appears twice", path=_find_repeated_key(text))
    return None


def _find_repeated_key(text: bytes) -> str:
    repeated: list[str] = []

    def note_repeats(pairs: list[tuple[str, Any]]) -> None:
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                repeated.append(key)
            seen.add(key)

    json.loads(text, object_pairs_hook=note_repeats)
    return repeated[0][:80] if repeated else ""
