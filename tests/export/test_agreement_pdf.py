"""The document that people sign: its hash, its text and its words are the agreement's own."""

import io
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from pypdf import PdfReader

from dispatch.agreements.parse import parse_agreement, terms_sha256, terms_text
from dispatch.agreements.standing import AgreementState, state_at
from dispatch.agreements.terms import ActKind, Agreement, AgreementAct
from dispatch.export.agreement_pdf import AgreementDocument, agreement_pdf
from tests.make_agreement_strategies import agreements
from tests.make_agreements import HARLOW, NOW, make_agreement
from tests.make_world import make_region

FIXTURES = sorted(Path(__file__).parents[2].glob("fixtures/marlow/agreements/*.yaml"))
NAMES = {"harlow": "Harlow", "cedar": "Cedar Fen"}


def document(agreement: Agreement, *, now: datetime = NOW, **changes: object) -> AgreementDocument:
    made = AgreementDocument(
        agreement=agreement,
        text=terms_text(agreement),
        state=state_at(agreement, now),
        now=now,
        region=make_region(),
        names=NAMES,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def pages_of(made: AgreementDocument) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(agreement_pdf(made))).pages]


def body_of(page: str) -> str:
    """Without the watermark, which comes first, and the footer, which comes last."""
    page = page.removeprefix("DRAFT").removeprefix("NOT IN FORCE")
    return re.sub(r"(?s)\n[^\n]*, version \d+\s*\d+ of \d+.*", "", page)


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_every_page_names_the_hash_that_the_parties_sign_and_the_exact_text_is_there(path: Path) -> None:
    agreement = parse_agreement(path.read_text())
    pages = pages_of(document(agreement))
    assert all(terms_sha256(agreement) in page for page in pages)
    assert all(f"{number} of {len(pages)}" in page for number, page in enumerate(pages, start=1))
    assert squeezed(terms_text(agreement)) in squeezed("".join(map(body_of, pages)))


def test_the_hash_is_of_the_text_and_not_of_its_signatures() -> None:
    signed, unsigned = make_agreement(), make_agreement(signed_by=())
    assert terms_sha256(signed) in pages_of(document(unsigned))[0]


def test_each_clause_has_its_number_its_sentence_and_its_terms() -> None:
    text = squeezed("".join(pages_of(document(parse_agreement(FIXTURES[0].read_text())))))
    for clause in parse_agreement(FIXTURES[0].read_text()).clauses:
        assert squeezed(clause.id) in text
    assert "type:unit_types" in text


def test_who_has_signed_is_named_and_who_has_not_finds_a_line() -> None:
    said = squeezed("".join(pages_of(document(make_agreement(signed_by=(HARLOW,))))))
    assert "HarlowsignedbyChiefofharlowon2025-12-0110:00:00UTC" in said
    assert said.count("Nameandsignature") == 1
    before = make_agreement()
    early = squeezed("".join(pages_of(document(before, now=before.signatures[0].signed_at - timedelta(1)))))
    assert early.count("Nameandsignature") == 2, "nobody had signed by then"


@pytest.mark.parametrize(
    ("state", "word"),
    [
        (AgreementState.DRAFT, "DRAFT"),
        (AgreementState.PROPOSED, "DRAFT"),
        (AgreementState.WITHDRAWN, "DRAFT"),
        (AgreementState.EXPIRED, "NOT IN FORCE"),
        (AgreementState.SUSPENDED, "NOT IN FORCE"),
        (AgreementState.SUPERSEDED, "NOT IN FORCE"),
    ],
)
def test_a_text_that_does_not_bind_says_so_across_every_page(state: AgreementState, word: str) -> None:
    agreement = parse_agreement(FIXTURES[0].read_text())
    assert all(word in page for page in pages_of(document(agreement, state=state)))


@pytest.mark.parametrize("state", [AgreementState.ACTIVE, AgreementState.NOTICE_GIVEN])
def test_a_text_that_binds_has_no_watermark(state: AgreementState) -> None:
    pages = pages_of(document(make_agreement(), state=state))
    assert not any(word in page for page in pages for word in ("DRAFT", "NOT IN FORCE"))


def test_what_was_done_since_is_told_and_the_future_is_not() -> None:
    later = NOW + timedelta(days=30)
    notice = AgreementAct(
        kind=ActKind.NOTICE_GIVEN, party=HARLOW, by="A. Chief", at=NOW, reason="merger", ends_at=later
    )
    said = squeezed("".join(pages_of(document(replace(make_agreement(), acts=(notice,))))))
    assert "2026-06-0112:00:00UTC:noticegivenbyHarlow(A.Chief),until2026-07-0112:00:00UTC:merger" in said
    early = document(replace(make_agreement(), acts=(notice,)), now=NOW - timedelta(days=1))
    assert "merger" not in "".join(pages_of(early))


def test_a_fictional_region_is_named_so_on_every_page() -> None:
    assert all("fictional" in page for page in pages_of(document(make_agreement())))
    real = replace(make_region(), fictional=False)
    assert not any("fictional" in page for page in pages_of(document(make_agreement(), region=real)))


def test_the_same_agreement_at_the_same_moment_gives_the_same_bytes() -> None:
    assert agreement_pdf(document(make_agreement())) == agreement_pdf(document(make_agreement()))


@settings(max_examples=15, deadline=None)
@given(agreement=agreements())
def test_every_agreement_that_the_parser_accepts_can_be_printed(agreement: Agreement) -> None:
    assert all(
        terms_sha256(agreement) in page
        for page in pages_of(document(agreement, now=datetime(2026, 1, 1, tzinfo=UTC)))
    )
