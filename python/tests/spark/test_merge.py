"""The shape of the tree of merges."""

import pytest
from impute.spark._merge import WIDEST, groups


@pytest.mark.parametrize("parts", [2, 3, 100, WIDEST, WIDEST + 1, 1000, WIDEST**2, WIDEST**2 + 1])
def test_every_part_is_in_one_group_and_groups_are_alike(parts):
    names = [str(i) for i in range(parts)]
    levels, left = 0, names
    while len(left) > 1:
        joined = groups(left)
        assert [name for group in joined for name in group] == left
        widths = [len(group) for group in joined]
        assert max(widths) <= WIDEST and max(widths) - min(widths) <= 1
        left, levels = [group[0] for group in joined], levels + 1
    assert levels == 1 + (parts > WIDEST) + (parts > WIDEST**2)
