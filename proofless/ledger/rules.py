"""Merkle tree rules: an RFC 6962 tree over SM3. Pure.

A node is named (level, number): the root of the perfect subtree over leaves ``number·2^level`` up to, not including,
``(number+1)·2^level``. Perfect-subtree nodes never change once made, so they are stored and never recomputed.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence

Node = tuple[int, int]
NodeReader = Callable[[int, int], bytes]


def hash_leaf(data: bytes) -> bytes:
    return hashlib.new("sm3", b"\0" + data).digest()


def hash_pair(left: bytes, right: bytes) -> bytes:
    return hashlib.new("sm3", b"\1" + left + right).digest()


def empty_root() -> bytes:
    return hashlib.new("sm3", b"").digest()


class Frontier:
    """The growing edge of a tree: the perfect subtrees that cover its leaves, largest first."""

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        if len(peaks) != size.bit_count():
            raise ValueError("one peak per set bit of the size")
        self.size = size
        self._peaks = list(peaks)

    def copy(self) -> "Frontier":
        return Frontier(self.size, self._peaks)

    @staticmethod
    def peak_nodes(size: int) -> list[Node]:
        """The nodes whose hashes make a frontier of this size, largest first."""
        nodes, start = [], 0
        for level in reversed(range(size.bit_length())):
            if size >> level & 1:
                nodes.append((level, start >> level))
                start += 1 << level
        return nodes

    def append(self, leaf: bytes) -> Iterator[tuple[int, int, bytes]]:
        """Add a leaf hash; yields (level, number, hash) of every inner perfect node it completes."""
        number, level, node = self.size, 0, leaf
        while number & 1:
            node = hash_pair(self._peaks.pop(), node)
            number >>= 1
            level += 1
            yield level, number, node
        self._peaks.append(node)
        self.size += 1

    def root(self) -> bytes:
        if not self._peaks:
            return empty_root()
        node = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            node = hash_pair(peak, node)
        return node


def _split(count: int) -> int:
    """The largest power of two smaller than ``count``."""
    return 1 << ((count - 1).bit_length() - 1)


def subtree_root(start: int, end: int, read: NodeReader) -> bytes:
    """Root over leaves [start, end), reading stored perfect nodes."""
    count = end - start
    if count & (count - 1) == 0 and start % count == 0:
        return read(count.bit_length() - 1, start // count)
    middle = start + _split(count)
    return hash_pair(subtree_root(start, middle, read), subtree_root(middle, end, read))


def inclusion_proof(index: int, size: int, read: NodeReader) -> list[bytes]:
    """Audit path of leaf ``index`` in the tree of ``size`` leaves (RFC 6962 2.1.1), leaf side first."""
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(subtree_root(middle, end, read))
            end = middle
        else:
            path.append(subtree_root(start, middle, read))
            start = middle
    return path[::-1]


def consistency_proof(old: int, new: int, read: NodeReader) -> list[bytes]:
    """Proof that the tree of ``old`` leaves is a prefix of the tree of ``new`` leaves (RFC 6962 2.1.2)."""

    def walk(count: int, start: int, end: int, whole: bool) -> list[bytes]:
        if count == end - start:
            return [] if whole else [subtree_root(start, end, read)]
        half = _split(end - start)
        if count <= half:
            return [*walk(count, start, start + half, whole), subtree_root(start + half, end, read)]
        return [*walk(count - half, start + half, end, False), subtree_root(start, start + half, read)]

    return walk(old, 0, new, True) if 0 < old < new else []


def check_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """RFC 9162 2.1.3.2."""
    if not 0 <= index < size:
        return False
    fn, sn, node = index, size - 1, leaf
    for sibling in path:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            node = hash_pair(sibling, node)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            node = hash_pair(node, sibling)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and node == root


def check_consistency(old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> bool:
    """RFC 9162 2.1.4.2."""
    if old == new:
        return not path and old_root == new_root
    if old == 0:
        return not path
    proof = [old_root, *path] if old & (old - 1) == 0 else list(path)
    if not proof or old > new:
        return False
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    first = second = proof[0]
    for node in proof[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            first, second = hash_pair(node, first), hash_pair(node, second)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            second = hash_pair(second, node)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and first == old_root and second == new_root
