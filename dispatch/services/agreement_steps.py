"""What parties do about a text on record: propose, sign, reject, withdraw, let rest, end."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

from dispatch.agreements import lifecycle
from dispatch.agreements.actions import Action
from dispatch.agreements.record import AgreementText, paper_of_draft
from dispatch.agreements.standing import state_at
from dispatch.agreements.terms import ActKind, AgreementAct
from dispatch.model.agreement_events import AgreementProposed
from dispatch.model.errors import IllegalStep, Invalid
from dispatch.model.ids import AgreementId
from dispatch.services.agreement_filing import (
    file_act,
    file_signature,
    name_of,
    open_shelf,
    party_of,
    put_act,
)
from dispatch.services.agreement_rows import Shelf, agreement_row
from dispatch.services.command import CommandMeta, Row
from dispatch.services.core import Core
from dispatch.services.idempotency import once
from dispatch.services.identity import Identity, require_unchanged
from dispatch.services.ports import Person, Tx


class AgreementSteps:
    """Each step is one transaction and answers the agreement's row for the actor.

    All raise ``NotFound`` (also for an agreement of others), ``Forbidden`` and ``IllegalStep``.
    """

    def __init__(self, core: Core, identity: Identity) -> None:
        self._core, self._identity = core, identity

    async def propose(
        self, meta: CommandMeta, agreement_id: AgreementId, *, version: int, revision: int
    ) -> Row:
        """Fix one's draft as a text that all parties see and may sign. Raises ``StaleVersion``."""

        def step(tx: Tx, shelf: Shelf, now: datetime) -> None:
            if shelf.draft is None:
                raise IllegalStep(_state(shelf, now), wanted="propose", because="no_draft")
            agreement = paper_of_draft(shelf.draft).agreement
            newest = shelf.last_version
            lifecycle.propose(
                *(shelf.draft, agreement), version=version, revision=revision, newest=newest, now=now
            )
            _file_proposal(tx, meta, shelf, now)

        body = {"version": version, "revision": revision}
        return await self._step(meta, Action.PROPOSE_AGREEMENT, agreement_id, body, step)

    async def propose_new(self, meta: CommandMeta, row: Row) -> Row:
        """Propose a draft that was just made; a retry of making it answers the proposed text."""
        shelf_id, key = AgreementId(row["id"]), f"{meta.key}.propose" if meta.key else None
        return await self.propose(
            CommandMeta(actor=meta.actor, key=key), shelf_id, version=row["version"], revision=row["revision"]
        )

    async def sign(
        self,
        meta: CommandMeta,
        agreement_id: AgreementId,
        *,
        version: int,
        terms_sha256: str,
        typed_id: str,
        password: str,
        client: str,
    ) -> Row:
        """Assent to the exact text, for one's party. Signing the same text again changes nothing.

        The password is asked for again. Raises ``StepUpFailed``, ``TooMany``, ``TermsChanged``,
        ``Invalid`` (``typed_id``).
        """
        core, action, party = self._core, Action.SIGN_AGREEMENT, party_of(meta.actor)
        # Whoever has nothing to sign here is told so before a password is asked for.
        await core.store.read(
            lambda reader: open_shelf(
                reader, meta.actor, action, agreement_id, world=core.world, now=core.clock()
            )
        )
        if typed_id != agreement_id:
            raise Invalid("typed_id", "is not the agreement's id")
        person = await self._identity.confirm(meta.actor, password, client=client)

        def step(tx: Tx, shelf: Shelf, now: datetime) -> None:
            require_unchanged(tx, person)
            paper = shelf.get_version(version)
            if paper.is_draft:
                raise IllegalStep("draft", wanted="sign", because="not_proposed")
            signed = any(one.party == party for one in paper.agreement.signatures)
            if signed and terms_sha256 == paper.terms_sha256:
                return
            signature = lifecycle.sign(
                paper, party=party, by=_name_of(person), presented=terms_sha256, now=now
            )
            file_signature(tx, meta, agreement_id, version, signature, terms_sha256=terms_sha256)

        body = {"version": version, "terms_sha256": terms_sha256}
        return await self._step(meta, action, agreement_id, body, step)

    async def reject(self, meta: CommandMeta, agreement_id: AgreementId, *, version: int, reason: str) -> Row:
        """Say no to a proposed text."""
        return await self._say(meta, Action.REJECT_AGREEMENT, agreement_id, version, reason, lifecycle.reject)

    async def withdraw(
        self, meta: CommandMeta, agreement_id: AgreementId, *, version: int, reason: str
    ) -> Row:
        """Take one's own proposal, or one's signature of a text that binds nobody yet, back."""
        action = Action.WITHDRAW_AGREEMENT
        return await self._say(meta, action, agreement_id, version, reason, lifecycle.withdraw)

    async def suspend(
        self, meta: CommandMeta, agreement_id: AgreementId, *, reason: str, ends_at: datetime | None
    ) -> Row:
        """Let the agreement rest for one's own party. Raises ``Invalid`` (``ends_at`` not later than now)."""
        body = {"step": "suspend", "reason": reason, "ends_at": ends_at.isoformat() if ends_at else None}
        make = partial(lifecycle.suspend, reason=reason, ends_at=ends_at)
        return await self._act(meta, Action.SUSPEND_AGREEMENT, agreement_id, body, make)

    async def resume(self, meta: CommandMeta, agreement_id: AgreementId) -> Row:
        """End one's own suspension."""
        body = {"step": "resume"}
        return await self._act(meta, Action.SUSPEND_AGREEMENT, agreement_id, body, lifecycle.resume)

    async def give_notice(self, meta: CommandMeta, agreement_id: AgreementId, *, reason: str) -> Row:
        """Be bound no more once the agreement's notice is over."""
        make = partial(lifecycle.give_notice, reason=reason)
        body = {"step": "notice", "reason": reason}
        return await self._act(meta, Action.END_AGREEMENT, agreement_id, body, make)

    async def terminate(self, meta: CommandMeta, agreement_id: AgreementId, *, reason: str) -> Row:
        """Consent to end the agreement at once; it ends when every party has."""
        make = partial(lifecycle.terminate, reason=reason)
        body = {"step": "terminate", "reason": reason}
        return await self._act(meta, Action.END_AGREEMENT, agreement_id, body, make)

    async def _act(
        self,
        meta: CommandMeta,
        action: Action,
        agreement_id: AgreementId,
        body: Mapping[str, object],
        make: Callable[..., lifecycle.Acts],
    ) -> Row:
        """File what the party does about the versions that bind it."""

        def step(tx: Tx, shelf: Shelf, now: datetime) -> None:
            acts = make(shelf.family, party=party_of(meta.actor), by=name_of(meta.actor), now=now)
            for version, act in acts:
                file_act(tx, meta, agreement_id, version, act)

        return await self._step(meta, action, agreement_id, body, step)

    async def _say(
        self,
        meta: CommandMeta,
        action: Action,
        agreement_id: AgreementId,
        version: int,
        reason: str,
        say: Callable[..., AgreementAct],
    ) -> Row:
        def step(tx: Tx, shelf: Shelf, now: datetime) -> None:
            paper = shelf.get_version(version)
            if paper.is_draft:
                raise IllegalStep("draft", wanted=action.value, because="not_proposed")
            act = say(paper, party=party_of(meta.actor), by=name_of(meta.actor), reason=reason, now=now)
            file_act(tx, meta, agreement_id, version, act)

        return await self._step(meta, action, agreement_id, {"version": version, "reason": reason}, step)

    async def _step(
        self,
        meta: CommandMeta,
        action: Action,
        agreement_id: AgreementId,
        body: Mapping[str, object],
        step: Callable[[Tx, Shelf, datetime], None],
    ) -> Row:
        core = self._core

        def run(tx: Tx) -> Row:
            now = core.clock()
            step(tx, open_shelf(tx, meta.actor, action, agreement_id, world=core.world, now=now), now)
            after = open_shelf(tx, meta.actor, Action.READ_AGREEMENT, agreement_id, world=core.world, now=now)
            return agreement_row(after, viewer=meta.actor, world=core.world, now=now)

        whole = {"agreement": agreement_id, **body}
        return await core.store.write(
            lambda tx: once(tx, meta, command=action.value, body=whole, run=lambda: run(tx))
        )


