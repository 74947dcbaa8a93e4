"""The tree: if a proof could be forged, an auditor could be shown a ledger that never was."""

from hypothesis import given
from hypothesis import strategies as st

from proofless.ledger import rules


def tree_of(count: int) -> tuple[list[bytes], dict[tuple[int, int], bytes], rules.Frontier]:
    leaves = [rules.hash_leaf(b"%d" % i) for i in range(count)]
    nodes = {(0, i): leaf for i, leaf in enumerate(leaves)}
    frontier = rules.Frontier()
    for leaf in leaves:
        nodes.update({(level, number): node for level, number, node in frontier.append(leaf)})
    return leaves, nodes, frontier


def plain_root(leaves: list[bytes]) -> bytes:
    """RFC 6962 2.1 by its definition."""
    if not leaves:
        return rules.empty_root()
    if len(leaves) == 1:
        return leaves[0]
    half = 1 << ((len(leaves) - 1).bit_length() - 1)
    return rules.hash_pair(plain_root(leaves[:half]), plain_root(leaves[half:]))


@given(st.integers(0, 130))
def test_frontier_root_is_the_defined_root(count: int) -> None:
    leaves, nodes, frontier = tree_of(count)
    assert frontier.root() == plain_root(leaves)
    peaks = [nodes[node] for node in rules.Frontier.peak_nodes(count)]
    assert rules.Frontier(count, peaks).root() == frontier.root()


@given(st.integers(1, 70), st.data())
def test_inclusion_holds_for_the_leaf_and_no_other(count: int, data: st.DataObject) -> None:
    leaves, nodes, frontier = tree_of(count)
    index = data.draw(st.integers(0, count - 1))
    path = rules.inclusion_proof(index, count, lambda level, number: nodes[level, number])
    assert rules.check_inclusion(leaves[index], index, count, path, frontier.root())
    assert not rules.check_inclusion(rules.hash_leaf(b"other"), index, count, path, frontier.root())
    if count > 1:
        other = (index + 1) % count
        assert not rules.check_inclusion(leaves[index], other, count, path, frontier.root())


@given(st.integers(1, 70), st.data())
def test_consistency_holds_for_a_prefix_and_no_other(count: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, count))
    leaves, nodes, frontier = tree_of(count)
    path = rules.consistency_proof(old, count, lambda level, number: nodes[level, number])
    old_root = plain_root(leaves[:old])
    assert rules.check_consistency(old, count, old_root, frontier.root(), path)
    assert not rules.check_consistency(old, count, rules.hash_leaf(b"x"), frontier.root(), path)
