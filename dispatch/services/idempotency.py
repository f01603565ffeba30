"""A command that is sent twice has one effect.

The answer is remembered in the transaction that earns it, under the caller's ``Idempotency-Key``
and that caller only. The same key with the same body gets the same answer; with another body it is
refused, because somebody's client has lost count.
"""

import hashlib
from collections.abc import Callable, Mapping

import orjson

from dispatch.model.errors import KeyReused
from dispatch.services.command import CommandMeta, Row
from dispatch.services.ports import Reader, Tx

OK = 200
"""The edge gives each command its own status; the record only says that it succeeded."""


def once(
    tx: Tx, meta: CommandMeta, *, command: str, body: Mapping[str, object], run: Callable[[], Row]
) -> Row:
    """Run ``run`` unless this key has an answer already. Raises ``KeyReused`` and whatever ``run`` raises.

    A command that raises is not remembered: it had no effect, so its retry may be judged anew.
    """
    if meta.key is None:
        return run()
    answer = find_answer(tx, meta, command=command, body=body)
    if answer is None:
        answer = run()
        body_hash = hash_of(command, body)
        tx.remember(principal_id=meta.actor.id, key=meta.key, body_hash=body_hash, status=OK, answer=answer)
    return answer


def find_answer(reader: Reader, meta: CommandMeta, *, command: str, body: Mapping[str, object]) -> Row | None:
    """What this key was answered before; for whoever must know it before there is anything to run.

    Raises ``KeyReused``.
    """
    known = None if meta.key is None else reader.find_idempotent(meta.actor.id, meta.key)
    if known is None:
        return None
    if known.body_hash != hash_of(command, body):
        raise KeyReused(known.key)
    answer: Row = known.answer
    return answer


def hash_of(command: str, body: Mapping[str, object]) -> str:
    """SHA-256, hex, of a command's name and body; the order of the body's fields does not matter."""
    text = orjson.dumps([command, body], option=orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATACLASS)
    return hashlib.sha256(text).hexdigest()
