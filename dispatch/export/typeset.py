"""Documents as PDF: one fixed template and one JSON value in, bytes out.

Words from outside travel as data, never as mark-up: there is nothing in them to inject. No clock, no
system font, no package and no network has a part in it, so the same value gives the same bytes. The
PDF is tagged for readers that speak it (PDF/UA-1).
"""

import json
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any, Final

import typst

from dispatch.model.region import Region

HOUSE_STYLE: Final = r"""
#let d = json(bytes(sys.inputs.data))
#let quiet = luma(35%)
#let line-thin = 0.4pt + luma(70%)
#set document(title: d.title, date: none)
#set text(font: "Libertinus Serif", size: 10pt, lang: "en", region: "US", hyphenate: false)
#show raw: set text(font: "DejaVu Sans Mono", size: 7.2pt)
#show heading.where(level: 1): set text(size: 17pt)
#show heading.where(level: 1): set block(below: 4mm)
#show heading.where(level: 2): set text(size: 12pt)
#show heading.where(level: 2): set block(above: 7mm, below: 3mm, sticky: true)
#set table(
  inset: (x: 4pt, y: 3.6pt),
  stroke: (x, y) => if y == 0 { (bottom: 0.8pt) } else { (bottom: line-thin) },
)
#show table.cell.where(y: 0): set text(weight: "bold")
#let facts(rows) = grid(
  columns: (34mm, 1fr), row-gutter: 2.2mm,
  ..rows.map(row => (text(fill: quiet, row.at(0)), row.at(1))).flatten()
)
#let mark(word) = if word != "" {
  place(center + horizon, rotate(-35deg, text(size: 74pt, weight: "bold", fill: luma(93%), word)))
}
#let foot(left, below) = {
  set text(size: 7.5pt, fill: quiet)
  line(length: 100%, stroke: line-thin)
  v(-2mm)
  grid(columns: (1fr, auto), left, context counter(page).display("1 of 1", both: true))
  below
}
"""
"""What every document begins with: ``d`` is its data, of which ``d.title`` is always there."""

_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_SAFE: Final = frozenset("\n“”‘’–—…•€§×≤≥→←") | frozenset(
    chr(code)
    for first, last in ((0x20, 0x7E), (0xA0, 0x17F), (0x391, 0x3A9), (0x3B1, 0x3C9), (0x410, 0x44F))
    for code in range(first, last + 1)
    if unicodedata.category(chr(code)) not in _INVISIBLE
)


def typeset(template: str, data: Mapping[str, Any]) -> bytes:
    """The PDF of ``template`` (which follows ``HOUSE_STYLE``) with ``data`` (JSON values).

    Characters that would not be seen (control, direction) stand as ``[U+202E]``. Where the fonts lack a
    letter, every letter beyond Latin, Greek and Cyrillic does: a gap in a signed text would be worse.
    """
    shown = _rewritten(data, lambda letter: letter == "\n" or unicodedata.category(letter) not in _INVISIBLE)
    try:
        return _compile(template, shown)
    except typst.TypstError as error:
        if "could not be displayed" not in str(error):
            raise
    return _compile(template, _rewritten(data, _SAFE.__contains__))


def about_region(region: Region) -> str:
    """What must stand on every document: the region, whether it is fictional, and whose map it is."""
    fictional = "fictional: no real place, agency or person" if region.fictional else ""
    sample = "sample fleet" if region.sample_fleet and not region.fictional else ""
    return " · ".join(part for part in (region.name, fictional, sample, *region.attribution) if part)


def _compile(template: str, data: object) -> bytes:
    return typst.compile(
        (HOUSE_STYLE + template).encode(),
        format="pdf",
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        ignore_system_fonts=True,
        pdf_standards=["ua-1"],
    )


def _rewritten(value: Any, is_shown: Callable[[str], bool]) -> Any:
    if isinstance(value, str):
        return "".join(
            letter if is_shown(letter) else f"[U+{ord(letter):04X}]" for letter in value.replace("\r\n", "\n")
        )
    if isinstance(value, Mapping):
        return {key: _rewritten(one, is_shown) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_rewritten(one, is_shown) for one in value]
    return value
