"""Training: counted on the executors, and the driver makes the model of the counts."""

import os
from collections.abc import Iterable
from typing import Any

from . import _engine, _folder
from ._count import MEMORY, count
from ._pieces import PIECE, Path, absolute, not_replaced


def train(
    paths: Path | Iterable[Path],
    out: Path,
    *,
    order: int = 3,
    held_out: int = 3000,
    net_on: Path | Iterable[Path] = (),
    language: str | None = None,
    lossy: bool = False,
    piece: int = PIECE,
    piece_memory: int = MEMORY,
    **settings: Any,
) -> dict[str, Any]:
    """Trains a model on texts: the bytes of `impute count` and `impute train --counts` on one machine.

    The executors count and merge, as `count` does, with `piece_memory` bytes a task; the driver streams the merged
    counts and writes the model to `out`. Its net and `skip` learn, on the driver, from the texts of `net_on`: a part of
    what is counted, a sample of it, or all of it; without any, there is no net. `settings` are those of `impute.train`, as `memory` (of the driver, in
    bytes), `prune`, `min_count`, `date` and `license`.

    Returns what `impute.train` does. Raises what `count` raises, and `MemoryError` if the driver's memory does not
    suffice for the tables of the model.
    """
    out, files = os.path.abspath(os.fspath(out)), absolute(paths)
    learned = absolute(net_on) if net_on else []
    not_replaced(files + learned, out)
    # What can be known before the executors count.
    for text in learned:
        os.stat(text)
    if not learned and (settings.get("skip") or settings.get("net")):
        raise ValueError("a net and skip learn from sentences, which counts have not; name texts with net_on")
    with _folder.beside(out) as folder:
        counts = os.path.join(folder, "all.counts")
        count(
            files,
            order,
            counts,
            held_out=held_out,
            language=language,
            lossy=lossy,
            piece=piece,
            memory=piece_memory,
        )
        settings |= {"order": order, "held_out": held_out}
        if learned:
            settings |= {"net_on": learned, "language": language, "lossy": lossy}
        return _engine.train([counts], out, settings)
