"""One way to write a JSON value down, so that equal values have equal hashes (RFC 8785, "JCS").

The journal also refuses what one of the two databases could not keep: NUL and lone surrogates.
"""

import json
from functools import lru_cache
from typing import Any

import rfc8785

from dispatch.model.errors import Invalid

SAFE_INTEGER = 2**53 - 1
"""The largest integer that every JSON reader keeps exactly (RFC 8785 allows no larger)."""

_WRITTEN_WITH_EXPONENT = 1e21
"""From here on ECMAScript, and so RFC 8785, writes a number with an exponent."""


def canonical_json(value: Any) -> bytes:
    """The canonical UTF-8 bytes of a JSON value.

    Raises ``Invalid`` for NaN and infinities, integers beyond 2^53 - 1, NUL, lone surrogates and
    whatever JSON has no word for.
    """
    try:
        if _is_plain(value):
            return _compact(value)
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, RecursionError) as error:
        raise Invalid("body", f"cannot be written down: {error}") from error


def _compact(value: Any) -> bytes:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def _is_plain(value: Any) -> bool:
    """Whether the standard library writes ``value`` exactly as RFC 8785 does.

    Measured 8 times faster than the reference on a recommendation; numbers with a fraction and keys
    beyond ASCII (which sort by UTF-16) take the slower way.
    """
    if isinstance(value, str):
        return require_storable(value, path="body")
    if value is None or isinstance(value, bool):
        return True
    if isinstance(value, int):
        return -SAFE_INTEGER <= value <= SAFE_INTEGER
    if isinstance(value, float) and SAFE_INTEGER < abs(value) < _WRITTEN_WITH_EXPONENT:
        raise Invalid("body", f"{value} would read back as an integer that is too large")
    # No short cut at the first fraction: every text must be looked at.
    plain = isinstance(value, (dict, list, tuple))
    if isinstance(value, dict):
        for key, item in value.items():
            plain &= _is_key(key) & _is_plain(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            plain &= _is_plain(item)
    return plain


@lru_cache(maxsize=4096)
def _is_key(key: Any) -> bool:
    return isinstance(key, str) and require_storable(key, path="body") and key.isascii()


def require_storable(text: str, *, path: str) -> bool:
    """True for text that both databases keep. Raises ``Invalid`` for NUL and lone surrogates."""
    if "\x00" in text:
        raise Invalid(path, "holds a NUL character")
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        raise Invalid(path, "holds half of a surrogate pair")
    return True
