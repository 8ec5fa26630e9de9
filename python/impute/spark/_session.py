"""The Spark session that jobs run in."""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

A = TypeVar("A")
B = TypeVar("B")


def active() -> "SparkSession":
    """The session that is active, or a new one with the settings that `spark-submit` gives."""
    from pyspark.sql import SparkSession

    return SparkSession.getActiveSession() or SparkSession.builder.appName("impute").getOrCreate()


def run(work: Callable[[A], B], items: Sequence[A], described: str) -> list[B]:
    """One task an item: what each returned, in their order. `described` is what Spark's page says of the job."""
    context = active().sparkContext
    with _described(context, described):
        done: list[B] = context.parallelize(items, len(items)).map(work).collect()
        return done


@contextlib.contextmanager
def _described(context, text: str) -> Iterator[None]:  # type: ignore[no-untyped-def]
    name = "spark.job.description"
    before = context.getLocalProperty(name)
    context.setLocalProperty(name, f"impute: {text}")
    try:
        yield
    finally:
        context.setLocalProperty(name, before)


def processors() -> int:
    """How many processors the task that asks may use."""
    from pyspark import TaskContext

    context = TaskContext.get()
    return context.cpus() if context else 1


def scratch() -> str | None:
    """The folder that Spark gives the task for temporary files; `None` for the system's."""
    import os

    folders = os.environ.get("SPARK_LOCAL_DIRS", "").split(",")
    return next((folder for folder in folders if os.path.isdir(folder)), None)
