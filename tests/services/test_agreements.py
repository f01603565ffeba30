"""Drafting, proposing, signing and ending an agreement, on the record of both databases."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from dispatch.agreements.parse import text_sha256
from dispatch.agreements.templates import Surge
from dispatch.model.clock import ManualClock
from dispatch.model.errors import (
    AgreementInvalid,
    Conflict,
    Forbidden,
    IllegalStep,
    Invalid,
    KeyReused,
    NotFound,
    StaleVersion,
    StepUpFailed,
    TermsChanged,
    TooMany,
)
from dispatch.model.ids import AgreementId, JurisdictionId
from dispatch.model.principal import Role
from dispatch.services.agreement_texts import Sent
from dispatch.store.store import SqlStore
from dispatch.store.verify import verify_store
from tests.make_pact import PACT, PASSWORD, Desk, admin, pact_text
from tests.make_world import agreement_text, meta, open_world

pytestmark = pytest.mark.anyio


@pytest.fixture
async def desk(store: SqlStore, clock: ManualClock) -> AsyncIterator[Desk]:
    async with open_world(store, clock, on_duty=()) as world:
        yield await Desk(world).open()


async def require_verified(desk: Desk) -> None:
    report = await desk.world.store.read(verify_store)  # type: ignore[arg-type]
    assert report.ok, report.sentences()


async def test_an_agreement_is_drafted_proposed_rejected_amended_signed_rested_and_ended(desk: Desk) -> None:
    steps = desk.world.services.agreement_steps
    draft = await desk.draft(floor=2)
    assert (draft["state"], draft["version"], draft["revision"], draft["mine"]) == ("draft", 1, 1, True)
    assert draft["in_force"] is None
    assert draft["steps"] == ["edit", "propose", "discard"]
    proposed = await desk.propose(draft)
    assert (proposed["state"], proposed["revision"]) == ("proposed", None)
    assert proposed["terms_sha256"] == draft["terms_sha256"]
    rejected = await steps.reject(admin("gale"), PACT, version=1, reason="keeps too few here")
    assert (rejected["state"], rejected["mine"]) == ("rejected", False)

    amended = await desk.edit("gale", floor=1)
    assert (amended["state"], amended["version"], amended["mine"]) == ("draft", 2, True)
    amended = await desk.propose(amended, "gale")
    half = await desk.sign(amended, "harlow")
    assert (half["state"], half["missing_signatures"]) == ("proposed", ["gale"])
    active = await desk.sign(amended, "gale")
    assert (active["state"], active["missing_signatures"]) == ("active", [])
    assert [s["terms_sha256"] for s in active["signatures"]] == [amended["terms_sha256"]] * 2

    assert (await desk.suspend("gale"))["state"] == "suspended"
    with pytest.raises(IllegalStep):
        await steps.resume(admin("harlow"), PACT)
    assert (await steps.resume(admin("gale"), PACT))["state"] == "active"
    noticed = await steps.give_notice(admin("harlow"), PACT, reason="new county borders")
    assert (noticed["state"], noticed["acts"][-1]["reason"]) == ("notice_given", "new county borders")
    for place, state in (("harlow", "notice_given"), ("gale", "terminated")):
        assert (await steps.terminate(admin(place), PACT, reason="by consent"))["state"] == state
    assert await desk.types() == [
        *("drafted", "proposed", "rejected", "drafted", "proposed", "signed", "signed"),
        *("suspended", "resumed", "notice_given", "terminated", "terminated"),
    ]
    await require_verified(desk)


async def test_what_is_signed_is_the_text_that_everybody_can_read(desk: Desk) -> None:
    active = await desk.conclude()
    for place in ("harlow", "gale"):
        seen = await desk.see(place)
        assert text_sha256(seen["text"]) == seen["terms_sha256"] == active["terms_sha256"]
    entries = await desk.world.store.read(lambda reader: reader.list_entries())
    [proposed] = [entry for entry in entries if entry.type == "agreement.proposed"]
    assert text_sha256(proposed.body["text"]) == proposed.body["terms_sha256"] == active["terms_sha256"]
    hashes = {e.body["terms_sha256"] for e in entries if e.type == "agreement.signed"}
    assert hashes == {active["terms_sha256"]}


async def test_a_draft_is_nowhere_for_the_partner(desk: Desk) -> None:
    agreements = desk.world.services.agreements
    await desk.draft()
    gale = admin("gale").actor
    assert await agreements.list_rows(gale) == []
    for missing in (PACT, AgreementId("no-such-thing")):
        with pytest.raises(NotFound):
            await agreements.get(gale, missing)
        with pytest.raises(NotFound):
            await agreements.edit(
                admin("gale"),
                missing,
                Sent(text=pact_text().replace("gale-harlow", missing)),
                revision=None,
            )
    texts = await desk.world.store.read(lambda reader: reader.list_agreement_texts())
    assert PACT not in {text.agreement_id for text in texts}
    entries = await desk.world.store.read(lambda reader: reader.list_entries())
    assert "Gale lends" not in repr([entry for entry in entries if entry.type == "agreement.drafted"])
    [row] = [row for row in await agreements.list_rows(admin("harlow").actor) if row["id"] == PACT]
    assert row["state"] == "draft"


async def test_a_colleague_of_another_role_reads_the_draft_and_changes_nothing(desk: Desk) -> None:
    await desk.draft()
    row = await desk.world.services.agreements.get(meta("harlow").actor, PACT)
    assert (row["state"], row["steps"]) == ("draft", [])
    with pytest.raises(Forbidden):
        await desk.world.services.agreements.discard(meta("harlow"), PACT)


async def test_a_draft_is_changed_by_whoever_saw_its_last_revision(desk: Desk) -> None:
    await desk.draft()
    second = await desk.edit("harlow", floor=1, revision=1)
    assert (second["version"], second["revision"]) == (1, 2)
    for revision in (1, None):
        with pytest.raises(StaleVersion):
            await desk.edit("harlow", floor=2, revision=revision)
    with pytest.raises(StaleVersion):
        await desk.propose({**second, "revision": 1})
    await desk.propose(second)


async def test_a_discarded_draft_is_gone(desk: Desk) -> None:
    await desk.draft()
    assert await desk.world.services.agreements.discard(admin("harlow"), PACT) == {}
    with pytest.raises(NotFound):
        await desk.see("harlow")
    assert await desk.types() == ["drafted", "discarded"]
    assert (await desk.draft())["revision"] == 1
    await require_verified(desk)


async def test_an_edit_after_the_first_signature_voids_it(desk: Desk) -> None:
    proposed = await desk.propose(await desk.draft())
    await desk.sign(proposed, "harlow")
    changed = await desk.edit("gale", floor=1)
    assert (changed["version"], changed["signatures"]) == (2, [])
    old = await desk.see("harlow")
    assert (old["version"], old["state"], old["steps"]) == (1, "withdrawn", ["edit"])
    with pytest.raises(IllegalStep):
        await desk.sign(proposed, "gale")
    again = await desk.propose(changed, "gale")
    await desk.sign(again, "gale")
    assert (await desk.see("harlow"))["missing_signatures"] == ["harlow"]
    await require_verified(desk)


async def test_a_new_version_replaces_the_old_one_only_when_all_have_signed_it(desk: Desk) -> None:
    first = await desk.conclude()
    second = await desk.propose(await desk.edit("harlow", floor=3), "harlow")
    await desk.sign(second, "harlow")
    states = {v["version"]: v["state"] for v in (await desk.see("gale"))["versions"]}
    assert states == {1: "active", 2: "proposed"}
    newest = await desk.see("gale")
    assert (newest["version"], newest["in_force"]) == (2, 1)
    desk.world.clock.advance(seconds=1)
    await desk.sign(second, "gale")
    states = {v["version"]: v["state"] for v in (await desk.see("gale"))["versions"]}
    assert states == {1: "superseded", 2: "active"}
    assert (await desk.see("gale"))["in_force"] == 2
    kept = await desk.see("gale", version=1)
    assert (kept["terms_sha256"], kept["replaced"]) == (first["terms_sha256"], True)


async def test_of_two_drafts_of_the_same_version_the_first_proposed_counts(desk: Desk) -> None:
    await desk.conclude()
    mine, theirs = await desk.edit("harlow", floor=1), await desk.edit("gale", floor=2)
    await desk.propose(theirs, "gale")
    with pytest.raises(StaleVersion):
        await desk.propose(mine)
    seen = await desk.see("harlow")
    assert (seen["version"], seen["state"]) == (2, "proposed")
    with pytest.raises(StaleVersion):  # whoever edits must have seen the proposal
        await desk.edit("harlow", floor=1, version=1)
    assert (await desk.edit("harlow", floor=1, version=2))["version"] == 3


async def test_wrong_words_and_wrong_passwords_sign_nothing(desk: Desk) -> None:
    proposed = await desk.propose(await desk.draft())
    with pytest.raises(StepUpFailed):
        await desk.sign(proposed, "gale", password="wrong horse")
    with pytest.raises(TermsChanged):
        await desk.sign(proposed, "gale", terms_sha256="0" * 64)
    with pytest.raises(Invalid, match="typed_id"):
        await desk.sign(proposed, "gale", typed_id="gale-harlo")
    assert "signed" not in await desk.types()


async def test_the_password_cannot_be_guessed_by_signing(desk: Desk) -> None:
    proposed = await desk.propose(await desk.draft())
    for _ in range(5):
        with pytest.raises(StepUpFailed):
            await desk.sign(proposed, "gale", password="wrong horse")
    with pytest.raises(TooMany):
        await desk.sign(proposed, "gale")
    with pytest.raises(TooMany):  # the tries are those of signing in
        await desk.world.services.identity.sign_in("admin-gale", PASSWORD, client="10.0.0.1")


async def test_a_wrong_password_ends_no_session(desk: Desk) -> None:
    identity = desk.world.services.identity
    session = await identity.sign_in("admin-gale", PASSWORD, client="10.0.0.1")
    proposed = await desk.propose(await desk.draft())
    with pytest.raises(StepUpFailed):
        await desk.sign(proposed, "gale", password="wrong horse")
    assert await identity.get_session(session.token) == session.signed


async def test_signing_twice_is_signing_once(desk: Desk) -> None:
    proposed = await desk.propose(await desk.draft())
    first = await desk.sign(proposed, "gale", key="key-00001")
    assert await desk.sign(proposed, "gale", key="key-00001") == first
    assert (await desk.sign(proposed, "gale"))["signatures"] == first["signatures"]
    assert (await desk.types()).count("signed") == 1
    with pytest.raises(KeyReused):
        await desk.sign(proposed, "gale", terms_sha256="0" * 64, key="key-00001")


async def test_only_an_admin_of_a_party_signs(desk: Desk) -> None:
    proposed = await desk.propose(await desk.draft())
    await desk.open("cedar")
    with pytest.raises(NotFound):
        await desk.sign(proposed, "cedar")
    steps = desk.world.services.agreement_steps
    given = {"version": 1, "terms_sha256": proposed["terms_sha256"], "typed_id": PACT}
    with pytest.raises(Forbidden):
        await steps.sign(
            meta("gale", role=Role.SUPERVISOR), PACT, **given, password=PASSWORD, client="10.0.0.1"
        )


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (("parties: [gale, harlow]", "parties: [gale, nowhere]"), "directions"),
        (("harlow", "nowhere"), "parties"),
        (("harlow", "cedar"), "parties"),
        (("id: gale-harlow", "id: form"), "id"),
        (("keep: 0", "keep: many"), "clauses"),
    ],
)
async def test_a_text_that_cannot_be_an_agreement_names_the_field(
    desk: Desk, change: tuple[str, str], path: str
) -> None:
    sent = Sent(text=pact_text().replace(*change))
    with pytest.raises(AgreementInvalid) as refused:
        await desk.world.services.agreements.create(admin("harlow"), sent)
    assert refused.value.path.startswith(path)


async def test_signatures_are_given_here_and_not_written_into_a_draft(desk: Desk) -> None:
    sent = Sent(text=agreement_text("gale", "harlow"))
    with pytest.raises(AgreementInvalid, match="signatures"):
        await desk.world.services.agreements.create(admin("harlow"), sent)


async def test_nobody_is_put_out_of_an_agreement_by_the_others(desk: Desk) -> None:
    await desk.conclude()
    without_gale = pact_text().replace("gale", "elm").replace("id: elm-harlow", "id: gale-harlow")
    with pytest.raises(Invalid, match="parties"):
        await desk.world.services.agreements.edit(
            admin("harlow"), PACT, Sent(text=without_gale), revision=None
        )


async def test_an_id_that_others_have_is_taken(desk: Desk) -> None:
    text = pact_text().replace("id: gale-harlow", "id: cedar-harlow")
    with pytest.raises(Conflict):
        await desk.world.services.agreements.create(admin("gale"), Sent(text=text))


async def test_a_text_of_the_region_that_lacks_a_signature_gets_it_here(
    store: SqlStore, clock: ManualClock
) -> None:
    texts = [agreement_text("gale", "harlow", signed_by=["harlow"])]
    async with open_world(store, clock, agreements=texts, on_duty=()) as world:
        desk = await Desk(world).open()
        seen = await desk.see("gale")
        assert (seen["state"], seen["drafted_by"], seen["steps"]) == (
            "proposed",
            None,
            ["edit", "sign", "reject"],
        )
        assert (await desk.sign(seen, "gale"))["state"] == "active"
        await require_verified(desk)
    async with open_world(store, clock, agreements=texts, on_duty=()) as world:
        assert (await Desk(world).see("gale"))["state"] == "active"


async def test_what_was_signed_and_done_is_there_after_a_restart(store: SqlStore, clock: ManualClock) -> None:
    async with open_world(store, clock, on_duty=()) as world:
        desk = await Desk(world).open()
        await desk.conclude()
        before = await desk.suspend("gale", ends_at=clock() + timedelta(hours=1))
    async with open_world(store, clock, on_duty=()) as world:
        desk = Desk(world)
        after = await desk.see("gale")
        assert {name: after[name] for name in before} == before
        clock.advance(seconds=3600)
        assert (await desk.see("gale"))["state"] == "active"


async def test_a_surge_pact_is_made_from_a_template_and_dies_by_itself(desk: Desk) -> None:
    services = desk.world.services
    surge = Surge(partner=JurisdictionId("gale"), hours=12)
    draft = await services.agreements.create_surge(admin("harlow"), surge)
    proposed = await services.agreement_steps.propose_new(admin("harlow"), draft)
    await desk.sign(proposed, "harlow")
    active = await desk.sign(proposed, "gale")
    assert (active["state"], active["title"]) == ("active", "Emergency pact Harlow / Gale, 12 h")
    assert active["ends_at"] == "2026-03-03T00:00:01.000000Z"
    desk.world.clock.advance(seconds=12 * 3600 - 1)
    which = AgreementId(active["id"])
    assert (await services.agreements.get(admin("gale").actor, which))["state"] == "active"
    desk.world.clock.advance(seconds=1)
    assert (await services.agreements.get(admin("gale").actor, which))["state"] == "expired"


@pytest.mark.parametrize(
    ("given", "path"),
    [({"partner": "nowhere"}, "partner"), ({"partner": "harlow"}, "partner"), ({"hours": 0}, "hours")],
)
async def test_a_surge_pact_has_a_partner_and_an_end(desk: Desk, given: dict[str, object], path: str) -> None:
    surge = Surge(**{"partner": JurisdictionId("gale"), **given})  # type: ignore[arg-type]
    with pytest.raises(Invalid) as refused:
        await desk.world.services.agreements.create_surge(admin("harlow"), surge)
    assert refused.value.path == path


async def test_two_versions_are_compared_term_by_term(desk: Desk) -> None:
    await desk.conclude(floor=1)
    await desk.edit("harlow", floor=2)
    found = await desk.world.services.agreements.diff(admin("harlow").actor, PACT, before=1, after=2)
    changed = [row for row in found["rows"] if row["change"] != "same"]
    assert [(row["path"], row["before"], row["after"]) for row in changed] == [
        (
            "clauses.3.1",
            "Each lender keeps 1 free: ALS ambulances",
            "Each lender keeps 2 free: ALS ambulances",
        ),
        ("clauses.3.1.keep", "1", "2"),
    ]
    with pytest.raises(NotFound):
        await desk.world.services.agreements.diff(admin("gale").actor, PACT, before=1, after=2)


async def test_a_text_is_checked_without_being_kept(desk: Desk) -> None:
    agreements, who = desk.world.services.agreements, admin("harlow").actor
    good = await agreements.check(who, Sent(text=pact_text()))
    assert (good["ok"], good["errors"]) == (True, [])
    assert text_sha256(good["text"]) == good["terms_sha256"]
    assert good["sentences"]["4.2"] == "The lender answers within 60 s"
    bad = await agreements.check(who, Sent(text=pact_text().replace("seconds: 60", "seconds: 1")))
    assert not bad["ok"]
    [error] = bad["errors"]
    assert (error["path"], error["line"]) == ("clauses[3].seconds", 14)
    assert await desk.types() == []


async def test_a_document_says_the_same_as_its_text(desk: Desk) -> None:
    agreements, who = desk.world.services.agreements, admin("harlow").actor
    row = await desk.draft()
    names = ("id", "title", "version", "kind", "scope", "time_zone", "parties", "directions")
    document = {name: row[name] for name in (*names, "effective_from", "effective_to")}
    document["clauses"] = [
        {name: value for name, value in clause.items() if name != "sentence"} for clause in row["clauses"]
    ]
    checked = await agreements.check(who, Sent(document=document))
    assert checked["terms_sha256"] == row["terms_sha256"]


async def test_a_text_that_was_proposed_here_stays_when_the_region_brings_it_signed(
    store: SqlStore, clock: ManualClock
) -> None:
    async with open_world(store, clock, on_duty=()) as world:
        desk = await Desk(world).open()
        proposed = await desk.propose(await desk.draft(floor=1))
    brought = [agreement_text("gale", "harlow")]
    async with open_world(store, clock, agreements=brought, on_duty=()) as world:
        desk = Desk(world)
        seen = await desk.see("gale")
        assert (seen["state"], seen["text_sha256"]) == ("proposed", proposed["terms_sha256"])
        await require_verified(desk)
    with pytest.raises(Conflict):
        async with open_world(store, clock, agreements=[agreement_text("gale", "harlow", floor=0)]):
            pass
