"""The journal's agreement entries read back into rows: what was drafted, proposed, signed and done."""

from dataclasses import dataclass, field
from typing import Final

from dispatch.agreements.parse import parse_agreement, terms_sha256, text_sha256
from dispatch.agreements.record import AgreementDraft, AgreementText, FiledAct, FiledSignature, Which
from dispatch.agreements.terms import ActKind
from dispatch.journal.entry import Entry
from dispatch.model.agreement_events import (
    AgreementDiscarded,
    AgreementDrafted,
    AgreementNoticeGiven,
    AgreementProposed,
    AgreementRecorded,
    AgreementRejected,
    AgreementResumed,
    AgreementSigned,
    AgreementStep,
    AgreementSuspended,
    AgreementTerminated,
    AgreementWithdrawn,
)
from dispatch.model.event import Event
from dispatch.model.ids import AgreementId, JurisdictionId


class Unexplained(Exception):
    """An entry that cannot follow on what was recorded before it."""


Act = (
    AgreementRejected
    | AgreementWithdrawn
    | AgreementSuspended
    | AgreementResumed
    | AgreementNoticeGiven
    | AgreementTerminated
)

_KIND: Final[dict[type[AgreementStep], ActKind]] = {
    AgreementProposed: ActKind.PROPOSED,
    AgreementRejected: ActKind.REJECTED,
    AgreementWithdrawn: ActKind.WITHDRAWN,
    AgreementSuspended: ActKind.SUSPENDED,
    AgreementResumed: ActKind.RESUMED,
    AgreementNoticeGiven: ActKind.NOTICE_GIVEN,
    AgreementTerminated: ActKind.TERMINATED,
}


@dataclass(slots=True)
class AgreementFold:
    """The agreements' rows after the entries applied so far. A draft's words are in no entry: empty here."""

    texts: dict[Which, AgreementText] = field(default_factory=dict)
    drafts: dict[tuple[AgreementId, JurisdictionId], AgreementDraft] = field(default_factory=dict)
    signatures: dict[int, FiledSignature] = field(default_factory=dict)
    acts: dict[int, FiledAct] = field(default_factory=dict)

    def apply(self, entry: Entry, event: Event) -> None:
        """Take the next entry in. Raises ``Unexplained`` where it contradicts the ones before."""
        match event:
            case AgreementRecorded():
                which = (event.agreement_id, event.agreement_version)
                self._file(which, event.text, event.text_sha256, event)
            case AgreementDrafted():
                self._drafted(entry, event)
            case AgreementDiscarded():
                self._take_draft(event)
            case AgreementProposed():
                self._proposed(entry, event)
            case AgreementSigned():
                self._signed(entry, event)
            case (
                AgreementRejected()
                | AgreementWithdrawn()
                | AgreementSuspended()
                | AgreementResumed()
                | AgreementNoticeGiven()
                | AgreementTerminated()
            ):
                self._acted(entry, event)
            case _:
                pass

    def _file(self, which: Which, text: str, sha256: str, event: Event) -> None:
        if text_sha256(text) != sha256:
            raise Unexplained(f"the text of agreement {_named(which)} has another hash than the entry says")
        agreement_id, version = which
        self.texts[which] = AgreementText(
            agreement_id=agreement_id,
            version=version,
            text=text,
            text_sha256=sha256,
            recorded_at=event.occurred_at,
        )

    def _drafted(self, entry: Entry, event: AgreementDrafted) -> None:
        known = self.drafts.get((event.agreement_id, event.party))
        if event.revision != (known.revision + 1 if known else 1):
            raise Unexplained(
                f"revision {event.revision} of the draft of {event.agreement_id} is not the next"
            )
        self.drafts[event.agreement_id, event.party] = AgreementDraft(
            agreement_id=event.agreement_id,
            drafted_by=event.party,
            version=event.agreement_version,
            text="",
            terms_sha256=event.terms_sha256,
            revision=event.revision,
            updated_by=entry.actor,
            updated_at=event.occurred_at,
        )

    def _take_draft(self, event: AgreementDiscarded | AgreementProposed) -> AgreementDraft:
        draft = self.drafts.pop((event.agreement_id, event.party), None)
        if draft is None:
            raise Unexplained(f"{event.party} had no draft of agreement {event.agreement_id}")
        return draft

    def _proposed(self, entry: Entry, event: AgreementProposed) -> None:
        which = (event.agreement_id, event.agreement_version)
        if which in self.texts:
            raise Unexplained(f"agreement {_named(which)} was on record already")
        draft = self._take_draft(event)
        if (draft.version, draft.terms_sha256) != (event.agreement_version, event.terms_sha256):
            raise Unexplained(f"agreement {_named(which)} was proposed with other words than were drafted")
        self._file(which, event.text, event.terms_sha256, event)
        self._add_act(entry, event, by=event.by)

    def _signed(self, entry: Entry, event: AgreementSigned) -> None:
        which = self._require_text(event)
        if event.terms_sha256 != self._terms_of(which):
            raise Unexplained(f"{event.party} signed another text than that of agreement {_named(which)}")
        if any(
            (s.agreement_id, s.version, s.party) == (*which, event.party) for s in self.signatures.values()
        ):
            raise Unexplained(f"{event.party} signed agreement {_named(which)} twice")
        self.signatures[entry.seq] = FiledSignature(
            seq=entry.seq,
            agreement_id=event.agreement_id,
            version=event.agreement_version,
            party=event.party,
            by=event.by,
            person=entry.actor,
            at=event.occurred_at,
            terms_sha256=event.terms_sha256,
        )

    def _acted(self, entry: Entry, event: Act) -> None:
        self._require_text(event)
        self._add_act(entry, event, by=event.by)

    def _add_act(self, entry: Entry, event: AgreementStep, *, by: str) -> None:
        self.acts[entry.seq] = FiledAct(
            seq=entry.seq,
            agreement_id=event.agreement_id,
            version=event.agreement_version,
            kind=_KIND[type(event)],
            party=event.party,
            by=by,
            person=entry.actor,
            at=event.occurred_at,
            # A proposal carries a text and a resumption no reason.
            reason=getattr(event, "reason", ""),
            ends_at=getattr(event, "ends_at", None),
        )

    def _require_text(self, event: AgreementStep) -> Which:
        which = (event.agreement_id, event.agreement_version)
        if which not in self.texts:
            raise Unexplained(f"agreement {_named(which)} is not on record")
        return which

    def _terms_of(self, which: Which) -> str:
        """The hash of what is signed: of a proposed text its own, of a file that of its terms."""
        text = self.texts[which]
        proposed = any(
            act.kind is ActKind.PROPOSED and (act.agreement_id, act.version) == which
            for act in self.acts.values()
        )
        return text.text_sha256 if proposed else terms_sha256(parse_agreement(text.text))


def _named(which: Which) -> str:
    return f"{which[0]} version {which[1]}"
