"""The lawyers' table read: each row becomes a question, and the answer that is expected."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from dispatch.agreements.parse import parse_agreement
from dispatch.agreements.permit import Permit, Refusal, may_lend
from dispatch.agreements.question import Call, LentUnit, Loans
from dispatch.agreements.restrictions import ContentField
from dispatch.agreements.standing import Closure, Standing, Waiver
from dispatch.agreements.terms import ActKind, Agreement, AgreementAct
from dispatch.model.geo import Point
from dispatch.model.ids import AgreementId, IncidentId, JurisdictionId, RequestId, UnitId, WaiverId
from dispatch.model.incident import Priority, Purpose
from dispatch.model.jurisdiction import CoverState
from dispatch.model.principal import Role
from dispatch.model.unit import UnitType

FOLDER = Path(__file__).parent / "agreements" / "lawyers"
TABLE = Path(__file__).parent / "agreements" / "lawyers_table.txt"

INCIDENT, UNIT = IncidentId("the incident"), UnitId("the unit")
_MOMENT = re.compile(
    r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun) (\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)?)(?: \((first|second)\))? (\S+)"
)
_ACTS = {
    "suspended": ActKind.SUSPENDED,
    "resumed": ActKind.RESUMED,
    "notice": ActKind.NOTICE_GIVEN,
    "ended": ActKind.TERMINATED,
    "rejected": ActKind.REJECTED,
    "withdrawn": ActKind.WITHDRAWN,
}


@dataclass(frozen=True)
class Expected:
    """What a row promises: a permit with some of its fields, or the exact reasons."""

    permit: Mapping[str, Any] | None
    reasons: Mapping[tuple[str, str | None, str | None], Mapping[str, str]]

    def objections(self, answer: Permit | Refusal) -> list[str]:
        """What the answer has otherwise; empty where the row is right."""
        if isinstance(answer, Permit):
            if self.permit is None:
                return [f"it permits under {answer.agreement_id}"]
            said = {name: getattr(answer, name) for name in self.permit}
            return [f"{n} is {said[n]!r}, not {want!r}" for n, want in self.permit.items() if said[n] != want]
        found = {(r.code.value, r.clause, r.agreement_id): r.figures for r in answer.reasons}
        if self.permit is not None:
            return [f"it refuses: {sorted(map(str, found))}"]
        wrong = [f"missing: {key}" for key in self.reasons if key not in found]
        wrong += [f"not expected: {key}" for key in found if key not in self.reasons]
        wrong += ["a reason comes twice"] if len(found) != len(answer.reasons) else []
        return wrong + [
            f"{key}: {name} is {found[key].get(name)!r}, not {want!r}"
            for key, figures in self.reasons.items()
            for name, want in figures.items()
            if key in found and str(found[key].get(name)) != want
        ]


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    line: int
    cells: tuple[str, ...]
    agreements: tuple[Agreement, ...]
    lender: JurisdictionId
    unit: LentUnit
    call: Call
    loans: Loans
    now: datetime
    standing: Standing
    expected: Expected

    def answer(self) -> Permit | Refusal:
        """What the service says."""
        return may_lend(
            self.agreements,
            lender=self.lender,
            unit=self.unit,
            call=self.call,
            loans=self.loans,
            now=self.now,
            standing=self.standing,
        )


@cache
def agreement_named(name: str) -> Agreement:
    """The agreement of a file in the folder."""
    return parse_agreement((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))


def moment(words: str) -> datetime:
    """``Sun 2026-11-01 01:30 (second) America/New_York`` in UTC. A wall clock that never was is refused."""
    match = _MOMENT.fullmatch(words.strip())
    assert match, f"{words!r} is no moment such as 'Mon 2026-06-01 12:00 NY'"
    day, clock, turn, zone = match.groups()
    local = datetime.fromisoformat(clock).replace(tzinfo=ZoneInfo(zone), fold=int(turn == "second"))
    utc = local.astimezone(UTC)
    assert utc.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == local.replace(tzinfo=None), (
        f"the clocks of {zone} never show {clock}"
    )
    twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    assert twice == bool(turn), f"{clock} {zone}: say (first) or (second) where the hour comes twice"
    assert f"{local:%a}" == day, f"{clock} is a {local:%a}"
    return utc


def rows(text: str | None = None) -> list[Row]:
    """Every row of the table. Raises ``AssertionError`` that names the line which is not understood."""
    words: dict[str, str] = {}
    places: dict[str, Point] = {}
    found = []
    for number, line in enumerate((text or TABLE.read_text(encoding="utf-8")).splitlines(), 1):
        said = line.strip()
        if not said or said.startswith("#"):
            continue
        if match := re.fullmatch(r"Let (\S+) be (.+)", said):
            words[match[1]] = _expand(match[2], words)
        elif match := re.fullmatch(r"Place (\S+) is (\S+) (\S+)", said):
            places[match[1]] = Point(lon=float(match[2]), lat=float(match[3]))
        else:
            try:
                found.append(_row(number, _expand(said, words), places))
            except (AssertionError, KeyError, ValueError, OSError) as error:
                raise AssertionError(f"line {number}: {error!r} in {said!r}") from error
    return found


def _expand(said: str, words: Mapping[str, str]) -> str:
    return re.sub(r"[\w-]+", lambda match: words.get(match[0], match[0]), said)


def _row(number: int, said: str, places: Mapping[str, Point]) -> Row:
    cells = tuple(cell.strip() for cell in said.split("|"))
    assert len(cells) == 7, f"{len(cells)} columns instead of 7"
    files, way, kind, calls, when, besides, answer = cells
    lender, borrower = (JurisdictionId(end.strip()) for end in way.split(">"))
    priority, nature = re.fullmatch(r"(\w*)(?: ?\"([^\"]*)\")?(?: standby)?", calls).groups()  # type: ignore[union-attr]
    unit_type = UnitType(kind)
    row = Row(
        line=number,
        cells=cells,
        agreements=tuple(agreement_named(name) for name in files.split(", ")) if files != "none" else (),
        lender=lender,
        unit=LentUnit(unit_type=unit_type, id=UNIT),
        call=Call(
            borrower=borrower,
            priority=Priority(priority or "critical"),
            nature=nature or "",
            incident_id=INCIDENT,
            purpose=Purpose.STANDBY if calls.endswith("standby") else Purpose.INCIDENT,
        ),
        loans=Loans(free_by_type={unit_type: 3}),
        now=moment(when),
        standing=Standing(),
        expected=Expected(permit=None, reasons={}),
    )
    for fact in filter(None, (part.strip() for part in besides.split(";"))):
        row = _with(row, fact, places)
    return replace(row, expected=_expected(answer, row.agreements))


def _with(row: Row, fact: str, places: Mapping[str, Point]) -> Row:
    """The row's question with one more circumstance."""
    for pattern, change in _FACTS.items():
        if match := re.fullmatch(pattern, fact):
            return change(row, match, places)
    raise AssertionError(f"{fact!r} is no circumstance that the table knows")


