"""Agreements that somebody names by file: a mistake in one is said with the file and the line."""

from pathlib import Path

from dispatch.agreements.parse import parse_agreement
from dispatch.agreements.terms import Agreement
from dispatch.model.errors import AgreementInvalid, Invalid


def read_agreement(file: Path) -> Agreement:
    """The agreement in a YAML file. Raises ``Invalid`` with ``file:line`` and the path of the mistake."""
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise Invalid(str(file), f"cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise Invalid(str(file), "is not UTF-8 text") from error
    return agreement_of(str(file), text)


def agreement_of(name: str, text: str) -> Agreement:
    """The same from a text of that name."""
    try:
        return parse_agreement(text)
    except AgreementInvalid as wrong:
        raise Invalid(f"{name}:{wrong.line}" if wrong.line else name, str(wrong)) from wrong
