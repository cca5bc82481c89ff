"""The notebook runs from its first cell to its last, and is kept without outputs."""

import json
from pathlib import Path

import pytest

NOTEBOOK = Path(__file__).parents[1] / "examples" / "from_data_to_proof.ipynb"


def test_the_notebook_is_kept_without_outputs():
    cells = json.loads(NOTEBOOK.read_text())["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert code
    assert not [cell for cell in code if cell["outputs"] or cell["execution_count"]]


@pytest.mark.slow
def test_the_notebook_goes_from_data_to_a_proof_with_pictures(tmp_path, monkeypatch):
    nbclient = pytest.importorskip("nbclient")
    nbformat = pytest.importorskip("nbformat")
    monkeypatch.setenv("PYTHONPATH", str(NOTEBOOK.parents[1]), prepend=":")
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    client = nbclient.NotebookClient(
        notebook, timeout=600, resources={"metadata": {"path": str(tmp_path)}}
    )
    client.execute()
    outputs = [out for cell in notebook.cells for out in cell.get("outputs", ())]
    said = "".join(out.get("text", "") for out in outputs)
    assert "PROVED for every length" in said
    assert "REFUTED" in said
    assert "network equals program in exact reals: every length" in said
    assert "1 of 1 bundles hold" in said
    drawn = [kind for out in outputs for kind in out.get("data", {})]
    assert drawn.count("image/png") == 1
    assert drawn.count("image/svg+xml") == 2
