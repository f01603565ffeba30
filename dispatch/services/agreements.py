"""Reading agreements, and writing drafts of them. What is done about a fixed text: ``agreement_steps``."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from dispatch.agreements.access import NOBODYS, owned_by
from dispatch.agreements.actions import Action
from dispatch.agreements.catalogue import KINDS
from dispatch.agreements.diff import diff_agreements
from dispatch.agreements.kinds import Group
from dispatch.agreements.lifecycle import void
from dispatch.agreements.parse import terms_sha256, terms_text
from dispatch.agreements.record import AgreementDraft, Paper
from dispatch.agreements.templates import SURGE_HOURS, TEMPLATES, Surge, surge_pact
from dispatch.agreements.terms import Agreement, AgreementKind, Scope
from dispatch.model.agreement_events import AgreementDiscarded, AgreementDrafted
from dispatch.model.errors import Conflict, Invalid, NotFound, StaleVersion
from dispatch.model.ids import AgreementId
from dispatch.model.principal import Principal
from dispatch.services.agreement_filing import file_act, name_of, open_shelf, party_of
from dispatch.services.agreement_rows import Shelf, agreement_detail, agreement_row
from dispatch.services.agreement_texts import Sent, as_version, check, read_terms, require_same_id
from dispatch.services.command import CommandMeta, Row
from dispatch.services.core import Core
from dispatch.services.door import require
from dispatch.services.idempotency import once
from dispatch.services.ports import Reader, Tx


class Agreements:
    """Each command is one transaction and answers the agreement's row for the actor."""

    def __init__(self, core: Core) -> None:
        self._core = core

    # -- reading --------------------------------------------------------------------------------------

    async def list_rows(self, principal: Principal) -> Sequence[Row]:
        """The newest version of each agreement that the principal's side sees, its own drafts included."""
        core, own = self._core, principal.jurisdiction_id
        now = core.clock()
        require(principal, Action.LIST_AGREEMENTS, owned_by(own), what="agreements", which="own", now=now)
        found = await core.store.read(lambda reader: reader.list_agreement_drafts(own))
        drafts = {draft.agreement_id: draft for draft in found}
        book = core.world.book
        on_record = (one.id for one in (book.pairs.list_of(own) if own else ()))
        shelves = [
            Shelf(which, book.list_papers_of(which), drafts.get(which), own=own)
            for which in sorted({*on_record, *drafts})
        ]

        def show() -> Sequence[Row]:
            return [agreement_row(shelf, viewer=principal, world=core.world, now=now) for shelf in shelves]

        return await asyncio.to_thread(show)  # reading and writing out long texts takes half a second each

    async def get(
        self, principal: Principal, agreement_id: AgreementId, *, version: int | None = None
    ) -> Row:
        """One version (by default the newest seen) with text, hash and the list of versions.

        Raises ``NotFound``.
        """
        shelf = await self._shelf(principal, Action.READ_AGREEMENT, agreement_id)
        world, now = self._core.world, self._core.clock()

        def show() -> Row:
            paper = shelf.newest if version is None else shelf.get_version(version)
            return agreement_detail(shelf, viewer=principal, world=world, now=now, paper=paper)

        return await asyncio.to_thread(show)

    async def get_paper(
        self, principal: Principal, action: Action, agreement_id: AgreementId, version: int | None
    ) -> Paper:
        """One version, by default the newest seen, for whoever may do this with it. Raises ``NotFound``.

        Its text has been read and written out: asking for it costs the loop nothing.
        """
        shelf = await self._shelf(principal, action, agreement_id)

        def take() -> Paper:
            paper = shelf.newest if version is None else shelf.get_version(version)
            return paper.written_out()

        return await asyncio.to_thread(take)

    async def diff(self, principal: Principal, agreement_id: AgreementId, *, before: int, after: int) -> Row:
        """Two versions term by term: ``{from, to, rows}``. Raises ``NotFound``."""
        shelf = await self._shelf(principal, Action.READ_AGREEMENT, agreement_id)
        names = self._core.world.names

        def compare() -> Row:
            old, new = shelf.get_version(before).agreement, shelf.get_version(after).agreement
            rows = diff_agreements(old, new, names=names)
            return {"from": before, "to": after, "rows": [row.to_json() for row in rows]}

        return await asyncio.to_thread(compare)

    async def check(self, principal: Principal, sent: Sent) -> Row:
        """What the computer reads in a text that is nowhere on record."""
        self._require(principal, Action.CHECK_AGREEMENT)
        world, party = self._core.world, principal.jurisdiction_id
        return await asyncio.to_thread(check, sent, party=party, region=world.region, names=world.names)

    def describe_form(self, principal: Principal) -> Row:
        """Every kind of clause with its fields, for the editor."""
        self._require(principal, Action.READ_AGREEMENT_FORM)
        return {
            "groups": [{"group": group.value, "title": group.value.capitalize()} for group in Group],
            "kinds": [kind.describe() for kind in KINDS.values()],
            "agreement_kinds": [kind.value for kind in AgreementKind],
            "scopes": [scope.value for scope in Scope],
            "jurisdictions": [
                {"id": one.id, "name": one.name} for one in self._core.world.region.jurisdictions.values()
            ],
        }

    def list_templates(self, principal: Principal) -> Sequence[Row]:
        """What one can start from."""
        self._require(principal, Action.READ_AGREEMENT_FORM)
        return [{"template": one.template, "title": one.title, "help": one.help} for one in TEMPLATES]

    # -- drafting -------------------------------------------------------------------------------------

    async def create(self, meta: CommandMeta, sent: Sent) -> Row:
        """A new agreement's first draft. Raises ``AgreementInvalid``, ``Conflict`` (the id is taken)."""
        agreement, digest = await self._read_terms(meta, sent)
        return await self._create(meta, agreement, command="agreement.create", body={"text": digest})

    async def create_surge(self, meta: CommandMeta, surge: Surge) -> Row:
        """A draft of an emergency pact. Raises ``Invalid`` (``partner``, ``hours``, ``unit_types``)."""
        core, own = self._core, party_of(meta.actor)
        names, now = core.world.names, core.clock()
        if surge.partner not in core.world.region.jurisdictions or surge.partner == own:
            raise Invalid("partner", "must be another jurisdiction of this region")
        if surge.hours not in SURGE_HOURS:
            raise Invalid("hours", f"must be from {SURGE_HOURS.start} to {SURGE_HOURS.stop - 1}")
        if not surge.unit_types:
            raise Invalid("unit_types", "at least one is needed")
        agreement = surge_pact(
            surge,
            # Short, because whoever signs types it.
            agreement_id=AgreementId(f"surge-{now:%m%d}-{core.ids('surge')[-4:]}"),
            party=own,
            title=f"Emergency pact {names[own]} / {names[surge.partner]}, {surge.hours} h",
            time_zone=core.world.region.time_zone,
            now=now,
        )
        types = [kind.value for kind in surge.unit_types]
        body = {"partner": surge.partner, "hours": surge.hours, "keep": surge.keep, "unit_types": types}
        return await self._create(meta, agreement, command="agreement.surge", body=body)

    async def edit(
        self, meta: CommandMeta, agreement_id: AgreementId, sent: Sent, *, revision: int | None
    ) -> Row:
        """Change one's draft, or begin the next version: a proposed text is thereby withdrawn.

        ``revision`` is that of the draft; None where there is none yet. Raises ``AgreementInvalid``,
        ``NotFound``, ``Forbidden``, ``StaleVersion``, ``Conflict``.
        """
        core = self._core
        # Before the text is read: what it says must not tell whether there is such an agreement.
        await self._shelf(meta.actor, Action.DRAFT_AGREEMENT, agreement_id)
        agreement, digest = await self._read_terms(meta, sent)
        require_same_id(agreement, agreement_id)

        def write(tx: Tx) -> Row:
            now = core.clock()
            shelf = open_shelf(
                *(tx, meta.actor, Action.DRAFT_AGREEMENT, agreement_id), world=core.world, now=now
            )
            _require_current(shelf, agreement, revision)
            earlier = [paper.agreement for paper in shelf.all_on_record]
            terms = as_version(agreement, shelf.last_version + 1, earlier=earlier)
            if earlier:
                act = void(earlier[-1], party=party_of(meta.actor), by=name_of(meta.actor), now=now)
                if act is not None:
                    file_act(tx, meta, agreement_id, earlier[-1].version, act)
            self._put_draft(tx, meta, terms, known=shelf.draft)
            return self._row(tx, meta, agreement_id)

        body = {"agreement": agreement_id, "text": digest, "revision": revision}
        return await self._once(meta, "agreement.edit", body, write)

    async def discard(self, meta: CommandMeta, agreement_id: AgreementId) -> Row:
        """Throw one's draft away; answers ``{}``. Raises ``NotFound``."""
        core = self._core

        def write(tx: Tx) -> Row:
            now, own = core.clock(), party_of(meta.actor)
            shelf = open_shelf(
                *(tx, meta.actor, Action.DRAFT_AGREEMENT, agreement_id), world=core.world, now=now
            )
            if shelf.draft is None:
                raise NotFound("draft", agreement_id)
            tx.delete_agreement_draft(agreement_id, own)
            event = AgreementDiscarded(
                occurred_at=now,
                jurisdiction_id=own,
                agreement_id=agreement_id,
                agreement_version=shelf.draft.version,
                party=own,
                revision=shelf.draft.revision,
            )
            tx.record(event, actor=meta.actor, key=meta.key)
            return {}

        return await self._once(meta, "agreement.discard", {"agreement": agreement_id}, write)

    # -- inside ---------------------------------------------------------------------------------------

    async def _shelf(self, principal: Principal, action: Action, agreement_id: AgreementId) -> Shelf:
        now = self._core.clock()

        def read(reader: Reader) -> Shelf:
            return open_shelf(reader, principal, action, agreement_id, world=self._core.world, now=now)

        return await self._core.store.read(read)

    def _require(self, principal: Principal, action: Action) -> None:
        require(principal, action, NOBODYS, what="agreements", which="any", now=self._core.clock())

    async def _read_terms(self, meta: CommandMeta, sent: Sent) -> tuple[Agreement, str]:
        """The terms and their hash, read on a thread of their own."""
        own = owned_by(meta.actor.jurisdiction_id)
        now = self._core.clock()
        require(meta.actor, Action.DRAFT_AGREEMENT, own, what="agreement", which="new", now=now)
        party, region = meta.actor.jurisdiction_id, self._core.world.region

        def read() -> tuple[Agreement, str]:
            agreement = read_terms(sent, party=party, region=region)
            return agreement, terms_sha256(agreement)

        return await asyncio.to_thread(read)

    async def _create(
        self, meta: CommandMeta, agreement: Agreement, *, command: str, body: Mapping[str, object]
    ) -> Row:
        core = self._core

        def write(tx: Tx) -> Row:
            own = party_of(meta.actor)
            require(
                *(meta.actor, Action.DRAFT_AGREEMENT, owned_by(own)),
                what="agreement",
                which=agreement.id,
                now=core.clock(),
            )
            if tx.list_agreement_texts(agreement.id) or tx.find_agreement_draft(agreement.id, own):
                raise Conflict(f"there is an agreement {agreement.id} already: edit it, or take another id")
            self._put_draft(tx, meta, replace(agreement, version=1), known=None)
            return self._row(tx, meta, agreement.id)

        return await self._once(meta, command, body, write)

    def _put_draft(
        self, tx: Tx, meta: CommandMeta, terms: Agreement, *, known: AgreementDraft | None
    ) -> None:
        now, own = self._core.clock(), party_of(meta.actor)
        draft = AgreementDraft(
            agreement_id=terms.id,
            drafted_by=own,
            version=terms.version,
            text=terms_text(terms),
            terms_sha256=terms_sha256(terms),
            revision=known.revision + 1 if known else 1,
            updated_by=meta.actor.id,
            updated_at=now,
        )
        tx.put_agreement_draft(draft)
        event = AgreementDrafted(
            occurred_at=now,
            jurisdiction_id=own,
            agreement_id=terms.id,
            agreement_version=draft.version,
            party=own,
            revision=draft.revision,
            terms_sha256=draft.terms_sha256,
        )
        tx.record(event, actor=meta.actor, key=meta.key)

    def _row(self, tx: Tx, meta: CommandMeta, agreement_id: AgreementId) -> Row:
        world, now = self._core.world, self._core.clock()
        shelf = open_shelf(tx, meta.actor, Action.READ_AGREEMENT, agreement_id, world=world, now=now)
        return agreement_row(shelf, viewer=meta.actor, world=world, now=now)

    async def _once(
        self, meta: CommandMeta, command: str, body: Mapping[str, object], write: Callable[[Tx], Row]
    ) -> Row:
        return await self._core.store.write(
            lambda tx: once(tx, meta, command=command, body=body, run=lambda: write(tx))
        )


def _require_current(shelf: Shelf, sent: Agreement, revision: int | None) -> None:
    """Whether the writer has looked at the newest version there is. Raises ``StaleVersion``, ``Conflict``."""
    if shelf.is_taken:
        raise Conflict(f"others have an agreement {shelf.agreement_id}: take another id")
    draft = shelf.draft if shelf.has_fresh_draft else None
    if revision != (draft.revision if draft else None):
        current = draft.revision if draft else shelf.last_version
        raise StaleVersion("the draft", presented=revision or 0, current=current)
    if draft is None and sent.version not in (shelf.last_version, shelf.last_version + 1):
        raise StaleVersion("the agreement", presented=sent.version, current=shelf.last_version)
