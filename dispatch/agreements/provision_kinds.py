"""The kinds of clause that forbid nothing, in the order in which the form shows them."""

from collections.abc import Callable
from typing import Final

from dispatch.agreements import provisions as p
from dispatch.agreements.fields import FieldKind, FieldSpec
from dispatch.agreements.kinds import (
    CURRENCY,
    LENDER,
    MAX_UNITS,
    TYPES,
    WINDOWS,
    WORDS,
    ClauseKind,
    Enforcer,
    Group,
    pick,
    required,
    whole,
)
from dispatch.agreements.terms import Clause

K = FieldKind
E = Enforcer
_HOURS_OF_YEAR: Final = 8_784
_LARGEST_SUM: Final = 1_000_000_000


def _kind(
    tag: str,
    make: Callable[..., Clause],
    row: int,
    where: tuple[Group, *tuple[Enforcer, ...]],
    title: str,
    explained: str,
    *fields: FieldSpec,
    single: bool = True,
) -> ClauseKind:
    return ClauseKind(
        tag=tag,
        make=make,
        title=title,
        help=explained,
        row=row,
        group=where[0],
        enforced_by=where[1:],
        fields=fields,
        single=single,
    )


def _flag(name: str, title: str, *, needed: bool = True) -> FieldSpec:
    return FieldSpec(name=name, kind=K.FLAG, title=title, required=needed)


def _text(name: str, title: str, *, needed: bool = False) -> FieldSpec:
    return FieldSpec(name=name, kind=K.TEXT, title=title, required=needed, at_most=200)


ANSWERING: Final = (
    _kind(
        *("discretion", p.Discretion, 10, (Group.ANSWER, E.REQUEST), "Discretion"),
        "Whether the lender may say no to what the other clauses allow.",
        _flag("lender_may_decline", "The lender may decline"),
        _flag("reason_required", "Declining needs a reason in words", needed=False),
        LENDER,
    ),
    _kind(
        *("answer_time", p.AnswerTime, 10, (Group.ANSWER, E.TIMER), "Answer time"),
        "Without an answer the request goes to the next candidate.",
        whole("seconds", "Answer within", 10, 900, unit="seconds"),
    ),
    _kind(
        *("call_order", p.CallOrder, 22, (Group.ANSWER, E.RECOMMENDER), "Order of call"),
        "In which order its lenders are called (box card); life-threatening calls get the fastest.",
        required(FieldSpec(name="order", kind=K.PARTIES, title="Order")),
    ),
    _kind(
        *("inability_notice", p.InabilityNotice, 28, (Group.ANSWER, E.REQUEST), "Notice of inability"),
        "A party that cannot lend closes itself to lending, with reason and expiry.",
        required(WORDS),
    ),
)

SERVING: Final = (
    _kind(
        *("recall", p.Recall, 13, (Group.SERVICE, E.REQUEST), "Recall"),
        "Whether the lender may call its unit back, and after what notice.",
        _flag("allowed", "The lender may recall"),
        whole("notice_minutes", "Notice", 0, 1_440, unit="minutes", required=False),
    ),
    _kind(
        *("release", p.Release, 14, (Group.SERVICE, E.REQUEST), "Release"),
        "Who may let a lent unit go home.",
        pick("by", "Released by", p.Side, many=True),
    ),
    _kind(
        *("duration", p.Duration, 15, (Group.SERVICE, E.TIMER), "Duration"),
        "How long one loan lasts before the parties must extend it.",
        whole("max_hours", "At most", 1, 720, unit="hours"),
        _flag("extendable", "May be extended", needed=False),
    ),
    _kind(
        *("return_home", p.ReturnHome, 20, (Group.SERVICE, E.RECOMMENDER), "Next call"),
        "A lent unit goes home before it takes the next call. The service always holds this.",
        _flag("before_next_call", "Home before the next call"),
    ),
    _kind(
        *("handover", p.Handover, 21, (Group.SERVICE, E.TIMER), "Handover"),
        "The lent unit is let go as soon as a unit of the borrower is free.",
        _flag("when_home_unit_free", "Let go when an own unit is free"),
    ),
    _kind(
        *("written_confirmation", p.WrittenConfirmation, 9, (Group.SERVICE, E.TIMER), "Written confirmation"),
        "A request is confirmed in writing within this time.",
        whole("within_hours", "Within", 1, 2_160, unit="hours"),
    ),
    _kind(
        *("command", p.Command, 23, (Group.SERVICE, E.PEOPLE), "Command"),
        "Who commands at the scene; the lender keeps control of its own crew.",
        pick("rule", "Command", p.CommandRule, many=False),
        WORDS,
    ),
    _kind(
        *("communications", p.Communications, 24, (Group.SERVICE, E.PEOPLE), "Communications"),
        "Where lent units are heard and to whom they report.",
        _text("radio_channel", "Radio channel", needed=True),
        _text("contact", "Check-in contact"),
    ),
)

