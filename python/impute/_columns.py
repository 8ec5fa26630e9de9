"""Sentences as they come (lists, iterators, columns of numpy, pandas, polars and pyarrow), and columns of the same
kind as they go.

None of these libraries is imported here: who passes a column has imported its library already.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, TypeGuard

from ._errors import placed

Text = str | bytes
Path = str | os.PathLike[str]
Texts = Iterable[Text]
"""A list, an iterator, an open file (its lines), or a column: a numpy array, a Series of pandas or polars, an Array
or ChunkedArray of pyarrow."""


class Taken(NamedTuple):
    """The texts of a column."""

    texts: list[Text]
    """Those that are there, in order."""
    rows: list[int] | None
    """Their rows, where some are missing."""
    length: int
    """Rows, missing ones included."""
    column: Callable[[list[str | None]], Any]
    """Makes a column of the same kind out of a value, or `None`, for every row."""

    def give(self, texts: Iterable[str]) -> Any:
        """A column of the same kind: what was missing is missing."""
        given = list(texts)
        if self.rows is None:
            return self.column(list[str | None](given))
        every: list[str | None] = [None] * self.length
        for row, text in zip(self.rows, given):
            every[row] = text
        return self.column(every)

    def whole(self) -> list[Text]:
        """The texts, if none is missing. Raises `ValueError`."""
        if self.rows is not None:
            there = set(self.rows)
            first = next(row for row in range(self.length) if row not in there)
            what = (
                f"{self.length - len(self.rows)} of {self.length} values are missing, the first in row {first}: "
                'drop them, or ask for as_="column", where they stay missing'
            )
            raise placed(ValueError(what))
        return self.texts


def is_text(given: object) -> TypeGuard[Text]:
    """Whether this is one text."""
    return isinstance(given, (str, bytes))


def take(given: Any, instead: str = 'pass a list of one: ["…"]') -> Taken:
    """The texts of a list, an iterator or a column. Raises `TypeError` for what is neither, one text included:
    `instead` says what to do then."""
    if isinstance(given, (str, bytes, bytearray)):
        raise TypeError(f"a lone {type(given).__name__} where a list of sentences is meant; {instead}")
    if isinstance(given, Mapping) or hasattr(given, "columns") or hasattr(given, "column_names"):
        raise TypeError(
            f"a {type(given).__name__} where a column of sentences is meant; "
            'pass one of its columns: table["sentence"]'
        )
    if not isinstance(given, Iterable):
        raise TypeError(f"sentences are a list, an iterator or a column, not {type(given).__name__}")
    library = type(given).__module__.partition(".")[0]
    kind: Callable[[Any], Taken] = _KINDS.get(library, _from_any)
    return kind(given)


def _from_any(given: Iterable[Any]) -> Taken:
    lines = isinstance(given, io.IOBase)
    texts = [_without_end(line) for line in given] if lines else list(given)
    return Taken(_checked(texts), None, len(texts), list)


def _from_numpy(given: Any) -> Taken:
    import numpy

    if not isinstance(given, numpy.ndarray):
        return _from_any(given)
    if given.ndim != 1:
        raise TypeError(f"an array of {given.ndim} dimensions where one of sentences is meant; pass array.ravel()")
    return _with_missing(given.tolist(), lambda texts: numpy.array(texts, dtype=object))


def _from_pandas(given: Any) -> Taken:
    pandas = sys.modules["pandas"]
    if not isinstance(given, pandas.Series):
        return _with_missing(list(given), list)
    textual = pandas.api.types.is_string_dtype(given.dtype)

    def column(texts: list[str | None]) -> Any:
        return pandas.Series(texts, index=given.index, name=given.name, dtype=given.dtype if textual else object)

    return _with_missing(given.astype(object).tolist(), column)


def _from_polars(given: Any) -> Taken:
    polars = sys.modules["polars"]
    if not isinstance(given, polars.Series):
        return _from_any(given)
    return _with_missing(given.to_list(), lambda texts: polars.Series(given.name, texts, dtype=polars.String))


def _from_pyarrow(given: Any) -> Taken:
    pyarrow = sys.modules["pyarrow"]
    if not isinstance(given, (pyarrow.Array, pyarrow.ChunkedArray)):
        return _from_any(given)
    kept = (pyarrow.string(), pyarrow.large_string(), pyarrow.string_view())
    kind = given.type if given.type in kept else pyarrow.string()

    def column(texts: list[str | None]) -> Any:
        if isinstance(given, pyarrow.Array):
            return pyarrow.array(texts, type=kind)
        begins = 0
        chunks = []
        for chunk in given.chunks:
            chunks.append(pyarrow.array(texts[begins : begins + len(chunk)], type=kind))
            begins += len(chunk)
        return pyarrow.chunked_array(chunks, type=kind)

    return _with_missing(given.to_pylist(), column)


_KINDS: dict[str, Callable[[Any], Taken]] = {
    "numpy": _from_numpy,
    "pandas": _from_pandas,
    "polars": _from_polars,
    "pyarrow": _from_pyarrow,
}


def _with_missing(values: list[Any], column: Callable[[list[str | None]], Any]) -> Taken:
    rows = [row for row, value in enumerate(values) if not _is_missing(value)]
    if len(rows) == len(values):
        return Taken(_checked(values), None, len(values), column)
    return Taken(_checked([values[row] for row in rows], rows), rows, len(values), column)


def _is_missing(value: object) -> bool:
    """`None`, a NaN or pandas' NA: what is not even equal to itself."""
    return value is None or type(value).__name__ == "NAType" or (isinstance(value, float) and value != value)


def _checked(texts: list[Any], rows: list[int] | None = None) -> list[Text]:
    for at, text in enumerate(texts):
        if not isinstance(text, (str, bytes)):
            row = rows[at] if rows is not None else at
            raise TypeError(f"sentence {row} is of type {type(text).__name__}, not str")
    return texts


def _without_end(line: Text) -> Text:
    return line.rstrip(b"\r\n") if isinstance(line, bytes) else line.rstrip("\r\n")
