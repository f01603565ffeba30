"""What every way to decide looks like, and the simple ones that advice has to beat."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol

from dispatch.agreements.permit import Permit
from dispatch.aid.advice.practice import DEFAULT_PRACTICE, Practice
from dispatch.simulate.calls import PRIORITIES
from dispatch.simulate.trial.desk import CRITICAL, Desk, Free, Permitted


class Choice(NamedTuple):
    """What is done about a call now. ``unit`` None: it waits, for ``hold_seconds`` before it is looked at
    again if nothing changes (None: until something changes).

    ``permit``: of a neighbour's unit; ``asked_seconds`` until the lender answers, 0 where nobody is asked.
    ``eta_seconds`` as the boards have it.
    """

    unit: int | None
    permit: Permit | None = None
    asked_seconds: int = 0
    eta_seconds: int = 0
    hold_seconds: float | None = None


NOBODY: Final = Choice(None)


class Move(NamedTuple):
    """A neighbour's unit is to stand by at a post of the borrower."""

    unit: int
    borrower: int
    post: int


class Policy(Protocol):
    """One way to decide. ``keeps_agreements`` and ``drops_boundaries``: what the audit holds it to.

    ``moves``: whether ``list_moves`` is to be asked whenever a jurisdiction's free units change.
    ``request_seconds``: how long asking takes it, where not what the conditions say.
    """

    @property
    def name(self) -> str: ...
    @property
    def keeps_agreements(self) -> bool: ...
    @property
    def drops_boundaries(self) -> bool: ...
    @property
    def moves(self) -> bool: ...
    @property
    def request_seconds(self) -> int | None: ...

    def choose(self, row: int, at: float, desk: Desk) -> Choice:
        """What to do about a call that nobody goes to yet."""
        ...

    def list_moves(self, borrower: int, at: float, desk: Desk) -> Sequence[Move]:
        """Which neighbours' units should stand by in a jurisdiction that has just become shorter."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class NoAid:
    """Every jurisdiction for itself."""

    name: str = "none"
    keeps_agreements: bool = True
    drops_boundaries: bool = False
    moves: bool = False
    request_seconds: int | None = None

    def choose(self, row: int, at: float, desk: Desk) -> Choice:
        return send_own(min(desk.list_own(row, at), default=None))

    def list_moves(self, borrower: int, at: float, desk: Desk) -> Sequence[Move]:
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Closest:
    """The closest eligible neighbour, when no own unit is idle.

    With ``drops_boundaries`` also for a life-threatening call that the own unit would reach late, and a
    neighbour's clearly sooner; with ``automatic_goes`` also unasked where aid is automatic and sooner.
    """

    name: str = "closest"
    drops_boundaries: bool = False
    automatic_goes: bool = False
    request_seconds: int | None = None
    practice: Practice = DEFAULT_PRACTICE
    keeps_agreements: bool = True
    moves: bool = False

    def choose(self, row: int, at: float, desk: Desk) -> Choice:
        own = find_own(row, at, desk)
        asked = desk.conditions.request_seconds if self.request_seconds is None else self.request_seconds
        if own.unit is None:
            return ask(desk.find_nearest_aid(row, at, asked_seconds=asked))
        if self.drops_boundaries and may_drop(row, at, own.eta_seconds, desk, self.practice):
            aid = desk.find_nearest_aid(row, at, asked_seconds=asked)
            if aid is not None and aid.arrival_seconds + self.practice.drop_gain_seconds <= own.eta_seconds:
                return ask(aid)
        if self.automatic_goes:
            automatic = desk.walk_aid(row, at, asked_seconds=0, automatic_only=True, before=own.eta_seconds)
            sooner = next(automatic, None)
            return own if sooner is None else ask(sooner)
        return own

    def list_moves(self, borrower: int, at: float, desk: Desk) -> Sequence[Move]:
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NearestStandby(Closest):
    """Drops boundaries, and moves the nearest unit that may stand by into a jurisdiction without any."""

    name: str = "nearest_standby"
    drops_boundaries: bool = True
    moves: bool = True

    def list_moves(self, borrower: int, at: float, desk: Desk) -> Sequence[Move]:
        if desk.fleet.serving[borrower] > 0:
            return ()
        post = desk.main_post(borrower)
        for seconds, unit in desk.list_spare(borrower, post, keeps=self.practice.standby.lender_keeps):
            if seconds == float("inf"):
                break
            if desk.permit_standby(unit, borrower, at) is not None:
                return (Move(unit, borrower, post),)
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NoBorders:
    """The closest of all units, whoever's: no agreements, nobody is asked. A yardstick, allowed nowhere."""

    name: str = "no_borders"
    keeps_agreements: bool = False
    drops_boundaries: bool = True
    moves: bool = False
    request_seconds: int | None = 0

    def choose(self, row: int, at: float, desk: Desk) -> Choice:
        return send_own(min(desk.list_everybody(row, at), default=None))

    def list_moves(self, borrower: int, at: float, desk: Desk) -> Sequence[Move]:
        return ()


TELEPHONE_SECONDS: Final = 300
"""Neighbours called one by one: what asking takes today."""


def send_own(free: Free | None) -> Choice:
    """An own unit goes at once."""
    return NOBODY if free is None else Choice(free.unit, eta_seconds=free.eta_seconds)


def ask(aid: Permitted | None) -> Choice:
    """A neighbour's unit, asked for where the agreement is not automatic."""
    if aid is None:
        return NOBODY
    return Choice(aid.unit, aid.permit, aid.arrival_seconds - aid.eta_seconds, aid.eta_seconds)


def find_own(row: int, at: float, desk: Desk) -> Choice:
    """The closest own unit, those counted in that stand by here under an agreement."""
    own = min(desk.list_own(row, at), default=None)
    near = min(desk.list_standing_by(row, at), default=None)
    if near is not None and (own is None or near.eta_seconds < own.eta_seconds):
        return ask(near)
    return send_own(own)


def may_drop(row: int, at: float, own_seconds: int, desk: Desk, practice: Practice) -> bool:
    """Whether the call is life-threatening and its own unit would be late."""
    priority = desk.rows.priority[row]
    waited = at - desk.rows.at_seconds[row]
    return (
        priority == CRITICAL and waited + own_seconds > practice.targets[PRIORITIES[priority]].within_seconds
    )
