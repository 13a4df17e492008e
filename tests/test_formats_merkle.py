"""RFC 6962 Merkle trees."""

from __future__ import annotations

import base64
import json
import random
from pathlib import Path
from typing import Any

import pymerkle
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuer.errors import FormatError
from issuer.formats import merkle
from tests.vector_files import name_of, shared_files, vectors_of


def included(leaf: bytes, index: int, size: int, root: bytes, path: list[bytes]) -> bool:
    try:
        return merkle.root_from_inclusion(leaf, index, size, path) == root
    except FormatError:
        return False


def definition(leaves: list[bytes]) -> bytes:
    """The root by the words of RFC 6962 section 2.1."""
    if not leaves:
        return merkle.EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return merkle.node_hash(definition(leaves[:split]), definition(leaves[split:]))


@pytest.mark.parametrize("vector", vectors_of("merkle"), ids=name_of)
def test_vector(vector: dict[str, Any]) -> None:
    path = [bytes.fromhex(node) for node in vector.get("path", [])]
    if vector["kind"] == "root":
        found = merkle.Tree(merkle.leaf_hash(bytes.fromhex(entry)) for entry in vector["entries"]).root().hex() == vector["root"]
    elif vector["kind"] == "inclusion":
        found = included(bytes.fromhex(vector["leaf"]), vector["index"], vector["size"], bytes.fromhex(vector["root"]), path)
    else:
        roots = bytes.fromhex(vector["firstRoot"]), bytes.fromhex(vector["secondRoot"])
        found = merkle.is_consistent(vector["first"], roots[0], vector["second"], roots[1], path)
    assert found is vector["valid"]


@pytest.mark.parametrize(
    "path", shared_files("merkle/transparency-dev/inclusion", "*.json"), ids=lambda path: f"{path.parent.name}-{path.stem}"
)
def test_transparency_dev_inclusion(path: Path) -> None:
    case = json.loads(path.read_text("utf-8"))
    leaf, root = base64.b64decode(case["leafHash"]), base64.b64decode(case["root"] or "")
    proof = [base64.b64decode(node) for node in case["proof"] or []]
    assert included(leaf, case["leafIdx"], case["treeSize"], root, proof) is not case["wantErr"]


@pytest.mark.parametrize(
    "path", shared_files("merkle/transparency-dev/consistency", "*.json"), ids=lambda path: f"{path.parent.name}-{path.stem}"
)
def test_transparency_dev_consistency(path: Path) -> None:
    case = json.loads(path.read_text("utf-8"))
    roots = [base64.b64decode(case[name] or "") for name in ("root1", "root2")]
    proof = [base64.b64decode(node) for node in case["proof"] or []]
    assert merkle.is_consistent(case["size1"], roots[0], case["size2"], roots[1], proof) is not case["wantErr"]


@pytest.mark.parametrize(
    "path", shared_files("merkle/transparency-dev/subtreeconsistency", "*.json"), ids=lambda path: f"{path.parent.name}-{path.stem}"
)
def test_transparency_dev_subtree_from_the_start(path: Path) -> None:
    """A subtree that begins at leaf 0 is a tree of that size: the same question as consistency."""
    case = json.loads(path.read_text("utf-8"))
    roots = [base64.b64decode(case[name] or "") for name in ("root1", "root2")]
    proof = [base64.b64decode(node) for node in case["proof"] or []]
    found = case["start"] == 0 and merkle.is_consistent(case["end"], roots[0], case["size"], roots[1], proof)
    assert found is not case["wantErr"]


LEAVES = [merkle.leaf_hash(bytes([number])) for number in range(40)]


def test_roots_are_those_of_the_definition_at_every_size() -> None:
    tree = merkle.Tree(LEAVES)
    for size in range(len(LEAVES) + 1):
        assert tree.root(size) == definition(LEAVES[:size]) == merkle.Tree(LEAVES[:size]).root()


def test_every_inclusion_proof_verifies_and_for_nothing_else() -> None:
    tree = merkle.Tree(LEAVES)
    for size in range(1, len(LEAVES) + 1):
        root = tree.root(size)
        for index in range(size):
            path = tree.inclusion_proof(index, size)
            assert included(LEAVES[index], index, size, root, path)
            assert not included(LEAVES[index], index ^ 1, size, root, path) or size == 1
            assert not included(LEAVES[index], index, size, root, [*path, LEAVES[0]])
            assert not path or not included(LEAVES[index], index, size, root, path[:-1])


def test_every_consistency_proof_verifies_and_for_nothing_else() -> None:
    tree = merkle.Tree(LEAVES)
    for size in range(1, len(LEAVES) + 1):
        for first in range(1, size + 1):
            path = tree.consistency_proof(first, size)
            old, new = tree.root(first), tree.root(size)
            assert merkle.is_consistent(first, old, size, new, path)
            assert not merkle.is_consistent(first, old, size, new, [*path, LEAVES[0]])
            assert first == size or not merkle.is_consistent(first, LEAVES[39], size, new, path)
            assert not merkle.is_consistent(first, old, size, LEAVES[39], path)


