"""Answers of a cluster are those of the command line, row by row."""

import csv
import gzip
import zipfile
from pathlib import Path

import pytest
import zstandard
from impute import spark as cluster

MIB = 1 << 20
ROOT = Path(__file__).parents[3]
TEST, ANSWERED = ROOT / "data/sample-test.csv", ROOT / "submissions/sample.csv"


def rows(path):
    with open(path, newline="") as file:
        return [(int(row["id"]), row["sentence"]) for row in csv.DictReader(file)]


@pytest.fixture(scope="module")
def frame(spark):
    schema = "id int, sentence string"
    return spark.createDataFrame(rows(TEST), schema).repartition(3).cache()


def test_a_submission_is_that_of_one_machine(frame):
    answered = cluster.answer(frame, "sentence")
    assert answered.columns == ["id", "sentence", "answer"]
    told = sorted((row["id"], row["answer"]) for row in answered.collect())
    assert told == rows(ANSWERED)


def test_rows_stay_where_they_are(frame):
    given = frame.rdd.glom().collect()
    answered = cluster.answer(frame, "sentence", output="mended").rdd.glom().collect()
    ids = [[(row["id"], row["sentence"]) for row in part] for part in answered]
    assert ids == [[(row["id"], row["sentence"]) for row in part] for part in given]


def test_null_stays_null_and_bytes_stay_bytes(spark, impute, tmp_path):
    sentences = [b"the dog the cat .", None, b"it rained all \xff and all night .", b""]
    frame = spark.createDataFrame([(s and bytearray(s),) for s in sentences], "s binary").coalesce(1)
    told = [row["answer"] for row in cluster.answer(frame, "s", lossy=True).collect()]
    text = b"\n".join(s for s in sentences if s is not None) + b"\n"
    settings = ["--format", "text", "--insert", "any", "--lossy"]
    expected = impute("predict", "-", *settings, input=text).split(b"\n")[:-1]
    expected.insert(1, None)
    assert [answer if answer is None else bytes(answer) for answer in told] == expected
    with pytest.raises(Exception, match="column 's', partition 0, row 2: not UTF-8"):
        cluster.answer(frame, "s").collect()


def test_a_model_of_ones_own(spark, impute, text, frame, tmp_path):
    impute("train", text, "-o", tmp_path / "own.impute", "--net", "none")
    impute("predict", TEST, "-m", tmp_path / "own.impute", "-o", tmp_path / "own.csv")
    told = cluster.answer(frame, "sentence", tmp_path / "own.impute").collect()
    assert sorted((row["id"], row["answer"]) for row in told) == rows(tmp_path / "own.csv")


def test_what_makes_no_sense_is_refused(frame):
    with pytest.raises(TypeError, match="column 'id' is of int"):
        cluster.answer(frame, "id")
    with pytest.raises(ValueError, match="there is a column 'sentence' already"):
        cluster.answer(frame, "sentence", output="sentence")


def unpacked(text):
    if text.suffix == ".gz":
        return gzip.decompress(text.read_bytes())
    if text.suffix == ".zip":
        with zipfile.ZipFile(text) as archive:
            return archive.read("text.txt")
    if text.suffix == ".zst":
        stream = zstandard.ZstdDecompressor().stream_reader(text.read_bytes(), read_across_frames=True)
        return stream.read()
    return text.read_bytes()


def test_lines_are_read_as_the_command_line_reads_them(spark, impute, texts):
    read = cluster.lines(texts, piece=MIB).orderBy("file", "offset").collect()
    for text in texts:
        lines = [row["sentence"] for row in read if row["file"] == str(text)]
        expected = unpacked(text).decode("utf-8-sig").replace("\r\n", "\n").split("\n")
        assert lines == (expected if expected[-1] else expected[:-1])


def test_lines_that_cannot_be_used_are_told_with_file_and_line(spark, tmp_path):
    good = b"a line of words .\n" * (MIB // 9)
    faults = {b"not \xff utf-8": "not UTF-8", b"a \0 b": "a NUL byte", b"x" * 4097: "a word of 4097"}
    for i, (line, what) in enumerate(faults.items()):
        text = tmp_path / f"{i}.txt"
        text.write_bytes(good + line + b"\n" + good)
        with pytest.raises(Exception, match=f"{text}: line {MIB // 9 + 1}: {what}"):
            cluster.lines(text, piece=MIB).count()
    lossy = cluster.lines(tmp_path / "0.txt", lossy=True, piece=MIB)
    assert lossy.where("hex(sentence) = hex(X'6E6F7420FF207574662D38')").count() == 1
