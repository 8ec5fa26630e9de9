"""The native half of `impute`: everything heavy. All long work runs without the interpreter's lock, on threads of its
own, and answers Ctrl-C within a second with `KeyboardInterrupt`.

Text is `str` or `bytes`. What is not UTF-8 in `bytes` comes back in a `str` as lone surrogates
(`surrogateescape`), so that `answer.sentence.encode("utf-8", "surrogateescape")` are the bytes that the command
line writes.

Errors have two attributes more: `path`, the file that they are about, as messages name it, and `line`, counted from
1; `None` where there is none. `FileNotFoundError`, `PermissionError` and other `OSError`s are what the system says;
`ValueError` is something wrong in a file or an argument (`UnicodeEncodeError`, a `ValueError` too, a `str` with a
surrogate that stands for no byte); `MemoryError` is too little memory. Errors about the type of an argument are
`TypeError`s, without them.
"""

import os
from collections.abc import Callable, Sequence
from typing import Any, Final, Literal, TypeVar, final

from typing_extensions import disjoint_base

__all__ = [
    "Answer",
    "Explanation",
    "Insertion",
    "KBest",
    "Model",
    "Pair",
    "Repaired",
    "State",
    "cluster",
    "count",
    "drift",
    "evaluate",
    "export",
    "generate",
    "import_arpa",
    "language",
    "merge",
    "score_submission",
    "train",
    "version",
]

_M = TypeVar("_M", bound="Model")
_Text = str | bytes
_Path = str | os.PathLike[str]
_Stage = Callable[[str, str, int | None, int], object]
"""Is told how far long work has come, about ten times a second, on the thread that asked for it: the name of the
stage, its unit (`bytes`, `sentences`, `tokens` or `pieces`), how many there are if that is known, and how many are
done."""

version: Final[str]
"""The version of the library."""

@disjoint_base
class Model:
    """A model, opened. It never changes, may be used by any number of threads at once, and is pickled by its path: a
    process that loads it maps the same file. Two are equal if they are of the same path."""

    def __new__(cls: type[_M], path: _Path | None = None, threads: int | None = None) -> _M: ...
    @classmethod
    def load(cls: type[_M], path: _Path | None = None, threads: int | None = None) -> _M:
        """Opens a model file, or the model that ships with the package for `None`. `threads` is how many threads
        answer, 1 to 1024; `None` for all processors that this process may use. A mapped model opens in milliseconds;
        what answering needs is made at its first use."""

    @property
    def path(self) -> str | None:
        """The file, as `os.fsdecode` has it; `None` for the shipped model."""
    @property
    def order(self) -> int:
        """The highest order of its n-grams."""
    @property
    def vocabulary_size(self) -> int:
        """How many words it knows, `<unk>`, `<s>` and `</s>` included."""
    @property
    def threads(self) -> int:
        """How many threads answer."""
    @property
    def description(self) -> dict[str, Any]:
        """What the file says of itself: its header, as `impute inspect --json` prints it."""

    def verify(self) -> None:
        """Reads the whole file and compares its checksums. `ValueError` if it is damaged."""

    def answer_many(
        self,
        sentences: Sequence[_Text],
        progress: Callable[[int], object] | None = None,
        insert: Literal["any", "words"] = "any",
        method: Literal["posterior", "min-likelihood"] = "posterior",
    ) -> list[Answer]:
        """Answers sentences, in order. `progress` is told how many more are done, about ten times a second."""

    def k_best_many(
        self,
        sentences: Sequence[_Text],
        k: int = 5,
        progress: Callable[[int], object] | None = None,
        insert: Literal["any", "words"] = "any",
        method: Literal["posterior", "min-likelihood"] = "posterior",
    ) -> list[KBest]:
        """Answers sentences, each with the `k` likeliest pairs of a gap and a word."""

    def fill(
        self,
        left: _Text,
        right: _Text,
        targets: Sequence[_Text] | None = None,
        top_k: int = 10,
    ) -> list[dict[str, Any]]:
        """The likeliest words between two halves of a sentence, likeliest first: dicts of `score` (the probability
        of the word, given that one is missing there), `token` (its id), `token_str`, `sequence` (the whole
        sentence), `ngrams` and `net` (the probability by each alone; `net` is `None` without one). With `targets`
        only these words, in their order, whatever `top_k` is; one that the model does not know has a `score` of
        0."""

    def explain(self, sentence: _Text, words: int = 5, insert: Literal["any", "words"] = "any") -> Explanation:
        """All that the answer to a sentence rests on, with so many words of each likely gap."""

    def repair(
        self,
        text: _Text,
        *,
        at_least: float = 0.5,
        prior: float | None = None,
        false_alarms: float | None = None,
        progress: Callable[[int], object] | None = None,
    ) -> Repaired:
        """Puts missing words into ordinary text, where one is missing with a probability of `at_least`. `prior` is
        the share of words that are missing, 0.01 if not given; `false_alarms` asks for a prior that had so many
        false alarms a word in the text held out (as 0.001). `progress` is told how many more sentences are done."""

    def score(self, sentence: _Text, bos: bool = True, eos: bool = True) -> float:
        """log10 of the probability of a sentence: with `bos` it begins with `<s>` as context, with `eos` it ends."""

    def full_scores(self, sentence: _Text, bos: bool = True, eos: bool = True) -> list[tuple[float, int, bool]]:
        """For each word, and for the end with `eos`: log10 of its probability, the length of the n-gram that it
        was found in, and whether the model does not know it."""

    def perplexity(self, sentence: _Text) -> float:
        """10 to the power of minus the mean of log10 P over the words and the end."""

    def scores_raw(self, sentences: Sequence[_Text], bos: bool = True, eos: bool = True) -> bytes:
        """The `score` of each sentence, computed on all threads: 64-bit floats in the byte order of the machine."""

    def begin_state(self) -> State:
        """The state after `<s>`."""
    def null_state(self) -> State:
        """The state without any context."""
    def base_score(self, in_state: State, word: _Text, out_state: State) -> float:
        """log10 of the probability of `word` after `in_state`; `out_state` becomes the state after it (it may be
        `in_state` itself)."""
    def base_full_score(self, in_state: State, word: _Text, out_state: State) -> tuple[float, int, bool]:
        """The same as in `full_scores`."""

    def id(self, word: _Text) -> int:
        """The id of a word, 0 if it is not known."""
    def word(self, id: int) -> str:
        """The word with an id. `IndexError` if there is none."""
    def __contains__(self, word: _Text, /) -> bool:
        """Whether the model knows a word."""
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __reduce__(self) -> tuple[Any, ...]: ...

