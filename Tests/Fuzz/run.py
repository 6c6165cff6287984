#!/usr/bin/env python3
"""Fuzzes every reader of the program with libFuzzer, and prints what was found.

    Tests/Fuzz/run.py [--seconds N] [--only NAME …] [--corpus FOLDER] MIM-FUZZ MIM-REPL

Inputs start from this repository's own notebooks and fixtures, and from files that MIM-REPL writes. What each reader learns stays in
the corpus folder for the next time. An input that traps, hangs, runs into a sanitizer or takes more than 3 GB is kept in
FOLDER/found, and the exit status is 1.
"""

import argparse
import glob
import json
import os
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "Tests/Fixtures"
# Readers whose inputs are other than small.
LONGEST = {"store": 131072, "model": 65536, "checkpoint": 65536, "value": 65536, "recipe": 65536}
WORK = """---
title: seeds
---

```mim
#| label: one
toy = load toy "4" n=64
m = train(model(mim, toy, z=1, hidden=[3]), toy, epochs=2, checkpoint="c.safetensors")
save m "m.safetensors"
e = encode m toy.test
s = evaluate m toy rmse rate
r = sweep h=[2, 3] { evaluate(model(mim, toy, z=1, hidden=[h]), toy, rmse) }
t = table r
plot e save="f.png"
```

And text with a value, `{mim} s.rmse %.2f`.
"""