def test_another_implementation_agrees_on_every_proof_up_to_300() -> None:
    ours, theirs = merkle.Tree(), pymerkle.InmemoryTree(algorithm="sha256")
    for size in range(1, 301):
        entry = b"entry %d" % size
        ours.append(merkle.leaf_hash(entry))
        theirs.append_entry(entry)
        assert ours.root() == theirs.get_root()
        for index in range(size):
            assert ours.inclusion_proof(index) == theirs.prove_inclusion(index + 1, size).path[1:]
        for first in range(1, size + 1):
            agree_on_consistency(ours, theirs, first, size)


def test_another_implementation_agrees_on_larger_trees() -> None:
    draw = random.Random(6962)  # noqa: S311 - the same sizes in every run
    entries = [b"entry %d" % number for number in range(20_000)]
    ours, theirs = merkle.Tree(map(merkle.leaf_hash, entries)), pymerkle.InmemoryTree(algorithm="sha256")
    theirs.append_entries(entries)
    for _ in range(200):
        size = draw.randrange(1, len(entries) + 1)
        index, first = draw.randrange(size), draw.randrange(1, size + 1)
        assert ours.root(size) == theirs.get_root(size)
        assert ours.inclusion_proof(index, size) == theirs.prove_inclusion(index + 1, size).path[1:]
        agree_on_consistency(ours, theirs, first, size)


def agree_on_consistency(ours: merkle.Tree, theirs: pymerkle.InmemoryTree, first: int, second: int) -> None:
    """Its consistency proofs have another form, so each side's proof is checked by that side between the roots of the other."""
    path = ours.consistency_proof(first, second)
    assert merkle.is_consistent(first, theirs.get_root(first), second, theirs.get_root(second), path)
    pymerkle.verify_consistency(ours.root(first), ours.root(second), theirs.prove_consistency(first, second))


def test_the_edge_is_the_tree_without_its_leaves() -> None:
    tree, edge = merkle.Tree(), merkle.Edge()
    assert edge.root() == merkle.EMPTY_ROOT
    for size in range(1, 601):
        leaf = merkle.leaf_hash(b"%d" % size)
        tree.append(leaf)
        edge.append(leaf)
        assert (edge.size, edge.root()) == (size, tree.root())
        assert merkle.Edge(size, edge.nodes).root() == tree.root()
    for size, nodes in ((-1, []), (1, []), (0, [LEAVES[0]]), (3, [LEAVES[0]]), (2, [b"short"]), (4, LEAVES[:2])):
        with pytest.raises(FormatError):
            merkle.Edge(size, nodes)


def test_leaves_in_groups_make_the_same_tree() -> None:
    for cut in range(len(LEAVES) + 1):
        tree = merkle.Tree(LEAVES[:cut])
        tree.extend(LEAVES[cut:])
        assert tree.root() == definition(LEAVES)
    with pytest.raises(FormatError):
        merkle.Tree().extend([LEAVES[0], b"short"])


def test_the_root_of_a_complete_subtree() -> None:
    for count in (1, 2, 4, 8, 32):
        assert merkle.subtree_root(b"".join(LEAVES[:count])) == definition(LEAVES[:count])
    for bad in (b"", b"short", b"".join(LEAVES[:3]), LEAVES[0] + b"x"):
        with pytest.raises(FormatError):
            merkle.subtree_root(bad)


@settings(max_examples=50)
@given(st.integers(0, 30), st.integers(0, 30), st.lists(st.binary(min_size=31, max_size=32), max_size=7))
def test_paths_that_are_no_path_never_raise_anything_else(index: int, size: int, path: list[bytes]) -> None:
    assert not included(LEAVES[0], index, size, LEAVES[1], path)
    assert not merkle.is_consistent(index, LEAVES[0], size, LEAVES[1], path)


def test_beyond_the_tree() -> None:
    tree = merkle.Tree(LEAVES[:3])
    for call in (
        lambda: tree.root(4),
        lambda: tree.root(-1),
        lambda: tree.inclusion_proof(3),
        lambda: tree.inclusion_proof(-1),
        lambda: tree.inclusion_proof(0, 4),
        lambda: tree.inclusion_proof(0, 0),
        lambda: tree.consistency_proof(0),
        lambda: tree.consistency_proof(4),
        lambda: tree.append(b"short"),
        lambda: tree.subtree(0, 3),
        lambda: tree.subtree(1, 1),
        lambda: tree.subtree(0, -1),
        lambda: tree.subtree(2, 0),
        lambda: tree.subtree(-1, 0),
    ):
        with pytest.raises(FormatError):
            call()
    assert len(tree) == 3
