"""A piece of a file, as something that the engine opens like a file: a pipe, which a thread fills."""

import contextlib
import os
import threading
from collections.abc import Iterator

from ._pieces import Piece, bounds

_CHUNK = 1 << 18


class Pipe:
    """What fills a pipe with the bytes of a piece, after a blank line if these are not the first of the file: a
    byte-order mark, the header of a table, or the first bytes of an archive mean nothing in the middle of a text."""

    def __init__(self, piece: Piece) -> None:
        self._file = open(piece.files[0], "rb")  # noqa: SIM115  # closed by the thread
        self.start, self._end = bounds(self._file, piece)
        self._read, self._write = os.pipe()
        self._error: OSError | None = None
        self._refused = False
        self._thread = threading.Thread(target=self._fill, daemon=True)

    @property
    def path(self) -> str:
        """What to open. It can be opened once."""
        return f"/dev/fd/{self._read}"

    @property
    def blank_lines(self) -> int:
        """How many lines come before those of the file."""
        return int(self.start > 0)

    def _fill(self) -> None:
        try:
            with self._file as file, open(self._write, "wb", buffering=0) as pipe:
                if self.blank_lines:
                    pipe.write(b"\n")
                file.seek(self.start)
                left = self._end - self.start
                while left > 0:
                    chunk = file.read(min(_CHUNK, left))
                    if not chunk:
                        raise OSError(f"{file.name}: became shorter while it was read")
                    left -= len(chunk)
                    view = memoryview(chunk)
                    while view:
                        view = view[pipe.write(view) :]
        except BrokenPipeError:
            self._refused = True
        except OSError as error:
            self._error = error

    @contextlib.contextmanager
    def filling(self) -> Iterator[str]:
        """Fills the pipe while the block reads it, and raises what went wrong with that: what the block has made is
        then worth nothing. An error of the block comes first."""
        self._thread.start()
        try:
            yield self.path
        finally:
            os.close(self._read)  # a reader that has given up ends the writer
            self._thread.join()
        if self._error:
            raise self._error
        if self._refused:
            raise OSError(f"{self._file.name}: not read to the end")
