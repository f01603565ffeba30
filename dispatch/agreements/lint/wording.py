"""Findings in words: one sentence that says what is wrong, and one that says what to do."""

from collections.abc import Mapping
from typing import Any, Final

from dispatch.agreements.lint.finding import Finding, FindingCode
from dispatch.agreements.wording import Names, capital, say

C = FindingCode

_WORDS: Final[Mapping[FindingCode, tuple[str, str]]] = {
    C.COVER_DUTY_UNMET: (
        "by clause {clause} {jurisdiction} must have a backup, but nobody may lend it {unit_types} {hours}",
        "agree with a further lender for those hours, or lower the floors and limits of the present ones",
    ),
    C.NO_BACKUP: (
        "nobody may ever lend {jurisdiction} what can stand in for {unit_types}",
        "make an agreement with a neighbour who has such units, or lower the floors of those who lend now",
    ),
    C.NO_BACKUP_HOURS: (
        "nobody may lend {jurisdiction} {unit_types} for {priorities} calls {hours}",
        "widen the hours of one lender, or find another for this time",
    ),
    C.NO_BACKUP_PRIORITY: (
        "nobody may lend {jurisdiction} {unit_types} for {priorities} calls at any hour",
        "add the priority to one lender's clause if these calls should be backed up",
    ),
    C.NO_BACKUP_ZONE: (
        "nobody may lend into {percent} % of {jurisdiction}, around {place}",
        "widen a zone to the whole jurisdiction, or agree with somebody for this part",
    ),
    C.NO_BACKUP_NATURE: (
        "nobody may lend {jurisdiction} a unit for {nature}",
        "allow this nature in one lender's clause on call types",
    ),
    C.CIRCULAR_RELIANCE: (
        "{parties} rely on each other alone: when both are short, nobody comes",
        "give at least one of them a lender from outside the circle",
    ),
    C.PROMISED_TWICE: (
        "{jurisdiction} owes {promised} {unit_types} under {agreements}, and has {held} above its floors",
        "raise the floors, lower the caps, or let the lender decline under one of them",
    ),
    C.AUTOMATIC_TWICE: (
        "{jurisdiction} sends {promised} {unit_types} unasked under {agreements}, and can spare {held}",
        "cap each automatic agreement so that together they leave what the floors keep",
    ),
    C.PRECEDENCE_TIE: (
        "only its name decides between this and {other} when {lender} lends to {borrower}",
        "give each of the two a rank with a precedence clause, or replace one by the other",
    ),
    C.OVERLAP_SAME_RANK: (
        "{other} permits the same when {lender} lends to {borrower}, and no clause ranks the two",
        "say which of the two speaks first with a precedence clause",
    ),
    C.SUPERSEDES_UNKNOWN: (
        "it replaces {other}, which is not on record",
        "name an agreement that exists, or strike the entry",
    ),
    C.SUPERSEDES_CYCLE: (
        "it replaces {other}, which in the end replaces it",
        "let one of the two stand, and strike it from the other's list",
    ),
    C.ENDED_ALREADY: (
        "it ended on {effective_to}, before anybody could sign it",
        "set a later end, or none",
    ),
    C.EXPIRES_WITHIN_NOTICE: (
        "it ends on {effective_to}, sooner than its own notice of {notice_days} days",
        "sign a new version now, or add a renewal clause",
    ),
    C.TERM_SHORTER_THAN_NOTICE: (
        "its whole term is no longer than its notice of {notice_days} days",
        "shorten the notice or lengthen the term",
    ),
    C.ENDS_SOON: (
        "it ends on {effective_to}",
        "sign a new version before it does, or add a renewal clause",
    ),
    C.REVIEW_DUE: (
        "its review was due on {effective_to}",
        "review it, and sign a new version even when nothing changes",
    ),
    C.RENEWAL_WITHOUT_END: (
        "it is to be renewed at its end, but has none",
        "set an end, or strike the renewal",
    ),
    C.UNSIGNED_FOR_LONG: (
        "the first party signed {days} days ago, and it still waits for {missing}",
        "ask them to sign, or withdraw it",
    ),
    C.TITLE_SAYS_MUTUAL: (
        "the title says mutual, but {lender} lends to {borrower} and never borrows from it",
        "add the other direction, or change the title",
    ),
    C.UNKNOWN_JURISDICTION: (
        "{jurisdiction} is no jurisdiction of this region",
        "write its id as the region has it",
    ),
    C.PARTY_WITHOUT_DIRECTION: (
        "{jurisdiction} is a party, but neither lends nor borrows",
        "add a direction for it, or strike it from the parties",
    ),
    C.MANY_PARTIES_AT_ONCE: (
        "it has {count} parties and binds nobody until the last of them has signed",
        "add a clause on counterparts, so that each is bound from its own signature on",
    ),
    C.MISSING_CLAUSE: (
        "it says nothing on {missing}",
        "add a clause: nearly every agreement has it",
    ),
    C.UNKNOWN_NATURE: (
        "no desk of this region calls an incident {nature}",
        "write the nature as the desks do, or this clause never meets a call",
    ),
    C.UNKNOWN_CERTIFICATION: (
        "{word} is no certification that anybody here holds",
        "use an EIDO word such as Paramedic, or what the units state",
    ),
    C.SCOPE_WITHOUT_WAY: (
        "clause {clause} speaks of {lender} lending to {borrower}, which it never does here",
        "add that direction, or name another lender or borrower",
    ),
    C.NOTHING_LEFT: (
        "clause {clause} and {other} have nothing in common, so that nothing is ever lent",
        "make one of the two wider, or name for whom each holds",
    ),
    C.CALL_TYPE_CONTRADICTED: (
        "clause {clause} allows {nature}, which clause {other} denies",
        "strike it from one of the two",
    ),
    C.HOURS_NEVER_OPEN: (
        "the hours of clause {clause} and of clause {other} never meet, so that nothing is ever lent",
        "put all windows into one clause, or name for whom each holds",
    ),
    C.HOURS_ALWAYS_OPEN: (
        "the windows of clause {clause} are the whole week, so that it forbids nothing",
        "strike the clause, or narrow its windows",
    ),
    C.HOLIDAYS_PAST: (
        "the last holiday of clause {clause} was {day}",
        "list the coming holidays in a new version",
    ),
    C.HOLIDAYS_MISSING: (
        "clause {clause} has a rule for holidays but lists none",
        "list the holidays, or strike the rule",
    ),
    C.TIME_ZONE_UTC: (
        "its hours and days are counted in UTC, while the region lives in {zone}",
        "set the agreement's time zone to {zone}",
    ),
    C.ZONE_NOT_BORROWER: (
        "the zone of clause {clause} names {jurisdiction}, which borrows nothing here",
        "strike it, or add a direction toward it",
    ),
    C.ZONE_OUTSIDE_PARTIES: (
        "the area of clause {clause} lies outside every borrower",
        "draw it again (longitude comes first), or name whole jurisdictions",
    ),
    C.AREA_WITHOUT_POSTS: (
        "no unit of {lenders} that the floor counts is posted in the area of clause {clause}",
        "draw the area around the posts that it means, or strike the clause",
    ),
    C.FLOOR_EMPTIES_PROMISE: (
        "{lender} keeps back {keep} {unit_types} by clause {clause} and has {held}: it never lends one",
        "lower the floor below what the lender has, or do not promise these units",
    ),
    C.FLOOR_OF_NOTHING: (
        "clause {clause} keeps back {unit_types}, of which {lenders} has none",
        "name the types that the lender has, or strike the clause",
    ),
    C.CAP_BEYOND_FLEET: (
        "clause {clause} caps at {at_most} what is {held} units in all ({lenders})",
        "lower the cap to what may really be out, or strike it",
    ),
    C.CAPS_OUT_OF_ORDER: (
        "clause {clause} allows {at_most}, which clause {other} with {other_at_most} never lets happen",
        "make the wider cap the larger one",
    ),
    C.TYPE_NOT_HELD: (
        "clause {clause} promises {unit_types}, of which {lenders} has none",
        "strike what nobody has",
    ),
    C.NOTHING_TO_LEND: (
        "{lender} has no unit that clause {clause} lets go, so that it never lends",
        "name types that the lender has, or take it out of the lenders",
    ),
    C.STAFFING_UNMET: (
        "no unit of {lender} is known to have the crew that clause {clause} wants",
        "state crews and certifications of its units, or ask for less",
    ),
    C.ANSWER_TIME_UNUSED: (
        "clause {clause} sets an answer time, but automatic aid asks nobody",
        "strike the clause, or make the kind mutual",
    ),
    C.TRIGGER_ON_AUTOMATIC: (
        "clause {clause} waits until the borrower has nobody left, while automatic aid is sent with the call",
        "strike the clause, or make the kind mutual",
    ),
    C.STANDBY_WITH_INCIDENTS: (
        "clause {clause} chooses among incidents, while a standby agreement sends nobody to any",
        "strike the clause, or make the kind mutual",
    ),
    C.FREE_HOURS_BEYOND_DURATION: (
        "a loan lasts {max_hours} h at most and its first {free_hours} h are free: nothing is ever paid",
        "make the free hours fewer, or the cost none",
    ),
    C.COST_WITHOUT_RATE: (
        "clause {clause} pays at a rate, but states none",
        "state the rate and where it comes from",
    ),
    C.COST_UNUSED: (
        "clause {clause} says that nobody pays, and yet states free hours or a rate",
        "choose how aid is paid, or strike the figures",
    ),
    C.RETURN_HOME_ALWAYS: (
        "clause {clause} lets a unit take calls on its way home, which the service never does by itself",
        "strike the clause, or say that it goes home first",
    ),
    C.MORE_FINDINGS: (
        "there is more than can be judged or shown at once",
        "repair what is shown, or look at fewer and shorter texts",
    ),
}

_AS_THEY_ARE: Final = frozenset({"hours", "word", "nature", "place", "zone", "day", "type"})
"""Figures that are written out already."""


def finding_sentence(finding: Finding, names: Names) -> str:
    """What is wrong: one sentence with a capital and without a full stop."""
    return _said(finding, names, 0)


def finding_remedy(finding: Finding, names: Names) -> str:
    """What to do about it, in the same form."""
    return _said(finding, names, 1)


def finding_row(finding: Finding, names: Names) -> dict[str, Any]:
    """The finding as the page, the terminal and scripts have it."""
    return {
        **finding.to_json(),
        "sentence": finding_sentence(finding, names),
        "remedy": finding_remedy(finding, names),
    }


def _said(finding: Finding, names: Names, which: int) -> str:
    words = {
        name: str(value) if name in _AS_THEY_ARE else say(name, value, names)
        for name, value in finding.figures.items()
    }
    if finding.clause is not None:
        words["clause"] = finding.clause
    return capital(_WORDS[finding.code][which].format_map(words))