@final
class State:
    """What a model remembers of the words before: as many as can change the probability of the next one."""

    def __new__(cls) -> State: ...
    def __copy__(self) -> State: ...
    def __deepcopy__(self, memo: dict[int, Any] | None = None) -> State: ...
    def __hash__(self) -> int: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __lt__(self, other: State, /) -> bool: ...
    def __le__(self, other: State, /) -> bool: ...
    def __gt__(self, other: State, /) -> bool: ...
    def __ge__(self, other: State, /) -> bool: ...

@final
class Answer:
    """A sentence with what was put into it. Distances and gains are in characters."""

    @property
    def given(self) -> str:
        """The sentence as it was given."""
    @property
    def sentence(self) -> str:
        """The answer."""
    @property
    def word(self) -> str | None:
        """What went in: a word, a cheaper string, or `""` for a space; `None` if nothing did."""
    @property
    def gap(self) -> int | None:
        """How many tokens come before it."""
    @property
    def byte(self) -> int | None:
        """At which byte of the UTF-8 of `given` it went in."""
    @property
    def changed(self) -> bool:
        """Whether anything went in."""
    @property
    def is_word(self) -> bool:
        """Whether it is a word of the model."""
    @property
    def expected(self) -> float | None:
        """The expected distance of the answer; `None` where the method has no opinion."""
    @property
    def gain(self) -> float | None:
        """By how much less that is than that of the sentence as it stands, for the best change found."""
    @property
    def gap_probability(self) -> float | None:
        """The probability of the gap that something went into; only in the answers of `k_best_many` and `explain`."""
    @property
    def word_probability(self) -> float | None:
        """The probability of the word given the gap, likewise; `None` if it is not a word."""
    def to_dict(self) -> dict[str, Any]:
        """The same as a dict."""
    def __eq__(self, other: object, /) -> bool: ...
    def __ne__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __str__(self) -> str:
        """The answer."""
    def __reduce__(self) -> tuple[Any, ...]: ...

@final
class Pair:
    """A word in a gap."""

    @property
    def word(self) -> str:
        """The word."""
    @property
    def gap(self) -> int:
        """How many tokens come before it."""
    @property
    def byte(self) -> int:
        """How many bytes of the UTF-8 of the sentence do."""
    @property
    def probability(self) -> float | None:
        """Of the gap and the word together; `None` where the method has no opinion."""
    @property
    def gap_probability(self) -> float | None:
        """Of the gap."""
    @property
    def word_probability(self) -> float:
        """Of the word, given the gap."""
    @property
    def gain(self) -> float | None:
        """By how many characters the expected distance falls if this word goes in here."""
    def to_dict(self) -> dict[str, Any]:
        """The same as a dict."""

