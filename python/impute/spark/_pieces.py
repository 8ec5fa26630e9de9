"""Files are cut into pieces: which bytes belong to which task?

The driver only asks for sizes and looks at the first bytes of each file; the tasks find the ends of lines. A line
belongs to the piece in which its first byte lies, so that every line is in one piece, wherever the cuts fall.
Compressed files are one piece each; small files share one.
"""

import itertools
import os
from collections.abc import Iterable, Sequence
from typing import BinaryIO, NamedTuple

from ._faults import Fault
from ._kind import MAGIC, kind

PIECE = 128 << 20
"""The size of a piece in bytes, unless asked for: Hadoop's block."""

LONGEST_LINE = 1 << 20
"""The longest line that is read, in bytes: that of the command line."""

_CHUNK = 1 << 16

Path = str | os.PathLike[str]


class Piece(NamedTuple):
    """Whole files, or the lines of one file that begin between two bytes of it."""

    files: tuple[str, ...]
    sizes: tuple[int, ...]
    """(files) in bytes, when they were cut."""
    start: int
    end: int

    @property
    def is_part(self) -> bool:
        """Whether it is less than a whole file."""
        return (self.start, self.end) != (0, sum(self.sizes))


def absolute(paths: Path | Iterable[Path]) -> list[str]:
    """The paths of one file or of several, as executors can use them."""
    if isinstance(paths, (str, os.PathLike)):
        paths = [paths]
    found = [os.path.abspath(os.fspath(path)) for path in paths]
    if not found:
        raise ValueError("no texts: name at least one file")
    return found


def not_replaced(files: Sequence[str], out: str) -> None:
    """Raises `ValueError` with `path` if the output is one of the files, under whatever name."""
    if os.path.exists(out):
        for file in files:
            if os.path.exists(file) and os.path.samefile(file, out):
                Fault(f"{file}: both an input and the output; name another file to write", file, None).throw()


def cut(files: Sequence[str], size: int = PIECE) -> list[Piece]:
    """Pieces of about `size` bytes; every line of the files is in exactly one.

    Raises `OSError` if a file cannot be read, and `ValueError` for a size below that of the longest line.
    """
    if size < LONGEST_LINE:
        raise ValueError(f"pieces of {size} bytes: a line may have {LONGEST_LINE}, ask for more")
    pieces: list[Piece] = []
    small: list[tuple[str, int]] = []
    for file in files:
        with open(file, "rb") as opened:
            whole = kind(opened.read(MAGIC)) is not None
            length = os.fstat(opened.fileno()).st_size
        if length <= size // 2:
            small.append((file, length))
        elif whole or length <= size:
            pieces.append(Piece((file,), (length,), 0, length))
        else:
            parts = -(-length // size)
            ends = [length * i // parts for i in range(parts + 1)]
            pieces += [Piece((file,), (length,), a, b) for a, b in itertools.pairwise(ends)]
    return pieces + _together(small, size)


def _together(files: list[tuple[str, int]], size: int) -> list[Piece]:
    """Pieces of whole files, as many as it takes and about equally large."""
    total = sum(length for _, length in files)
    pieces: list[list[tuple[str, int]]] = [[] for _ in range(max(1, -(-total // size)))]
    before = 0
    for file, length in files:
        middle = before + length // 2
        pieces[middle * len(pieces) // max(1, total)].append((file, length))
        before += length
    joined = [list(zip(*piece)) for piece in pieces if piece]
    return [Piece(names, sizes, 0, sum(sizes)) for names, sizes in joined]


def unchanged(piece: Piece) -> None:
    """Raises `OSError` if a file no longer has the size that the cuts rest on."""
    for file, size in zip(piece.files, piece.sizes):
        if (now := os.stat(file).st_size) != size:
            what = f"{file}: had {size} bytes and now has {now}; count again once it is complete"
            raise OSError(what)


def bounds(file: BinaryIO, piece: Piece) -> tuple[int, int]:
    """The bytes of the lines that begin in a piece of a file: where they start and end.

    The end of a line longer than any that is read is not looked for: its reader refuses it anyway.
    """
    size = sum(piece.sizes)
    start = _line_start(file, piece.start, piece.end)
    if start >= piece.end:
        return start, start
    return start, _line_start(file, piece.end, min(size, piece.end + LONGEST_LINE + 2))


def _line_start(file: BinaryIO, at: int, most: int) -> int:
    """Where the first line begins that begins at `at` or after it; `most` if none does before that."""
    if at == 0:
        return 0
    file.seek(at - 1)
    at -= 1
    while at < most:
        chunk = file.read(min(_CHUNK, most - at))
        if not chunk:
            break
        if (found := chunk.find(b"\n")) >= 0:
            return at + found + 1
        at += len(chunk)
    return most


def lines_before(file: str, at: int) -> int:
    """How many lines of a file end before a byte of it."""
    lines, left = 0, at
    with open(file, "rb") as opened:
        while left > 0 and (chunk := opened.read(min(1 << 20, left))):
            lines += chunk.count(b"\n")
            left -= len(chunk)
    return lines
