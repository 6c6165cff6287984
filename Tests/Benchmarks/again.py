#!/usr/bin/env python3
"""How long notebooks take when they run first, again, after their last picture changed, and after their first model changed.

    Tests/Benchmarks/again.py [--quick] [--program MIM-REPL] [NOTEBOOK …]

Every notebook (all of notebooks/ without names) is copied with its data, so that results kept elsewhere and the notebook itself stay as they
are. `picture` has another title in the last `plot`, `model` one more hidden unit, or latent one where it names none, in the first `model`
(with an empty output folder).
Seconds are those of the whole program, from its start to its end.
"""

import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]


def changed_picture(text):
    """With another title in the last plot; None without a plot."""
    places = list(re.finditer(r"^ *(?:\w+ = )?plot .*$", text, re.MULTILINE))
    if not places:
        return None
    line = places[-1]
    new = re.sub(r' title="[^"]*"', "", line.group()) + ' title="again"'
    return text[: line.start()] + new + text[line.end() :]


def changed_model(text):
    """With one more unit in the first model; None without a model that names its units."""
    for place in re.finditer(r"^.*\bmodel\b.*$", text, re.MULTILINE):
        for pattern in (r"(hidden=\[)(\d+)", r"(\bz=)(\d+)"):
            unit = re.search(pattern, place.group())
            if unit and "train" in text:
                new = place.group()
                new = new[: unit.start(2)] + str(int(unit.group(2)) + 1) + new[unit.end(2) :]
                return text[: place.start()] + new + text[place.end() :]
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="as a smoke test")
    parser.add_argument("--program", default=str(ROOT / ".build/release/mim-repl"))
    parser.add_argument("names", nargs="*", metavar="NOTEBOOK")
    options = parser.parse_args()
    program = os.path.abspath(options.program)
    names = options.names or sorted(path.stem for path in (ROOT / "notebooks").glob("*.mimnb"))
    failed = []
    print("| notebook | first | again | picture | model | load |")
    print("| --- |" + " ---: |" * 5)
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder) / "notebooks"
        shutil.copytree(ROOT / "notebooks", copy)
        environment = dict(os.environ, XDG_CACHE_HOME=f"{folder}/cache")

        def seconds(name, text):
            (copy / f"{name}.mimnb").write_text(text)
            command = [program, "run", f"notebooks/{name}.mimnb", "-o", f"{folder}/out/{name}", "--quiet"]
            begin = time.monotonic()
            result = subprocess.run(
                command + ["--quick"] * options.quick, cwd=folder, env=environment,
                capture_output=True, text=True)
            taken = time.monotonic() - begin
            if result.returncode != 0:
                failed.append(f"{name}: {result.stderr.strip().splitlines()[-1:]}")
                return "failed"
            return f"{taken:.2f}"

        for name in names:
            text = (ROOT / "notebooks" / f"{name}.mimnb").read_text()
            load = os.getloadavg()[0]
            cells = [seconds(name, text), seconds(name, text)]
            for change in (changed_picture, changed_model):
                new = change(text)
                if change is changed_model:
                    # A checkpoint of the other model would rightly be refused.
                    shutil.rmtree(f"{folder}/out/{name}", ignore_errors=True)
                cells.append("–" if new is None else seconds(name, new))
            print(f"| {name} | " + " | ".join(cells) + f" | {load:.1f} |", flush=True)
    if failed:
        sys.exit("\n".join(failed))


if __name__ == "__main__":
    main()
