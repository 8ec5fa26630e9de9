"""Errors with the attributes that the native ones have."""

from __future__ import annotations

from typing import TypeVar

_Error = TypeVar("_Error", bound=Exception)


def placed(error: _Error, path: str | None = None, line: int | None = None) -> _Error:
    """An error with a `path` and a `line`, unless it has them."""
    for name, place in (("path", path), ("line", line)):
        if not hasattr(error, name):
            setattr(error, name, place)
    return error
