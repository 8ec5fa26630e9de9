"""Answering a column of sentences: whole batches at a time, with one mapped model a process."""

import functools
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from . import _engine, _session
from ._pieces import Path

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame


def answer(
    df: "DataFrame",
    column: str,
    model: Path | None = None,
    *,
    output: str = "answer",
    insert: Literal["any", "words"] = "any",
    lossy: bool = False,
) -> "DataFrame":
    """The frame with the answers to the sentences of a column as one more column, `output`.

    All other columns, the rows and their order in each partition stay as they are; null stays null. The column holds
    strings or bytes, and the answers are of the same type. `model` is a file that all executors see under the same
    path, or one that they were given with `SparkContext.addFile`; `None` is the model that ships with the package.
    Each Python process of an executor maps it once, for all its tasks, and the processes of a machine share its
    pages. `spark.task.cpus` threads answer. For `insert` see `impute.Model.answer_many`.

    A task fails for a sentence that is not UTF-8, unless `lossy`: then its bytes are kept.
    """
    from pyspark.sql.types import BinaryType, StringType, StructField, StructType

    kind = df.schema[column].dataType
    if not isinstance(kind, (StringType, BinaryType)):
        raise TypeError(f"column {column!r} is of {kind.simpleString()}: sentences are strings or binary")
    if output in df.columns:
        raise ValueError(f"there is a column {output!r} already: name another one with `output`")
    path = None if model is None else os.path.abspath(os.fspath(model))
    schema = StructType([*df.schema.fields, StructField(output, kind)])
    return df.mapInArrow(functools.partial(_answers, column, path, output, insert, lossy), schema)


def _answers(
    column: str,
    path: str | None,
    output: str,
    insert: Literal["any", "words"],
    lossy: bool,
    batches: "Iterator[pa.RecordBatch]",
) -> "Iterator[pa.RecordBatch]":
    import pyarrow as pa

    model, rows = _opened(path, _session.processors()), 0
    for batch in batches:
        given = batch.column(column)
        binary = pa.large_binary() if pa.types.is_large_string(given.type) else pa.binary()
        binary = given.type if given.type in (pa.binary(), pa.large_binary()) else binary
        sentences = given.view(binary).to_pylist()
        if not lossy:
            _check(sentences, column, rows)
        rows += len(sentences)
        known = [sentence for sentence in sentences if sentence is not None]
        answers = iter(_engine.answer(model, known, insert))
        told = [None if sentence is None else next(answers) for sentence in sentences]
        array = pa.array(told, binary).view(given.type)
        field = pa.field(output, given.type)
        yield pa.RecordBatch.from_arrays([*batch.columns, array], schema=batch.schema.append(field))


def _check(sentences: list[bytes | None], column: str, rows: int) -> None:
    for row, sentence in enumerate(sentences, rows):
        if sentence is None or sentence.isascii():
            continue
        try:
            sentence.decode()
        except UnicodeDecodeError as error:
            from pyspark import TaskContext

            context = TaskContext.get()
            where = f"partition {context.partitionId()}, " if context else ""
            what = f"column {column!r}, {where}row {row}: not UTF-8; with lossy=True bytes are kept"
            raise ValueError(what) from error


@functools.cache
def _opened(path: str | None, threads: int) -> _engine.Model:
    """The model of this process."""
    if path is not None and not os.path.exists(path):
        from pyspark import SparkFiles

        shipped = SparkFiles.get(os.path.basename(path))
        path = shipped if os.path.exists(shipped) else path
    return _engine.opened(path, threads)
