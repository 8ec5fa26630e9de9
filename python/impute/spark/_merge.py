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
"""The most parts that one task merges. It takes 64 MB of memory, and for each about 1 MB and 1.25 to 5 bytes for
every distinct word of it."""

Merge = tuple[str, list[str]]


def merged(parts: Sequence[str], folder: str, suffix: str) -> tuple[str, dict[str, Any]]:
    """Merges parts on the executors; the parts are removed. Returns the path of the result, in `folder` and with a
    suffix by which it is compressed (`.gz`, `.zst`) or not, and what the engine tells of it. A single part is merged
    too: that writes it with the suffix."""
    for level in itertools.count(1):
        joined = groups(parts)
        ending = suffix if len(joined) == 1 else ".counts"
        work = [(os.path.join(folder, f"level-{level}-{i:06}{ending}"), group) for i, group in enumerate(joined)]
        told = _session.run(_merge, work, f"merge {len(parts)} counts into {len(work)}")
        for part in parts:
            os.remove(part)
        parts = [out for out, _ in work]
        if len(parts) == 1:
            break
    return parts[0], told[0]


def groups(parts: Sequence[str], widest: int = WIDEST) -> list[list[str]]:
    """What each task of a level merges: as many levels as needed, and equally wide ones."""
    levels = max(1, math.ceil(math.log(len(parts), widest) - 1e-9))
    tasks = math.ceil(len(parts) ** (1 - 1 / levels) - 1e-9)
    ends = [len(parts) * i // tasks for i in range(tasks + 1)]
    return [list(parts[a:b]) for a, b in itertools.pairwise(ends)]


def _merge(wanted: Merge) -> dict[str, Any]:
    out, parts = wanted
    return _folder.keep(out, functools.partial(_engine.merge, parts))
