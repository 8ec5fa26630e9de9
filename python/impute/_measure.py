"""Texts and models measured: how good, which language, drifted or not, which groups; and sentences drawn."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Literal

from . import _native
from ._columns import Path, Text, Texts, take
from ._model import Insert, Method, Model
from ._progress import Staged, staging
from ._report import Report, with_page

_Progress = bool | Staged | None


def evaluate(
    model: Model,
    test: Path,
    solution: Path | None = None,
    *,
    methods: Sequence[Method] = ("posterior",),
    insert: Insert = "any",
    seed: int = 1,
    lossy: bool = False,
    progress: _Progress = None,
) -> Report:
    """Measures a model on sentences whose missing word is known: a test and its solution, or a text of whole
    sentences, from each of which a word is removed at random. The report of `impute evaluate --json`, and its text as
    `text`; its `page` is that of `--html`, which quotes the text."""
    with staging(progress) as tell:
        figures = _native.evaluate(
            model._inner, test, solution, methods=methods, insert=insert, seed=seed, lossy=lossy, html=True,
            progress=tell,
        )  # fmt: skip
    return with_page("Evaluation", figures)


def score_submission(answered: Path, solution: Path, *, lossy: bool = False) -> Report:
    """The mean Levenshtein distance of a submission to its solution, as the competition computes it: `score`, `low`
    and `high` (the bounds of its 95 % interval) in characters, and `sentences`."""
    return Report("Score", _native.score_submission(answered, solution, lossy=lossy))


def generate(
    model: Model,
    n: int = 1,
    *,
    seed: int = 1,
    prompt: str = "",
    temperature: float = 1.0,
    top_k: int | None = None,
    order: int | None = None,
    max_words: int = 1000,
    progress: _Progress = None,
) -> list[str]:
    """Draws sentences from a model: those of `impute generate` with the same seed.

    >>> import impute
    >>> model = impute.Model.load()
    >>> impute.generate(model, 2, seed=7) == impute.generate(model, 2, seed=7)
    True
    """
    with staging(progress) as tell:
        return _native.generate(
            model._inner, n, seed=seed, prompt=prompt, temperature=temperature, top_k=top_k, order=order,
            max_words=max_words, progress=tell,
        )  # fmt: skip


def language(
    texts: Texts,
    model: Path | None = None,
    k: int = 1,
    *,
    only: Sequence[str] = (),
    at_least: float = 0.0,
    threads: int | None = None,
) -> list[list[tuple[str, float]]]:
    """The `k` likeliest of 38 languages for each text, with their probabilities, or labels of the classifier in the
    file `model`. A text of which nothing can be told, or nothing as probable as `at_least`, begins with `unknown`.

    >>> import impute
    >>> [best[0][0] for best in impute.language(["Good morning, everyone!", "Guten Morgen"])]
    ['en', 'de']
    """
    return _native.language(take(texts).whole(), model, k, only=only, at_least=at_least, threads=threads)


def drift(
    reference: Path | Texts,
    new: Path | Texts,
    *,
    model: Model | None = None,
    lines: int = 10000,
    shown: int = 5,
    lossy: bool = False,
    threads: int | None = None,
    progress: _Progress = None,
) -> Report:
    """Whether text has drifted: how well new lines are told from old ones, by what, and a verdict. A path is a file;
    lines may also come as a list, an iterator or a column. The report of `impute drift --json`, and its text as
    `text`; its `page` is that of `--html`, which quotes both texts."""
    with staging(progress) as tell:
        figures = _native.drift(
            _lines(reference), _lines(new), model=None if model is None else model._inner, lines=lines, shown=shown,
            lossy=lossy, html=True, threads=threads, progress=tell,
        )  # fmt: skip
    return with_page("Drift", figures)


def cluster(
    texts: Path | Texts,
    k: int = 50,
    *,
    model: Model | None = None,
    by: Literal["form", "meaning"] | None = None,
    seed: int = 1,
    sample: int = 50000,
    lossy: bool = False,
    memory: int | None = None,
    threads: int | None = None,
    progress: _Progress = None,
) -> Report:
    """Groups the sentences of a file (a path), a list or a column: `labels` (the group of each, `None` where nothing
    is known of it), `distances` (1 - cosine to its centre) and `clusters` (each with `cluster`, `size`, `cohesion`,
    `words` and `central`, the lines nearest to the centre). `by="meaning"`, the default where the model has a net,
    goes by its embeddings, `"form"` by words and pieces of words.

    >>> import impute
    >>> text = ["the cat sat on the mat .", "0 1 2 3 4 5 6"] * 20
    >>> labels = impute.cluster(text, 2, by="form")["labels"]
    >>> labels[:2] in ([0, 1], [1, 0])
    True
    """
    with staging(progress) as tell:
        figures = _native.cluster(
            _lines(texts), k, model=None if model is None else model._inner, by=by, seed=seed, sample=sample,
            lossy=lossy, memory=memory, threads=threads, progress=tell,
        )  # fmt: skip
    return Report("Groups", figures)


def _lines(texts: Path | Texts) -> Path | list[Text]:
    if isinstance(texts, (str, os.PathLike)):
        return texts
    return take(texts, "a path is a str").whole()
