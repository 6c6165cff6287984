#!/usr/bin/env python3
"""Watches a notebook, saves it as editors do, and checks what readers see in headless Chromium.

usage: watch.py MIM_REPL_BINARY [FOLDER_FOR_SCREENSHOTS]
"""

import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

import checks
from checks import expect, finish
from chromium import Browser

BINARY = os.path.realpath(sys.argv[1])
SCREENSHOTS = sys.argv[2] if len(sys.argv) > 2 else None


def paragraphs(name):
    return "\n\n".join(f"{name} paragraph {n}: " + "words that fill a line or two. " * 6 for n in range(8))


def notebook(intro="Intro.", last="a * 7", caption="Points.", fit="", points=200):
    return f"""---
title: A watched notebook
seed: 1
---
{intro}

{paragraphs("First")}

```mim
#| label: numbers
a = 6
```

{paragraphs("Second")}

```mim
#| label: picture
#| caption: {caption}
toy = load toy "4" n={points}
plot toy
```

{paragraphs("Third")}

```mim
#| label: folded
#| echo: fold
{last}
```

{fit}

{paragraphs("Fourth")}
"""


FIT = """```mim
#| label: fit
m = train(model(mim, toy, z=2, hidden=[20]), toy, epochs=1000000, patience=1000000)
```

```mim
#| label: below
show m
```
"""


def save_in_place(path, text):
    with open(path, "r+") as file:
        file.truncate(0)
        file.write(text)


