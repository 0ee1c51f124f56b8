"""Every notebook runs from top to bottom in a kernel of its own, and says what it says it says."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = sorted((Path(__file__).parent.parent / "docs" / "notebooks").glob("*.ipynb"))


def shown(notebook: nbformat.NotebookNode) -> str:
    """Return all that the cells show, as text and as HTML."""
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    return "\n".join(str(text) for output in outputs for text in output.get("data", {}).values())


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_every_cell_shows_something(path, tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(path.parent.parent.parent))
    notebook = nbformat.read(path, as_version=4)
    assert not [cell for cell in notebook.cells if cell.cell_type == "code" and cell.outputs], "stored without outputs"
    NotebookClient(notebook, timeout=900, kernel_name="python3", resources={"metadata": {"path": tmp_path}}).execute()
    empty = [cell.source for cell in notebook.cells if cell.cell_type == "code" and not cell.outputs]
    assert empty == []
    text = shown(notebook)
    assert "<svg" in text
    assert "saved" in text
    assert (tmp_path / "results").is_dir()
