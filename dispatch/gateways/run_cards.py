"""Run cards from a folder of YAML files."""

from pathlib import Path

from dispatch.aid.waves.card_text import parse_card
from dispatch.aid.waves.cards import RunCard
from dispatch.gateways.regions.geojson import read_bytes
from dispatch.model.errors import RunCardInvalid
from dispatch.model.region import Region


def read_cards(folder: Path, region: Region) -> tuple[RunCard, ...]:
    """Every ``*.yaml`` of the folder, by file name.

    Raises ``RunCardInvalid`` naming file, path and line, also for a jurisdiction or a lender that the region
    has not and for an id that comes twice; ``RegionInvalid`` for a file that cannot be read.
    """
    if not folder.is_dir():
        raise RunCardInvalid(str(folder), "is no folder")
    cards: dict[str, RunCard] = {}
    for path in sorted(folder.glob("*.yaml")):
        card = read_card(path)
        _require_known(path, card, region)
        if card.id in cards:
            raise RunCardInvalid(f"{path}: id", f"{card.id} comes twice")
        cards[card.id] = card
    return tuple(cards.values())


def read_card(path: Path) -> RunCard:
    """The card of one file. Raises ``RunCardInvalid`` naming file, path and line; ``RegionInvalid``."""
    try:
        return parse_card(read_bytes(path).decode())
    except UnicodeDecodeError:
        raise RunCardInvalid(str(path), "is not UTF-8") from None
    except RunCardInvalid as wrong:
        raise RunCardInvalid(f"{path}: {wrong.path}", wrong.because, line=wrong.line) from None


def _require_known(path: Path, card: RunCard, region: Region) -> None:
    for at, level in enumerate(card.levels):
        for lender in level.lenders:
            if lender not in region.jurisdictions:
                raise RunCardInvalid(f"{path}: levels[{at}].lenders", f"{lender} is not of this region")
    if card.jurisdiction_id not in region.jurisdictions:
        raise RunCardInvalid(f"{path}: jurisdiction", f"{card.jurisdiction_id} is not of this region")
