"""Spark's Python daemon, with faults: `spark.python.daemon.module` names this module in the tests.

`plan(...)` says what goes wrong, in a file that the workers read: at which part, at which point of keeping it, what,
and how often. What is not planned works as ever.
"""

import json
import os
import signal
import time
from pathlib import Path

SLEEP = 60.0
"""How long a planned sleep takes, in seconds, if nobody ends it."""

PLAN = "IMPUTE_TEST_FAULTS"
"""The variable that names the folder of the plan."""


def plan(folder, part, point, what, times=1):
    """`part` is how the name of a part begins, `point` one of `before` (anything is written), `between` (writing and
    renaming) and `after`, `what` one of `raise`, `kill-python`, `kill-java` and `sleep`."""
    clear(folder)
    told = {"part": part, "point": point, "what": what, "times": times}
    (folder / "plan.json").write_text(json.dumps(told))


def clear(folder):
    for file in folder.iterdir():
        file.unlink()


def happened(folder):
    """How often it has gone wrong."""
    return len(list(folder.glob("happened-*")))


def _takes_turn(folder, times):
    for turn in range(times):
        try:
            (folder / f"happened-{turn}").touch(exist_ok=False)
            return True
        except FileExistsError:
            pass
    return False


def _parent(pid):
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def _fail(what):
    if what == "raise":
        raise RuntimeError("planned")
    if what == "kill-python":
        os.kill(os.getpid(), signal.SIGKILL)
    if what == "kill-java":  # the worker's parent is the daemon, whose parent is the executor
        os.kill(_parent(os.getppid()), signal.SIGKILL)
        time.sleep(SLEEP)
    if what == "sleep":
        time.sleep(SLEEP)


def install():
    from impute.spark import _folder

    keep = _folder.keep

    def faulty(part, write):
        folder = Path(os.environ[PLAN])
        try:
            told = json.loads((folder / "plan.json").read_text())
        except FileNotFoundError:
            return keep(part, write)
        if not os.path.basename(part).startswith(told["part"]):
            return keep(part, write)
        fails = _takes_turn(folder, told["times"])

        def at(point):
            if fails and point == told["point"]:
                _fail(told["what"])

        def writing(path):
            at("before")
            done = write(path)
            at("between")
            return done

        done = keep(part, writing)
        at("after")
        return done

    _folder.keep = faulty


if __name__ == "__main__":
    from pyspark.daemon import manager

    install()
    manager()
