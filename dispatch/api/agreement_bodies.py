"""What clients may send about agreements."""

from typing import Annotated, Any, Self

from pydantic import Field, StringConstraints, model_validator

from dispatch.agreements.nodes import MAX_BYTES
from dispatch.agreements.templates import SURGE_HOURS, SURGE_TYPES, Surge
from dispatch.api.schemas import PRINTABLE, Body, Id, Line, Moment, OneType, Version
from dispatch.model.ids import JurisdictionId
from dispatch.services.agreement_texts import Sent

AgreementTextIn = Annotated[str, StringConstraints(min_length=1, max_length=MAX_BYTES)]
Reason = Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=PRINTABLE)]
Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class TermsBody(Body):
    """An agreement: either ``text`` (YAML) or ``document`` (its JSON twin)."""

    text: AgreementTextIn | None = None
    document: dict[str, Any] | None = None

    @model_validator(mode="after")
    def _say_one(self) -> Self:
        if (self.text is None) == (self.document is None):
            raise ValueError("either text or document is needed")
        return self

    def sent(self) -> Sent:
        """The same in the services' words."""
        return Sent(text=self.text, document=self.document)


class EditBody(TermsBody):
    """``revision`` of the draft that is changed; null where there is no draft yet."""

    revision: Version | None = None


class FromTemplateBody(Body):
    """``propose``: at once, without a look at the draft."""

    template: Annotated[str, StringConstraints(pattern="^surge$")]
    partner: Id
    hours: Annotated[int, Field(ge=SURGE_HOURS.start, lt=SURGE_HOURS.stop)] = 12
    unit_types: Annotated[list[OneType], Field(min_length=1, max_length=20)] | None = None
    keep: Annotated[int, Field(ge=0, le=1_000)] = 1
    propose: bool = False

    def surge(self) -> Surge:
        """The same in the services' words."""
        return Surge(
            partner=JurisdictionId(self.partner),
            hours=self.hours,
            unit_types=tuple(self.unit_types or SURGE_TYPES),
            keep=self.keep,
        )


class ProposeBody(Body):
    """The draft as it was seen last."""

    version: Version
    revision: Version


class SignBody(Body):
    """Assent to the text with this hash; the agreement's id is typed and the password given again."""

    version: Version
    terms_sha256: Hash
    typed_id: Line
    password: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class AnswerBody(Body):
    """Rejecting or withdrawing a proposed version."""

    version: Version
    reason: Reason


class SuspendBody(Body):
    """Without ``ends_at``: until it is resumed."""

    reason: Reason
    ends_at: Moment | None = None


class EndBody(Body):
    """Giving notice, or consenting to the end."""

    reason: Reason
