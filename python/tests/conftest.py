"""What the tests share. They run against the installed package, not the folder beside this one."""

from __future__ import annotations

import csv
from pathlib import Path

import impute
import pytest

ROOT = Path(__file__).resolve().parents[2]
TOY = ROOT / "tests" / "golden" / "toy.txt"


@pytest.fixture(scope="session")
def model() -> impute.Model:
    """The model that ships with the package."""
    return impute.Model.load(threads=2)


@pytest.fixture(scope="session")
def toy(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The path of a small model without a net."""
    path = tmp_path_factory.mktemp("toy") / "toy.impute"
    impute.train(TOY, path, net=False, date="2026-01-01")
    return str(path)


@pytest.fixture(scope="session")
def arpa(toy: str) -> str:
    """The same as an ARPA file."""
    path = toy.replace(".impute", ".arpa")
    impute.export(impute.Model.load(toy), path)
    return path


@pytest.fixture(scope="session")
def sample() -> Path:
    """The folder with the sample of the competition."""
    return ROOT / "data"


@pytest.fixture(scope="session")
def sentences(sample: Path) -> list[str]:
    """The 200 sentences of the sample, a word missing in each."""
    with open(sample / "sample-test.csv", encoding="utf-8", newline="") as file:
        return [row["sentence"] for row in csv.DictReader(file)]


@pytest.fixture(scope="session")
def expected() -> list[str]:
    """The answers that the command line gives."""
    with open(ROOT / "submissions" / "sample.csv", encoding="utf-8", newline="") as file:
        return [row["sentence"] for row in csv.DictReader(file)]
