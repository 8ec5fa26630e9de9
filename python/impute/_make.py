"""Files: text becomes counts and models, ARPA files become models, and models ARPA files."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import Literal

from . import _native
from ._columns import Path
from ._model import Model
from ._progress import Staged, staging
from ._report import Report

_Progress = bool | Staged | None
Form = Literal["lists", "plain", "compact"]
"""The form of a model file: with the lists that fill gaps fast, without, or compressed."""


def train(
    texts: Path | Iterable[Path],
    output: Path,
    *,
    counts: Path | Iterable[Path] = (),
    net_on: Path | Iterable[Path] = (),
    order: int = 3,
    prune: Sequence[int] = (),
    min_count: int = 1,
    vocab_limit: int | None = None,
    held_out: int = 3000,
    net: bool | int | None = None,
    net_size: Literal["small", "medium"] = "medium",
    skip: bool = False,
    form: Form = "lists",
    language: str | None = None,
    lossy: bool = False,
    license: str = "",
    date: str | None = None,
    seed: int = 1,
    memory: int | None = None,
    temp_dir: Path | None = None,
    threads: int | None = None,
    progress: _Progress = None,
) -> Report:
    """Trains a model on text files, one sentence a line, plain, gzip or zstd, and writes it to `output`, whole or not
    at all: the bytes that `impute train` writes with the same settings.

    `net` is how many sentences the net sees, `False` for no net, `None` for as many as suit the text; `skip` adds
    pairs of distant words. With `counts` alone, both learn from `net_on`: a text that was counted, part of it or all.
    `language` passes over lines in other languages, `lossy` replaces what is not UTF-8.
    `date` is written into the model, today's for `None`. `memory` is a bound in bytes, 60 % of the machine's for
    `None`.

    Reports `path`, `size` (bytes), `fitted`, `foreign` (lines passed over), `spilled` (bytes of temporary files),
    `description` (the header) and `notes` (lines to be read).

    >>> import impute, os, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     text = os.path.join(folder, "text.txt")
    ...     with open(text, "w") as file:
    ...         _ = file.writelines(f"the {word} sat on the mat .\\n" for word in ["cat", "dog", "old man"] * 9)
    ...     report = impute.train(text, os.path.join(folder, "toy.impute"), net=False, held_out=0)
    ...     impute.Model.load(report["path"]).fill("the", "sat on the mat .", top_k=1)[0]["token_str"]
    'cat'
    """
    with staging(progress) as tell:
        figures = _native.train(
            _paths(texts), output, counts=_paths(counts), net_on=_paths(net_on), order=order, prune=prune,
            min_count=min_count, vocab_limit=vocab_limit, held_out=held_out, net=net, net_size=net_size, skip=skip,
            form=form, language=language, lossy=lossy, license=license, date=date, seed=seed, memory=memory,
            temp_dir=temp_dir, threads=threads, progress=tell,
        )  # fmt: skip
    return Report("Trained", figures)


def count(
    texts: Path | Iterable[Path],
    output: Path,
    *,
    order: int = 3,
    held_out: int = 3000,
    language: str | None = None,
    lossy: bool = False,
    memory: int | None = None,
    temp_dir: Path | None = None,
    threads: int | None = None,
    progress: _Progress = None,
) -> Report:
    """Counts the n-grams of text files into a file that `train` takes as `counts`: the bytes that `impute count`
    writes. Parts counted apart give the model of the whole.

    Reports `path`, `size` (bytes), `sentences` and `tokens` (those held out not among them), `foreign` (lines passed
    over) and `notes` (lines to be read)."""
    with staging(progress) as tell:
        figures = _native.count(
            _paths(texts), output, order=order, held_out=held_out, language=language, lossy=lossy, memory=memory,
            temp_dir=temp_dir, threads=threads, progress=tell,
        )  # fmt: skip
    return Report("Counted", figures)


def merge(counts: Path | Iterable[Path], output: Path, *, progress: _Progress = None) -> Report:
    """Merges counts of parts of a text into counts of the whole: the bytes that counting the whole text writes, in
    whatever order the parts are named, and whatever was merged before. Needs 22 MB and about 1.2 MB a file.

    Reports what `count` does."""
    with staging(progress) as tell:
        figures = _native.merge(_paths(counts), output, progress=tell)
    return Report("Merged", figures)


def import_arpa(
    arpa: Path,
    output: Path,
    *,
    form: Form = "lists",
    license: str = "",
    date: str | None = None,
    threads: int | None = None,
    progress: _Progress = None,
) -> Report:
    """Makes a model of an ARPA file of KenLM, SRILM or others, plain, gzip or zstd. Reports what `train` does."""
    with staging(progress) as tell:
        figures = _native.import_arpa(
            arpa, output, form=form, license=license, date=date, threads=threads, progress=tell
        )
    return Report("Imported", figures)


def export(model: Model, output: Path) -> Report:
    """Writes the n-grams of a model as an ARPA file, compressed if its name ends with `.gz` or `.zst`. Reports `path`
    and `size` (bytes)."""
    return Report("Exported", _native.export(model._inner, output))


def _paths(paths: Path | Iterable[Path]) -> list[Path]:
    """A list of files. One path is one file: a file for every letter of its name is never meant."""
    return [paths] if isinstance(paths, (str, os.PathLike)) else list(paths)
