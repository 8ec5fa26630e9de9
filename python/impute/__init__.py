"""Finds the gap in a sentence and restores the missing word.

>>> import impute
>>> model = impute.Model.load()
>>> answer = model.answer("The president said on Tuesday that he not going to the meeting .")
>>> answer.sentence
'The president said on Tuesday that he was not going to the meeting .'
>>> answer.word, answer.gap
('was', 7)

`Model` answers, fills, explains, repairs and scores; `train`, `count`, `merge`, `import_arpa` and `export` make
files; `evaluate`, `language`, `drift` and `cluster` measure text; `generate` writes it. `impute.sklearn` has an
estimator, `impute.kenlm` stands in for the module `kenlm`, `impute.spark` runs on a Spark cluster.

Text is `str` or `bytes`; what is not UTF-8 in bytes comes back as lone surrogates (`surrogateescape`). Errors are
Python's, with the file and the line that they are about as `path` and `line`. Long work ends within a second after
Ctrl-C.
"""

from . import _html
from ._make import count, export, import_arpa, merge, train
from ._measure import cluster, drift, evaluate, generate, language, score_submission
from ._model import Model
from ._native import Answer, Explanation, Insertion, KBest, Pair, Repaired, State
from ._native import version as __version__
from ._report import Report

__all__ = [
    "Answer",
    "Explanation",
    "Insertion",
    "KBest",
    "Model",
    "Pair",
    "Repaired",
    "Report",
    "State",
    "__version__",
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
]

# The native classes know how to answer, not how to draw.
for _kind, _drawn in (
    (Answer, _html.answer),
    (KBest, _html.k_best),
    (Explanation, _html.explanation),
    (Repaired, _html.repaired),
):
    setattr(_kind, "_repr_html_", _drawn)  # noqa: B010  # mypy knows no such attribute
del _kind, _drawn
