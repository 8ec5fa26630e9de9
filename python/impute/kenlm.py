"""Stands in for the module `kenlm`: `from impute import kenlm`, and the rest of the program as it is.

`Model` opens ARPA files, plain, gzip or zstd, and models of `impute`; a binary file of KenLM is made of an ARPA file,
which is what is asked for instead. Numbers are 64-bit floats, so that they differ from KenLM's in the seventh digit.
`<s>` in a sentence, which KenLM forbids but scores, is passed over.

>>> from impute import kenlm
>>> model = kenlm.Model()  # the shipped model; else a path
>>> sentence = "He said that it is a mistake ."
>>> abs(sum(log_p for log_p, _, _ in model.full_scores(sentence)) - model.score(sentence)) < 1e-9
True
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from . import _native
from ._errors import placed

__all__ = ["ARPALoadComplain", "Config", "FullScoreReturn", "LanguageModel", "LoadMethod", "Model", "State"]


class ARPALoadComplain:
    """What to complain of in an ARPA file. Kept for programs that set it: errors are raised whatever it says."""

    ALL: Final = 0
    EXPENSIVE: Final = 1
    NONE: Final = 2


class LoadMethod:
    """How a binary file gets into memory. Kept for programs that set it: models are mapped whatever it says."""

    LAZY: Final = 0
    POPULATE_OR_LAZY: Final = 1
    POPULATE_OR_READ: Final = 2
    READ: Final = 3
    PARALLEL_READ: Final = 4


class Config:
    """Settings of loading, kept for programs that pass them. None of them changes anything here."""

    def __init__(self) -> None:
        self.arpa_complain: int = ARPALoadComplain.ALL
        self.load_method: int = LoadMethod.POPULATE_OR_READ
        self.show_progress: bool = True


class ModelError(OSError, ValueError):
    """A file that holds no model. KenLM's programs expect an `OSError`, those of `impute` a `ValueError`."""


class State:
    """What a model remembers of the words before. Comparable and hashable; a state is changed by the methods of
    `Model` that are given it to write to."""

    __slots__ = ("_native",)

    def __init__(self) -> None:
        self._native = _native.State()

    def __copy__(self) -> State:
        copy = State()
        copy._native = self._native.__copy__()
        return copy

    def __deepcopy__(self, memo: dict[int, Any] | None = None) -> State:
        return self.__copy__()

    def __hash__(self) -> int:
        return hash(self._native)

    def __eq__(self, other: object) -> bool:
        return self._native == other._native if isinstance(other, State) else NotImplemented

    def __lt__(self, other: State) -> bool:
        return self._native < other._native if isinstance(other, State) else NotImplemented

    def __le__(self, other: State) -> bool:
        return self._native <= other._native if isinstance(other, State) else NotImplemented

    def __gt__(self, other: State) -> bool:
        return self._native > other._native if isinstance(other, State) else NotImplemented

    def __ge__(self, other: State) -> bool:
        return self._native >= other._native if isinstance(other, State) else NotImplemented


class FullScoreReturn(NamedTuple):
    """A word after a state."""

    log_prob: float
    """log10 of its probability."""
    ngram_length: int
    """The length of the n-gram that it was found in."""
    oov: bool
    """Whether the model does not know it."""

    def __repr__(self) -> str:
        return f"FullScoreReturn({self.log_prob}, {self.ngram_length}, {self.oov})"


