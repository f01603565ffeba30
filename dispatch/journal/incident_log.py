"""One incident's log as it leaves the house: entries, disclosed values, and what proves them.

Each entry comes with its inclusion proof to the root of a signed checkpoint. The incident's own chain
shows that nothing between its first and last entry was left out; the checkpoint's extension lines say
where that chain ended and bind what the log says about itself.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from dispatch.journal.canonical import canonical_json
from dispatch.journal.chain import Tree
from dispatch.journal.checkpoint import Checkpoint, Signer, origin_of
from dispatch.journal.entry import Disclosure, Entry, entry_from_header
from dispatch.model.clock import iso
from dispatch.model.errors import Invalid

SCHEMA: Final = "dispatch.incident-log/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What the log is of. ``attribution`` must be shown wherever the log is."""

    incident: str
    number: str
    region: str
    fictional: bool
    attribution: tuple[str, ...]
    exported_at: str
    exported_for: str

    def to_json(self) -> dict[str, Any]:
        """The fields by name."""
        return {
            "incident": self.incident,
            "number": self.number,
            "region": self.region,
            "fictional": self.fictional,
            "attribution": list(self.attribution),
            "exported_at": self.exported_at,
            "exported_for": self.exported_for,
        }

    def extension(self) -> str:
        """The checkpoint's line that binds these fields."""
        return f"about {hashlib.sha256(canonical_json(self.to_json())).hexdigest()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentLog:
    """The log. ``proofs`` maps each entry's seq to its inclusion proof (hex hashes, leaf upwards)."""

    about: About
    entries: tuple[Entry, ...]
    disclosures: tuple[Disclosure, ...]
    checkpoint: str
    public_key: str
    proofs: Mapping[int, tuple[str, ...]]

    def disclosed(self, seq: int) -> dict[str, Any]:
        """The personal values of one entry by field, those that this log shows."""
        return {d.field: d.value for d in self.disclosures if d.seq == seq}


def make_incident_log(
    *,
    incident_id: str,
    number: str,
    region: str,
    fictional: bool,
    attribution: Sequence[str],
    exported_for: str,
    entries: Sequence[Entry],
    disclosures: Sequence[Disclosure],
    leaves: Sequence[str],
    signer: Signer,
    now: datetime,
) -> IncidentLog:
    """The incident's log at the journal's present end.

    ``entries`` are all of the incident, in order; ``leaves`` the hashes of all entries of the journal
    (hex), read at the same moment; ``disclosures`` those that the receiver may see. Raises ``Invalid``
    for an incident without entries.
    """
    if not entries:
        raise Invalid("incident", "has no entries")
    tree = Tree([bytes.fromhex(leaf) for leaf in leaves])
    about = About(
        incident=incident_id,
        number=number,
        region=region,
        fictional=fictional,
        attribution=tuple(attribution),
        exported_at=iso(now),
        exported_for=exported_for,
    )
    checkpoint = Checkpoint(
        origin=origin_of(entries[-1].epoch),
        size=tree.size,
        root=tree.root().hex(),
        extensions=(ends_at(incident_id, len(entries), entries[-1].hash), about.extension()),
    )
    return IncidentLog(
        about=about,
        entries=tuple(entries),
        disclosures=tuple(disclosures),
        checkpoint=signer.sign(checkpoint),
        public_key=signer.public.text(),
        proofs={e.seq: tuple(node.hex() for node in tree.inclusion_proof(e.seq - 1)) for e in entries},
    )


def ends_at(incident_id: str, count: int, last: str) -> str:
    """The checkpoint's line that says where an incident's chain ended."""
    return f"incident {incident_id} {count} {last}"


def to_document(log: IncidentLog) -> dict[str, Any]:
    """The log as JSON values: schema ``dispatch.incident-log/1``."""
    return {
        "schema": SCHEMA,
        "about": log.about.to_json(),
        "entries": [{**entry.header(), "hash": entry.hash} for entry in log.entries],
        "disclosures": [
            {"seq": d.seq, "field": d.field, "value": d.value, "salt": d.salt} for d in log.disclosures
        ],
        "proofs": {str(seq): list(path) for seq, path in log.proofs.items()},
        "checkpoint": log.checkpoint,
        "public_key": log.public_key,
    }


_PARTS: Final = frozenset({"schema", "about", "entries", "disclosures", "proofs", "checkpoint", "public_key"})


def log_from_document(document: object) -> IncidentLog:
    """The log that ``to_document`` wrote. Raises ``Invalid`` for anything else."""
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise Invalid("schema", f"is not {SCHEMA}")
    if document.keys() != _PARTS:
        raise Invalid("$", f"has other parts than {', '.join(sorted(_PARTS))}")
    try:
        return IncidentLog(
            about=_about(document["about"]),
            entries=tuple(_entry(entry) for entry in document["entries"]),
            disclosures=tuple(Disclosure(**disclosure) for disclosure in document["disclosures"]),
            checkpoint=_text(document["checkpoint"]),
            public_key=_text(document["public_key"]),
            proofs={int(seq): tuple(map(_text, path)) for seq, path in document["proofs"].items()},
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Invalid("$", f"is not an incident's log: {error}") from error


def _about(fields: Mapping[str, Any]) -> About:
    about = About(**{**fields, "attribution": tuple(fields["attribution"])})
    if about.to_json() != fields:
        raise ValueError("about")
    return about


def _entry(fields: Mapping[str, Any]) -> Entry:
    header = dict(fields)
    return entry_from_header(header, hash=_text(header.pop("hash")))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("text expected")
    return value
