"""Clauses as one short English sentence each: what the board, the page and the PDF show beside the terms."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from dispatch.agreements import provisions as p
from dispatch.agreements import restrictions as r
from dispatch.agreements.terms import Clause
from dispatch.agreements.wording import Names, capital, listed

_EVERY_DAY: Final = tuple(r.Weekday)


def clause_sentence(clause: Clause, names: Names) -> str:
    """What the clause says, in one sentence with a capital and without a full stop."""
    said = _SENTENCES[type(clause)](clause, names)
    for_whom = _for_whom(clause, names) if isinstance(clause, r.Restriction) else ""
    return capital(f"{said}{for_whom}")


def _for_whom(clause: r.Restriction, names: Names) -> str:
    said = ""
    if clause.lender is not None and not isinstance(clause, r.ReserveFloor):
        said += f" (lent by {names.get(clause.lender, clause.lender)})"
    if clause.borrower is not None:
        said += f" (to {names.get(clause.borrower, clause.borrower)})"
    return said


def windows_words(windows: Sequence[r.Window]) -> str:
    """Hours as people write them: ``mon to fri 22:00-06:00``."""
    return ", ".join(f"{_days(window.days)}{window.since:%H:%M}-{window.until:%H:%M}" for window in windows)


def _days(days: Sequence[r.Weekday]) -> str:
    if tuple(days) == _EVERY_DAY:
        return ""
    first, last = _EVERY_DAY.index(days[0]), _EVERY_DAY.index(days[-1])
    if len(days) > 2 and tuple(days) == _EVERY_DAY[first : last + 1]:
        return f"{days[0]} to {days[-1]} "
    return ", ".join(days) + " "


def _unit_types(clause: r.UnitTypes, names: Names) -> str:
    nims = clause.nims_type_at_most
    return f"lends {listed(clause.allow, names)} only" + (f", of NIMS type {nims} or better" if nims else "")


def _staffing(clause: r.Staffing, names: Names) -> str:
    crew = f"a crew of {clause.min_crew} or more" if clause.min_crew else ""
    held = f"somebody aboard who is {' or '.join(clause.certifications)}" if clause.certifications else ""
    return "lends with " + " and ".join(part for part in (crew, held) if part)


def _call_types(clause: r.CallTypes, names: Names) -> str:
    if clause.allow:
        return f"lends for {', '.join(clause.allow)} only"
    return f"lends for everything but {', '.join(clause.deny)}"


def _zones(clause: r.Zones, names: Names) -> str:
    places = [names.get(place, place) for place in clause.jurisdictions]
    return "lends only into " + " and ".join([*places, *(["the drawn area"] if clause.area else [])])


def _hours(clause: r.Hours, names: Names) -> str:
    said = f"lends {windows_words(clause.windows)} only"
    if clause.holidays and clause.on_holidays is r.OnHolidays.NEVER:
        said += f", never on {len(clause.holidays)} holidays"
    if clause.holidays and clause.on_holidays is r.OnHolidays.ALL_DAY:
        said += f", all day on {len(clause.holidays)} holidays"
    return said


def _floor(clause: r.ReserveFloor, names: Names) -> str:
    who = "each lender" if clause.lender is None else names.get(clause.lender, clause.lender)
    group = listed(clause.unit_types or ("ground_transport",), names, last="or")
    where = " posted in the drawn area" if clause.area else ""
    when = f", {windows_words(clause.windows)}" if clause.windows else ""
    return f"{who} keeps {clause.keep} free: {group}{where}{when}"


def _discretion(clause: p.Discretion, names: Names) -> str:
    who = "the lender" if clause.lender is None else names.get(clause.lender, clause.lender)
    if not clause.lender_may_decline:
        return f"{who} may not decline"
    return f"{who} may decline" + (", with a reason in words" if clause.reason_required else "")


def _cost(clause: p.Cost, names: Names) -> str:
    if clause.mode is p.CostMode.NONE:
        return "nobody pays for aid"
    rate = f"{clause.rate_cents_per_unit_hour / 100:.2f} {clause.currency} per unit-hour"
    said = "aid is paid at actual cost" if clause.mode is p.CostMode.ACTUAL else f"aid is paid at {rate}"
    return said + (f" after {clause.free_hours} h" if clause.free_hours else "")


def _balance(clause: p.Balance, names: Names) -> str:
    parts = []
    if clause.imbalance_unit_hours is not None:
        parts.append(f"at an imbalance of {clause.imbalance_unit_hours} unit-hours")
    if clause.drain_unit_hours_per_month is not None:
        parts.append(f"at {clause.drain_unit_hours_per_month} unit-hours lent in a month")
    said = [f"the ledger warns {' and '.join(parts)}"] if parts else []
    if clause.spares_the_giver:
        said.append(
            "where one unit is advised for a call that is not life-threatening, "
            "who has lent more than it borrowed is asked later"
        )
    return "; ".join(said) or "the ledger warns of nothing"


def _cover_duty(clause: p.CoverDuty, names: Names) -> str:
    types = f" for {listed(clause.unit_types, names)}" if clause.unit_types else ""
    hours = f", {windows_words(clause.windows)}" if clause.windows else ""
    return f"{names.get(clause.jurisdiction, clause.jurisdiction)} must have a backup{types}{hours}"


def _recall(clause: p.Recall, names: Names) -> str:
    if not clause.allowed:
        return "the lender may not recall its unit"
    return f"the lender may recall its unit at {clause.notice_minutes} min notice"


def _precedence(clause: p.Precedence, names: Names) -> str:
    replaced = (
        f", replaces {', '.join(names.get(a, a) for a in clause.supersedes)}" if clause.supersedes else ""
    )
    return f"has rank {clause.rank}{replaced}"


_COMMAND: Final[Mapping[p.CommandRule, str]] = {
    p.CommandRule.BORROWER: "the borrower commands at the scene",
    p.CommandRule.FIRST_ARRIVING: "the first to arrive commands until relieved by the borrower",
}

_BILLING: Final[Mapping[p.BillingParty, str]] = {
    p.BillingParty.TRANSPORTING: "whoever transports",
    p.BillingParty.BORROWER: "the borrower",
    p.BillingParty.LENDER: "the lender",
    p.BillingParty.NOBODY: "nobody",
}

_SENTENCES: Final[Mapping[type[Clause], Callable[[Any, Names], str]]] = {
    r.UnitTypes: _unit_types,
    r.Staffing: _staffing,
    r.Priorities: lambda c, names: f"lends for {listed(c.allow, names)} calls only",
    r.CallTypes: _call_types,
    r.Zones: _zones,
    r.Hours: _hours,
    r.Purposes: lambda c, names: f"lends for {listed(c.allow, names)} only",
    r.Trigger: lambda c, names: f"lends once the borrower's cover is {c.cover_at_least} or worse",
    r.Requesters: lambda c, names: f"only a {listed(c.roles, names, last='or')} of the borrower may ask",
    r.RequestContent: lambda c, names: f"a request states the incident's {listed(c.fields, names)}",
    r.ReserveFloor: _floor,
    r.ConcurrentCap: lambda c, names: f"each lender has at most {c.at_most} out at once",
    r.IncidentCap: lambda c, names: f"each lender sends at most {c.at_most} to one incident",
    r.DailyCap: lambda c, names: f"each lender lends at most {c.at_most} a day",
    p.PartyRole: lambda c, names: f"{names.get(c.jurisdiction, c.jurisdiction)} is the {c.role}",
    p.Discretion: _discretion,
    p.AnswerTime: lambda c, names: f"the lender answers within {c.seconds} s",
    p.CallOrder: lambda c, names: f"called in this order: {', '.join(names.get(j, j) for j in c.order)}",
    p.Recall: _recall,
    p.Release: lambda c, names: f"a lent unit is released by the {listed(c.by, names, last='or')}",
    p.Duration: lambda c, names: (
        f"a loan lasts at most {c.max_hours} h" + (", and may be extended" if c.extendable else "")
    ),
    p.ReturnHome: lambda c, names: (
        "a lent unit goes home before its next call"
        if c.before_next_call
        else "a lent unit may take a call on its way home, once its loan is ended"
    ),
    p.Handover: lambda c, names: (
        "a lent unit is let go when an own unit is free"
        if c.when_home_unit_free
        else "a lent unit stays when an own unit is free"
    ),
    p.WrittenConfirmation: lambda c, names: f"a request is confirmed in writing within {c.within_hours} h",
    p.Cost: _cost,
    p.Billing: lambda c, names: f"the patient is billed by {_BILLING[c.party]}",
    p.Liability: lambda c, names: (
        "liability"
        + (f"; insurance of at least {c.insurance_at_least:,} {c.currency}" if c.insurance_at_least else "")
    ),
    p.Command: lambda c, names: _COMMAND[c.rule],
    p.Communications: lambda c, names: (
        f"radio channel {c.radio_channel}" + (f", report to {c.contact}" if c.contact else "")
    ),
    p.InabilityNotice: lambda c, names: "a party that cannot lend says so before or upon the call",
    p.Governance: lambda c, names: f"reviewed every {c.review_months} months",
    p.DataSharing: lambda c, names: (
        f"the parties do not show each other: {listed(c.withhold, names)}"
        if c.withhold
        else "what the parties show each other"
    ),
    p.Records: lambda c, names: f"records are kept {c.retention_days} days, aid is stated {c.report_cycle}",
    p.Balance: _balance,
    p.Precedence: _precedence,
    p.CoverDuty: _cover_duty,
    p.Renewal: lambda c, names: f"goes on for another {c.months} months unless notice is given",
    p.Termination: lambda c, names: f"may be ended with {c.notice_days} days' notice",
    p.Counterparts: lambda c, names: "binds each party from its own signature on",
    p.Text: lambda c, names: c.title,
}
