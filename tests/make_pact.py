"""Two admins at work on one agreement: short ways to draft, propose and sign it on running services."""

from dataclasses import dataclass

from dispatch.model.ids import AgreementId, JurisdictionId
from dispatch.model.principal import Role
from dispatch.services.agreement_texts import Sent
from dispatch.services.command import CommandMeta, Row
from tests.make_world import World, agreement_text, meta

PASSWORD = "correct horse battery"
PACT = AgreementId("gale-harlow")
"""An agreement that the region of squares does not have: Gale lends to Harlow."""


def pact_text(*, floor: int = 0, version: int = 1, lender: str = "gale", borrower: str = "harlow") -> str:
    return agreement_text(lender, borrower, floor=floor, version=version, signed_by=[]).replace(
        "signatures:\n", ""
    )


def admin(place: str, *, key: str | None = None) -> CommandMeta:
    return meta(place, role=Role.ADMIN, key=key)


@dataclass
class Desk:
    """The admins of Harlow and Gale, who have passwords."""

    world: World

    async def open(self, *places: str) -> "Desk":
        for place in places or ("harlow", "gale"):
            await self.world.services.identity.create_person(
                login=f"admin-{place}",
                password=PASSWORD,
                display_name=f"Admin of {place}",
                role=Role.ADMIN,
                jurisdiction_id=JurisdictionId(place),
            )
        return self

    async def draft(self, place: str = "harlow", *, floor: int = 0) -> Row:
        return await self.world.services.agreements.create(admin(place), Sent(text=pact_text(floor=floor)))

    async def edit(self, place: str, *, floor: int, revision: int | None = None, version: int = 1) -> Row:
        sent = Sent(text=pact_text(floor=floor, version=version))
        return await self.world.services.agreements.edit(admin(place), PACT, sent, revision=revision)

    async def propose(self, row: Row, place: str = "harlow") -> Row:
        return await self.world.services.agreement_steps.propose(
            admin(place), AgreementId(row["id"]), version=row["version"], revision=row["revision"]
        )

    async def sign(
        self,
        row: Row,
        place: str,
        *,
        terms_sha256: str | None = None,
        typed_id: str | None = None,
        password: str = PASSWORD,
        key: str | None = None,
    ) -> Row:
        return await self.world.services.agreement_steps.sign(
            admin(place, key=key),
            AgreementId(row["id"]),
            version=row["version"],
            terms_sha256=terms_sha256 or row["terms_sha256"],
            typed_id=typed_id or row["id"],
            password=password,
            client="10.0.0.1",
        )

    async def conclude(self, *, floor: int = 0) -> Row:
        """Drafted, proposed and signed by both."""
        proposed = await self.propose(await self.draft(floor=floor))
        await self.sign(proposed, "harlow")
        return await self.sign(proposed, "gale")

    async def suspend(self, place: str, **given: object) -> Row:
        given = {"reason": "flood", "ends_at": None, **given}
        return await self.world.services.agreement_steps.suspend(admin(place), PACT, **given)  # type: ignore[arg-type]

    async def see(self, place: str, *, version: int | None = None) -> Row:
        return await self.world.services.agreements.get(admin(place).actor, PACT, version=version)

    async def types(self) -> list[str]:
        """What the journal says about agreements since the region was adopted."""
        entries = await self.world.store.read(lambda reader: reader.list_entries())
        return [
            entry.type.removeprefix("agreement.")
            for entry in entries
            if entry.type.startswith("agreement.") and entry.type != "agreement.recorded"
        ]
