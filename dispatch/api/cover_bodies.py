"""What clients may send about cover and practices."""

from typing import Annotated, Any, Self

from pydantic import Field, StringConstraints, model_validator

from dispatch.api.schemas import PRINTABLE, Body, Id, Line, Moment
from dispatch.model.jurisdiction import CoverState


class OverrideBody(Body):
    """The state, why, and for how long: either ``until`` or ``minutes``."""

    state: Annotated[CoverState, Field(strict=False)]
    reason: Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=PRINTABLE)]
    until: Moment | None = None
    minutes: Annotated[int, Field(ge=1, le=24 * 60)] | None = None

    @model_validator(mode="after")
    def _say_one(self) -> Self:
        if (self.until is None) == (self.minutes is None):
            raise ValueError("either until or minutes is needed")
        return self


class PreAlertBody(Body):
    """Whom to tell, and a word for them."""

    to: Annotated[list[Id], Field(min_length=1, max_length=100)]
    note: Line = ""


class PracticeBody(Body):
    """The whole document, and the version that was seen last (0: none was set)."""

    practice: dict[str, Any]
    version: Annotated[int, Field(ge=0, le=2**31)]
