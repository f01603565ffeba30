"""What the two parties do about a loan under way: recall, extend, confirm."""

from collections.abc import Callable, Mapping
from datetime import datetime

from dispatch.agreements.access import between
from dispatch.agreements.actions import Action
from dispatch.agreements.terms import Agreement
from dispatch.aid.assignment import Assignment
from dispatch.aid.loan import confirm, extend, recall
from dispatch.model.errors import Invalid
from dispatch.model.ids import AssignmentId
from dispatch.services.command import CommandMeta, Row
from dispatch.services.core import Core
from dispatch.services.door import require
from dispatch.services.idempotency import once
from dispatch.services.ports import Tx
from dispatch.services.presenting import assignment_row
from dispatch.services.standing import duty_rows, find_agreement
from dispatch.services.standing_steps import put_confirmation, put_extension, put_recall

Step = Callable[[Tx, Assignment, Agreement | None, datetime], Assignment]


class Loans:
    """A loan's use cases; each is one transaction and answers the assignment's row for the actor."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def recall(
        self, meta: CommandMeta, loan_id: AssignmentId, *, reason: str, expected_version: int | None = None
    ) -> Row:
        """The lender calls its unit back; once the agreement's notice is over it may release the unit.

        Raises ``NotFound``, ``Forbidden``, ``StaleVersion``, ``IllegalStep``, ``Invalid`` (``reason``).
        """
        if not reason.strip():
            raise Invalid("reason", "the borrower wants to know why")

        def step(tx: Tx, loan: Assignment, agreement: Agreement | None, now: datetime) -> Assignment:
            called = recall(loan, agreement, reason=reason, expected=expected_version, now=now)
            put_recall(tx, meta, called)
            return called

        body = {"assignment": loan_id, "reason": reason, "expected_version": expected_version}
        return await self._change(meta, Action.RECALL_UNIT, loan_id, body, step)

    async def extend(
        self, meta: CommandMeta, loan_id: AssignmentId, *, hours: int, expected_version: int | None = None
    ) -> Row:
        """The borrower keeps the unit ``hours`` longer, where the agreement's duration may be extended.

        Raises ``NotFound``, ``Forbidden``, ``StaleVersion``, ``IllegalStep``.
        """

        def step(tx: Tx, loan: Assignment, agreement: Agreement | None, now: datetime) -> Assignment:
            longer = extend(loan, agreement, hours=hours, expected=expected_version, now=now)
            put_extension(tx, meta, longer, now=now)
            return longer

        body = {"assignment": loan_id, "hours": hours, "expected_version": expected_version}
        return await self._change(meta, Action.EXTEND_LOAN, loan_id, body, step)

    async def confirm(
        self, meta: CommandMeta, loan_id: AssignmentId, *, expected_version: int | None = None
    ) -> Row:
        """The borrower confirms the loan in writing, also after its end.

        Raises ``NotFound``, ``Forbidden``, ``StaleVersion``, ``IllegalStep``.
        """

        def step(tx: Tx, loan: Assignment, agreement: Agreement | None, now: datetime) -> Assignment:
            confirmed = confirm(loan, expected=expected_version, now=now)
            put_confirmation(tx, meta, confirmed, now=now)
            return confirmed

        body = {"assignment": loan_id, "expected_version": expected_version}
        return await self._change(meta, Action.CONFIRM_LOAN, loan_id, body, step)

    async def _change(
        self,
        meta: CommandMeta,
        action: Action,
        loan_id: AssignmentId,
        body: Mapping[str, object],
        step: Step,
    ) -> Row:
        core = self._core

        def run(tx: Tx) -> Row:
            now, loan = core.clock(), tx.get_assignment(loan_id)
            resource = between(borrower=loan.borrower, lender=loan.home, accepted=True)
            require(meta.actor, action, resource, what="assignment", which=loan_id, now=now)
            agreement = find_agreement(core.world, loan.agreement_id, loan.agreement_version)
            after = step(tx, loan, agreement, now)
            duties = duty_rows(core.world, after, now=now)
            return assignment_row(tx, after, viewer=meta.actor, duties=duties)

        return await core.store.write(
            lambda tx: once(tx, meta, command=action.value, body=body, run=lambda: run(tx))
        )
