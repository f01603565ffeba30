import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from dispatch.journal.chain import (
    EMPTY,
    Tree,
    commitment,
    frontier_from_text,
    frontier_of,
    leaf_hash,
    root_from_proof,
)

LINES = st.lists(st.binary(min_size=1, max_size=8), max_size=70)


def pymerkle_of(lines: list[bytes]) -> InmemoryTree:
    tree = InmemoryTree(algorithm="sha256")
    for line in lines:
        tree.append_entry(line)
    return tree


@given(LINES)
def test_the_root_is_the_one_that_pymerkle_finds(lines: list[bytes]) -> None:
    leaves = [leaf_hash(line) for line in lines]
    expected = pymerkle_of(lines).get_root() if lines else hashlib.sha256(b"").digest()
    assert frontier_of(leaves).root() == Tree(leaves).root() == expected


@given(LINES.filter(bool), st.data())
def test_a_proof_leads_to_the_root_and_pymerkle_gives_the_same(
    lines: list[bytes], data: st.DataObject
) -> None:
    leaves = [leaf_hash(line) for line in lines]
    index = data.draw(st.integers(0, len(lines) - 1))
    tree = Tree(leaves)
    path = tree.inclusion_proof(index)
    assert root_from_proof(leaves[index], index=index, size=tree.size, path=path) == tree.root()
    theirs = pymerkle_of(lines).prove_inclusion(index + 1).serialize()["path"]
    assert [node.hex() for node in path] == [str(node) for node in theirs][1:]


@given(LINES.filter(lambda lines: len(lines) > 1), st.data())
def test_a_proof_of_another_place_length_or_leaf_fails(lines: list[bytes], data: st.DataObject) -> None:
    leaves = [leaf_hash(bytes([number]) + line) for number, line in enumerate(lines)]
    index = data.draw(st.integers(0, len(lines) - 1))
    tree = Tree(leaves)
    path = tree.inclusion_proof(index)
    other = (index + 1) % tree.size
    wrong = [
        root_from_proof(leaves[other], index=index, size=tree.size, path=path),
        root_from_proof(leaves[index], index=index, size=tree.size, path=path[:-1]),
        root_from_proof(leaves[index], index=index, size=tree.size, path=[*path, path[0]]),
        root_from_proof(leaves[index], index=tree.size, size=tree.size, path=path),
    ]
    assert tree.root() not in wrong


def test_the_root_of_the_published_test_vectors() -> None:
    """The eight leaves of Certificate Transparency's test data (RFC 6962 trees)."""
    leaves = [
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ]
    root = frontier_of(leaf_hash(bytes.fromhex(leaf)) for leaf in leaves).root().hex()
    assert root == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


@given(LINES)
def test_a_frontier_survives_being_stored(lines: list[bytes]) -> None:
    frontier = frontier_of(leaf_hash(line) for line in lines)
    assert frontier_from_text(frontier.size, frontier.text()) == frontier


def test_a_frontier_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="subtrees"):
        frontier_from_text(3, frontier_of([leaf_hash(b"a")]).text())


def test_the_tree_before_the_first_leaf_has_the_root_of_nothing() -> None:
    assert EMPTY.root() == Tree([]).root() == hashlib.sha256(b"").digest()


def test_the_same_value_under_another_salt_or_name_is_another_commitment() -> None:
    salt, other = "00" * 16, "01" * 16
    assert commitment("note", "55", salt=salt) == commitment("note", "55", salt=salt)
    assert commitment("note", "55", salt=salt) != commitment("note", "55", salt=other)
    assert commitment("note", "55", salt=salt) != commitment("address", "55", salt=salt)
