"""What ``dispatch agreements export`` does, from a region's files alone."""

import json
from collections.abc import Sequence
from pathlib import Path

import typer

from dispatch.agreements.parse import dump_agreement, parse_agreement, terms_sha256, terms_text
from dispatch.agreements.standing import state_among
from dispatch.agreements.terms import Agreement
from dispatch.cli.agreement_files import read_agreement
from dispatch.cli.formats import Format
from dispatch.export.agreement_pdf import AgreementDocument, agreement_pdf
from dispatch.export.neris import neris_document
from dispatch.gateways.regions.bundle import list_agreement_texts, load_region
from dispatch.model.clock import system_now
from dispatch.model.errors import Invalid
from dispatch.model.ids import JurisdictionId


def export_agreement(
    what: str, out: Path, *, form: Format, bundle: Path, version: int | None, party: str
) -> None:
    """Write ``what`` to ``out`` and say its hash. Raises ``Invalid``, ``RegionInvalid`` and ``OSError``."""
    a_file = Path(what).is_file()
    alone = a_file and form is Format.YAML  # needs no region
    others = [] if alone else [parse_agreement(text) for _, text in list_agreement_texts(bundle)]
    agreement = read_agreement(Path(what)) if a_file else _find(what, version, others)
    if party and party not in agreement.party_set:
        raise Invalid("--party", f"{party!r} is not one of {', '.join(agreement.parties)}")
    side = JurisdictionId(party) if party else agreement.parties[0]
    out.write_bytes(_content(agreement, others, form=form, bundle=bundle, side=side))
    typer.echo(f"{out}: {agreement.id} version {agreement.version}, SHA-256 {terms_sha256(agreement)}")


def _content(
    agreement: Agreement, others: Sequence[Agreement], *, form: Format, bundle: Path, side: JurisdictionId
) -> bytes:
    if form is Format.YAML:
        return dump_agreement(agreement).encode()
    region, now = load_region(bundle), system_now()
    beside = [other for other in others if (other.id, other.version) != (agreement.id, agreement.version)]
    state = state_among(agreement, [*beside, agreement], now)
    if form is Format.NERIS:
        told = neris_document(agreement, party=side, state=state, region=region)
        return (json.dumps(told, indent=2) + "\n").encode()
    names = {str(key): place.name for key, place in region.jurisdictions.items()}
    document = AgreementDocument(
        agreement=agreement,
        text=terms_text(agreement),
        state=state,
        now=now,
        region=region,
        names=names,
    )
    return agreement_pdf(document)


def _find(which: str, version: int | None, agreements: Sequence[Agreement]) -> Agreement:
    family = [one for one in agreements if one.id == which]
    if not family:
        known = ", ".join(sorted({agreement.id for agreement in agreements}))
        raise Invalid("agreement", f"{which!r} is neither a file nor one of {known}")
    found = [one for one in family if version in (None, one.version)]
    if not found:
        there = ", ".join(str(one.version) for one in family)
        raise Invalid("--version", f"{which} has no version {version} here, only {there}")
    return max(found, key=lambda agreement: agreement.version)