class Model:
    """A model, of an ARPA file or a file of `impute`; the shipped one for `None`. Pickled by its path.

    Raises `OSError` for what cannot be read or is no model, with the attributes `path` and `line`."""

    def __init__(self, path: str | bytes | os.PathLike[str] | None = None, config: Config | None = None) -> None:
        if not isinstance(path, (str, bytes, os.PathLike, type(None))):
            raise TypeError(f"Cannot convert {type(path)} to string")
        if not isinstance(config, (Config, type(None))):
            raise TypeError(f"config is a Config, not {type(config)}")
        self._path = None if path is None else os.path.abspath(os.fsdecode(path))
        try:
            self._native = _opened(self._path)
        except OSError as error:
            placed(error, self._path)
            raise
        except ValueError as error:
            refused = ModelError(f"Cannot read model '{self._path}' ({error})")
            raise placed(refused, getattr(error, "path", self._path), getattr(error, "line", None)) from None

    @property
    def path(self) -> bytes:
        """The absolute path of the file; `b"shipped"` for the shipped model."""
        return b"shipped" if self._path is None else os.fsencode(self._path)

    @property
    def order(self) -> int:
        """The highest order of its n-grams."""
        return self._native.order

    def score(self, sentence: str | bytes, bos: bool = True, eos: bool = True) -> float:
        """log10 of the probability of a sentence, without `<s>` in it: after `<s>` with `bos`, and with its end with
        `eos`."""
        if _is_plain(sentence):
            return self._native.score(sentence, bos, eos)
        return sum(log10_p for log10_p, _, _ in self._by_word(sentence, bos, eos))

    def full_scores(
        self, sentence: str | bytes, bos: bool = True, eos: bool = True
    ) -> Iterator[tuple[float, int, bool]]:
        """For each word, and for the end with `eos`: log10 of its probability, the length of the n-gram that it was
        found in, and whether the model does not know it."""
        if _is_plain(sentence):
            return iter(self._native.full_scores(sentence, bos, eos))
        return self._by_word(sentence, bos, eos)

    def perplexity(self, sentence: str | bytes) -> float:
        """10 to the power of minus the mean of log10 P over the words and the end."""
        if _is_plain(sentence):
            return self._native.perplexity(sentence)
        words = len(_words(sentence)) + 1
        return float(10 ** (-self.score(sentence) / words))

    def BeginSentenceWrite(self, state: State) -> None:
        """Makes `state` the one after `<s>`."""
        state._native = self._native.begin_state()

    def NullContextWrite(self, state: State) -> None:
        """Makes `state` the one without context."""
        state._native = self._native.null_state()

    def BaseScore(self, in_state: State, word: str | bytes, out_state: State) -> float:
        """log10 of the probability of `word` after `in_state`; `out_state` becomes the state after it."""
        return self._native.base_score(in_state._native, word, out_state._native)

    def BaseFullScore(self, in_state: State, word: str | bytes, out_state: State) -> FullScoreReturn:
        """The same, with the length of the n-gram and whether the word is unknown."""
        return FullScoreReturn(*self._native.base_full_score(in_state._native, word, out_state._native))

    def _by_word(self, sentence: str | bytes, bos: bool, eos: bool) -> Iterator[tuple[float, int, bool]]:
        """`full_scores`, word by word."""
        state = self._native.begin_state() if bos else self._native.null_state()
        for word in [*_words(sentence), *([b"</s>"] if eos else [])]:
            yield self._native.base_full_score(state, word, state)

    def __contains__(self, word: str | bytes) -> bool:
        return word in self._native

    def __reduce__(self) -> tuple[type[Model], tuple[str | None]]:
        return type(self), (self._path,)

    def __repr__(self) -> str:
        return f"<Model from {os.path.basename(self.path)!r}>"


class LanguageModel(Model):
    """The older name of `Model`."""


def _opened(path: str | None) -> _native.Model:
    """The model of a file of `impute`, or one made of ARPA text, whose file is gone when it is mapped."""
    if path is None:
        return _native.Model.load()
    with open(path, "rb") as file:
        begin = file.read(len(_KENLM))
    if begin == _KENLM:
        raise ValueError("a binary file of KenLM, which only KenLM reads; give the ARPA file that it was made of")
    if begin.startswith((_IMPUTE, _ZSTD)):
        try:
            return _native.Model.load(path)
        except ValueError:
            if not begin.startswith(_ZSTD):
                raise  # and what zstd compressed may be ARPA text
    with tempfile.TemporaryDirectory(prefix="impute-") as folder:
        made = os.path.join(folder, "model.impute")
        _native.import_arpa(path, made, form="plain")
        return _native.Model.load(made)


_KENLM = b"mmap lm http://kheafield.com/code"
_IMPUTE = b"impute\r\n"
_ZSTD = b"\x28\xb5\x2f\xfd"


def _is_plain(sentence: str | bytes) -> bool:
    """Whether a sentence has the same words here and for KenLM, which takes all spaces of ASCII for space and `</s>`
    for a word."""
    if isinstance(sentence, str):
        return not (
            "\n" in sentence or "\r" in sentence or "\v" in sentence or "\f" in sentence or "</s>" in sentence
        )
    if isinstance(sentence, bytes):
        return not any(odd in sentence for odd in (b"\n", b"\r", b"\v", b"\f", b"</s>"))
    raise TypeError(f"Cannot convert {type(sentence)} to string")


def _words(sentence: str | bytes) -> list[bytes]:
    """The words of a sentence, as KenLM finds them."""
    if isinstance(sentence, str):
        sentence = sentence.encode("utf-8", "surrogateescape")
    return sentence.split()