DOCUMENT = {"uri": "file:///fuzz.mim"}
PLACE = {"textDocument": DOCUMENT, "position": {"line": 0, "character": 3}}
MESSAGES = [
    [
        {"method": "textDocument/didChange", "params": {
            "textDocument": DOCUMENT | {"version": 2}, "contentChanges": [
                {"range": {"start": {"line": 0, "character": 0}, "end": {"line": 1, "character": 2}}, "text": "a = "}]}},
        {"id": 2, "method": "textDocument/hover", "params": PLACE},
    ],
    [
        {"id": 3, "method": "textDocument/rename", "params": PLACE | {"newName": "b"}},
        {"id": 4, "method": "textDocument/codeAction", "params": {
            "textDocument": DOCUMENT, "context": {"diagnostics": []}, "range": {
                "start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}}}},
        {"id": "s", "method": "shutdown"},
        {"method": "exit"},
    ],
]


def numbered(folder, contents):
    folder.mkdir(parents=True, exist_ok=True)
    for index, content in enumerate(contents):
        if isinstance(content, str):
            content = content.encode()
        (folder / f"seed-{index}").write_bytes(content)


def files(*patterns, largest=65536):
    found = [pathlib.Path(name) for pattern in patterns for name in sorted(glob.glob(str(pattern)))]
    return [path.read_bytes() for path in found if path.stat().st_size <= largest]


def cells(text):
    return re.findall(r"^```mim\n(.*?)^```", text, re.M | re.S)


def without_checksum(content):
    """A file of arrays whose reader can't tell that it was changed."""
    length = struct.unpack("<Q", content[:8])[0]
    header = json.loads(content[8 : 8 + length])
    header["__metadata__"] = {
        key: value for key, value in header["__metadata__"].items() if "sha256" not in key
    }
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + content[8 + length :]


def written(program):
    """Files that the program itself writes: by reader."""
    with tempfile.TemporaryDirectory() as folder:
        notebook = pathlib.Path(folder) / "seeds.mimnb"
        notebook.write_text(WORK)
        environment = dict(os.environ, XDG_CACHE_HOME=f"{folder}/cache", XDG_STATE_HOME=f"{folder}/state")
        subprocess.run(
            [program, "run", notebook, "-o", f"{folder}/out", "--allow-write", folder],
            cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        out = pathlib.Path(folder)
        read = lambda pattern: [path.read_bytes() for path in sorted(out.rglob(pattern))]
        models = [without_checksum(content) for content in read("m.safetensors")]
        checkpoints = [without_checksum(content) for content in read("c.safetensors")]
        # Behind a mark of a line and a checksum of 32 bytes.
        values = [content[content.index(b"\n") + 33 :] for content in read("*.value")]
        made = {
            "model": models, "checkpoint": checkpoints, "safetensors": models, "store": read("*.sqlite"),
            "recipe": read("f.png"), "value": values, "record": read("run.json"),
        }
        missing = [name for name, contents in made.items() if not contents]
        if missing:
            sys.exit(f"fuzz: the notebook of seeds wrote nothing for {', '.join(missing)}")
        return made


def seeds(program):
    notebooks = files(ROOT / "notebooks/*.mimnb")
    made = written(program)
    models = files(FIXTURES / "first-version/*.safetensors")
    return made | {
        "script": [cell for text in notebooks for cell in cells(text.decode())],
        "expression": [
            "a = [1, 2.5, none]\nfor i in 1..3 by 2 { a = a + [i ** 2] }\nshow mean(log(exp(a)))",
            'if not (1 < 2 and "x" == "y") { -3 // 2 } else { round(2.345, 1) }\nx = {a: 1}\nparam p = 3\n(1..5)[2]',
        ],
        "notebook": notebooks + [WORK],
        "format": [cell for text in notebooks for cell in cells(text.decode())] + notebooks + [WORK],
        "editor": [cell for text in notebooks for cell in cells(text.decode())],
        "ipynb": files(FIXTURES / "**/*.ipynb"),
        "lsp": [
            "\n".join(json.dumps({"jsonrpc": "2.0", **message}) for message in messages) for messages in MESSAGES
        ],
        "csv": ['x,"y, z",class\n1,2e-3,a\n"4",nan,b\n', "a;b\n1,5;2\n", "\ufeff1 2\r\n3 4\r\n",
            "kind,class,x\nu,a,1\nNA,a,2\nv,b,3\nu,b,4\nv,a,?\nw,b,5\n"],
        "tsv": ["x\ty\n1\t2\n"],
        "npy": files(FIXTURES / "data/*.npy"),
        "npz": files(FIXTURES / "data/*.npz"),
        "png": files(FIXTURES / "data/*.png"),
        "idx": files(FIXTURES / "data/mnist/train-images*"),
        "mat": files(FIXTURES / "omniglot/*.mat"),
        "zip": files(FIXTURES / "omniglot/*.zip"),
        "safetensors": files(FIXTURES / "data/*.safetensors") + models + made["safetensors"],
        "model": models + made["model"],
        "request": ["/0123/body\n127.0.0.1:8750\nhttp://127.0.0.1:8750", "//\nlocalhost\nnull"],
    }


def run(program, name, seconds, corpus):
    (corpus / "found").mkdir(parents=True, exist_ok=True)
    own = corpus / name
    result = subprocess.run(
        [program, f"-max_total_time={seconds}", "-timeout=20", "-rss_limit_mb=3072", "-print_final_stats=1",
         f"-max_len={LONGEST.get(name, 8192)}", f"-artifact_prefix={corpus}/found/{name}-", own],
        cwd=ROOT, capture_output=True, text=True, errors="replace",
        env=dict(os.environ, MIM_FUZZ_TARGET=name,
                 ASAN_OPTIONS="detect_leaks=0:allocator_may_return_null=1:detect_stack_use_after_return=0"))
    text = result.stderr
    edges = re.findall(r"cov: (\d+)", text)
    inputs = re.findall(r"number_of_executed_units: (\d+)", text)
    kept = re.findall(r"Test unit written to (\S+)", text)
    (corpus / f"{name}.log").write_text(text)
    return result.returncode, inputs[-1] if inputs else "?", edges[-1] if edges else "?", kept


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=60, help="for all readers together")
    parser.add_argument("--only", nargs="+", help="readers")
    parser.add_argument("--corpus", type=pathlib.Path, default=ROOT / ".build-fuzz/corpus")
    parser.add_argument("fuzz")
    parser.add_argument("program")
    options = parser.parse_args()
    fuzz, program = os.path.abspath(options.fuzz), os.path.abspath(options.program)
    # Without a reader it says which there are, and leaves an input behind that is none.
    with tempfile.TemporaryDirectory() as folder:
        said = subprocess.run(
            [fuzz, "-runs=0", f"-artifact_prefix={folder}/"], capture_output=True, text=True,
            env=dict(os.environ, MIM_FUZZ_TARGET=""))
    known = re.findall(r"MIM_FUZZ_TARGET takes one of: (.*)", said.stderr)[0].split()
    names = options.only or known
    unknown = sorted(set(names) - set(known))
    if unknown:
        sys.exit(f"fuzz: there is no reader {', '.join(unknown)}; there are {', '.join(known)}")
    for name, contents in seeds(program).items():
        numbered(options.corpus / name, contents)
    each = max(1, options.seconds // len(names))
    failed = []
    print(f"{'reader':12} {'seconds':>7} {'inputs':>9} {'edges':>7}  found")
    for name in names:
        code, inputs, edges, kept = run(fuzz, name, each, options.corpus)
        bad = code != 0
        if bad:
            failed.append(name)
        print(f"{name:12} {each:7} {inputs:>9} {edges:>7}  {' '.join(kept) if bad else 'nothing'}", flush=True)
    shutil.rmtree(options.corpus / "tmp", ignore_errors=True)
    if failed:
        sys.exit(f"fuzz: found something in {', '.join(failed)}; see {options.corpus}/found and the logs beside it")


if __name__ == "__main__":
    main()
