"""Merkle tree hashing and proofs, RFC 6962 section 2.1 (https://www.rfc-editor.org/rfc/rfc6962#section-2.1)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence

from issuer.errors import FormatError

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()

Subtree = Callable[[int, int], bytes]
"""(level, number) → the hash of the complete subtree over the leaves number · 2^level ≤ i < (number + 1) · 2^level."""

_sha256 = hashlib.sha256


def leaf_hash(entry: bytes) -> bytes:
    """SHA-256(0x00 ‖ entry), 32 bytes."""
    return _sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right), 32 bytes."""
    return _sha256(b"\x01" + left + right).digest()


def subtree_root(hashes: bytes) -> bytes:
    """The root of a complete subtree over 1, 2, 4 … concatenated hashes of 32 bytes. Raises FormatError for another number of them."""
    count, rest = divmod(len(hashes), HASH_BYTES)
    if rest or count == 0 or count & (count - 1):
        raise FormatError("a complete subtree is over 1, 2, 4 … hashes of 32 bytes")
    while len(hashes) > HASH_BYTES:
        hashes = _pairs(hashes, 0)
    return hashes


class Tree:
    """A Merkle tree over leaf hashes in log order, which may be empty. It keeps every complete subtree: 64 bytes a leaf."""

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self._levels = [bytearray()]
        self.extend(leaves)

    def __len__(self) -> int:
        return len(self._levels[0]) // HASH_BYTES

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash of 32 bytes. Raises FormatError for another length."""
        self.extend((leaf,))

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Add leaf hashes of 32 bytes: many at once cost half as much as one by one. Raises FormatError for another length."""
        added = list(leaves)
        if any(len(leaf) != HASH_BYTES for leaf in added):
            raise FormatError("a leaf hash has 32 bytes")
        self._levels[0] += b"".join(added)
        level = 0
        while len(self._levels[level]) >= 2 * HASH_BYTES:
            if level + 1 == len(self._levels):
                self._levels.append(bytearray())
            self._levels[level + 1] += _pairs(self._levels[level], 2 * len(self._levels[level + 1]))
            level += 1

    def subtree(self, level: int, number: int) -> bytes:
        """The hash of a complete subtree; at level 0 a leaf hash. Raises FormatError beyond the tree."""
        return self.subtrees(level, number, 1)

    def subtrees(self, level: int, first: int, count: int) -> bytes:
        """The hashes of count complete subtrees from the number first on, concatenated. Raises FormatError beyond the tree."""
        start, end = first * HASH_BYTES, (first + count) * HASH_BYTES
        if not 0 <= level < len(self._levels) or not 0 <= start <= end <= len(self._levels[level]):
            raise FormatError(f"the tree of {len(self)} leaves has no complete subtree {first + count - 1} at level {level}")
        return bytes(self._levels[level][start:end])

    def root(self, size: int | None = None) -> bytes:
        """The root over the first size leaves (all of them by default). Raises FormatError beyond the tree."""
        return root(self.subtree, self._within(size))

    def inclusion_proof(self, index: int, size: int | None = None) -> list[bytes]:
        """Audit path of leaf index (0-based) in the tree of the first size leaves. Raises FormatError beyond them."""
        return inclusion_proof(self.subtree, index, self._within(size))

    def consistency_proof(self, first: int, size: int | None = None) -> list[bytes]:
        """Proof that the tree of first leaves is a prefix of the tree of size leaves. 0 < first ≤ size, else FormatError."""
        return consistency_proof(self.subtree, first, self._within(size))

    def _within(self, size: int | None) -> int:
        size = len(self) if size is None else size
        if not 0 <= size <= len(self):
            raise FormatError(f"the tree has {len(self)} leaves, not {size}")
        return size


class Edge:
    """The right edge of a tree: the complete subtrees that its size is made of, largest first. Enough to append and to tell the root.

    size: number of leaves; nodes: a hash of 32 bytes for each bit that is set in size. Raises FormatError if they do not fit."""

    def __init__(self, size: int = 0, nodes: Iterable[bytes] = ()) -> None:
        self.size, self.nodes = size, list(nodes)
        if size < 0 or len(self.nodes) != size.bit_count() or any(len(node) != HASH_BYTES for node in self.nodes):
            raise FormatError("the edge of a tree has a hash of 32 bytes for each bit of its size")

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash of 32 bytes."""
        node, complete = leaf, self.size
        while complete & 1:
            node = node_hash(self.nodes.pop(), node)
            complete >>= 1
        self.nodes.append(node)
        self.size += 1

    def root(self) -> bytes:
        """The root over all leaves."""
        if not self.nodes:
            return EMPTY_ROOT
        *others, node = self.nodes
        for left in reversed(others):
            node = node_hash(left, node)
        return node


def root(subtree: Subtree, size: int) -> bytes:
    """The root of the tree of size leaves."""
    return EMPTY_ROOT if size == 0 else _range(subtree, 0, size)


def inclusion_proof(subtree: Subtree, index: int, size: int) -> list[bytes]:
    """Audit path of leaf index (0-based) in a tree of size leaves, from the leaf's sibling upwards, section 2.1.1. Raises FormatError."""
    if not 0 <= index < size:
        raise FormatError(f"there is no leaf {index} in a tree of {size}")
    start, end, path = 0, size, []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_range(subtree, middle, end))
            end = middle
        else:
            path.append(_range(subtree, start, middle))
            start = middle
    return path[::-1]


def consistency_proof(subtree: Subtree, first: int, size: int) -> list[bytes]:
    """Proof that the tree of first leaves is a prefix of the tree of size leaves, section 2.1.2. 0 < first ≤ size, else FormatError."""
    if not 0 < first <= size:
        raise FormatError(f"there is no consistency proof from {first} to {size}")
    start, end, whole, path = 0, size, True, []
    while first != end:
        middle = start + _split(end - start)
        if first <= middle:
            path.append(_range(subtree, middle, end))
            end = middle
        else:
            path.append(_range(subtree, start, middle))
            start, whole = middle, False
    if not whole:
        path.append(_range(subtree, start, end))
    return path[::-1]


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


def _range(subtree: Subtree, start: int, end: int) -> bytes:
    """The hash of leaves start ≤ i < end; start is a multiple of the largest power of two below end − start."""
    width = end - start
    if width & (width - 1) == 0:
        return subtree(width.bit_length() - 1, start // width)
    middle = start + _split(width)
    return node_hash(_range(subtree, start, middle), _range(subtree, middle, end))


def _pairs(hashes: bytes | bytearray, start: int) -> bytes:
    """The parents of concatenated hashes, from the byte start on: a last one without a sibling has none yet."""
    width = 2 * HASH_BYTES
    return b"".join([_sha256(b"\x01" + hashes[at : at + width]).digest() for at in range(start, len(hashes) - width + 1, width)])


def _split(width: int) -> int:
    """The largest power of two smaller than width (≥ 2)."""
    return 1 << ((width - 1).bit_length() - 1)
