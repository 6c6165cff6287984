"""The accessibility rules of axe-core (Deque), from a wheel on PyPI that holds its one file of JavaScript."""

import glob
import os
import subprocess
import sys

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))
FOLDER = os.path.join(ROOT, ".venv-browser")
PACKAGE = "axe-playwright-python==0.1.8"


def source():
    """The script; None where it isn't here and PyPI cannot be reached, which is said."""
    pattern = f"{FOLDER}/**/axe.min.js"
    if not glob.glob(pattern, recursive=True):
        subprocess.run([sys.executable, "-m", "venv", FOLDER], check=True)
        # Only its JavaScript is used: what the package asks for beside it is not needed.
        result = subprocess.run(
            [f"{FOLDER}/bin/pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", PACKAGE])
        if result.returncode != 0:
            print(f"not tried: axe-core's rules, since {PACKAGE} could not be installed", file=sys.stderr)
            return None
    with open(glob.glob(pattern, recursive=True)[0]) as file:
        return file.read()


def violations(page, script):
    """Rules that a page breaks, each with the first place."""
    page.run("typeof axe") == "object" or page.run(script + "; 0")
    return page.run(
        "axe.run(document, {resultTypes: ['violations']}).then((r) => r.violations.map((v) =>"
        " `${v.id}: ${v.help}: ${v.nodes.length} × ${v.nodes[0].html.slice(0, 160)} ${v.nodes[0].failureSummary ?? ''}`))")
