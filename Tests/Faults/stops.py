#!/usr/bin/env python3
"""How soon long work shows progress on a terminal, and how soon Ctrl-C ends it. Prints a table; ends with 1 where either took longer than LIMIT
seconds, on a machine that does nothing else. Needs Fashion-MNIST.

usage: stops.py MIM_REPL [--limit SECONDS] [--only WORD …]
"""

import argparse
import os
import pty
import re
import select
import signal
import subprocess
import sys
import tempfile
import time

PRELUDE = 'fashion = load fashion\nflat = load fashion pca=50\n'
MODEL = "m = model vae fashion z=20 hidden=[300]\n"
IMAGES = "m = model amim fashion z=[20, 20] levels=2 enc=conv dec=conv prior=vampprior(200, init=fashion.train)\n"
PIXELS = "m = model amim fashion z=[20, 20] levels=2 enc=conv dec=pixelcnn(layers=6, channels=32)\n"
# What is done before, and the work itself.
WORK = [
    ("", "load of a table of 77 MB", 'd = load "big.csv" label=label'),
    (MODEL, "train, perceptron", "train m fashion epochs=1000"),
    (IMAGES, "train, convolutions", "train m fashion epochs=1000 batch=200"),
    (PIXELS, "train, PixelCNN", "train m fashion epochs=1000 batch=200"),
    (MODEL, "sweep", "sweep seed=1..64 { evaluate(train(model(vae, fashion, hidden=[300]), fashion, epochs=3, seed=seed), fashion, nll) }"),
    (MODEL, "evaluate mi", "evaluate m fashion mi"),
    (IMAGES, "evaluate nll(samples=5000)", "evaluate m fashion nll(samples=5000)"),
    (IMAGES, "evaluate mi_q", "evaluate m fashion mi_q"),
    (MODEL, "evaluate mine", "evaluate m fashion mine(steps=100000)"),
    (PIXELS, "sample, PixelCNN", "sample m 5000"),
    (IMAGES, "encode, convolutions", "encode m fashion.train"),
    ("", "tsne", "tsne flat.all"),
    ("", "umap", "umap flat.all epochs=2000"),
    ("", "neighbors", "neighbors flat.all k=15"),
    ("", "mi, KSG", "mi flat.train flat.train.labels"),
    ("", "mi, a critic", "mi take(flat.train, 5000) take(flat.train, 5000) estimator=infonce"),
    ("", "mi_table", "mi_table take(flat.train, 20000)"),
    ("", "probe, mlp", "probe flat.train flat.train.labels kind=mlp"),
    ("", "compare", "compare take(flat.train, 20000) take(flat.test, 10000)"),
]
PROGRESS = re.compile(r"\d+ ?%|ETA|\d+/\d+|step \d+|epoch \d+|  \d+ s")


def measure(binary, folder, before, statement):
    """Seconds to the first sign of progress and from Ctrl-C to the end, and the exit code; None for what did not come."""
    lead, follow = pty.openpty()
    environment = dict(os.environ, TERM="xterm", COLUMNS="100", XDG_CACHE_HOME=folder + "/cache")
    begin = time.time()
    process = subprocess.Popen(
        [binary, "-c", PRELUDE + before + f'"ready"\n{statement}\n'], cwd=folder, stdin=subprocess.DEVNULL,
        stdout=follow, stderr=follow, env=environment)
    os.close(follow)
    text, ready, shown, asked = "", None, None, None
    while True:
        readable, _, _ = select.select([lead], [], [], 0.02)
        now = time.time()
        if readable:
            try:
                text += os.read(lead, 65536).decode(errors="replace")
            except OSError:
                break
        if ready is None and "ready" in text:
            ready, text = now, text[text.index("ready") + 5:]
        if ready and shown is None and PROGRESS.search(text):
            shown = now - ready
        if ready and asked is None and now - ready > 4:
            asked = now
            process.send_signal(signal.SIGINT)
        if asked and now - asked > 60 or now - begin > 300:
            process.kill()
            break
    code = process.wait()
    ended = time.time()
    os.close(lead)
    return shown, (ended - asked) if asked else None, code


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("--limit", type=float, default=2)
    parser.add_argument("--only", nargs="+", default=[])
    options = parser.parse_args()
    late = []
    with tempfile.TemporaryDirectory(prefix="mim-stops-") as folder:
        with open(folder + "/big.csv", "w") as file:
            file.write(",".join(f"c{i}" for i in range(10)) + ",label\n")
            for row in range(1_000_000):
                file.write(",".join(f"{(row * (7 + i) % 9973) / 1000 - 5:.4f}" for i in range(10)) + f",{row % 3}\n")
        print(f"{'work':28} {'progress after':>15} {'ended after Ctrl-C':>19} {'code':>5}")
        for before, name, statement in WORK:
            if options.only and not any(word in name for word in options.only):
                continue
            shown, ended, code = measure(os.path.abspath(options.binary), folder, before, statement)
            if ended is None:
                print(f"{name:28} {'-':>15} {'it was done sooner':>19} {code:5}", flush=True)
                continue
            text = "none" if shown is None else f"{shown:.1f} s"
            print(f"{name:28} {text:>15} {ended:17.1f} s {code:5}", flush=True)
            if shown is None or shown > options.limit or ended > options.limit:
                late.append(name)
    if late:
        sys.exit("later than " + f"{options.limit:g} s: " + ", ".join(late))


if __name__ == "__main__":
    main()
