"""What Spark costs, in seconds of processors: counting and answering, against the command line with `xargs -P2`.

    python cost.py TEXT...          prints a table; the texts, of which the first is answered too, plain and of lines

Not a test: its figures are in SPARK.md. They are sums over all processes, and hardly depend on what else runs.
"""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import hosts
from impute import spark as cluster

ANSWERED = 8_000
_USED: dict[int, int] = {}


def of_tree():
    """Seconds of processors that this process and its descendants have used, as far as they have been seen: Spark's
    Python processes come and go, and nobody waits for them."""
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except (OSError, ValueError):
            continue
        parents[int(folder.name)] = int(fields[1]), int(fields[11]) + int(fields[12])

    def is_ours(pid):
        while pid in parents and pid != os.getpid():
            pid = parents[pid][0]
        return pid == os.getpid()

    _USED.update({pid: used for pid, (_, used) in parents.items() if is_ours(pid)})
    return sum(_USED.values()) / os.sysconf("SC_CLK_TCK")


def told(name, work, seconds=of_tree):
    before = seconds()
    result = work()
    print(f"{name:<44}{seconds() - before:8.2f} s", flush=True)
    return result


def of_children():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main(texts):
    impute = shutil.which(os.environ.get("IMPUTE", "impute"))
    folder = Path(tempfile.mkdtemp())
    lines = folder / "lines.txt"
    with open(texts[0], "rb") as text, open(lines, "wb") as some:
        some.writelines(line for line, _ in zip(text, range(ANSWERED)))
    size = sum(os.stat(text).st_size for text in texts)
    print(f"{len(texts)} texts of {size / 1e6:.0f} MB")

    def command(shell, **names):
        names = {name: str(value) for name, value in names.items()}
        names["IMPUTE_THREADS"] = "1"
        subprocess.run(["sh", "-ec", shell], check=True, env={**os.environ, **names})

    def xargs():
        count = 'xargs -P2 -I{} sh -c \'"$I" count -q "{}" -o "$F/$(basename "{}").part"\''
        command(f'printf "%s\\n" $T | {count}', I=impute, F=folder, T=" ".join(texts))

    told("command line: count, xargs -P2", xargs, of_children)
    merge = '"$I" merge -q "$F"/*.part -o "$F/merged"'
    told("command line: merge", lambda: command(merge, I=impute, F=folder), of_children)
    answer = '"$I" predict -q "$F/lines.txt" -o "$F/answered" --format text'
    for name in ["first", "second"]:
        told(f"command line: answer, {name}", lambda: command(answer, I=impute, F=folder), of_children)

    os.environ["PYSPARK_PYTHON"] = sys.executable
    names = ["spark.local.dir", "spark.sql.warehouse.dir"]
    settings = {name: folder for name in names}
    settings |= {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false", "spark.log.level": "OFF"}
    settings |= {"spark.executorEnv.PYTHONPATH": os.environ.get("PYTHONPATH", "")}
    session = told("Spark: start", lambda: hosts.started(settings, folder))
    file = max(os.stat(text).st_size for text in texts)
    for name, settings in [("first", {}), ("second", {}), ("a file a task", {"piece": file})]:

        def count(settings=settings):
            cluster.count(texts, 3, folder / "cluster", **settings)

        told(f"Spark: count and merge, {name}", count)
        same = (folder / "cluster").read_bytes() == (folder / "merged").read_bytes()
        assert same, "other counts than those of the command line"
    sentences = lines.read_bytes().decode().splitlines()
    frame = session.createDataFrame([(line,) for line in sentences], "sentence string").repartition(2)
    frame = frame.cache()
    told("Spark: cache the sentences", frame.count)
    for name in ["first", "second", "third"]:
        answered = cluster.answer(frame, "sentence", insert="words")
        write = answered.write.mode("overwrite").parquet
        told(f"Spark: answer, {name}", lambda write=write: write(f"{folder}/p"))
    given = sorted(row["answer"] for row in session.read.parquet(f"{folder}/p").collect())
    assert given == sorted((folder / "answered").read_bytes().decode().splitlines())
    session.stop()
    shutil.rmtree(folder)


if __name__ == "__main__":
    main([os.path.abspath(text) for text in sys.argv[1:]])