@final
class KBest:
    """An answer with its alternatives."""

    @property
    def answer(self) -> Answer:
        """What `answer_many` gives, with its probabilities."""
    @property
    def unchanged(self) -> float | None:
        """The expected distance of the sentence as it stands."""
    @property
    def covered(self) -> float | None:
        """The probability that a word is missing in one of the gaps whose words are ranked."""
    @property
    def top(self) -> list[Pair]:
        """The likeliest pairs, likeliest first."""
    def to_dict(self) -> dict[str, Any]:
        """The same as a dict, with the names of the command line's `--format jsonl`."""

@final
class Explanation:
    """All that an answer rests on."""

    @property
    def sentence(self) -> str:
        """The sentence as it was given."""
    @property
    def tokens(self) -> list[str]:
        """Its tokens; gap i is after token i, counted from 0."""
    @property
    def answer(self) -> Answer:
        """The answer."""
    @property
    def gap_probabilities(self) -> list[float]:
        """The probability of each gap; empty for a sentence of fewer than three words, which is never changed."""
    @property
    def unchanged(self) -> float | None:
        """The expected distance of the sentence as it stands."""
    @property
    def gaps(self) -> list[dict[str, Any]]:
        """Each gap: `gap` (tokens before it), `byte`, `left`, `right`, `probability`, `ngrams`, `net`."""
    @property
    def likely(self) -> list[dict[str, Any]]:
        """The likely gaps: `gap`, `byte`, `probability`, `others`, and `words`: each with `word`, `probability`,
        `ngrams`, `net`, `constant`, `terms`, `nats`."""
    @property
    def best_change(self) -> dict[str, Any] | None:
        """The best change found, whether it gains or loses: `gap`, `byte`, `text`, `gain`."""
    @property
    def cheaper(self) -> dict[str, Any] | None:
        """What would go in if it need not be a word, likewise."""
    def to_dict(self) -> dict[str, Any]:
        """All of it, with the names of `impute explain --json`."""

@final
class Insertion:
    """A word that is most likely missing in a text."""

    @property
    def offset(self) -> int:
        """Where it goes: the character of the text (the byte, for a text given as `bytes`)."""
    @property
    def insert(self) -> str:
        """What to write there, spaces included."""
    @property
    def word(self) -> str:
        """The word."""
    @property
    def probability(self) -> float:
        """The probability that this word is missing here."""
    @property
    def gap_probability(self) -> float:
        """The probability that any word is missing here."""
    @property
    def alternatives(self) -> list[tuple[str, float]]:
        """The likeliest words and their probabilities, likeliest first."""
    def to_dict(self) -> dict[str, Any]:
        """The same as a dict."""

@final
class Repaired:
    """A text with its missing words."""

    @property
    def text(self) -> str:
        """The text with them."""
    @property
    def insertions(self) -> list[Insertion]:
        """The words that went in, in the order of their places."""
    @property
    def sentences(self) -> int:
        """How many sentences were read."""
    def to_dict(self) -> dict[str, Any]:
        """The same as a dict."""

def train(
    texts: Sequence[_Path],
    output: _Path,
    *,
    counts: Sequence[_Path] | None = None,
    net_on: Sequence[_Path] | None = None,
    order: int = 3,
    prune: Sequence[int] = ...,
    min_count: int = 1,
    vocab_limit: int | None = None,
    held_out: int = 3000,
    net: bool | int | None = None,
    net_size: Literal["small", "medium"] = "medium",
    skip: bool = False,
    form: Literal["lists", "plain", "compact"] = "lists",
    language: str | None = None,
    lossy: bool = False,
    license: str = ...,
    date: str | None = None,
    seed: int = 1,
    memory: int | None = None,
    temp_dir: _Path | None = None,
    threads: int | None = None,
    progress: _Stage | None = None,
) -> dict[str, Any]:
    """Trains a model and writes it to `output`, whole or not at all: the same bytes as `impute train` with the same
    settings. `net` is how many sentences the net sees, `False` for no net, `None` or `True` for as many as suit the
    text. `language` passes over lines in other languages. `date` is written into the model, today's for `None`.
    `memory` is in bytes, 60 % of the machine's for `None`.

    Returns `path`, `size` (bytes), `fitted`, `foreign` (lines passed over), `spilled` (bytes of temporary files),
    `description` (the header) and `notes` (lines to be read)."""

