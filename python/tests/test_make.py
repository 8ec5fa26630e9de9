"""Files that are made, and texts that are measured."""

from __future__ import annotations

import gzip
import os
import pickle
import subprocess
import sys
from pathlib import Path

import impute
import pandas
import pytest
from conftest import ROOT, TOY

DATE = "2026-01-01"
COMMAND = os.environ.get("IMPUTE")
"""The command line, where there is one to compare with."""


def test_the_same_text_gives_the_same_bytes(toy, tmp_path):
    parts = [tmp_path / "a", tmp_path / "b"]
    lines = TOY.read_bytes().splitlines(keepends=True)
    for begin, part in enumerate(parts):
        part.write_bytes(b"".join(lines[begin::2]))
    report = impute.train(parts, tmp_path / "whole.impute", net=False, date=DATE, threads=1)
    made = Path(toy).read_bytes()
    assert (tmp_path / "whole.impute").read_bytes() == made
    assert report["size"] == len(made) and report["path"] == str(tmp_path / "whole.impute")
    counts = [tmp_path / "a.counts", tmp_path / "b.counts"]
    for part, output in zip(parts, counts):
        assert impute.count(part, output, held_out=0)["sentences"] == len(lines) / 2
        assert impute.count(part, output)["sentences"] < len(lines) / 2
    impute.train([], tmp_path / "counted.impute", counts=counts, net=False, date=DATE)
    assert (tmp_path / "counted.impute").read_bytes() == made
    impute.count(parts, tmp_path / "whole.counts")
    report = impute.merge(reversed(counts), tmp_path / "merged.counts")
    assert (tmp_path / "merged.counts").read_bytes() == (tmp_path / "whole.counts").read_bytes()
    assert report["size"] == os.path.getsize(report["path"]) and report["tokens"] > 0
    with pytest.raises(ValueError, match="both an input and the output"):
        impute.merge(counts, counts[0])


@pytest.mark.skipif(not COMMAND, reason="$IMPUTE does not name the command line")
def test_files_are_those_of_the_command_line(toy, tmp_path):
    day = {"SOURCE_DATE_EPOCH": "1767225600"}  # 2026-01-01
    line = [COMMAND, "train", TOY, "-o", tmp_path / "line.impute", "--net", "none", "-q"]
    subprocess.run(line, check=True, env={**os.environ, **day})
    assert (tmp_path / "line.impute").read_bytes() == Path(toy).read_bytes()
    subprocess.run([COMMAND, "count", TOY, "-o", tmp_path / "line.counts", "-q"], check=True)
    impute.count(TOY, tmp_path / "ours.counts")
    assert (tmp_path / "ours.counts").read_bytes() == (tmp_path / "line.counts").read_bytes()


def test_arpa_files_go_out_and_come_in(toy, arpa, tmp_path):
    with open(arpa, "rb") as file:
        text = file.read()
    assert text.startswith(b"\\data\\")
    compressed = tmp_path / "lm.arpa.gz"
    compressed.write_bytes(gzip.compress(text))
    impute.import_arpa(compressed, tmp_path / "back.impute")
    model, back = impute.Model.load(toy), impute.Model.load(tmp_path / "back.impute")
    for line in TOY.read_text().splitlines()[:20]:
        assert back.score(line) == pytest.approx(model.score(line), abs=1e-5)


@pytest.mark.skipif(sys.platform != "linux", reason="names of files are UTF-8 elsewhere")
def test_a_path_that_is_not_utf8_is_told_as_it_is(toy, tmp_path):
    folder = os.fsencode(tmp_path) + b"/\xff"
    os.mkdir(folder)
    path = os.path.join(os.fsdecode(folder), "toy.impute")
    report = impute.train(TOY, path, net=False)
    assert report["path"] == path
    model = impute.Model.load(path)
    assert model.path == path and pickle.loads(pickle.dumps(model)) == model
    assert impute.count(TOY, path + ".counts")["path"] == path + ".counts"
    assert impute.export(model, path + ".arpa")["path"] == path + ".arpa"
    assert os.path.getsize(path + ".arpa") > 0


def test_a_report_has_the_figures_and_a_page(model, sample):
    report = impute.evaluate(model, sample / "sample-test.csv", sample / "sample-solution.csv")
    assert report["sentences"] == 200
    assert report["methods"][0]["score"]["mean"] == pytest.approx(4.08)
    assert "html" not in report and report.page.startswith("<!DOCTYPE html>")


def test_a_submission_is_scored_as_the_competition_does(sample):
    score = impute.score_submission(ROOT / "submissions" / "sample.csv", sample / "sample-solution.csv")
    assert score["score"] == pytest.approx(4.08)
    assert score["low"] < score["score"] < score["high"] and score["sentences"] == 200


def test_languages_of_columns_and_lists():
    texts = ["Good morning, everyone!", "Guten Morgen", "12:30"]
    best = impute.language(texts, k=2)
    assert [one[0][0] for one in best] == ["en", "de", "unknown"]
    assert len(best[0]) == 2 and best[0][0][1] > 0.9
    assert impute.language(pandas.Series(texts)) == [one[:1] for one in best]
    assert impute.language(["Guten Morgen"], only=["en", "fr"])[0][0][0] in ("en", "fr")


def test_drift_between_files_and_lists(model, sample):
    lines = (sample / "sample.txt").read_text().splitlines()
    same = impute.drift(sample / "sample.txt", lines)
    assert same["verdict"] == "none" and "verdict: none" in same["text"] and same.page is not None
    drawn = impute.generate(model, 300, seed=1)
    assert impute.drift(lines, iter(drawn))["verdict"] == "strong"


def test_groups_of_a_file_and_of_its_lines_are_the_same(sample):
    lines = (sample / "sample.txt").read_text().splitlines()
    groups = impute.cluster(str(sample / "sample.txt"), 3, by="form")
    assert len(groups["labels"]) == len(groups["distances"]) == len(lines)
    assert [one["size"] for one in groups["clusters"]] == [groups["labels"].count(at) for at in range(3)]
    assert impute.cluster(pandas.Series(lines), 3, by="form")["labels"] == groups["labels"]


def test_long_work_tells_its_stages(tmp_path):
    told = []
    impute.train(TOY, tmp_path / "m", net=False, progress=lambda *stage: told.append(stage))
    assert told and all(unit in ("bytes", "sentences", "tokens", "pieces") for _, unit, _, _ in told)


def test_a_net_learns_beside_counts_what_it_learns_from_the_text(tmp_path):
    text = tmp_path / "text.txt"
    words = ["cat", "dog", "old man", "tall girl", "small child"]
    lines = [f"the {words[n % 5]} sat on the {words[n % 3]} number {n % 97} .\n" for n in range(900)]
    text.write_text("".join(lines))
    settings = {"net": 60, "net_size": "small", "skip": True, "date": "2026-01-01"}
    impute.count(text, tmp_path / "counts")
    impute.train(text, tmp_path / "one", **settings)
    impute.train([], tmp_path / "two", counts=tmp_path / "counts", net_on=text, **settings)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    with pytest.raises(ValueError, match="beside one that is counted"):
        impute.train(text, tmp_path / "three", counts=tmp_path / "counts", net_on=text, **settings)
