"""The folder of the parts of one job: next to the output, and gone at its end, whatever happens.

Every part has a name that its task fixes, and appears under it whole or not at all: it is written under another
name and renamed. A task that runs twice, because the first one failed, its machine was lost or another one was
thought to be faster, replaces a part by the same bytes.
"""

import contextlib
import os
import shutil
import time
import uuid
import warnings
from collections.abc import Callable, Iterator
from typing import TypeVar

T = TypeVar("T")

_WAITS = (0.1, 0.2, 0.4, 0.8, 1.6)
"""Seconds between attempts to remove a folder: a network file system may keep a file that a task still has open."""


@contextlib.contextmanager
def beside(out: str) -> Iterator[str]:
    """A new folder beside a file, for as long as the block lasts. Warns if it cannot be removed, and never raises
    for that over an error of the block."""
    folder = f"{out}.{uuid.uuid4().hex[:12]}.parts"
    os.mkdir(folder)
    try:
        yield folder
    except BaseException:
        with contextlib.suppress(Warning):  # where warnings are errors
            _remove(folder)
        raise
    _remove(folder)


def _remove(folder: str) -> None:
    """Removes a folder, within seconds; or warns that it is left."""
    gone = folder + ".removed"
    try:
        # Tasks that still run must not write to it while it is being removed: they find it no more.
        os.rename(folder, gone)
    except OSError:
        gone = folder
    for wait in (*_WAITS, None):
        try:
            shutil.rmtree(gone)
            return
        except OSError as error:
            if not os.path.lexists(gone):
                return
            if wait is None:
                warnings.warn(f"{gone}: not removed ({error}); remove it by hand", RuntimeWarning, stacklevel=4)
            else:
                time.sleep(wait)


def keep(part: str, write: Callable[[str], T]) -> T:
    """Has `write` write a file and gives it the name of the part; nothing is left if that fails. What is written has
    the suffix of the part, by which the engine compresses."""
    root, suffix = os.path.splitext(part)
    unfinished = f"{root}.{uuid.uuid4().hex}.unfinished{suffix}"
    try:
        told = write(unfinished)
        os.replace(unfinished, part)
        return told
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.remove(unfinished)