def _under(row: Row, named: str | None) -> AgreementId:
    return AgreementId(named) if named else row.agreements[0].id


def _counts(words: str) -> dict[UnitType, int]:
    parts = words.split()
    return (
        {} if words == "nothing" else dict(zip(map(UnitType, parts[::2]), map(int, parts[1::2]), strict=True))
    )


def _loans(row: Row, **more: Any) -> Row:
    return replace(row, loans=replace(row.loans, **more))


def _begun(row: Row, m: re.Match[str], _: object) -> Row:
    under, known = _under(row, m[3]), row.loans.begun_at
    moments = (*known.get(under, ()), *[moment(m[2])] * int(m[1] or 1))
    return _loans(row, begun_at={**known, under: moments})


def _free_posts(row: Row, m: re.Match[str], places: Mapping[str, Point]) -> Row:
    posts = [places.get(name) for name in m[2].split()]
    kind = UnitType(m[1])
    return _loans(row, free_posts={kind: posts}, free_by_type={**row.loans.free_by_type, kind: len(posts)})


def _closed(row: Row, m: re.Match[str], _: object) -> Row:
    until = moment(m[3]) if m[3] else None
    who = JurisdictionId(m[1])
    closure = Closure(jurisdiction_id=who, reason="storm", by="A", begins_at=moment(m[2]), ends_at=until)
    return replace(row, standing=replace(row.standing, closures=(*row.standing.closures, closure)))


def _acted(row: Row, m: re.Match[str], _: object) -> Row:
    act = AgreementAct(
        kind=_ACTS[m[1]],
        party=JurisdictionId(m[2]),
        by="A",
        at=moment(m[3]),
        reason="said so",
        ends_at=moment(m[4]) if m[4] else None,
    )
    acted = tuple(replace(a, acts=(*a.acts, act)) if m[5] in (None, a.id) else a for a in row.agreements)
    return replace(row, agreements=acted)


def _waived(row: Row, m: re.Match[str], _: object) -> Row:
    said = m["more"] or ""
    of = re.search(r" of (\S+)", said)
    meant = next(a for a in row.agreements if of is None or a.id == of[1])
    version = re.search(r" version (\d+)", said)
    waiver = Waiver(
        id=WaiverId("w"),
        agreement_id=meant.id,
        agreement_version=int(version[1]) if version else meant.version,
        clause=m["clause"],
        lender=JurisdictionId("harlow") if " by harlow" in said else row.lender,
        incident_id=IncidentId("another") if " for another incident" in said else INCIDENT,
        unit_id=UnitId("another") if " for another unit" in said else UNIT,
        granted_by="A",
        granted_at=moment(m["since"]) if m["since"] else row.now - timedelta(minutes=1),
        expires_at=moment(m["until"]),
        used_by=RequestId("r") if " used" in said else None,
    )
    return replace(row, standing=replace(row.standing, waivers=(*row.standing.waivers, waiver)))


