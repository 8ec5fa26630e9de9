"""Counting: a piece a task, and a tree of merges."""

import functools
import os
from collections.abc import Iterable
from typing import Any

from . import _engine, _folder, _session
from ._faults import Fault
from ._merge import merged
from ._pieces import PIECE, Path, Piece, absolute, cut, lines_before, not_replaced, unchanged
from ._pipe import Pipe

MEMORY = 512 << 20
"""What counting a piece may take, in bytes, unless asked for; more is spilled to Spark's local folders."""

Numbered = tuple[int, Piece]


def count(
    paths: Path | Iterable[Path],
    order: int,
    out: Path,
    *,
    held_out: int = 3000,
    language: str | None = None,
    lossy: bool = False,
    piece: int = PIECE,
    memory: int = MEMORY,
) -> dict[str, Any]:
    """Counts the n-grams of texts on the cluster: `out` has the same bytes as `impute count` of all `paths` with the
    same settings on one machine, however the texts are cut and whatever fails on the way; compressed if its name ends
    in `.gz` or `.zst`, as there.

    A task counts about `piece` bytes: a file, part of a file (cut at ends of lines), or several small files;
    compressed files are not cut. `memory` is what a task may take outside the virtual machine, in bytes;
    `spark.task.cpus` threads work. The other settings are those of `impute.count`.

    Returns `path`, `size` (bytes), `sentences` and `tokens` (those held out not among them), `foreign` (lines in
    other languages that were passed over, without those of a piece that has no other ones), `notes` of the last merge
    (lines to be read), and `pieces` (how many). Raises `ValueError` with `path` and `line` for what is wrong in a text, as
    bytes that are not UTF-8 unless `lossy`, and with `path` if `out` is one of the texts. In any case no file is left
    besides `out`, or a warning tells which.
    """
    out, files = os.path.abspath(os.fspath(out)), absolute(paths)
    not_replaced(files, out)
    pieces = cut(files, piece)
    settings = dict(order=order, held_out=held_out, language=language, lossy=lossy, memory=memory)
    with _folder.beside(out) as folder:
        work = functools.partial(_count, folder, settings)
        told = _session.run(work, list(enumerate(pieces)), f"count {len(pieces)} pieces of texts")
        for fault in (each for each in told if isinstance(each, Fault)):
            fault.throw()
        counted = [(i, each) for i, each in enumerate(told) if isinstance(each, dict)]
        if not counted:
            _nothing(pieces[0]).throw()
        foreign = sum(each.get("foreign", 0) for _, each in counted)
        suffix = os.path.splitext(out)[1]
        whole, figures = merged([_part(folder, i) for i, _ in counted], folder, suffix)
        os.replace(whole, out)
    return {**figures, "path": out, "foreign": foreign, "pieces": len(pieces)}


def _part(folder: str, index: int) -> str:
    return os.path.join(folder, f"piece-{index:06}.counts")


def _nothing(piece: Piece) -> Fault:
    what = "no sentence in it; give it text with one sentence per line and spaces between the words"
    return Fault(f"{piece.files[0]}: {what}", piece.files[0], None)


def _count(folder: str, settings: dict[str, Any], numbered: Numbered) -> dict[str, Any] | Fault | None:
    """Counts a piece on an executor. Returns what the engine tells, `None` if there is no sentence in it, or what is
    wrong with a text: with this one, or with another one, which makes this one useless. A task that is lost after it
    has found a fault has left it in a file, so that none of those after it returns anything else."""
    (index, piece), failed = numbered, os.path.join(folder, "failed")
    if fault := Fault.load(failed):
        return fault
    unchanged(piece)
    settings = {**settings, "threads": _session.processors(), "temp_dir": _session.scratch()}
    try:
        return _folder.keep(_part(folder, index), functools.partial(_write, piece, settings))
    except ValueError as error:
        if _engine.is_empty(error):
            return None
        fault = Fault.of(error)
        _folder.keep(failed, fault.save)
        return fault


def _write(piece: Piece, settings: dict[str, Any], out: str) -> dict[str, Any]:
    if not piece.is_part:
        return _engine.count(list(piece.files), out, settings)
    pipe, file = Pipe(piece), piece.files[0]
    with pipe.filling() as path:
        try:
            return _engine.count([path], out, settings)
        except ValueError as error:
            before = lines_before(file, pipe.start) - pipe.blank_lines
            Fault.of(error).moved(path, file, before).throw()