def save_by_renaming(path, text):
    with open(path + "~", "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.rename(path + "~", path)


def save_by_creating(path, text):
    os.remove(path)
    time.sleep(0.05)
    with open(path, "w") as file:
        file.write(text)


def state(label, wanted):
    return f"document.getElementById('cell-{label}')?.dataset.state === '{wanted}'"


IDLE = "document.documentElement.dataset.watch === 'idle'"


def text_in(selector, words):
    return f"(document.querySelector('{selector}')?.innerText ?? '').includes({words!r})"


def check(browser, address, path, folder):
    page = browser.open(address)
    expect("all cells are fresh after the first run", page.wait(" && ".join(
        [IDLE] + [state(label, "fresh") for label in ("numbers", "picture", "folded")])))
    expect("the picture is drawn", page.wait("document.querySelector('figure img').naturalWidth > 100"))
    expect("the title", page.run("document.title") == "A watched notebook")
    expect("the last cell shows its value", page.wait(text_in("#cell-folded", "42")))

    # Write and rename, far above where the reader is.
    page.run("document.querySelector('#cell-folded details').open = true")
    page.run("document.getElementById('cell-folded').scrollIntoView()")
    page.run(
        "window.before = {folded: document.getElementById('cell-folded'), top: document.getElementById('cell-folded')"
        ".getBoundingClientRect().top, picture: document.querySelector('figure img')}")
    save_by_renaming(path, notebook(intro="Another intro.\n\n" + paragraphs("New")))
    expect("renamed over: the prose follows", page.wait("document.querySelector('main').innerText.includes('Another intro.')"))
    expect("the reader's place in the window is kept", page.run(
        "Math.abs(document.getElementById('cell-folded').getBoundingClientRect().top - before.top) < 1.5"))
    expect("cells that are the same are not drawn again", page.run(
        "document.getElementById('cell-folded') === before.folded && document.querySelector('figure img') === before.picture"))
    expect("what was folded open stays open", page.run("document.querySelector('#cell-folded details').open"))

    # In place: one cell is another.
    save_in_place(path, notebook(intro="Another intro.\n\n" + paragraphs("New"), last="a * 8"))
    expect("in place: the cell that changed runs", page.wait(text_in("#cell-folded", "48") + " && " + state("folded", "fresh")))
    expect("the reader's place is kept when the cell there is replaced", page.run(
        "Math.abs(document.getElementById('cell-folded').getBoundingClientRect().top - before.top) < 1.5"))
    expect("no other cell is drawn again", page.run(
        "document.querySelector('figure img') === before.picture && document.getElementById('cell-folded') !== before.folded"))
    expect("a replaced cell stays folded open", page.run("document.querySelector('#cell-folded details').open"))

    # Deleted and created: a caption.
    save_by_creating(path, notebook(last="a * 8", caption="Other words."))
    expect("created anew: the caption follows", page.wait(text_in("figcaption", "Other words.")))

    # A new picture comes in without a jump of what the reader sees below it.
    page.run("document.getElementById('cell-folded').scrollIntoView()")
    page.run("before.top = document.getElementById('cell-folded').getBoundingClientRect().top")
    page.run("before.source = document.querySelector('figure img').src")
    save_in_place(path, notebook(last="a * 8", points=100))
    expect("another picture", page.wait("document.querySelector('figure img').src !== before.source && " + IDLE))
    expect("the place is kept under another picture", page.run(
        "Math.abs(document.getElementById('cell-folded').getBoundingClientRect().top - before.top) < 1.5"))

    # How fast prose follows.
    times = []
    for number in range(15):
        mark = f"Edit number {number}."
        page.run(
            "window.seen = new Promise((done) => { const look = new MutationObserver(() => {"
            f" if (document.querySelector('main').innerText.includes('{mark}')) {{ look.disconnect(); done(Date.now()); }} }});"
            " look.observe(document.querySelector('main'), {childList: true, subtree: true}); }); 0")
        begun = time.time()
        save_by_renaming(path, notebook(intro=mark, last="a * 8", points=100))
        times.append(page.run("window.seen") - 1000 * begun)
    print(f"an edit of prose is in the page after {statistics.median(times):.0f} ms (the slowest of 15: {max(times):.0f} ms)")

    # Training: progress, stop, go on.
    save_by_renaming(path, notebook(last="a * 8", points=100, fit=FIT))
    expect("a training shows that it runs, how far it is, and when it ends", page.wait(
        state("fit", "running") + " && document.querySelector('#cell-fit progress')?.value > 0 && "
        + text_in("#cell-fit .watch-mark", "ETA")))
    expect("what waits for it is stale", page.run(state("below", "stale")))
    save_by_renaming(path, notebook(intro="Written while it trains.", last="a * 8", points=100, fit=FIT))
    expect("prose follows while a cell runs", page.wait("document.querySelector('main').innerText.includes('while it trains')"))
    expect("and the cell goes on", page.run(state("fit", "running")))
    if SCREENSHOTS:
        page.run("document.getElementById('cell-fit').scrollIntoView()")
        page.picture(f"{SCREENSHOTS}/running.png")
    page.click("#watch-stop")
    expect("the button stops it", page.wait(state("fit", "stopped") + " && " + IDLE))
    expect("what it had made is kept", page.wait(text_in("#cell-fit", "the model so far is kept")))
    if SCREENSHOTS:
        page.picture(f"{SCREENSHOTS}/stopped.png")
    page.click("#cell-fit .watch-mark button")
    expect("the cells below go on with it", page.wait(state("below", "fresh") + " && " + IDLE))
    expect("and it stays marked", page.run(state("fit", "stopped")))

    # Mistakes.
    save_by_renaming(path, notebook(last="a * 8", points=100, fit="```mim\n#| label: wrong\ntake(toy.test, 5000)\n```"))
    expect("a cell that fails shows its message with a caret", page.wait(
        state("wrong", "failed") + " && " + text_in("#cell-wrong pre.error", "^")))
    save_by_renaming(path, notebook(last="a * (8", points=100))
    expect("a mistake in the text is shown with a caret", page.wait(
        "!document.getElementById('watch-problem').hidden && " + text_in("#watch-problem", "^")))
    expect("the last good results stay", page.wait(text_in("#cell-folded", "48")))
    if SCREENSHOTS:
        page.picture(f"{SCREENSHOTS}/mistake.png")
    os.remove(path)
    expect("a deleted notebook is said", page.wait(text_in("#watch-problem", "waiting for it")))
    with open(path, "w") as file:
        file.write(notebook(last="a * 8", points=100))
    expect("it comes back", page.wait("document.getElementById('watch-problem').hidden"))

    # Several readers, one of them on a telephone.
    readers = [browser.open(address) for _ in range(7)] + [browser.open(address, width=390, height=800)]
    save_by_renaming(path, notebook(intro="For all readers.", last="a * 9", points=100))
    for reader in readers + [page]:
        expect("every reader sees the edit", reader.wait(
            "document.querySelector('main').innerText.includes('For all readers.') && " + text_in("#cell-folded", "54")))
    expect("nothing sticks out sideways at 390 px", readers[-1].run("document.documentElement.scrollWidth <= innerWidth"))
    if SCREENSHOTS:
        readers[-1].picture(f"{SCREENSHOTS}/telephone.png")

    with open(f"{folder}/out/note/report.html") as file:
        expect("the report is a file without scripts", "<script" not in file.read())
    expect("no messages in the console: " + " ".join(browser.messages), not browser.messages)
    return page


def main():
    folder = tempfile.mkdtemp()
    path = f"{folder}/note.mimnb"
    with open(path, "w") as file:
        file.write(notebook())
    environment = dict(os.environ, XDG_CACHE_HOME=f"{folder}/cache")
    watch = subprocess.Popen(
        [BINARY, "watch", "--no-open", "--port", "0", "note.mimnb"], cwd=folder, env=environment,
        stdout=subprocess.PIPE, stderr=open(f"{folder}/said", "w"), text=True)
    browser = None
    try:
        address = watch.stdout.readline().strip()
        browser = Browser(f"{folder}/profile")
        page = check(browser, address, path, folder)
        watch.send_signal(signal.SIGINT)
        expect("Ctrl-C ends it", watch.wait(timeout=20) == 130)
        expect("the page says that nobody is there", page.wait(text_in("#watch-bar", "not connected")))
    finally:
        watch.kill()
        if browser:
            browser.close()
        if checks.failed:
            with open(f"{folder}/said") as file:
                print(file.read()[-3000:], file=sys.stderr)
        shutil.rmtree(folder, ignore_errors=True)
    finish()


main()
