"""Counts of a cluster are those of one machine, byte for byte, whatever fails on the way."""

import errno
import gzip
import os
import random
import shutil
import time

import faulty
import impute as package
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


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
@pytest.mark.parametrize("piece", [MIB, 128 * MIB])
def test_counts_are_compressed_by_their_name(spark, impute, text, tmp_path, suffix, piece):
    cluster.count(text, ORDER, tmp_path / f"all.counts{suffix}", piece=piece)
    impute("count", "--order", ORDER, text, "-o", tmp_path / f"reference{suffix}")
    assert (tmp_path / f"all.counts{suffix}").read_bytes() == (tmp_path / f"reference{suffix}").read_bytes()


def test_what_is_told_is_what_one_machine_tells(spark, text, tmp_path):
    told = cluster.count(text, ORDER, tmp_path / "all.counts", piece=MIB)
    one = dict(package.count(text, tmp_path / "one.counts", order=ORDER))
    assert told == {**one, "path": str(tmp_path / "all.counts"), "pieces": 3}


def test_a_text_is_never_replaced(spark, tmp_path):
    text, other = tmp_path / "text", tmp_path / "other"
    text.write_bytes(b"a line of words .\n")
    other.symlink_to(text)
    for write in [lambda: cluster.count(text, ORDER, other), lambda: cluster.train([text], other)]:
        with pytest.raises(ValueError, match="both an input and the output") as told:
            write()
        assert told.value.path == str(text)
    assert text.read_bytes() == b"a line of words .\n" and other.is_symlink()
    assert sorted(tmp_path.iterdir()) == [other, text]


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


def not_empty(times):
    """Removes a folder, but fails so often first."""
    remove, left = shutil.rmtree, [OSError(errno.ENOTEMPTY, "not empty")] * times

    def removing(folder):
        if left:
            raise left.pop()
        remove(folder)

    return removing


def test_a_folder_that_is_still_in_use_is_removed_later(tmp_path, monkeypatch):
    monkeypatch.setattr(_folder, "_WAITS", (0.0,) * 3)
    monkeypatch.setattr(shutil, "rmtree", not_empty(3))
    with _folder.beside(str(tmp_path / "counts")) as folder:
        assert os.path.isdir(folder)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.filterwarnings("error")
def test_a_folder_that_cannot_be_removed_is_told_of_and_hides_no_error(tmp_path, monkeypatch):
    monkeypatch.setattr(_folder, "_WAITS", (0.0,))
    monkeypatch.setattr(shutil, "rmtree", not_empty(100))
    left = pytest.warns(RuntimeWarning, match=r"counts\.[0-9a-f]*\.parts\.removed: not removed")
    with left, _folder.beside(str(tmp_path / "counts")):
        pass
    with pytest.raises(ValueError, match="first"), _folder.beside(str(tmp_path / "counts")):
        raise ValueError("first")


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


def test_a_fault_is_told_though_its_task_was_lost(spark, broken, faults, tmp_path):
    """The task that has found it leaves it where the next attempt sees it, or that would take the piece for empty."""
    (tmp_path / "out").mkdir()
    faulty.plan(faults, "failed", "after", "kill-python")
    with pytest.raises(ValueError, match="line 30001: not UTF-8") as told:
        cluster.count(broken, ORDER, tmp_path / "out/counts", piece=MIB)
    assert faulty.happened(faults) == 1
    assert (told.value.path, told.value.line) == (str(broken), 30_001)
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
