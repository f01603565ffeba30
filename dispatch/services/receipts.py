"""Receipts: a request has arrived where it can be answered, and a person had it in view.

Every board that may answer says so by itself, a hundred of them within a moment. The first one counts, and
only that one costs a transaction: the read-model knows of the others that they are no news, and those that
come while the first is being written wait for it. So no answer need be remembered under a key: to say it
twice is to say it once.

It comes over HTTP and not as a message on the board's socket: it is a fact for the record, on which telephone
calls hang, so it passes the same door and limits as an answer does and is acknowledged only once it is
durable; what a socket hears is answered by nobody.
"""

import asyncio
from typing import Final

from dispatch.agreements.actions import Action
from dispatch.agreements.sight import wire_time
from dispatch.aid.receipts import Channel, Stage, is_news, receive
from dispatch.aid.request import AidRequest
from dispatch.model.ids import RequestId
from dispatch.services.command import CommandMeta, Row
from dispatch.services.core import Core
from dispatch.services.door import require
from dispatch.services.ports import Tx
from dispatch.services.requests import to_answer
from dispatch.services.steps import put_receipt

ON_THE_BOARD: Final = Channel.BOARD


class Receipts:
    """One use case. Whoever may answer a request may say that it has come."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._under_way: dict[tuple[RequestId, Stage], asyncio.Task[AidRequest]] = {}

    async def receive(
        self, meta: CommandMeta, request_id: RequestId, stage: Stage, *, channel: Channel = ON_THE_BOARD
    ) -> Row:
        """``{request, delivered_at, seen_at, seen_by}`` as they are on record.

        A receipt that is no news changes nothing, nor does one of a request that was answered meanwhile.
        Raises ``NotFound``, ``Forbidden``.
        """
        core = self._core
        request = core.world.requests.get(request_id)
        if request is None:  # of an incident that ended, or of another process a moment ago
            request = await core.store.read(lambda reader: reader.get_request(request_id))
        self._require_right(meta, request)
        if is_news(request, stage):
            core.world.note_person(meta.actor)
            request = await self._record_once(meta, request_id, stage, channel)
        return receipt_row(request)

    async def _record_once(
        self, meta: CommandMeta, request_id: RequestId, stage: Stage, channel: Channel
    ) -> AidRequest:
        key = (request_id, stage)
        task = self._under_way.get(key)
        if task is None:
            task = asyncio.create_task(self._record(meta, request_id, stage, channel))
            self._under_way[key] = task
            task.add_done_callback(lambda done: self._forget(key, done))
        return await asyncio.shield(task)  # a board that is gone takes nobody else's receipt with it

    def _forget(self, key: tuple[RequestId, Stage], done: asyncio.Task[AidRequest]) -> None:
        del self._under_way[key]
        if not done.cancelled():
            done.exception()  # looked at, also where every board that waited for it is gone

    async def _record(
        self, meta: CommandMeta, request_id: RequestId, stage: Stage, channel: Channel
    ) -> AidRequest:
        core = self._core

        def write(tx: Tx) -> AidRequest:
            request, now = tx.get_request(request_id), core.clock()
            self._require_right(meta, request)
            for reached, after in receive(request, stage, by=meta.actor.id, now=now):
                put_receipt(tx, meta, after, reached, channel=channel, now=now)
                request = after
            return request

        return await core.store.write(write)

    def _require_right(self, meta: CommandMeta, request: AidRequest) -> None:
        action, now = Action.RECEIVE_REQUEST, self._core.clock()
        require(meta.actor, action, to_answer(request), what="request", which=request.id, now=now)


def receipt_row(request: AidRequest) -> Row:
    """The receipts of a request."""
    return {
        "request": request.id,
        "delivered_at": wire_time(request.delivered_at) if request.delivered_at else None,
        "seen_at": wire_time(request.seen_at) if request.seen_at else None,
        "seen_by": request.seen_by,
    }
