"""Aid and the backfill for whoever gave it, in one proposal.

The aid goes first: it was decided for the patient. Then the lender's gap is looked at on what is left,
and a third jurisdiction may be asked to fill it. Nothing that is lent is lent on.
"""

from dataclasses import dataclass

from dispatch.aid.advice.covering import Covers
from dispatch.aid.advice.practice import Practice
from dispatch.aid.advice.situation import Situation
from dispatch.aid.advice.standby import Permits, StandbyMove, propose_standby, taken
from dispatch.model.jurisdiction import CoverState


@dataclass(frozen=True, slots=True, kw_only=True)
class Cascade:
    """One unit lent to ``borrower``, and what should come to its home in its place; None: nothing worth it.

    ``loss`` is what the aid costs the lender's cover, in late life-threatening calls.
    """

    aid: int
    lender: int
    borrower: int
    loss: float
    backfill: StandbyMove | None

    @property
    def figures(self) -> dict[str, int | float]:
        """What the proposal rests on."""
        filled = (
            {f"backfill_{name}": figure for name, figure in self.backfill.figures.items()}
            if self.backfill
            else {}
        )
        return {"loss": round(self.loss, 4), **filled}


def propose_cascade(
    situation: Situation,
    *,
    aid: int,
    borrower: int,
    cover_after: CoverState,
    practice: Practice,
    permits: Permits,
) -> Cascade:
    """The backfill for the lender of the unit in row ``aid``.

    ``cover_after``: the lender's once it has lent; ``permits``: whether an agreement lets a unit stand by
    for the lender. The borrower's own units never fill the gap that its call has made.
    """
    lender, post, level = int(situation.home[aid]), int(situation.post[aid]), int(situation.level[aid])
    loss = Covers(situation, practice).of(lender).loss(post, level)
    after = taken(situation, aid, lent=True)
    moves = propose_standby(after, lender, cover_after, practice, permits)
    fitting = (move for move in moves if move.lender != borrower)
    return Cascade(aid=aid, lender=lender, borrower=borrower, loss=loss, backfill=next(fitting, None))
