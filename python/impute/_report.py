"""What long work reports: a dict that draws itself in a notebook."""

from __future__ import annotations

from typing import Any

from . import _html


class Report(dict[str, Any]):
    """The figures of a report, by the names of the command line's `--json`. In a notebook it shows its page, if it
    has one, or else its figures.

    >>> Report("counted", {"tokens": 3})["tokens"]
    3
    """

    def __init__(self, title: str, figures: dict[str, Any], page: str | None = None) -> None:
        super().__init__(figures)
        self.title = title
        """What was done."""
        self.page = page
        """The report as a page of HTML that needs nothing else; `None` where there is none."""

    def _repr_html_(self) -> str:
        return _html.report(self.title, self.page, self)

    def __reduce__(self) -> tuple[type[Report], tuple[str, dict[str, Any], str | None]]:
        return Report, (self.title, dict(self), self.page)


def with_page(title: str, figures: dict[str, Any]) -> Report:
    """A report whose page is among its figures, as `html`."""
    page = figures.pop("html", None)
    return Report(title, figures, page)
