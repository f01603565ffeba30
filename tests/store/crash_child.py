"""Writes as fast as it can and prints what was acknowledged, until somebody kills it."""

import asyncio
import os
import sys
from collections.abc import Callable

from dispatch.services.ports import Tx
from dispatch.store.store import open_store
from tests.make_record import record_story

CALLERS = 16


async def main(url: str, life: str) -> None:
    store = open_store(url)

    def story(which: str) -> Callable[[Tx], str]:
        def command(tx: Tx) -> str:
            seqs = record_story(tx, which=which)
            tx.remember(principal_id="ana", key=which, body_hash="0", status=201, answer={"seqs": list(seqs)})
            return f"{which} {seqs[-1]}\n"

        return command

    async def caller(number: int) -> None:
        count = 0
        while True:
            count += 1
            acknowledged = await store.write(story(f"{life}-{number}-{count}"))
            os.write(1, acknowledged.encode())

    await asyncio.gather(*(caller(number) for number in range(CALLERS)))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2]))