_WHEN = (
    _MOMENT.pattern.replace("(Mon|", "(?:Mon|").replace("(\\d{4}", "(?:\\d{4}").replace("(first", "(?:first")
)
_WHEN = _WHEN.replace(" (\\S+)", " \\S+")

_FACTS: Mapping[str, Any] = {
    r"free posts (\w+) (.+)": _free_posts,
    r"free (.+)": lambda row, m, _: _loans(row, free_by_type=_counts(m[1])),
    r"on offer (.+)": lambda row, m, _: _loans(row, promised_by_type=_counts(m[1])),
    r"out (\d+)(?: under (\S+))?": lambda row, m, _: _loans(
        row, out_by_agreement={**row.loans.out_by_agreement, _under(row, m[2]): int(m[1])}
    ),
    r"here (\d+)(?: under (\S+))?": lambda row, m, _: _loans(
        row, out_on_incident={**row.loans.out_on_incident, _under(row, m[2]): int(m[1])}
    ),
    rf"begun (?:(\d+) x )?({_WHEN})(?: under (\S+))?": _begun,
    r"crew (\d+)": lambda row, m, _: replace(row, unit=replace(row.unit, crew_size=int(m[1]))),
    r"NIMS (\d+)": lambda row, m, _: replace(row, unit=replace(row.unit, nims_type=int(m[1]))),
    r"aboard (.+)": lambda row, m, _: replace(
        row, unit=replace(row.unit, certifications=frozenset(m[1].split(", ")))
    ),
    r"posted (\w+)": lambda row, m, places: replace(row, unit=replace(row.unit, post=places[m[1]])),
    r"at (\w+)": lambda row, m, places: replace(row, call=replace(row.call, position=places[m[1]])),
    r"asked by (\w+)": lambda row, m, _: replace(row, call=replace(row.call, requester=Role(m[1]))),
    r"cover (\w+)": lambda row, m, _: replace(row, call=replace(row.call, cover=CoverState(m[1]))),
    r"states (.+)": lambda row, m, _: replace(
        row,
        call=replace(
            row.call, stated=frozenset(ContentField(name) for name in m[1].split() if name != "nothing")
        ),
    ),
    rf"(\w+) closed since ({_WHEN})(?: until ({_WHEN}))?": _closed,
    rf"(suspended|resumed|notice|ended|rejected|withdrawn) by (\w+) since ({_WHEN})"
    rf"(?: until ({_WHEN}))?(?: of (\S+))?": _acted,
    rf"waived (?P<clause>\S+)(?: since (?P<since>{_WHEN}))? until (?P<until>{_WHEN})(?P<more>.*)": _waived,
}
"""Pattern of a circumstance -> what it changes in the question."""


def _expected(answer: str, agreements: Sequence[Agreement]) -> Expected:
    verdict, _, said = answer.partition(" ")
    if verdict == "permit":
        name, *more = (part.strip() for part in said.split(","))
        return Expected(permit={"agreement_id": name, **dict(map(_term, more))}, reasons={})
    assert verdict == "refuse", f"an answer is 'permit ...' or 'refuse ...', not {answer!r}"
    return Expected(permit=None, reasons=dict(_reasons(said, agreements)))


_TERMS: Mapping[str, Any] = {
    "version": lambda value: ("agreement_version", int(value)),
    "keeps": lambda value: ("keeps", int(value)),
    "floor": lambda value: ("floor", int(value)),
    "clauses": lambda value: ("clauses", tuple(value.split())),
    "no": lambda value: _NOTHING[value],
    "because": lambda value: ("chosen_because", value),
    "also": lambda value: ("also", tuple(value.split())),
    "only": lambda value: ("also", ()),
    "waived": lambda value: ("waivers", ("w",)),
    "answer": lambda value: ("answer_seconds", int(value.removesuffix(" s"))),
    "called": lambda value: ("call_order", int(value)),
    "automatic": lambda value: ("automatic", True),
    "asked": lambda value: ("automatic", False),
    "may": lambda value: ("may_decline", {"decline": True, "not decline": False}[value]),
}
_NOTHING = {"clauses": ("clauses", ()), "waiver": ("waivers", ()), "order": ("call_order", None)}


def _term(said: str) -> tuple[str, Any]:
    name, _, value = said.partition(" ")
    return _TERMS[name](value)  # type: ignore[no-any-return]


def _reasons(
    said: str, agreements: Sequence[Agreement]
) -> Iterator[tuple[tuple[str, str | None, str | None], Mapping[str, str]]]:
    ids = {agreement.id for agreement in agreements}
    for reason in said.split(" + "):
        match = re.fullmatch(r"(\w+)(?: (?!of )(\S+?))?(?: of (\S+))?(?: \((.+)\))?", reason.strip())
        assert match, f"{reason!r} is no reason"
        code, clause, of, figures = match.groups()
        general = code in ("no_agreement", "closed_to_lending")
        assert general or of or len(ids) == 1, f"say of which agreement: {reason!r}"
        named = None if general else of or next(iter(ids))
        stated = dict(figure.strip().split(" ", 1) for figure in (figures or "").split(";") if figure)
        yield (code, clause, named), stated
