"""What mypy makes of programs that use the package: `mypy --strict python/tests/typed.py`. Never run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, assert_type

import impute
import numpy
import pandas
import polars
from impute import kenlm
from impute.sklearn import Imputer

model = impute.Model.load(Path("m"), threads=2)
assert_type(model, impute.Model)
assert_type(model.answer("a"), impute.Answer)
assert_type(model.answer(b"a", insert="words"), impute.Answer)
assert_type(model.answer(["a"]), list[impute.Answer])
assert_type(model.answer([b"a"], as_="objects"), list[impute.Answer])
assert_type(model.answer(["a"], as_="dicts"), list[dict[str, Any]])
assert_type(model.answer(pandas.Series(["a"])), list[impute.Answer])
assert_type(model.answer(polars.Series(["a"])), list[impute.Answer])
assert_type(model.k_best("a", k=2), impute.KBest)
assert_type(model.k_best(("a", "b")).pop().top, list[impute.Pair])
assert_type(model.k_best(["a"], as_="dicts"), list[dict[str, Any]])
assert_type(model.explain("a").answer.word, str | None)
assert_type(model.repair("a").insertions, list[impute.Insertion])
assert_type(model.scores(["a"]), numpy.ndarray[Any, numpy.dtype[numpy.float64]])
assert_type(model.full_scores("a"), list[tuple[float, int, bool]])
assert_type(impute.train("text", "m"), impute.Report)
assert_type(impute.generate(model, 3), list[str])
assert_type(impute.language(["a"]), list[list[tuple[str, float]]])
assert_type(kenlm.Model("m").full_scores("a"), Iterator[tuple[float, int, bool]])
assert_type(kenlm.Model("m").BaseFullScore(kenlm.State(), "a", kenlm.State()).oov, bool)
assert_type(Imputer(order=2).fit(["a"]), Imputer)

model.answer(3)  # type: ignore[call-overload]
model.answer(["a"], as_="table")  # type: ignore[call-overload]
model.k_best(["a"], as_="column")  # type: ignore[call-overload]
model.scores(["a"], insert="any")  # type: ignore[call-arg]
impute.train("text")  # type: ignore[call-arg]
