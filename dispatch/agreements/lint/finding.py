"""What the linter finds: a code, a place and figures. Sentences and remedies are ``wording``'s."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from dispatch.agreements.reasons import Figures
from dispatch.model.ids import AgreementId


class Severity(StrEnum):
    """How bad it is, worst first."""

    ERROR = "error"
    """The text cannot do what it says, or a duty is not met."""
    WARNING = "warning"
    """It works, but probably not as its parties mean it."""
    NOTE = "note"


class FindingCode(StrEnum):
    """Everything that the linter can say, in the order in which it is reported at one place."""

    COVER_DUTY_UNMET = "cover_duty_unmet"
    NO_BACKUP = "no_backup"
    NO_BACKUP_HOURS = "no_backup_hours"
    NO_BACKUP_PRIORITY = "no_backup_priority"
    NO_BACKUP_ZONE = "no_backup_zone"
    NO_BACKUP_NATURE = "no_backup_nature"
    CIRCULAR_RELIANCE = "circular_reliance"
    PROMISED_TWICE = "promised_twice"
    AUTOMATIC_TWICE = "automatic_twice"
    PRECEDENCE_TIE = "precedence_tie"
    OVERLAP_SAME_RANK = "overlap_same_rank"
    SUPERSEDES_UNKNOWN = "supersedes_unknown"
    SUPERSEDES_CYCLE = "supersedes_cycle"

    ENDED_ALREADY = "ended_already"
    EXPIRES_WITHIN_NOTICE = "expires_within_notice"
    TERM_SHORTER_THAN_NOTICE = "term_shorter_than_notice"
    ENDS_SOON = "ends_soon"
    REVIEW_DUE = "review_due"
    RENEWAL_WITHOUT_END = "renewal_without_end"
    UNSIGNED_FOR_LONG = "unsigned_for_long"
    TITLE_SAYS_MUTUAL = "title_says_mutual"
    UNKNOWN_JURISDICTION = "unknown_jurisdiction"
    PARTY_WITHOUT_DIRECTION = "party_without_direction"
    MANY_PARTIES_AT_ONCE = "many_parties_at_once"
    MISSING_CLAUSE = "missing_clause"

    UNKNOWN_NATURE = "unknown_nature"
    UNKNOWN_CERTIFICATION = "unknown_certification"
    SCOPE_WITHOUT_WAY = "scope_without_way"
    NOTHING_LEFT = "nothing_left"
    CALL_TYPE_CONTRADICTED = "call_type_contradicted"
    HOURS_NEVER_OPEN = "hours_never_open"
    HOURS_ALWAYS_OPEN = "hours_always_open"
    HOLIDAYS_PAST = "holidays_past"
    HOLIDAYS_MISSING = "holidays_missing"
    TIME_ZONE_UTC = "time_zone_utc"
    ZONE_NOT_BORROWER = "zone_not_borrower"
    ZONE_OUTSIDE_PARTIES = "zone_outside_parties"
    AREA_WITHOUT_POSTS = "area_without_posts"
    FLOOR_EMPTIES_PROMISE = "floor_empties_promise"
    FLOOR_OF_NOTHING = "floor_of_nothing"
    CAP_BEYOND_FLEET = "cap_beyond_fleet"
    CAPS_OUT_OF_ORDER = "caps_out_of_order"
    TYPE_NOT_HELD = "type_not_held"
    NOTHING_TO_LEND = "nothing_to_lend"
    STAFFING_UNMET = "staffing_unmet"
    ANSWER_TIME_UNUSED = "answer_time_unused"
    TRIGGER_ON_AUTOMATIC = "trigger_on_automatic"
    STANDBY_WITH_INCIDENTS = "standby_with_incidents"
    FREE_HOURS_BEYOND_DURATION = "free_hours_beyond_duration"
    COST_WITHOUT_RATE = "cost_without_rate"
    COST_UNUSED = "cost_unused"
    RETURN_HOME_ALWAYS = "return_home_always"
    MORE_FINDINGS = "more_findings"


_C = FindingCode

_ERRORS: Final = frozenset(
    {
        *(_C.COVER_DUTY_UNMET, _C.SUPERSEDES_CYCLE, _C.ENDED_ALREADY, _C.UNKNOWN_JURISDICTION),
        *(_C.NOTHING_LEFT, _C.HOURS_NEVER_OPEN, _C.ZONE_OUTSIDE_PARTIES),
    }
)
_NOTES: Final = frozenset(
    {
        *(_C.NO_BACKUP_NATURE, _C.OVERLAP_SAME_RANK, _C.REVIEW_DUE, _C.MANY_PARTIES_AT_ONCE),
        *(_C.MISSING_CLAUSE, _C.HOURS_ALWAYS_OPEN, _C.CAP_BEYOND_FLEET, _C.TYPE_NOT_HELD),
        *(_C.ANSWER_TIME_UNUSED, _C.STANDBY_WITH_INCIDENTS, _C.RETURN_HOME_ALWAYS, _C.MORE_FINDINGS),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing to look at. ``path`` leads to it in the text, such as ``clauses[4].keep``.

    A finding about a jurisdiction rather than one text has no ``agreement_id``, and the path
    ``jurisdictions.ID``. ``eased``: no worse than a note here, whatever its code says.
    """

    code: FindingCode
    path: str
    agreement_id: AgreementId | None = None
    version: int | None = None
    clause: str | None = None
    figures: Figures = field(default_factory=dict)
    eased: bool = False

    @property
    def severity(self) -> Severity:
        """How bad it is."""
        if self.eased or self.code in _NOTES:
            return Severity.NOTE
        return Severity.ERROR if self.code in _ERRORS else Severity.WARNING

    @property
    def order(self) -> tuple[int, str, int, tuple[tuple[str, int], ...], int, str]:
        """Worst first, then by place, then as the codes are listed."""
        return (
            tuple(Severity).index(self.severity),
            self.agreement_id or "",
            self.version or 0,
            _natural(self.path),
            tuple(FindingCode).index(self.code),
            repr(sorted(self.figures.items())),
        )

    def to_json(self) -> dict[str, Any]:
        """Everything but the words."""
        figures: Mapping[str, int | str] = dict(self.figures)
        return {
            "code": self.code.value,
            "severity": self.severity.value,
            "agreement": self.agreement_id,
            "version": self.version,
            "clause": self.clause,
            "path": self.path,
            "figures": figures,
        }


def _natural(path: str) -> tuple[tuple[str, int], ...]:
    """``clauses[10]`` after ``clauses[9]``."""
    parts = path.replace("]", "").replace("[", ".").split(".")
    return tuple(("", int(part)) if part.isdigit() else (part, 0) for part in parts)