PAYING: Final = (
    _kind(
        *("cost", p.Cost, 25, (Group.MONEY, E.LEDGER), "Cost"),
        "What a loan costs after its free hours.",
        pick("mode", "Reimbursement", p.CostMode, many=False),
        whole("free_hours", "Free hours per loan", 0, 720, unit="hours", required=False),
        whole(
            *("rate_cents_per_unit_hour", "Rate", 0, _LARGEST_SUM),
            unit="cents per unit-hour",
            required=False,
        ),
        CURRENCY,
        _text("rate_source", "Source of the rate"),
    ),
    _kind(
        *("billing", p.Billing, 26, (Group.MONEY, E.PEOPLE), "Billing"),
        "Who bills the patient or the insurer.",
        pick("party", "Bills", p.BillingParty, many=False),
        WORDS,
    ),
    _kind(
        *("balance", p.Balance, 31, (Group.MONEY, E.LEDGER, E.RECOMMENDER), "Balance"),
        "From when on the ledger warns of a one-way drain, and whether who has lent more than it borrowed is"
        " asked later where one unit is advised for a call; life-threatening calls get the fastest.",
        whole("imbalance_unit_hours", "Imbalance", 1, 100_000, unit="unit-hours", required=False),
        whole("drain_unit_hours_per_month", "Lent in a month", 1, 100_000, unit="unit-hours", required=False),
        FieldSpec(
            name="spares_the_giver",
            kind=K.FLAG,
            title="Who has given more is asked later",
            help="By all its loans of the last weeks; the borrower is shown by how many unit-hours.",
        ),
    ),
    _kind(
        *("records", p.Records, 31, (Group.MONEY, E.LEDGER), "Records"),
        "How long records are kept and how often aid is stated.",
        whole("retention_days", "Kept", 1, 36_525, unit="days"),
        pick("report_cycle", "Stated", p.ReportCycle, many=False, required=False),
    ),
)

BINDING: Final = (
    _kind(
        *("party_role", p.PartyRole, 1, (Group.LEGAL, E.PEOPLE), "Role of a party"),
        "What a party is in the agreement.",
        required(FieldSpec(name="jurisdiction", kind=K.PARTY, title="Party")),
        _text("role", "Role", needed=True),
        single=False,
    ),
    _kind(
        *("termination", p.Termination, 5, (Group.LEGAL, E.TIMER), "Termination"),
        "A party may end the agreement with this notice; aid under way finishes.",
        whole("notice_days", "Notice", 0, 730, unit="days"),
    ),
    _kind(
        *("renewal", p.Renewal, 4, (Group.LEGAL, E.TIMER), "Renewal"),
        "At its end the agreement goes on for another term unless a party has given notice.",
        whole("months", "Another", 1, 240, unit="months"),
    ),
    _kind(
        *("precedence", p.Precedence, 33, (Group.LEGAL, E.RECOMMENDER), "Precedence"),
        "Which agreement speaks where several cover a pair: the lowest rank; and which ones it replaces.",
        whole("rank", "Rank", 0, MAX_UNITS, required=False),
        FieldSpec(name="supersedes", kind=K.AGREEMENTS, title="Replaces"),
    ),
    _kind(
        *("cover_duty", p.CoverDuty, 34, (Group.LEGAL, E.LINTER), "Duty of cover"),
        "A party that must always have somebody who backs it up.",
        required(FieldSpec(name="jurisdiction", kind=K.PARTY, title="Party")),
        TYPES,
        WINDOWS,
        single=False,
    ),
    _kind(
        *("counterparts", p.Counterparts, 32, (Group.LEGAL, E.RECOMMENDER), "Counterparts"),
        "Each party is bound from its own signature on, toward those who have signed.",
        WORDS,
    ),
    _kind(
        *("governance", p.Governance, 29, (Group.LEGAL, E.LINTER), "Review"),
        "When the agreement is reviewed and how it is changed.",
        whole("review_months", "Reviewed every", 1, 240, unit="months"),
        _text("board", "Review board"),
        FieldSpec(name="amendment", kind=K.LONG_TEXT, title="Amendment"),
    ),
    _kind(
        *("data_sharing", p.DataSharing, 30, (Group.LEGAL, E.RECOMMENDER), "Data sharing"),
        "What the parties do not show each other.",
        pick("withhold", "Withheld", p.Withheld, many=True, required=False),
        WORDS,
    ),
    _kind(
        *("liability", p.Liability, 27, (Group.LEGAL, E.PEOPLE), "Liability and insurance"),
        "Who bears loss and injury, and the insurance each party holds.",
        required(WORDS),
        whole("insurance_at_least", "Insurance at least", 0, _LARGEST_SUM, required=False),
        CURRENCY,
    ),
    _kind(
        *("text", p.Text, 0, (Group.LEGAL, E.PEOPLE), "Other terms"),
        "Words that bind people and that the service shows but does not apply.",
        _text("title", "Title", needed=True),
        required(WORDS),
        single=False,
    ),
)

PROVISION_KINDS: Final = (*ANSWERING, *SERVING, *PAYING, *BINDING)
