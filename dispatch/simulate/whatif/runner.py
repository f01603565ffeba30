"""A what-if in a process of its own, for the service: neither its loop nor its engine's thread waits.

The process says how far it is and then what it found. When it dies, whatever it died of, whoever waits is
told so at once.
"""

import os
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any, Final

from dispatch.model.errors import DispatchError
from dispatch.model.region import Region
from dispatch.routing.graph import RoadGraph
from dispatch.services.what_if import Progress, WhatIfFailed, WhatIfOrder, WhatIfRow
from dispatch.simulate.processes import deaf_children, end_with_parent
from dispatch.simulate.whatif.plan import Order
from dispatch.simulate.whatif.run import what_if

NICENESS: Final = 10
"""Live dispatch goes first where there are few cores."""

GRACE_SECONDS: Final = 3.0


class ProcessRunner:
    """``services.what_if.WhatIfRunner``: one process per what-if, which holds the region and its roads."""

    def __init__(self, region: Region, roads: RoadGraph | None) -> None:
        self._region, self._roads = region, roads

    def start(self, order: WhatIfOrder) -> "ProcessRun":
        ours, theirs = get_context("spawn").Pipe(duplex=False)
        process = get_context("spawn").Process(
            target=_work, args=(theirs, self._region, self._roads, order), name="what-if", daemon=True
        )
        try:
            with deaf_children():
                process.start()
        finally:
            theirs.close()
        return ProcessRun(process, ours)


class ProcessRun:
    """``services.what_if.WhatIfRun``."""

    def __init__(self, process: SpawnProcess, messages: "Connection[Any, Any]") -> None:
        self._process, self._messages = process, messages

    def wait(self, progress: Progress) -> WhatIfRow:
        try:
            return self._listen(progress)
        finally:
            self._messages.close()
            self._process.join(GRACE_SECONDS)
            if self._process.is_alive():
                self._process.kill()
                self._process.join()

    def stop(self) -> None:
        self._process.terminate()

    def _listen(self, progress: Progress) -> WhatIfRow:
        while True:
            # The end of the process alone would do, but what it said before counts first.
            if self._messages not in wait([self._messages, self._process.sentinel]):
                break
            try:
                message = self._messages.recv()
            except EOFError:
                break
            match message:
                case ("progress", done, total):
                    progress(done, total)
                case ("found", found):
                    row: WhatIfRow = found
                    return row
                case ("failed", because):
                    raise WhatIfFailed(because)
        self._process.join(GRACE_SECONDS)
        raise WhatIfFailed(f"its process ended before it was done (exit code {self._process.exitcode})")


def _work(
    messages: "Connection[Any, Any]", region: Region, roads: RoadGraph | None, order: WhatIfOrder
) -> None:
    end_with_parent()
    os.nice(NICENESS)
    try:
        _answer(messages, region, roads, order)
    except BrokenPipeError:
        return  # nobody listens any more


def _answer(
    messages: "Connection[Any, Any]", region: Region, roads: RoadGraph | None, order: WhatIfOrder
) -> None:
    wanted = Order(
        draft=order.draft,
        agreements=order.agreements,
        now=order.now,
        days=order.days,
        seed=order.seed,
        policy=order.policy,
        standing=order.standing,
        incidents=order.incidents,
        shown=order.shown,
    )
    try:
        found = what_if(
            region, roads, wanted, progress=lambda done, total: messages.send(("progress", done, total))
        )
    except DispatchError as error:
        messages.send(("failed", str(error)))
    else:
        messages.send(("found", found.to_json()))