def _file_proposal(tx: Tx, meta: CommandMeta, shelf: Shelf, now: datetime) -> None:
    draft, party, by = shelf.draft, party_of(meta.actor), name_of(meta.actor)
    if draft is None:
        raise TypeError("only a draft is proposed")
    tx.delete_agreement_draft(draft.agreement_id, party)
    tx.put_agreement(
        AgreementText(
            agreement_id=draft.agreement_id,
            version=draft.version,
            text=draft.text,
            text_sha256=draft.terms_sha256,
            recorded_at=now,
        )
    )
    event = AgreementProposed(
        occurred_at=now,
        jurisdiction_id=party,
        agreement_id=draft.agreement_id,
        agreement_version=draft.version,
        party=party,
        by=by,
        terms_sha256=draft.terms_sha256,
        text=draft.text,
    )
    entry = tx.record(event, actor=meta.actor, key=meta.key)
    act = AgreementAct(kind=ActKind.PROPOSED, party=party, by=by, at=now)
    put_act(tx, meta, draft.agreement_id, draft.version, act, seq=entry.seq)


def _state(shelf: Shelf, now: datetime) -> str:
    return state_at(shelf.family[-1], now).value if shelf.family else "draft"


def _name_of(person: Person) -> str:
    return person.display_name or person.login
