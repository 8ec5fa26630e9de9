"""The tour runs from beginning to end, and is kept without its outputs."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbclient import NotebookClient

TOUR = Path(__file__).parents[1] / "notebooks" / "tour.ipynb"


def test_the_tour_runs():
    notebook = nbformat.read(TOUR, as_version=4)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.outputs == [] and cell.execution_count is None for cell in cells)
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(TOUR.parent)}}).execute()
    shown = [output.get("data", {}).get("text/html", "") for cell in cells for output in cell.outputs]
    for drawing in ("<ins>was</ins>", 'class="gap"', "The likeliest words and places", "<iframe", "<caption>Trained"):
        assert any(drawing in html for html in shown), drawing
    warned = [output.text for cell in cells for output in cell.outputs if output.get("name") == "stderr"]
    assert not any("Warning" in text for text in warned), warned
