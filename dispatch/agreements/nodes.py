"""YAML read as a tree that knows its lines, with readers that refuse instead of guessing.

PyYAML only tokenises here: tags are compared, never constructed, so that ``no`` is not a boolean,
``010`` is not eight, and an anchor, a tag or a thousand brackets cost nothing.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, TypeVar

import yaml

from dispatch.model.clock import parse_iso
from dispatch.model.errors import AgreementInvalid

MAX_BYTES: Final = 64 * 1024
MAX_DEPTH: Final = 8
"""An agreement needs five levels."""
MAX_NODES: Final = 8_000
"""Some 500 clauses; beyond it a text only costs time."""

_TAG: Final = "tag:yaml.org,2002:"
_WHOLE: Final = re.compile(r"0|-?[1-9][0-9]{0,9}")
_SLUG: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}")
_YEARS: Final = range(1900, 9999)
_TURNS_ABOUT: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Bidirectional overrides and isolates: with them a signed text reads in another order than it says."""

Choice = TypeVar("Choice", bound=StrEnum)


class _Composer(yaml.SafeLoader):
    """Builds nodes, but no aliases (they make bombs) and no endless nesting."""

    _depth = 0
    _nodes = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise AgreementInvalid("document", "anchors and aliases are not allowed", line=line)
        if self._depth == MAX_DEPTH:
            raise AgreementInvalid("document", f"nested deeper than {MAX_DEPTH} levels", line=line)
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise AgreementInvalid("document", f"more than {MAX_NODES} values", line=line)
        self._depth += 1
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node


