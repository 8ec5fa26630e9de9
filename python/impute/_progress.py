"""Progress bars for long work: tqdm's, where it is installed and somebody looks."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, TypeVar

Counted = Callable[[int], object]
"""Is told how many more are done."""
Staged = Callable[[str, str, int | None, int], object]
"""Is told the stage of the work, what it counts, how many there are if that is known, and how many are done."""
_Tell = TypeVar("_Tell", bound=Callable[..., object])

DELAY = 1.0
"""Seconds before a bar appears: what is done by then needs none."""


def counting(progress: bool | Counted | None, total: int | None, unit: str) -> AbstractContextManager[Counted | None]:
    """What to tell when more of `total` (`None` if it is not known) is done: `progress` itself if it is a function, a
    bar if it is `True` or, for `None`, if a terminal or a notebook would show it, else nothing."""
    return _telling(progress, lambda bars: bars.count(total, unit))


def staging(progress: bool | Staged | None) -> AbstractContextManager[Staged | None]:
    """The same for work in stages, each of which has a bar of its own."""
    return _telling(progress, lambda bars: bars.tell)


@contextmanager
def _telling(progress: bool | _Tell | None, teller: Callable[[_Bars], _Tell]) -> Iterator[_Tell | None]:
    if callable(progress):
        yield progress
        return
    bar_class = _bar_class(progress)
    if bar_class is None:
        yield None
        return
    bars = _Bars(bar_class, always=bool(progress))
    try:
        yield teller(bars)
    finally:
        bars.close()


class _Bars:
    def __init__(self, bar_class: Any, always: bool) -> None:
        self.bar_class, self.always = bar_class, always
        self.stage: tuple[str, str] | None = None
        self.bar: Any = None

    def begin(self, **bar: Any) -> None:
        self.bar = self.bar_class(delay=0 if self.always else DELAY, leave=self.always, **bar)

    def count(self, total: int | None, unit: str) -> Counted:
        self.begin(total=total, unit=f" {unit}")
        update: Counted = self.bar.update
        return update

    def tell(self, name: str, unit: str, total: int | None, done: int) -> None:
        if self.stage != (name, unit):
            self.close()
            self.begin(total=total, desc=name, unit="B" if unit == "bytes" else f" {unit}", unit_scale=True)
            self.stage = (name, unit)
        self.bar.update(done - self.bar.n)

    def close(self) -> None:
        if self.bar is not None:
            self.bar.close()
        self.stage = self.bar = None


def _bar_class(progress: bool | None) -> Any:
    """tqdm's class for where we are; `None` for no bar."""
    if progress is False or (progress is None and not _is_looked_at()):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a notebook without ipywidgets has bars of text, which are fine
            from tqdm.auto import tqdm
    except ImportError:
        if progress:
            raise ImportError("progress=True draws its bar with tqdm, which is missing: pip install tqdm") from None
        return None
    return tqdm


def _is_looked_at() -> bool:
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if hasattr(shell, "kernel"):
        return True
    return sys.stderr is not None and sys.stderr.isatty()
