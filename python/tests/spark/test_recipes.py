"""The programs and recipes of `python/spark` run as they are, and give the bytes of the command line."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hosts import JAVA

ROOT = Path(__file__).parents[3]
RECIPES = ROOT / "python/spark"


@pytest.fixture
def run(impute, tmp_path):
    """Runs a command in a folder with three texts, where `impute` is the reference."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/impute").symlink_to(impute.command)
    scripts = Path(sys.executable).parent
    path = os.pathsep.join(map(str, [tmp_path / "bin", scripts, os.environ["PATH"]]))
    for name in ["a.txt", "b b.txt", "c.txt"]:
        (tmp_path / name).write_text(f"the {name} is short .\n" * 300)

    def run(*command, **names):
        names = {"PATH": path, "PYSPARK_PYTHON": sys.executable, **names}
        given = [str(word) for word in command]
        subprocess.run(given, check=True, cwd=tmp_path, env={**os.environ, **names}, capture_output=True)

    return run


@pytest.fixture
def reference(impute, run, tmp_path):
    impute("count", "a.txt", "b b.txt", "c.txt", "-o", "reference.counts", cwd=tmp_path)
    return (tmp_path / "reference.counts").read_bytes()


def submit(run, script, *arguments):
    cluster = ["--master", "local[1]", "--conf", "spark.ui.enabled=false", "--driver-java-options", JAVA]
    run("spark-submit", *cluster, RECIPES / script, *arguments)


def test_xargs(run, reference, tmp_path):
    run("sh", RECIPES / "count-xargs.sh", "all.counts", "a.txt", "b b.txt", "c.txt")
    assert (tmp_path / "all.counts").read_bytes() == reference


def test_slurm(run, reference, tmp_path):
    (tmp_path / "texts.txt").write_text("a.txt\nb b.txt\nc.txt\n")
    (tmp_path / "parts").mkdir()  # as an earlier run of more texts leaves it
    (tmp_path / "parts/4.counts").write_bytes(reference)
    for task in ["1", "2", "3"]:
        run("sh", RECIPES / "count-slurm.sh", SLURM_ARRAY_TASK_ID=task)
    run("sh", RECIPES / "count-slurm.sh", "all.counts")
    assert (tmp_path / "all.counts").read_bytes() == reference
    assert not (tmp_path / "parts").exists()


def test_slurm_joins_no_part_of_an_earlier_run(run, reference, tmp_path):
    (tmp_path / "texts.txt").write_text("a.txt\nmissing.txt\n")
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts/2.counts").write_bytes(reference)
    run("sh", RECIPES / "count-slurm.sh", SLURM_ARRAY_TASK_ID="1")
    with pytest.raises(subprocess.CalledProcessError):
        run("sh", RECIPES / "count-slurm.sh", SLURM_ARRAY_TASK_ID="2")
    with pytest.raises(subprocess.CalledProcessError):
        run("sh", RECIPES / "count-slurm.sh", "all.counts")
    assert not (tmp_path / "all.counts").exists()


def test_dask(run, reference, tmp_path):
    distributed = pytest.importorskip("distributed")
    texts = ["a.txt", "b b.txt", "c.txt"]
    (tmp_path / "bad.txt").write_bytes(b"not \xff utf-8\n")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        count = [sys.executable, RECIPES / "count_dask.py", cluster.scheduler_address]
        run(*count, "all.counts", *texts)
        with pytest.raises(subprocess.CalledProcessError):
            run(*count, "none.counts", *texts, "bad.txt")
    assert (tmp_path / "all.counts").read_bytes() == reference
    assert not list(tmp_path.glob("*.parts")) and not (tmp_path / "none.counts").exists()


def test_spark_submit_counts(run, reference, tmp_path):
    submit(run, "count.py", "a.txt", "b b.txt", "c.txt", "-o", "all.counts")
    assert (tmp_path / "all.counts").read_bytes() == reference


def test_spark_submit_trains_and_answers(run, impute, tmp_path):
    submit(run, "train.py", "a.txt", "b b.txt", "c.txt", "-o", "all.impute", "--order", "4")
    texts = ["a.txt", "b b.txt", "c.txt"]
    impute("train", *texts, "--order", 4, "--net", "none", "-o", "one.impute", cwd=tmp_path)
    assert (tmp_path / "all.impute").read_bytes() == (tmp_path / "one.impute").read_bytes()
    submit(run, "answer.py", ROOT / "data/sample-test.csv", "-o", "submission.csv")
    assert (tmp_path / "submission.csv").read_bytes() == (ROOT / "submissions/sample.csv").read_bytes()


def test_spark_submit_answers_what_is_not_utf_8(run, impute, tmp_path):
    (tmp_path / "test.csv").write_bytes(b'"id","sentence"\n1,"it rained all \xff and all night ."\n')
    with pytest.raises(subprocess.CalledProcessError):
        submit(run, "answer.py", "test.csv", "-o", "answered.csv")
    submit(run, "answer.py", "test.csv", "-o", "answered.csv", "--lossy")
    impute("predict", "test.csv", "--lossy", "-o", "reference.csv", cwd=tmp_path)
    assert (tmp_path / "answered.csv").read_bytes() == (tmp_path / "reference.csv").read_bytes()
