"""What the use cases need from the record about agreements. ``ports.Reader`` and ``ports.Tx`` have it all.

The rows are the journal's fold (``aid/agreement_fold``): a command that puts one also records its event.

- ``AgreementText``: ``recorded_at`` is the ``occurred_at`` of the event that carries the text.
- ``AgreementDraft``: ``updated_by`` and ``updated_at`` are the event's actor and ``occurred_at``.
- ``FiledSignature`` and ``FiledAct``: ``seq`` is the entry's, ``person`` its actor, and ``at`` its
  ``occurred_at``.
"""

from collections.abc import Sequence
from typing import Protocol

from dispatch.agreements.record import AgreementDraft, AgreementText, FiledAct, FiledSignature
from dispatch.model.ids import AgreementId, JurisdictionId


class AgreementReader(Protocol):
    """Agreements on record, and drafts."""

    def list_agreement_texts(self, agreement_id: AgreementId | None = None) -> Sequence[AgreementText]:
        """Every version of every agreement (or of one) on record, by id then version."""
        ...

    def list_agreement_signatures(self, agreement_id: AgreementId | None = None) -> Sequence[FiledSignature]:
        """What was signed here, oldest first; signatures that lie in a text are not among them."""
        ...

    def list_agreement_acts(self, agreement_id: AgreementId | None = None) -> Sequence[FiledAct]:
        """What the parties did, oldest first."""
        ...

    def last_agreement_seq(self) -> int:
        """The newest signature's or act's entry; 0 where there is none. Cheap: asked in every decision."""
        ...

    def list_agreement_drafts(self, drafted_by: JurisdictionId | None = None) -> Sequence[AgreementDraft]:
        """The drafts of one party, or of all, by id."""
        ...

    def find_agreement_draft(
        self, agreement_id: AgreementId, drafted_by: JurisdictionId
    ) -> AgreementDraft | None:
        """The party's draft of this agreement."""
        ...


class AgreementTx(Protocol):
    """Putting them. Signatures and acts are only ever added."""

    def put_agreement(self, agreement: AgreementText) -> None: ...
    def put_agreement_draft(self, draft: AgreementDraft) -> None: ...
    def delete_agreement_draft(self, agreement_id: AgreementId, drafted_by: JurisdictionId) -> None: ...
    def add_agreement_signature(self, signature: FiledSignature) -> None:
        """Raises ``Conflict`` (with the command) where the party has signed this version already."""
        ...

    def add_agreement_act(self, act: FiledAct) -> None: ...
