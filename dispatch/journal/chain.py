"""Hashes that bind the journal: leaves and nodes of a Merkle tree (RFC 6962), salted commitments.

A ``Frontier`` holds the roots of the complete subtrees of the first ``size`` leaves, largest first:
enough to append and to know the root, at most 64 hashes however long the journal grows.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from dispatch.journal.canonical import canonical_json


def leaf_hash(line: bytes) -> bytes:
    """SHA-256(0x00 || line): RFC 6962 2.1."""
    return hashlib.sha256(b"\x00" + line).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right): RFC 6962 2.1."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def commitment(name: str, value: Any, *, salt: str) -> str:
    """Hex SHA-256(salt || name || JCS(value)): the salt (hex, 128 bits) keeps short values unguessable."""
    return hashlib.sha256(bytes.fromhex(salt) + name.encode() + canonical_json(value)).hexdigest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """The growing edge of a Merkle tree over ``size`` leaves."""

    size: int = 0
    subtrees: tuple[bytes, ...] = ()

    def append(self, leaf: bytes) -> "Frontier":
        """The frontier with one more leaf."""
        subtrees, carry, size = list(self.subtrees), leaf, self.size
        while size & 1:
            carry = node_hash(subtrees.pop(), carry)
            size >>= 1
        return Frontier(self.size + 1, (*subtrees, carry))

    def root(self) -> bytes:
        """The Merkle tree hash; SHA-256 of nothing for an empty tree."""
        if not self.subtrees:
            return hashlib.sha256(b"").digest()
        root = self.subtrees[-1]
        for subtree in reversed(self.subtrees[:-1]):
            root = node_hash(subtree, root)
        return root

    def text(self) -> str:
        """One line of hex for a table's cell."""
        return ",".join(subtree.hex() for subtree in self.subtrees)


EMPTY: Final = Frontier()
"""The tree before the first leaf."""


def frontier_from_text(size: int, text: str) -> Frontier:
    """The frontier that ``Frontier.text`` wrote. Raises ``ValueError`` where it cannot be one of ``size``."""
    subtrees = tuple(bytes.fromhex(part) for part in text.split(",") if part)
    if len(subtrees) != size.bit_count():
        raise ValueError(f"a tree of {size} leaves has {size.bit_count()} subtrees, not {len(subtrees)}")
    return Frontier(size, subtrees)


def frontier_of(leaves: Iterable[bytes]) -> Frontier:
    """The frontier over all ``leaves`` in order."""
    frontier = EMPTY
    for leaf in leaves:
        frontier = frontier.append(leaf)
    return frontier


class Tree:
    """A whole Merkle tree, for proofs: O(n) to build, O(log n) for each proof."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self.size = len(leaves)
        self._levels: list[list[bytes]] = [list(leaves)]
        while len(self._levels[-1]) > 1:
            self._levels.append(_level_above(self._levels[-1]))

    def root(self) -> bytes:
        """The Merkle tree hash."""
        return self._levels[-1][0] if self.size else EMPTY.root()

    def inclusion_proof(self, index: int) -> list[bytes]:
        """Siblings from leaf ``index`` (from 0) up to the root. Raises ``IndexError``."""
        if not 0 <= index < self.size:
            raise IndexError(index)
        path = []
        for level in self._levels[:-1]:
            sibling = index ^ 1
            if sibling < len(level):
                path.append(level[sibling])
            index >>= 1
        return path


def _level_above(level: list[bytes]) -> list[bytes]:
    """Pairs joined; a last one without partner rises as it is, which is RFC 6962's lopsided split."""
    above = [node_hash(left, right) for left, right in zip(level[::2], level[1::2], strict=False)]
    if len(level) % 2:
        above.append(level[-1])
    return above


def root_from_proof(leaf: bytes, *, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """The root that the proof leads to, or None where its length does not fit (RFC 9162 2.1.3.2)."""
    if not 0 <= index < size:
        return None
    node, last, steps = leaf, size - 1, iter(path)
    while last:
        if index & 1 or index != last:
            sibling = next(steps, None)
            if sibling is None:
                return None
            node = node_hash(sibling, node) if index & 1 else node_hash(node, sibling)
        index >>= 1
        last >>= 1
    return node if next(steps, None) is None else None
