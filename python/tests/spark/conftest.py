"""The cluster of the tests, texts for it, and the command line, which is the reference."""

import gzip
import os
import random
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pyspark = pytest.importorskip("pyspark")
import faulty  # noqa: E402
import hosts  # noqa: E402
import zstandard  # noqa: E402

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
MIB = 1 << 20


@pytest.fixture(scope="session")
def impute():
    """The command line, which is the reference: `$IMPUTE`, or the one in the folder of builds."""
    command = os.environ.get("IMPUTE", ROOT / "target/release/impute")
    assert shutil.which(command), f"no {command}: build it, or name it with IMPUTE"

    def run(*arguments, fails=False, **options):
        arguments = [str(argument) for argument in arguments]
        done = subprocess.run([command, *arguments], capture_output=True, **options)
        assert bool(done.returncode) == fails, done.stderr.decode()
        return done.stderr.decode() if fails else done.stdout

    run.command = str(shutil.which(command))
    return run


@pytest.fixture(scope="session")
def faults(tmp_path_factory):
    return tmp_path_factory.mktemp("faults")


@pytest.fixture(scope="session")
def spark(tmp_path_factory, faults):
    os.environ["PYSPARK_PYTHON"] = sys.executable
    folder = tmp_path_factory.mktemp("cluster")
    path = os.pathsep.join([str(HERE), *filter(None, [os.environ.get("PYTHONPATH")])])
    settings = {
        "spark.executorEnv.PYTHONPATH": path,
        f"spark.executorEnv.{faulty.PLAN}": faults,
        "spark.python.daemon.module": "faulty",
        "spark.speculation": "true",
        "spark.speculation.interval": "100ms",
        "spark.speculation.minTaskRuntime": "2s",
        "spark.speculation.quantile": "0.5",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.local.dir": folder,
        "spark.sql.warehouse.dir": folder,
        "spark.sql.shuffle.partitions": "2",
        "spark.log.level": "OFF",
    }
    session = hosts.started(settings, folder)
    yield session
    session.stop()


@pytest.fixture(autouse=True)
def no_faults(faults):
    faulty.clear(faults)
    yield
    faulty.clear(faults)


@pytest.fixture(scope="session")
def sentences():
    """Sentences of words as frequent as in a language, three megabytes of them."""
    draw = random.Random(1)
    words = [f"w{i}é" if i % 7 == 0 else f"w{i}" for i in range(20_000)]
    weights = [1 / (i + 5) for i in range(len(words))]
    drawn = iter(draw.choices(words, weights, k=560_000))
    return [" ".join(next(drawn) for _ in range(draw.randint(3, 24))) for _ in range(40_000)]


@pytest.fixture(scope="session")
def texts(tmp_path_factory, sentences):
    """The same sentences in files of many kinds; some begin, end or are broken in odd ways."""
    folder = tmp_path_factory.mktemp("texts")
    parts = [[line.encode() for line in sentences[i::4]] for i in range(4)]
    plain = b"\n".join(parts[0] * 3)  # more than one piece, and no line end at the end
    (folder / "plain.txt").write_bytes(plain)
    (folder / "windows.txt").write_bytes(b"\xef\xbb\xbf" + b"\r\n".join(parts[1] * 3) + b"\r\n")
    (folder / "packed.txt.gz").write_bytes(gzip.compress(b"\n".join(parts[2])))
    frames = [zstandard.compress(b"\n".join(parts[3][i::2]) + b"\n") for i in range(2)]
    (folder / "packed.txt.zst").write_bytes(b"".join(frames))
    (folder / "odd.txt").write_bytes(b"a lone\rreturn here\n\n<s> with marks </s>\n \t \nthe last\r")
    with zipfile.ZipFile(folder / "packed.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("text.txt", b"\n".join(parts[2][:500]))
    (folder / "empty.txt").write_bytes(b"")
    (folder / "blank.txt").write_bytes(b"\n\n \n")
    assert len(plain) > 2 * MIB
    return sorted(folder.iterdir())


@pytest.fixture(scope="session")
def text(tmp_path_factory, sentences):
    """A text of three pieces."""
    file = tmp_path_factory.mktemp("text") / "text.txt"
    file.write_text("\n".join(sentences))
    assert 2 * MIB < file.stat().st_size < 3 * MIB
    return file
