"""Makes Tests/Fixtures/jupyter: notebooks as Jupyter's own library writes them, and checks that it takes ours.

Made with Python 3.11, nbformat 5.11.1. Run: python Tests/References/jupyter_notebooks.py
With arguments, validates those files instead: python Tests/References/jupyter_notebooks.py FILE.ipynb …
"""

import pathlib
import sys

import nbformat
from nbformat import v4

if len(sys.argv) > 1:
    for name in sys.argv[1:]:
        nbformat.validate(nbformat.read(name, as_version=4))
        print(f"{name}: valid")
    sys.exit()

folder = pathlib.Path(__file__).parents[1] / "Fixtures/jupyter"
folder.mkdir(exist_ok=True)


def notebook(language, *cells):
    made = v4.new_notebook(cells=cells)
    made.metadata["kernelspec"] = {"name": language, "language": language, "display_name": language}
    for number, cell in enumerate(made.cells):
        cell.id = f"cell{number}"
    nbformat.validate(made)
    return made


ran = v4.new_code_cell("x = 2 * 3\nx", execution_count=1)
ran.outputs = [v4.new_output("execute_result", {"text/plain": "6"}, execution_count=1)]
picture = v4.new_markdown_cell("# Title\n\nA picture: ![p](attachment:p.png)")
picture.attachments = {"p.png": {"image/png": "iVBORw0KGgo="}}
nbformat.write(
    notebook(
        "mim",
        v4.new_raw_cell("---\nseed: 3\n---"),
        picture,
        ran,
        v4.new_markdown_cell("```python\nprint(1)\n```\n\nThe value: `{mim} x`"),
        v4.new_markdown_cell("   "),
        v4.new_raw_cell("as it is"),
        v4.new_code_cell('#| label: last\ny = "``` inside"'),
    ),
    folder / "mim.ipynb",
)
nbformat.write(notebook("python", v4.new_code_cell("print(1)")), folder / "python.ipynb")
nbformat.write(
    notebook("mim", v4.new_markdown_cell("An example:\n\n```mim\nquit\n```")), folder / "runs.ipynb"
)
