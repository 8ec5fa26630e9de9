"""An estimator of scikit-learn: `fit` on whole sentences, `predict` what is missing in others.

>>> from impute.sklearn import Imputer
>>> whole = [f"the {word} sat on the mat ." for word in ["cat", "dog", "old man"] * 9]
>>> imputer = Imputer().fit(whole)
>>> imputer.predict(["the cat sat the mat ."]).tolist()
['the cat sat on the mat .']
>>> Imputer(model="shipped").fit(whole).predict(["He said that it a mistake ."]).tolist()
['He said that it was a mistake .']
"""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
from typing import Any

import numpy
from sklearn.base import BaseEstimator  # type: ignore[import-untyped]
from sklearn.utils import Tags  # type: ignore[import-untyped]
from sklearn.utils.validation import check_is_fitted  # type: ignore[import-untyped]

from ._columns import Path, Text, Texts, take
from ._errors import placed
from ._make import train
from ._model import Insert, Model

__all__ = ["Imputer"]

_FILE = "model.impute"


class Imputer(BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Restores the missing word of sentences: tokens with spaces between, one word missing in each.

    Parameters
    ----------
    model : None, "shipped", a path or an impute.Model
        `None`: `fit` trains a model on its sentences. Else this one answers, and `fit` opens it and learns nothing.
    order : int
        The highest order of the n-grams, 2 to 5.
    min_count : int
        Words with a lower count are unknown to the model.
    net : bool or int
        Whether a net is trained alongside, which takes minutes, or on how many sentences.
    skip : bool
        Whether pairs of distant words are counted.
    insert : "words" or "any"
        Whether only words may go in, or whatever lowers the expected distance.
    seed : int
        Of the training of the net. The same sentences and seed give the same model.
    threads : int or None
        How many threads train and answer; `None` for all processors of this process.

    Attributes
    ----------
    model_ : impute.Model
        The model that answers. One that `fit` trained lives in a temporary file as long as the estimator, whose
        pickle has its bytes.
    """

    def __init__(
        self,
        model: Path | Model | None = None,
        *,
        order: int = 3,
        min_count: int = 1,
        net: bool | int = False,
        skip: bool = False,
        insert: Insert = "words",
        seed: int = 1,
        threads: int | None = None,
    ) -> None:
        self.model = model
        self.order = order
        self.min_count = min_count
        self.net = net
        self.skip = skip
        self.insert = insert
        self.seed = seed
        self.threads = threads

    def fit(self, X: Texts, y: Texts | None = None) -> Imputer:
        """Learns from whole sentences: `y` if it is given, and `X` has a word missing in each, else `X`."""
        sentences = take(X).whole()
        if y is not None:
            whole = take(y).whole()
            if len(whole) != len(sentences):
                raise placed(ValueError(f"X has {len(sentences)} sentences and y {len(whole)}"))
            sentences = whole
        self.__dict__.pop("_kept", None)
        if self.model is None:
            self._adopt(self._trained(sentences))
        elif isinstance(self.model, Model):
            self.model_ = self.model
        else:
            self.model_ = Model.load(None if self.model == "shipped" else self.model, self.threads)
        return self

    def predict(self, X: Texts) -> numpy.ndarray[Any, numpy.dtype[numpy.object_]]:
        """The sentences with what is missing in them, as an array of `str`."""
        check_is_fitted(self)
        answers = self.model_.answer(take(X).whole(), insert=self.insert, progress=False)
        return numpy.array([answer.sentence for answer in answers], dtype=object)

    def score(self, X: Texts, y: Texts) -> float:
        """Minus the mean Levenshtein distance of the answers to the whole sentences `y`, in characters: 0 is best."""
        check_is_fitted(self)
        whole = [
            text if isinstance(text, str) else text.decode("utf-8", "surrogateescape") for text in take(y).whole()
        ]
        answers = self.predict(X)
        if len(whole) != len(answers):
            raise placed(ValueError(f"X has {len(answers)} sentences and y {len(whole)}"))
        if not whole:
            raise placed(ValueError("no sentences to score: X and y are empty; give at least one"))
        return -sum(map(_distance, answers, whole)) / len(whole)

    def _trained(self, sentences: list[Text]) -> str:
        """A folder with a model of these sentences."""
        folder = tempfile.mkdtemp(prefix="impute-")
        try:
            text = os.path.join(folder, "text")
            with open(text, "wb") as lines:
                lines.writelines(_line(row, sentence) for row, sentence in enumerate(sentences))
            train(
                text, os.path.join(folder, _FILE), order=self.order, min_count=self.min_count, net=self.net,
                skip=self.skip, seed=self.seed, threads=self.threads, progress=False,
            )  # fmt: skip
            os.remove(text)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return folder

    def _adopt(self, folder: str) -> None:
        """Answers with the model in a folder, which goes when the estimator does."""
        self.model_ = Model.load(os.path.join(folder, _FILE), self.threads)
        self._kept = weakref.finalize(self.model_, _remove, folder, os.getpid())

    def __getstate__(self) -> dict[str, Any]:
        state: dict[str, Any] = dict(super().__getstate__())
        if state.pop("_kept", None) is not None:
            with open(str(self.model_.path), "rb") as file:
                state["model_"] = file.read()
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        state = dict(state)
        trained = state.pop("model_") if isinstance(state.get("model_"), bytes) else None
        super().__setstate__(state)
        if trained is not None:
            folder = tempfile.mkdtemp(prefix="impute-")
            with open(os.path.join(folder, _FILE), "wb") as file:
                file.write(trained)
            self._adopt(folder)

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.one_d_array = True
        tags.input_tags.two_d_array = False
        tags.target_tags.required = False
        return tags


def _remove(folder: str, owner: int) -> None:
    """A forked process leaves the files of its parent alone."""
    if os.getpid() == owner:
        shutil.rmtree(folder, ignore_errors=True)


def _line(row: int, sentence: Text) -> bytes:
    try:
        line = sentence if isinstance(sentence, bytes) else sentence.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError as error:
        placed(error)
        raise
    if b"\n" in line:
        raise placed(ValueError(f"sentence {row} has a line end in it; split it, or put a space there"))
    return line + b"\n"


def _distance(a: str, b: str) -> int:
    """Levenshtein distance in characters; most of an answer is equal, and only the rest is compared."""
    begin = 0
    while begin < min(len(a), len(b)) and a[begin] == b[begin]:
        begin += 1
    end = 0
    while end < min(len(a), len(b)) - begin and a[-1 - end] == b[-1 - end]:
        end += 1
    a, b = a[begin : len(a) - end], b[begin : len(b) - end]
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        above = row
        row = [i]
        for j, y in enumerate(b, 1):
            row.append(min(above[j] + 1, row[-1] + 1, above[j - 1] + (x != y)))
    return row[-1]
