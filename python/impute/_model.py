"""A model: the native one, with columns in and out and with bars of progress."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal, overload

from . import _native
from ._columns import Path, Text, Texts, is_text, take
from ._errors import placed
from ._native import Answer, Explanation, KBest, Repaired, State
from ._progress import Counted, counting

if TYPE_CHECKING:
    import numpy

Insert = Literal["any", "words"]
"""What may go in: whatever lowers the expected distance, or whole words only."""
Method = Literal["posterior", "min-likelihood"]
"""How a sentence is answered: by the calibrated posterior, or by the classic baseline."""
_Progress = bool | Counted | None


class Model:
    """A model that answers, scores and explains. It never changes and may be used by any number of threads at once;
    it works on threads of its own without the interpreter's lock. It is pickled by its path.

    >>> import impute
    >>> model = impute.Model.load()
    >>> print(model.answer("He said that it a mistake ."))
    He said that it was a mistake .
    """

    __slots__ = ("__weakref__", "_inner")
    _inner: _native.Model

    def __init__(self, path: Path | None = None, threads: int | None = None) -> None:
        # By its whole path, so that its pickle is good in another folder.
        self._inner = _native.Model.load(None if path is None else os.path.abspath(path), threads)

    @classmethod
    def load(cls, path: Path | None = None, threads: int | None = None) -> Model:
        """Opens a model file, or the model that ships with the package for `None`; `threads` of its own answer, by
        default as many as this process has processors.

        Raises `FileNotFoundError` and other `OSError`s, and `ValueError` for a file that is no model."""
        return cls(path, threads)

    @property
    def path(self) -> str | None:
        """The file, by its whole path; `None` for the shipped model."""
        return self._inner.path

    @property
    def order(self) -> int:
        """The highest order of its n-grams."""
        return self._inner.order

    @property
    def vocabulary_size(self) -> int:
        """How many words it knows, `<unk>`, `<s>` and `</s>` included."""
        return self._inner.vocabulary_size

    @property
    def threads(self) -> int:
        """How many threads answer."""
        return self._inner.threads

    @property
    def description(self) -> dict[str, Any]:
        """What the file says of itself: settings, counts, discounts, calibration, licence."""
        return self._inner.description

    def verify(self) -> None:
        """Reads the whole file and compares its checksums. Raises `ValueError` if it is damaged."""
        self._inner.verify()

    @overload
    def answer(  # type: ignore[overload-overlap]  # a str is an iterable of str, but comes first
        self,
        sentences: Text,
        *,
        insert: Insert = "any",
        method: Method = "posterior",
        as_: Literal["objects"] = "objects",
        progress: _Progress = None,
    ) -> Answer: ...
    @overload
    def answer(
        self,
        sentences: Texts,
        *,
        insert: Insert = "any",
        method: Method = "posterior",
        as_: Literal["objects"] = "objects",
        progress: _Progress = None,
    ) -> list[Answer]: ...
    @overload
    def answer(
        self,
        sentences: Texts,
        *,
        insert: Insert = "any",
        method: Method = "posterior",
        as_: Literal["dicts"],
        progress: _Progress = None,
    ) -> list[dict[str, Any]]: ...
    @overload
    def answer(
        self,
        sentences: Texts,
        *,
        insert: Insert = "any",
        method: Method = "posterior",
        as_: Literal["column"],
        progress: _Progress = None,
    ) -> Any: ...
    def answer(
        self,
        sentences: Text | Texts,
        *,
        insert: Insert = "any",
        method: Method = "posterior",
        as_: Literal["objects", "dicts", "column"] = "objects",
        progress: _Progress = None,
    ) -> Any:
        """Answers a sentence with an `Answer`, and many (a list, an iterator, a column of numpy, pandas, polars or
        pyarrow) with a list of them, of dicts (`as_="dicts"`), or with the answered sentences as a column of the same
        kind (`as_="column"`; a list for a list), in which a missing value stays missing.

        With `insert="any"` a space or letters that several words share may go in where that lowers the expected
        distance, with `"words"` only words. `progress` draws a bar with tqdm: `None` in a terminal or a notebook if
        it takes a while, `True` and `False` always and never; a function is told how many more sentences are done.

        >>> model = Model.load()
        >>> model.answer("He the house .").sentence
        'He tered the house .'
        >>> model.answer(["He said that it a mistake ."], as_="column")
        ['He said that it was a mistake .']
        """
        _check("as_", as_, ("objects", "dicts", "column"))
        _check_how(insert, method)
        return _one_or_many(
            sentences, as_, progress, lambda texts, tell: self._inner.answer_many(texts, tell, insert, method)
        )

    @overload
    def k_best(  # type: ignore[overload-overlap]  # as above
        self,
        sentences: Text,
        k: int = 5,
        *,
        insert: Insert = "any",
        method: Method = "posterior",
        as_: Literal["objects"] = "objects",
        progress: _Progress = None,
    ) -> KBest: ...
    @overload
    def k_best(
        self,
        sentences: Texts,
        k: int = 5,
        *,
        insert: Insert = "any",
        method: Method = "posterior",
        as_: Literal["objects"] = "objects",
        progress: _Progress = None,
    ) -> list[KBest]: ...
    @overload
    def k_best(
        self,
        sentences: Texts,
        k: int = 5,
        *,
        insert: Insert = "any",
        method: Method = "posterior",
        as_: Literal["dicts"],
        progress: _Progress = None,
    ) -> list[dict[str, Any]]: ...
    def k_best(
        self,
        sentences: Text | Texts,
        k: int = 5,
        *,
        insert: Insert = "any",
        method: Method = "posterior",
        as_: Literal["objects", "dicts"] = "objects",
        progress: _Progress = None,
    ) -> Any:
        """An answer, or one for each of many sentences, with the `k` likeliest pairs of a gap and a word; for many
        also as dicts (`as_="dicts"`).

        >>> best = Model.load().k_best("He said that it a mistake .", k=2)
        >>> [(pair.word, pair.gap) for pair in best.top]
        [('was', 4), ('is', 4)]
        """
        _check("as_", as_, ("objects", "dicts"))
        _check_how(insert, method)
        return _one_or_many(
            sentences, as_, progress, lambda texts, tell: self._inner.k_best_many(texts, k, tell, insert, method)
        )

    def fill(self, left: Text, right: Text, targets: Texts | None = None, top_k: int = 10) -> list[dict[str, Any]]:
        """The likeliest words between two halves of a sentence, or all of `targets`, likeliest first: dicts with the
        fields of a fill-mask pipeline, `score` (the probability of the word, given that one is missing there),
        `token`, `token_str`, `sequence`, and with `ngrams` and `net`, the probabilities by each alone.

        >>> [word["token_str"] for word in Model.load().fill("He said that it", "a mistake .", top_k=2)]
        ['was', 'is']
        """
        chosen = None if targets is None else take(targets, 'pass a list of one: targets=["…"]').whole()
        found = self._inner.fill(left, right, chosen, top_k)
        return sorted(found, key=lambda word: -word["score"])

    def explain(self, sentence: Text, words: int = 5, *, insert: Insert = "any") -> Explanation:
        """All that the answer to a sentence rests on, with so many words of each likely gap.

        >>> explained = Model.load().explain("He said that it a mistake .")
        >>> round(explained.gap_probabilities[3], 3)
        0.999
        """
        _check_how(insert)
        return self._inner.explain(sentence, words, insert)

    def repair(
        self,
        text: Text,
        *,
        at_least: float = 0.5,
        prior: float | None = None,
        false_alarms: float | None = None,
        progress: _Progress = None,
    ) -> Repaired:
        """Puts missing words into ordinary text, untokenised, where one is missing with a probability of `at_least`.
        `prior` is the share of words believed to be missing, 0.01 by default; or else `false_alarms` takes the prior
        that made so many insertions a word in text that misses nothing (0.001: one in a thousand).

        >>> print(Model.load().repair("Mrs. Carter said that she not going to sell more eggs.").text)
        Mrs. Carter said that she was not going to sell more eggs.
        """
        with counting(progress, None, "sentences") as tell:
            return self._inner.repair(text, at_least=at_least, prior=prior, false_alarms=false_alarms, progress=tell)

    def score(self, sentence: Text, bos: bool = True, eos: bool = True) -> float:
        """log10 of the probability of a sentence, as `kenlm` computes it: after `<s>` with `bos`, and with its end
        with `eos`.

        >>> model = Model.load()
        >>> model.score("He said that it was a mistake .") > model.score("He said that it a mistake .")
        True
        """
        return self._inner.score(sentence, bos, eos)

    def scores(
        self, sentences: Texts, bos: bool = True, eos: bool = True
    ) -> numpy.ndarray[Any, numpy.dtype[numpy.float64]]:
        """The `score` of each of many sentences, on all threads, as a numpy array of 64-bit floats.

        >>> int(Model.load().scores(["so said He .", "He said so ."]).argmax())
        1
        """
        import numpy

        texts = take(sentences, "score() takes one sentence").whole()
        return numpy.frombuffer(bytearray(self._inner.scores_raw(texts, bos, eos)), dtype=numpy.float64)

    def full_scores(self, sentence: Text, bos: bool = True, eos: bool = True) -> list[tuple[float, int, bool]]:
        """For each word, and for the end with `eos`: log10 of its probability, the length of the n-gram that it was
        found in, and whether the model does not know it."""
        return self._inner.full_scores(sentence, bos, eos)

    def perplexity(self, sentence: Text) -> float:
        """10 to the power of minus the mean of log10 P over the words and the end."""
        return self._inner.perplexity(sentence)

    def begin_state(self) -> State:
        """The state after `<s>`, for `base_score`."""
        return self._inner.begin_state()

    def null_state(self) -> State:
        """The state without any context."""
        return self._inner.null_state()

    def base_score(self, in_state: State, word: Text, out_state: State) -> float:
        """log10 of the probability of `word` after `in_state`; `out_state` becomes the state after it, and may be
        `in_state` itself.

        >>> model = Model.load()
        >>> state = model.begin_state()
        >>> total = sum(model.base_score(state, word, state) for word in ["He", "said", "so", ".", "</s>"])
        >>> abs(total - model.score("He said so .")) < 1e-5
        True
        """
        return self._inner.base_score(in_state, word, out_state)

    def base_full_score(self, in_state: State, word: Text, out_state: State) -> tuple[float, int, bool]:
        """The same with the length of the n-gram and whether the word is unknown, as in `full_scores`."""
        return self._inner.base_full_score(in_state, word, out_state)

    def id(self, word: Text) -> int:
        """The id of a word; 0 if it is not known."""
        return self._inner.id(word)

    def word(self, id: int) -> str:
        """The word with an id. Raises `IndexError` if there is none."""
        return self._inner.word(id)

    def __contains__(self, word: Text) -> bool:
        """Whether the model knows a word."""
        return word in self._inner

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Model) and self._inner == other._inner

    def __hash__(self) -> int:
        return hash(self._inner)

    def __copy__(self) -> Model:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Model:
        return self

    def __reduce__(self) -> tuple[Callable[[_native.Model], Model], tuple[_native.Model]]:
        return _opened, (self._inner,)

    def __repr__(self) -> str:
        return f"<impute.Model {self.path or 'shipped'}: order {self.order}, {self.vocabulary_size} words>"


def _opened(native: _native.Model) -> Model:
    """The model of a native one, which pickles itself by its path."""
    model = Model.__new__(Model)
    model._inner = native
    return model


def _one_or_many(
    sentences: Text | Texts,
    as_: str,
    progress: _Progress,
    ask: Callable[[list[Text], Counted | None], list[Answer] | list[KBest]],
) -> Any:
    """What is found for one sentence, or for each of many in the form that is asked for."""
    if is_text(sentences):
        if as_ != "objects":
            raise TypeError(f'as_="{as_}" is for many sentences, and this is a lone {type(sentences).__name__}')
        return ask([sentences], None)[0]
    taken = take(sentences)
    texts = taken.texts if as_ == "column" else taken.whole()
    with counting(progress, len(texts), "sentences") as tell:
        found = ask(texts, tell)
    if as_ == "column":
        return taken.give(answer.sentence for answer in found if isinstance(answer, Answer))
    return [one.to_dict() for one in found] if as_ == "dicts" else found


def _check_how(insert: str, method: str = "posterior") -> None:
    _check("insert", insert, ("any", "words"))
    _check("method", method, ("posterior", "min-likelihood"))


def _check(name: str, given: str, choices: tuple[str, ...]) -> None:
    """Raises `ValueError` for what is no choice."""
    if given not in choices:
        raise placed(ValueError(f"{name} is {' or '.join(map(repr, choices))}, not {given!r}"))
