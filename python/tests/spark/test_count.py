"""Counts of a cluster are those of one machine, byte for byte, whatever fails on the way."""

import gzip
import random
import time

import faulty
import pytest
from impute import spark as cluster
from impute.spark import _folder

ORDER = 3
MIB = 1 << 20


def left(out):
    """What is in the folder of an output, besides it."""
    return [file for file in out.parent.iterdir() if file != out]


@pytest.fixture(scope="module")
def reference(impute, texts, tmp_path_factory):
    out = tmp_path_factory.mktemp("reference") / "counts"
    impute("count", "--order", ORDER, *texts, "-o", out)
    return out.read_bytes()


def test_texts_of_every_kind(spark, texts, reference, tmp_path):
    out = tmp_path / "all.counts"
    told = cluster.count(texts, ORDER, out, piece=MIB)
    assert out.read_bytes() == reference
    assert told["pieces"] == 7 and told["size"] == out.stat().st_size
    assert left(out) == []


def test_lines_shuffled_over_files(spark, impute, sentences, tmp_path):
    draw = random.Random(2)
    lines = [line.encode() + b"\n" for line in sentences]
    whole = tmp_path / "whole.txt"
    whole.write_bytes(b"".join(lines))
    draw.shuffle(lines)
    (tmp_path / "parts").mkdir()
    files = [tmp_path / f"parts/{i}.txt" for i in range(3)]
    for i, file in enumerate(files):
        file.write_bytes(b"".join(lines[i::3]))
    (tmp_path / "out").mkdir()
    out = tmp_path / "out/all.counts"
    cluster.count(files, ORDER, out, piece=MIB)
    impute("count", "--order", ORDER, whole, "-o", tmp_path / "reference")
    assert out.read_bytes() == (tmp_path / "reference").read_bytes()
    assert left(out) == []


@pytest.fixture(scope="module")
def plain_reference(impute, text, tmp_path_factory):
    out = tmp_path_factory.mktemp("reference") / "counts"
    impute("count", "--order", ORDER, text, "-o", out)
    return out.read_bytes()


POINTS = ["before", "between", "after"]
FAULTS = [
    *[("raise", point) for point in POINTS],
    ("kill-python", "between"),
    ("kill-python", "after"),
    ("kill-java", "between"),
]


@pytest.mark.parametrize("part", ["piece-000001", "level-1"])
@pytest.mark.parametrize(("what", "point"), FAULTS)
def test_a_task_that_fails_is_done_again(spark, text, plain_reference, faults, tmp_path, part, what, point):
    faulty.plan(faults, part, point, what)
    out = tmp_path / "all.counts"
    cluster.count(text, ORDER, out, piece=MIB)
    assert faulty.happened(faults) == 1
    assert out.read_bytes() == plain_reference
    assert left(out) == []


@pytest.mark.parametrize("point", ["before", "between"])
def test_a_task_that_sleeps_is_overtaken(spark, text, plain_reference, faults, tmp_path, point):
    faulty.plan(faults, "piece-000001", point, "sleep")
    out, begun = tmp_path / "all.counts", time.monotonic()
    cluster.count(text, ORDER, out, piece=MIB)
    assert time.monotonic() - begun < faulty.SLEEP
    assert faulty.happened(faults) == 1
    assert out.read_bytes() == plain_reference
    assert left(out) == []


def test_a_task_that_ends_after_the_job_leaves_nothing(tmp_path):
    with _folder.beside(str(tmp_path / "counts")) as folder:
        part = f"{folder}/piece-000000.counts"

    def write(path):
        with open(path, "wb") as file:
            file.write(b"counts")

    with pytest.raises(FileNotFoundError):
        _folder.keep(part, write)
    assert list(tmp_path.iterdir()) == []


def test_a_task_that_always_fails_leaves_nothing(spark, text, faults, tmp_path):
    faulty.plan(faults, "piece-000001", "between", "raise", times=100)
    out = tmp_path / "all.counts"
    with pytest.raises(Exception, match="planned"):
        cluster.count(text, ORDER, out, piece=MIB)
    assert faulty.happened(faults) >= 4
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def broken(tmp_path, sentences):
    """A text whose line 30,001 is not UTF-8: it is in the second piece."""
    lines = [sentence.encode() for sentence in sentences]
    lines[30_000] = b"not \xff utf-8"
    (tmp_path / "texts").mkdir()
    text = tmp_path / "texts/broken.txt"
    text.write_bytes(b"\n".join(lines))
    return text


@pytest.mark.parametrize("packed", [False, True])
def test_what_is_not_utf_8_is_told_with_file_and_line(spark, impute, broken, tmp_path, packed):
    if packed:
        text = broken.with_suffix(".txt.gz")
        text.write_bytes(gzip.compress(broken.read_bytes()))
        broken = text
    (tmp_path / "out").mkdir()
    with pytest.raises(ValueError, match="not UTF-8") as told:
        cluster.count(broken, ORDER, tmp_path / "out/counts", piece=MIB)
    assert (told.value.path, told.value.line) == (str(broken), 30_001)
    assert str(told.value).startswith(f"{broken}: line 30001: not UTF-8; ")
    reference = impute("count", broken, "-o", tmp_path / "reference", fails=True)
    assert reference.startswith(f"error: {broken}: line 30001: not UTF-8; ")
    assert list((tmp_path / "out").iterdir()) == []


def test_lossy_does_what_the_command_line_does(spark, impute, broken, tmp_path):
    cluster.count(broken, ORDER, tmp_path / "counts", piece=MIB, lossy=True)
    impute("count", "--lossy", broken, "-o", tmp_path / "reference")
    assert (tmp_path / "counts").read_bytes() == (tmp_path / "reference").read_bytes()


def test_a_line_may_begin_like_a_table_a_mark_or_an_archive(spark, impute, tmp_path):
    """Such a line begins a piece, where it means as little as elsewhere in the text."""
    (tmp_path / "texts").mkdir()
    begins = [b'"id","sentence"', b"\xef\xbb\xbfmarked", b"PK\x03\x04", b"BZh91AY&", b"mmap lm "]
    texts = [tmp_path / f"texts/{i}.txt" for i in range(len(begins))]
    for text, begin in zip(texts, begins):
        line = b"a line of words .\n"
        half = line * (MIB // len(line)) + b"x" * (MIB % len(line) - 1) + b"\n"
        assert len(half) == MIB
        second = begin + b" and so on\n"
        text.write_bytes(half + second + half[len(second) :])
    cluster.count(texts, ORDER, tmp_path / "counts", piece=MIB)
    impute("count", *texts, "-o", tmp_path / "reference")
    assert (tmp_path / "counts").read_bytes() == (tmp_path / "reference").read_bytes()


def test_texts_without_a_sentence(spark, tmp_path):
    (tmp_path / "texts").mkdir()
    text = tmp_path / "texts/blank.txt"
    text.write_bytes(b"\n\n")
    (tmp_path / "out").mkdir()
    with pytest.raises(ValueError, match="no sentence in it") as told:
        cluster.count([text], ORDER, tmp_path / "out/counts")
    assert told.value.path == str(text)
    assert list((tmp_path / "out").iterdir()) == []


def test_a_missing_text_fails_before_any_work(spark, tmp_path):
    with pytest.raises(FileNotFoundError, match="missing"):
        cluster.count([tmp_path / "missing"], ORDER, tmp_path / "counts")
    assert list(tmp_path.iterdir()) == []
