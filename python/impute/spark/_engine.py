"""What tasks and the driver ask of the engine: one place, so that all else knows neither names nor messages."""

from collections.abc import Sequence
from typing import Any, Literal

from .. import _native

Model = _native.Model


def count(texts: Sequence[str], out: str, settings: dict[str, Any]) -> dict[str, Any]:
    """Counts texts into a file."""
    return _native.count(list(texts), out, **settings)


def is_empty(error: ValueError) -> bool:
    """Whether an error of `count` only says that there is no sentence in the texts, or none in the language."""
    return ": no sentence " in str(error)


def merge(parts: Sequence[str], out: str) -> dict[str, Any]:
    """Merges counts into a file."""
    return _native.merge(list(parts), out)


def train(counts: Sequence[str], out: str, settings: dict[str, Any]) -> dict[str, Any]:
    """Makes a model of counts."""
    return _native.train([], out, counts=list(counts), **settings)


def opened(path: str | None, threads: int) -> Model:
    """A model."""
    return Model.load(path, threads)


def answer(model: Model, sentences: Sequence[bytes], insert: Literal["any", "words"]) -> list[bytes]:
    """The answers to sentences."""
    answers = model.answer_many(sentences, None, insert)
    return [answer.sentence.encode("utf-8", "surrogateescape") for answer in answers]