@dataclass(frozen=True, slots=True)
class Field:
    """One node of the text and the path that leads to it. Every reader raises ``AgreementInvalid``."""

    node: yaml.Node
    path: str

    def refuse(self, because: str) -> AgreementInvalid:
        """The error that names this field and its 1-based line."""
        return AgreementInvalid(self.path or "document", because, line=self.node.start_mark.line + 1)

    def entries(self) -> dict[str, "Field"]:
        """A mapping's fields by name; a name that comes twice is refused."""
        if not isinstance(self.node, yaml.MappingNode) or not self._is("map"):
            raise self.refuse("must be a mapping of names to values")
        found: dict[str, Field] = {}
        for key, value in self.node.value:
            name = self._key(key)
            if name in found:
                raise Field(key, self._below(name)).refuse("this name comes twice")
            found[name] = Field(value, self._below(name))
        return found

    def only(self, *, required: Iterable[str], optional: Iterable[str] = ()) -> Mapping[str, "Field"]:
        """A mapping's fields where every required name is there and no unknown one."""
        found, required = self.entries(), tuple(required)
        known = {*required, *optional}
        for name, field in found.items():
            if name not in known:
                raise field.refuse(f"unknown name; known here: {', '.join(sorted(known))}")
        for name in required:
            if name not in found:
                raise self.refuse(f"{name} is missing")
        return found

    def items(self, *, at_least: int = 0) -> tuple["Field", ...]:
        """A list's items."""
        if not isinstance(self.node, yaml.SequenceNode) or not self._is("seq"):
            raise self.refuse("must be a list")
        if len(self.node.value) < at_least:
            raise self.refuse(f"needs {at_least} or more")
        return tuple(Field(item, f"{self.path}[{i}]") for i, item in enumerate(self.node.value))

    def is_null(self) -> bool:
        """Whether ``null`` stands here."""
        return self._is("null")

    def is_text(self) -> bool:
        """Whether words stand here."""
        return isinstance(self.node, yaml.ScalarNode) and self._is("str")

    def text(self, *, at_most: int) -> str:
        """Words on one or more lines, trimmed, never empty. Numbers and dates need quotes to be words."""
        words = self._scalar("str", "must be text (put it in quotes)").strip()
        if not words:
            raise self.refuse("must not be empty")
        if len(words) > at_most:
            raise self.refuse(f"longer than {at_most} characters")
        if any(unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t" for c in words):
            raise self.refuse("has a control character")
        if not _TURNS_ABOUT.isdisjoint(words):
            raise self.refuse("has a control character that turns the direction of reading")
        return words

    def slug(self) -> str:
        """An identifier: letters, digits and ``. _ : -``, at most 64."""
        word = self._scalar("str", "must be text (put it in quotes)")
        if not _SLUG.fullmatch(word):
            raise self.refuse("must be letters, digits, dots, dashes, colons or underscores, 64 at most")
        return word

    def whole(self, *, at_least: int, at_most: int) -> int:
        """A decimal whole number within the limits, both included."""
        digits = self._scalar("int", "must be a whole number")
        if not _WHOLE.fullmatch(digits):
            raise self.refuse("must be a plain decimal whole number")
        number = int(digits)
        if not at_least <= number <= at_most:
            raise self.refuse(f"must be from {at_least} to {at_most}")
        return number

    def flag(self) -> bool:
        """``true`` or ``false``; YAML's ``yes`` and ``on`` are refused as ambiguous."""
        word = self._scalar("bool", "must be true or false")
        if word not in ("true", "false"):
            raise self.refuse("must be true or false")
        return word == "true"

    def moment(self) -> datetime:
        """An RFC 3339 moment with its offset, in UTC."""
        if not (self._is("timestamp") or self._is("str")) or not isinstance(self.node, yaml.ScalarNode):
            raise self.refuse("must be a moment such as 2026-01-01T00:00:00Z")
        if not self.node.value:
            raise self.refuse("must not be empty")
        try:
            moment = parse_iso(self.node.value)
        except (ValueError, OverflowError):
            raise self.refuse("must be a moment with its offset, such as 2026-01-01T00:00:00Z") from None
        if moment.year not in _YEARS:
            raise self.refuse(f"must be from {_YEARS.start} to {_YEARS.stop - 1}")
        return moment

    def day_text(self) -> str:
        """The characters of a day, with or without quotes."""
        if not (self._is("timestamp") or self._is("str")) or not isinstance(self.node, yaml.ScalarNode):
            raise self.refuse("must be a day such as 2026-12-25")
        return str(self.node.value)

    def choice(self, kind: type[Choice]) -> Choice:
        """One of an enumeration's words."""
        word = self._scalar("str", f"must be one of {', '.join(kind)}")
        if word not in kind.__members__.values():
            raise self.refuse(f"unknown {word[:40]!r}; must be one of {', '.join(kind)}")
        return kind(word)

    def choices(self, kind: type[Choice], *, at_least: int = 1) -> tuple[Choice, ...]:
        """One or more of an enumeration's words, none twice, in the enumeration's order."""
        chosen: set[Choice] = set()
        for item in self.items(at_least=at_least):
            word = item.choice(kind)
            if word in chosen:
                raise item.refuse(f"{word} comes twice")
            chosen.add(word)
        return tuple(word for word in kind if word in chosen)

    def _is(self, tag: str) -> bool:
        return self.node.tag == _TAG + tag

    def _scalar(self, tag: str, because: str) -> str:
        if not isinstance(self.node, yaml.ScalarNode) or not self._is(tag):
            raise self.refuse(because)
        return str(self.node.value)

    def _key(self, key: yaml.Node) -> str:
        if not isinstance(key, yaml.ScalarNode) or key.tag != _TAG + "str":
            raise Field(key, self.path).refuse("a name must be plain text")
        return str(key.value)[:64]

    def _below(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name


def compose(text: str) -> Field:
    """The root of one YAML document. Raises ``AgreementInvalid``."""
    _require_size(text)
    try:
        loader = _Composer(text)
        try:
            node = loader.get_single_node()
        finally:
            loader.dispose()
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise AgreementInvalid("document", "has a character that YAML does not allow", line=line) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line_or_none = mark.line + 1 if mark else None
        raise AgreementInvalid("document", error.problem or "not YAML", line=line_or_none) from None
    except (yaml.YAMLError, ValueError, OverflowError):
        # PyYAML lets int() and chr() speak for a wild %YAML version or a \U escape beyond Unicode.
        raise AgreementInvalid("document", "not YAML", line=None) from None
    if node is None:
        raise AgreementInvalid("document", "is empty", line=1)
    return Field(node, "")


def _require_size(text: str) -> None:
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise AgreementInvalid("document", "is not Unicode text", line=None) from None
    if size > MAX_BYTES:
        raise AgreementInvalid("document", f"longer than {MAX_BYTES} bytes", line=None)
