"""Lines of texts as a frame: read as bytes, by the rules of the command line."""

import functools
import io
import zipfile
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from . import _session
from ._faults import Fault
from ._kind import MAGIC, kind
from ._pieces import LONGEST_LINE, PIECE, Path, Piece, absolute, bounds, cut, lines_before, unchanged

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame

LONGEST_WORD = 1 << 12
"""The longest word that is read, in bytes: that of the command line."""

_CHUNK = 1 << 20
_REFUSED = {
    "bzip2": "compressed with bzip2; unpack it first",
    "xz": "compressed with xz; unpack it first",
    "empty zip": "an empty zip archive; put the text into it, or give the text itself",
    "kenlm": "a binary model of KenLM; give a text",
}
_MARK = b"\xef\xbb\xbf"


def lines(paths: Path | Iterable[Path], *, lossy: bool = False, piece: int = PIECE) -> "DataFrame":
    """The lines of texts, plain, gzip, zstd or a zip of one file, as rows of `file`, `offset` and `sentence`.

    `offset` is the byte of the unpacked file at which the line begins: sort by `file` and `offset` for the order of
    the texts. `sentence` is the line without its ending, `\\n` or `\\r\\n`, and without a byte-order mark at the
    start of the file; a lone carriage return ends no line. It is a string, or with `lossy` binary: bytes as they are.

    The task fails with file and line for a line that is not UTF-8 (unless `lossy`), is longer than 1 MiB, or holds a
    NUL byte or a word of more than 4096 bytes.
    """
    pieces = cut(absolute(paths), piece)
    column = "binary" if lossy else "string"
    rows = _session.active().range(0, len(pieces), numPartitions=len(pieces))
    schema = f"file string, offset long, sentence {column}"
    return rows.mapInArrow(functools.partial(_read, pieces, lossy), schema)


def _read(pieces: list[Piece], lossy: bool, batches: "Iterator[pa.RecordBatch]") -> "Iterator[pa.RecordBatch]":
    import pyarrow as pa

    for batch in batches:
        for index in batch.column(0).to_pylist():
            unchanged(pieces[index])
            for file in pieces[index].files:
                for offsets, texts in _blocks(file, pieces[index], lossy):
                    sentences = pa.array(texts, pa.binary())
                    names = pa.array([file] * len(texts), pa.string())
                    sentences = sentences if lossy else sentences.view(pa.string())
                    columns = [names, pa.array(offsets, pa.int64()), sentences]
                    yield pa.RecordBatch.from_arrays(columns, ["file", "offset", "sentence"])


def _blocks(file: str, piece: Piece, lossy: bool) -> Iterator[tuple[list[int], list[bytes]]]:
    """The lines of a file that begin in a piece, some thousand at a time, with where each begins."""
    with _opened(file) as opened:
        at, end = 0, None
        if piece.is_part:
            at, end = bounds(opened, piece)
            opened.seek(at)
        number = lines_before(file, at) if at else 0
        rest = b""
        while True:
            wanted = _CHUNK if end is None else min(_CHUNK, end - at - len(rest))
            chunk = opened.read(wanted) if wanted > 0 else b""
            whole = rest + chunk
            cut_at = whole.rfind(b"\n") + 1 if chunk else len(whole)
            if not cut_at and len(whole) <= LONGEST_LINE and chunk:
                rest = whole
                continue
            block, rest = whole[: cut_at or len(whole)], whole[cut_at or len(whole) :]
            if block:
                yield _lines_of(block, file, at, number, lossy)
            at += len(block)
            number += block.count(b"\n")
            if not chunk:
                return


def _lines_of(block: bytes, file: str, at: int, number: int, lossy: bool) -> tuple[list[int], list[bytes]]:
    offsets, texts = [], []
    for text in io.BytesIO(block):
        offsets.append(at)
        at += len(text)
        number += 1
        if text.endswith(b"\n"):
            text = text[:-2] if text.endswith(b"\r\n") else text[:-1]
        if number == 1:
            text = text.removeprefix(_MARK)
        texts.append(text)
        if what := _wrong(text, lossy):
            Fault(f"{file}: line {number}: {what}", file, number).throw()
    return offsets, texts


def _wrong(text: bytes, lossy: bool) -> str | None:
    """What makes a line unfit, if anything does."""
    if len(text) > LONGEST_LINE:
        return f"longer than {LONGEST_LINE} bytes; put one sentence on a line"
    if len(text) > LONGEST_WORD:
        for word in text.replace(b"\t", b" ").split(b" "):
            if len(word) > LONGEST_WORD:
                return f"a word of {len(word)} bytes, more than {LONGEST_WORD}; put spaces between the words"
    if b"\0" in text:
        return "a NUL byte; convert the file to UTF-8 text"
    if not lossy and not text.isascii():
        try:
            text.decode()
        except UnicodeDecodeError:
            return "not UTF-8; convert the file to UTF-8, or go on with it as it is (lossy=True)"
    return None


def _opened(file: str) -> Any:
    """The unpacked bytes of a file, by its first ones."""
    import pyarrow as pa

    with open(file, "rb") as plain:
        found = kind(plain.read(MAGIC))
    if found in _REFUSED:
        Fault(f"{file}: {_REFUSED[found]}", file, None).throw()
    if found == "zip":
        archive = zipfile.ZipFile(file)
        if len(archive.namelist()) != 1:
            Fault(f"{file}: a zip archive of several files; unpack it first", file, None).throw()
        return archive.open(archive.namelist()[0])
    return pa.CompressedInputStream(file, found) if found in ("gzip", "zstd") else open(file, "rb")
