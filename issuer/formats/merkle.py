"""Merkle tree hashing and proofs, RFC 6962 section 2.1 (https://www.rfc-editor.org/rfc/rfc6962#section-2.1)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from issuer.errors import FormatError

EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """SHA-256(0x00 ‖ entry), 32 bytes."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right), 32 bytes."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """A Merkle tree over leaf hashes in log order, which may be empty. It keeps every complete subtree: 64 bytes a leaf."""

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self._levels: list[list[bytes]] = [[]]
        for leaf in leaves:
            self.append(leaf)

    def __len__(self) -> int:
        return len(self._levels[0])

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash of 32 bytes. Raises FormatError for another length."""
        if len(leaf) != 32:
            raise FormatError("a leaf hash has 32 bytes")
        node, level = leaf, 0
        self._levels[0].append(node)
        while len(self._levels[level]) % 2 == 0:
            node = node_hash(self._levels[level][-2], node)
            level += 1
            if level == len(self._levels):
                self._levels.append([])
            self._levels[level].append(node)

    def root(self, size: int | None = None) -> bytes:
        """The root over the first size leaves (all of them by default). Raises FormatError beyond the tree."""
        size = len(self) if size is None else size
        self._within(size)
        return EMPTY_ROOT if size == 0 else self._range(0, size)

    def inclusion_proof(self, index: int, size: int | None = None) -> list[bytes]:
        """Audit path of leaf index (0-based) in the tree of the first size leaves, from the leaf's sibling upwards, section 2.1.1."""
        size = len(self) if size is None else size
        self._within(size)
        if not 0 <= index < size:
            raise FormatError(f"there is no leaf {index} in a tree of {size}")
        start, end, path = 0, size, []
        while end - start > 1:
            middle = start + _split(end - start)
            if index < middle:
                path.append(self._range(middle, end))
                end = middle
            else:
                path.append(self._range(start, middle))
                start = middle
        return path[::-1]

    def consistency_proof(self, first: int, size: int | None = None) -> list[bytes]:
        """Proof that the tree of first leaves is a prefix of the tree of size leaves, section 2.1.2. 0 < first ≤ size."""
        size = len(self) if size is None else size
        self._within(size)
        if not 0 < first <= size:
            raise FormatError(f"there is no consistency proof from {first} to {size}")
        start, end, whole, path = 0, size, True, []
        while first != end:
            middle = start + _split(end - start)
            if first <= middle:
                path.append(self._range(middle, end))
                end = middle
            else:
                path.append(self._range(start, middle))
                start, whole = middle, False
        if not whole:
            path.append(self._range(start, end))
        return path[::-1]

    def _within(self, size: int) -> None:
        if not 0 <= size <= len(self):
            raise FormatError(f"the tree has {len(self)} leaves, not {size}")

    def _range(self, start: int, end: int) -> bytes:
        """The hash of leaves start ≤ i < end; start is a multiple of the largest power of two below end − start."""
        width = end - start
        if width & (width - 1) == 0:
            return self._levels[width.bit_length() - 1][start // width]
        middle = start + _split(width)
        return node_hash(self._range(start, middle), self._range(middle, end))


def root_from_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """The root that an audit path leads to, RFC 9162 section 2.1.3.2. Raises FormatError if the path cannot belong to index and size."""
    if not 0 <= index < size:
        raise FormatError(f"there is no leaf {index} in a tree of {size}")
    node, position, last = leaf, index, size - 1
    for sibling in path:
        if last == 0 or len(sibling) != 32:
            raise FormatError("the inclusion proof has the wrong length")
        if position & 1 or position == last:
            node = node_hash(sibling, node)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        position, last = position >> 1, last >> 1
    if last != 0:
        raise FormatError("the inclusion proof has the wrong length")
    return node


def is_consistent(first: int, first_root: bytes, second: int, second_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether path proves that the tree (first, first_root) is a prefix of (second, second_root), RFC 9162 section 2.1.4.2."""
    if not 0 < first <= second or any(len(node) != 32 for node in path):
        return False
    if first == second:
        return not path and first_root == second_root
    nodes = list(path)
    if first & (first - 1) == 0:
        nodes.insert(0, first_root)
    if not nodes:
        return False
    position, last = first - 1, second - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    old = new = nodes[0]
    for node in nodes[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            old, new = node_hash(node, old), node_hash(node, new)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            new = node_hash(new, node)
        position, last = position >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root


def _split(width: int) -> int:
    """The largest power of two smaller than width (≥ 2)."""
    return 1 << ((width - 1).bit_length() - 1)