def count(
    texts: Sequence[_Path],
    output: _Path,
    *,
    order: int = 3,
    held_out: int = 3000,
    language: str | None = None,
    lossy: bool = False,
    memory: int | None = None,
    temp_dir: _Path | None = None,
    threads: int | None = None,
    progress: _Stage | None = None,
) -> dict[str, Any]:
    """Counts the n-grams of texts into a file that `train` takes as `counts`: the same bytes as `impute count`.
    Returns `path`, `size` (bytes), `sentences`, `tokens`, `foreign`, `notes`."""

def merge(counts: Sequence[_Path], output: _Path, *, progress: _Stage | None = None) -> dict[str, Any]:
    """Merges files of counts into one: the same bytes as `impute merge`. Returns what `count` does."""

def import_arpa(
    arpa: _Path,
    output: _Path,
    *,
    form: Literal["lists", "plain", "compact"] = "lists",
    license: str = ...,
    date: str | None = None,
    threads: int | None = None,
    progress: _Stage | None = None,
) -> dict[str, Any]:
    """Makes a model of an ARPA file, as `impute train --arpa` does. Returns what `train` does."""

def export(model: Model, output: _Path) -> dict[str, Any]:
    """Writes the n-grams of a model as an ARPA file. Returns `path` and `size` (bytes)."""

def evaluate(
    model: Model,
    test: _Path,
    solution: _Path | None = None,
    *,
    methods: Sequence[Literal["posterior", "min-likelihood"]] = ...,
    insert: Literal["any", "words"] = "any",
    seed: int = 1,
    lossy: bool = False,
    html: bool = False,
    progress: _Stage | None = None,
) -> dict[str, Any]:
    """Measures a model on sentences whose missing word is known: a test and its solution, or whole sentences from
    each of which a word is removed at random. Returns the report of `impute evaluate --json` with its text as
    `text` and `notes`, and with `html` its page as `html`."""

def score_submission(answered: _Path, solution: _Path, *, lossy: bool = False) -> dict[str, Any]:
    """The mean Levenshtein distance of a submission to the solution, as the competition computes it: `score`, `low`
    and `high` (the bounds of the 95 % interval), `sentences`."""

def generate(
    model: Model,
    n: int = 1,
    *,
    seed: int = 1,
    prompt: str = ...,
    temperature: float = 1.0,
    top_k: int | None = None,
    order: int | None = None,
    max_words: int = 1000,
    progress: _Stage | None = None,
) -> list[str]:
    """Draws sentences from a model: those of `impute generate` with the same seed."""

def language(
    texts: Sequence[_Text],
    model: _Path | None = None,
    k: int = 1,
    *,
    only: Sequence[str] = ...,
    at_least: float = 0.0,
    threads: int | None = None,
) -> list[list[tuple[str, float]]]:
    """The `k` likeliest languages of each text with their probabilities, or labels of the classifier in the file
    `model`. A text of which nothing can be told, or nothing as probable as `at_least`, begins with `unknown`,
    one of the `k`."""

def drift(
    reference: _Path | Sequence[_Text],
    new: _Path | Sequence[_Text],
    *,
    model: Model | None = None,
    lines: int = 10000,
    shown: int = 5,
    lossy: bool = False,
    html: bool = False,
    threads: int | None = None,
    progress: _Stage | None = None,
) -> dict[str, Any]:
    """Whether text has drifted: how well new lines are told from old ones, by what, and a verdict. Files, or lists
    of lines. Returns the report of `impute drift --json`, with its text as `text`, and with `html` its page as
    `html`."""

def cluster(
    texts: _Path | Sequence[_Text],
    k: int = 50,
    *,
    model: Model | None = None,
    by: Literal["form", "meaning"] | None = None,
    seed: int = 1,
    sample: int = 50000,
    lossy: bool = False,
    memory: int | None = None,
    threads: int | None = None,
    progress: _Stage | None = None,
) -> dict[str, Any]:
    """Groups sentences, of a file or a list: `labels` (the cluster of each, `None` where nothing is known of it),
    `distances` (1 - cosine to its centre) and `clusters` (each with `cluster`, `size`, `cohesion`, `words` and
    `central`: the lines nearest to the centre). `by` is what `impute cluster --by` is; `None` for the meaning of the
    words where the model (the shipped one for `None`) has a net."""
