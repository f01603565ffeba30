"""One line of the journal: a header whose canonical bytes are hashed, and values that lie beside it.

The header keeps everything that may stay for ever in clear. A personal field appears there only as a
salted commitment; its value and salt are a ``Disclosure``, which can be deleted without breaking the
proof.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dispatch.model.clock import iso, parse_iso

ORIGIN_HASH = "0" * 64
"""What ``prev`` and ``inc_prev`` hold in a chain's first entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One recorded fact.

    ``seq`` counts gapless from 1 in commit order. ``inc_n`` counts from 1 within the incident, and
    ``inc_prev`` is the hash of that incident's entry before. ``prev`` is the hash of the journal's
    entry before. ``body`` holds JSON values only. ``commitments`` maps each personal field to the
    hex SHA-256 that binds it. ``hash`` is this entry's own leaf hash; it is no part of the header.
    """

    seq: int
    epoch: str
    type: str
    ver: int
    actor: str
    role: str
    jurisdiction: str | None
    incident: str | None
    inc_n: int | None
    inc_prev: str | None
    occurred_at: datetime
    recorded_at: datetime
    key: str | None
    prev: str
    body: Mapping[str, Any]
    commitments: Mapping[str, str]
    hash: str = ""

    def header(self) -> dict[str, Any]:
        """What is hashed: every field but ``hash``, as JSON values."""
        return {
            "seq": self.seq,
            "epoch": self.epoch,
            "type": self.type,
            "ver": self.ver,
            "actor": self.actor,
            "role": self.role,
            "jurisdiction": self.jurisdiction,
            "incident": self.incident,
            "inc_n": self.inc_n,
            "inc_prev": self.inc_prev,
            "occurred_at": iso(self.occurred_at),
            "recorded_at": iso(self.recorded_at),
            "key": self.key,
            "prev": self.prev,
            "body": self.body,
            "c": self.commitments,
        }


def entry_from_header(header: Mapping[str, Any], *, hash: str = "") -> Entry:
    """The entry that wrote ``header``. Raises ``KeyError``, ``TypeError`` or ``ValueError``."""
    fields = dict(header)
    return Entry(
        occurred_at=_moment(fields.pop("occurred_at")),
        recorded_at=_moment(fields.pop("recorded_at")),
        commitments=fields.pop("c"),
        hash=hash,
        **fields,
    )


def _moment(text: str) -> datetime:
    moment = parse_iso(text)
    if iso(moment) != text:
        raise ValueError(f"{text!r} is not how the journal writes a moment")
    return moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure:
    """The value behind one commitment. ``salt`` is 32 hex digits (128 random bits)."""

    seq: int
    field: str
    value: Any
    salt: str
