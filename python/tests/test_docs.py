"""What the documentation shows is what happens."""

from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil
from pathlib import Path

import impute
import pytest

MODULES = ["impute", *(f"impute.{module.name}" for module in pkgutil.iter_modules(impute.__path__))]
PAGE = Path(__file__).parents[1] / "README.md"


@pytest.mark.parametrize("name", [name for name in MODULES if name not in ("impute._native", "impute.spark")])
def test_examples_of_docstrings(name):
    failed, _ = doctest.testmod(importlib.import_module(name))
    assert failed == 0


def test_examples_of_the_page():
    failed, tried = doctest.testfile(str(PAGE), module_relative=False, encoding="utf-8")
    assert failed == 0 and tried > 30


def test_everything_public_has_a_docstring():
    lacking = [name for name in impute.__all__ if name != "__version__" and not inspect.getdoc(getattr(impute, name))]
    for kind in (impute.Model, impute.Report):
        for name, member in inspect.getmembers(kind):
            if not name.startswith("_") and name in vars(kind) and not inspect.getdoc(member):
                lacking.append(f"{kind.__name__}.{name}")
    assert lacking == []


def test_the_names_of_the_package_are_all_there():
    assert set(impute.__all__) == {
        name for name, member in vars(impute).items() if not name.startswith("_") and not inspect.ismodule(member)
    } | {"__version__"}  # fmt: skip
