"""Faults of the input on their way from a task to the driver.

What is wrong with a text stays wrong however often a task is repeated, and through Spark it would arrive as the
text of a trace. So a task returns it, and the driver raises it, with its file and line.
"""

import json
from typing import NamedTuple, NoReturn


class Fault(NamedTuple):
    """A `ValueError` with what it is about."""

    message: str
    path: str | None
    line: int | None

    @classmethod
    def of(cls, error: ValueError) -> "Fault":
        """What an error of the engine says."""
        return cls(str(error), getattr(error, "path", None), getattr(error, "line", None))

    def moved(self, shown: str, path: str, lines: int) -> "Fault":
        """The same about the file that was read as `shown`, and in which so many lines come before."""
        line = self.line and self.line + lines
        message = self.message.replace(shown, path)
        if line:
            message = message.replace(f"line {self.line}:", f"line {line}:", 1)
        return Fault(message, path, line)

    def save(self, path: str) -> None:
        """Writes it to a file."""
        with open(path, "w", encoding="ascii") as file:
            json.dump(self, file)

    @classmethod
    def load(cls, path: str) -> "Fault | None":
        """What `save` wrote; `None` if there is no such file."""
        try:
            with open(path, encoding="ascii") as file:
                return cls(*json.load(file))
        except FileNotFoundError:
            return None

    def throw(self) -> NoReturn:
        """Raises it, with `path` and `line`."""
        error = ValueError(self.message)
        error.path, error.line = self.path, self.line  # type: ignore[attr-defined]
        raise error
