"""What the figures of a trial mean: the one list that reports, tables and the documentation go by."""

from typing import Final, NamedTuple


class FigureKind(NamedTuple):
    """``better``: -1 where less is better, 1 where more is, 0 where neither."""

    code: str
    title: str
    unit: str
    better: int
    meaning: str


FIGURES: Final = (
    FigureKind("late_p1", "Late P1", "percent", -1, "life-threatening calls reached after their target"),
    FigureKind("avoidable_p1", "Late P1 that could be helped", "percent", -1, "late_p1 less floor_late_p1"),
    FigureKind(
        "late_weighted",
        "Weighted late",
        "per 100 calls",
        -1,
        "late calls of all priorities, each by its weight in life-threatening ones",
    ),
    FigureKind(
        "p90_p1", "P90 of P1", "seconds", -1, "nine of ten life-threatening calls were reached by then"
    ),
    FigureKind("mean_p1", "Mean P1", "seconds", -1, "from the call to the first unit at the scene"),
    FigureKind("over_2x_p1", "P1 over twice the target", "percent", -1, "reached after twice the target"),
    FigureKind(
        "survival_p1",
        "Expected survival",
        "percent",
        1,
        "were all life-threatening calls cardiac arrests (De Maio et al. 2003)",
    ),
    FigureKind(
        "lender_late",
        "Late P1 at lenders",
        "percent",
        -1,
        "life-threatening calls of a jurisdiction that had a unit out for a neighbour, reached late",
    ),
    FigureKind("p2_late", "Late P2", "percent", -1, "emergent calls reached after their target"),
    FigureKind("p3_late", "Late P3 and P4", "percent", -1, "all other calls reached after their target"),
    FigureKind("p90_all", "P90 of all calls", "seconds", -1, "nine of ten calls were reached by then"),
    FigureKind("unserved", "Not served", "percent", -1, "calls that nobody came to within the longest wait"),
    FigureKind("aid_share", "Aid", "percent", 0, "calls that a neighbour's unit came to"),
    FigureKind("moves_per_day", "Standby moves", "a day", 0, "neighbours' units moved in to stand by"),
    FigureKind("requests_per_day", "Requests", "a day", 0, "times that a neighbour was asked for a unit"),
    FigureKind(
        "busy_share", "Busy", "percent", 0, "unit time from dispatch until clear, of a lent unit until home"
    ),
    FigureKind(
        "gini_given", "Gini of missions given", "0 to 1", -1, "missions given per unit, over jurisdictions"
    ),
    FigureKind(
        "imbalance", "Imbalance", "0 to 1", -1, "sum of |given - received| over sum of given + received"
    ),
    FigureKind(
        "floor_late_p1",
        "Late P1 by geography",
        "percent",
        0,
        "life-threatening calls that the nearest own post is too far from, were all own units idle",
    ),
    FigureKind("calls_per_day", "Calls", "a day", 0, "calls of all priorities, surges included"),
)

CODES: Final = tuple(kind.code for kind in FIGURES)
