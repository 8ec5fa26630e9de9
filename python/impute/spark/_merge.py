"""Parts become one file in a tree of merges on the executors.

A merge reads all its inputs at once, as streams, so its tree is wide: two levels join ten thousand parts. Counts
that are merged in any order and any tree have the same bytes.
"""

import functools
import itertools
import math
import os
from collections.abc import Sequence
from typing import Any

from . import _engine, _folder, _session

WIDEST = 128
"""The most parts that one task merges: about 1 MB of memory each, besides 64 MB."""

Merge = tuple[str, list[str]]


def merged(parts: Sequence[str], folder: str) -> str:
    """Merges parts on the executors and returns the path of the result, in `folder`. The parts are removed."""
    level = 0
    while len(parts) > 1:
        level += 1
        work = [
            (os.path.join(folder, f"level-{level}-{i:06}.counts"), group) for i, group in enumerate(groups(parts))
        ]
        _session.run(_merge, work, f"merge {len(parts)} counts into {len(work)}")
        for part in parts:
            os.remove(part)
        parts = [out for out, _ in work]
    return parts[0]


def groups(parts: Sequence[str], widest: int = WIDEST) -> list[list[str]]:
    """What each task of a level merges: as many levels as needed, and equally wide ones."""
    levels = max(1, math.ceil(math.log(len(parts), widest) - 1e-9))
    tasks = math.ceil(len(parts) ** (1 - 1 / levels) - 1e-9)
    ends = [len(parts) * i // tasks for i in range(tasks + 1)]
    return [list(parts[a:b]) for a, b in itertools.pairwise(ends)]


def _merge(wanted: Merge) -> dict[str, Any]:
    out, parts = wanted
    return _folder.keep(out, functools.partial(_engine.merge, parts))
