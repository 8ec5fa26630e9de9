"""The folder of the parts of one job: next to the output, and gone at its end, whatever happens.

Every part has a name that its task fixes, and appears under it whole or not at all: it is written under another
name and renamed. A task that runs twice, because the first one failed, its machine was lost or another one was
thought to be faster, replaces a part by the same bytes.
"""

import contextlib
import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from typing import TypeVar

T = TypeVar("T")


@contextlib.contextmanager
def beside(out: str) -> Iterator[str]:
    """A new folder beside a file, for as long as the block lasts."""
    folder = f"{out}.{uuid.uuid4().hex[:12]}.parts"
    os.mkdir(folder)
    try:
        yield folder
    finally:
        # Tasks that still run must not write to it while it is being removed: they find it no more.
        gone = folder + ".removed"
        os.rename(folder, gone)
        shutil.rmtree(gone)


def keep(part: str, write: Callable[[str], T]) -> T:
    """Has `write` write a file and gives it the name of the part; nothing is left if that fails."""
    unfinished = f"{part}.{uuid.uuid4().hex}.unfinished"
    try:
        told = write(unfinished)
        os.replace(unfinished, part)
        return told
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.remove(unfinished)
