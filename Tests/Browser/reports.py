#!/usr/bin/env python3
"""Opens a report in headless Chromium at the widths of a telephone, a tablet and a screen, light, dark and on paper, and tries
axe-core's rules on it.

usage: reports.py MIM_REPL_BINARY [FOLDER_FOR_SCREENSHOTS]
"""

import base64
import os
import shutil
import subprocess
import sys
import tempfile

import axe
from checks import expect, finish
from chromium import Browser

SCREENSHOTS = sys.argv[2] if len(sys.argv) > 2 else None

NOTEBOOK = r"""---
title: A report with everything
author: A. N. Author
date: 2019-10-08
seed: 1
---
Let $x \sim P(x)$ and $z \sim q_\phi(z \mid x)$. It costs $5 and $10, and `$x$` is code. See[^note].

[^note]: A note with $a^2$.

## What is minimised, $\mathcal{L}_{\text{MIM}}$

$$\mathcal{L} = \frac{1}{2} \left( \mathbb{E}_{q(x, z)} \left[ \log q(z|x) + \log p(x|z) \right] + \sum_{i=1}^{n} \log p(z_i) \right) + \mathrm{KL}(q(z|x) \,\|\, p(z)) + \int_0^1 f(t) \, dt$$

Not known: $\unknowncommand{x}$.

> A quotation with **bold** text, *emphasis* and a [link](https://arxiv.org/abs/1910.03175).

### Numbers

```mim
#| label: numbers
#| caption: Values of $x^2$, as a table
a = 40 + 2     # a comment
rows = sweep n=1..4 { n * 1000000 }
table rows
a
```

The value is `{mim} a`.

- a list
- with $\sqrt{2}$ in it

### Pictures

```mim
#| label: pictures
#| caption: Points, and how they spread
#| echo: fold
toy = load toy "4" n=300
figure cols=2 width=6.75 {
  plot toy.test title="Points"
  plot [1, 2, 2, 3, 3, 3] title="Counts"
}
```

```mim
#| label: one
#| caption: One picture
plot toy.test
```

## Many columns

```mim
#| label: wide
#| echo: false
wide = sweep k=["the mean of a distance in units of the data, with one draw from the posterior for each item"] a=[1234567] b=[1234567] c=[1234567] d=[1234567] e=[1234567] f=[1234567] g=[1234567] h=[1234567] { a }
table wide
wider = sweep a=[1234567] b=[1234567] c=[1234567] d=[1234567] e=[1234567] f=[1234567] g=[1234567] h=[1234567] i=[1234567] j=[1234567] k=[1234567] l=[1234567] m=[1234567] n=[1234567] o=[1234567] p=[1234567] q=[1234567] r=["words"] { a }
table wider
```

## A mistake that is expected

```mim
#| label: wrong
#| error: expect E202
this_is_a_long_line_of_code = [1000000, 2000000, 3000000, 4000000, 5000000, 6000000, 7000000, 8000000, 9000000]
take(toy.test, 0)
```

| a | b |
| --- | ---: |
| one | 1 |
"""


def check(page, width, scheme, script):
    place = f"at {width} px, {scheme}"
    page.resize(width, 900)
    page.scheme(scheme)
    page.wait("[...document.images].every((image) => image.complete)")
    expect(f"nothing sticks out {place}", page.run("document.documentElement.scrollWidth <= innerWidth"))
    flat = page.run("[...document.querySelectorAll('math')].filter((m) => { const b = m.getBoundingClientRect();"
                    " return b.width < 3 || b.height < 3; }).length")
    expect(f"formulas are drawn {place}", flat == 0)
    broken = page.run("[...document.images].filter((image) => image.naturalWidth === 0).length")
    expect(f"pictures are drawn {place}", broken == 0)
    if script:
        for problem in axe.violations(page, script):
            expect(f"{place}: {problem}", False)
    if SCREENSHOTS:
        page.picture(f"{SCREENSHOTS}/report-{width}-{scheme}.png")


def main():
    binary = os.path.realpath(sys.argv[1])
    folder = tempfile.mkdtemp()
    browser = None
    try:
        with open(f"{folder}/n.mimnb", "w") as file:
            file.write(NOTEBOOK)
        environment = dict(os.environ, XDG_CACHE_HOME=f"{folder}/cache")
        result = subprocess.run(
            [binary, "run", "--quiet", "n.mimnb"], cwd=folder, env=environment, capture_output=True, text=True)
        expect(f"the notebook runs: {result.stderr}", result.returncode == 0)
        script = axe.source()
        browser = Browser(f"{folder}/profile")
        page = browser.open(f"file://{folder}/out/n/report.html", 900, 900)
        expect("formulas became MathML", page.run("document.querySelectorAll('main math').length") == 7)
        source = page.run("[...document.querySelectorAll('code.tex')].map((e) => e.textContent)")
        expect(f"one that is not known is shown as it was written: {source}", source == ["$\\unknowncommand{x}$"])
        links = page.run("[...document.querySelectorAll('.contents a')].map((a) => [a.textContent.trim(),"
                         " document.getElementById(decodeURIComponent(a.hash.slice(1)))?.tagName ?? null])")
        expect(f"the table of contents leads to its headings: {links}",
               [tag for _, tag in links] == ["H2", "H3", "H3", "H2", "H2"])
        captions = page.run("[...document.querySelectorAll('figure')].map((f) => [f.querySelectorAll('img').length,"
                            " f.querySelector('figcaption').textContent])")
        expect(f"captions stay with their pictures: {captions}",
               [c[1].split(". ")[-1][:12] for c in captions] == ["Points, and ", "One picture"])
        for width in (390, 900, 1400):
            for scheme in ("light", "dark"):
                check(page, width, scheme, script)
        wide = page.run("document.querySelector('picture img').currentSrc")
        panels = page.run("document.querySelector('picture img').naturalHeight / document.querySelector('picture img').naturalWidth")
        page.resize(390, 900)
        expect("two panels stand below one another on a telephone", page.wait(
            "(() => { const i = document.querySelector('picture img'); return i.complete && i.naturalWidth > 0 &&"
            f" i.naturalHeight / i.naturalWidth > 2 * {panels}; }})()", 10) and
            page.run("document.querySelector('picture img').currentSrc") != wide)
        cell = page.run("(() => { const b = document.querySelector('td.sentence').getBoundingClientRect();"
                        " return [b.width, b.height]; })()")
        expect(f"a sentence in a table is easy to read on a telephone, and its row is low: {cell}",
               cell[0] >= 200 and cell[1] <= 100)
        page.call("Emulation.setEmulatedMedia", media="print")
        # The width between the margins of A4, and what is wider than that there.
        page.resize(642, 900)
        cut = page.run("[...document.querySelectorAll('main table, main pre, footer table')].filter((e) =>"
                       " e.getBoundingClientRect().right > document.body.getBoundingClientRect().right + 1)"
                       ".map((e) => e.innerText.slice(0, 40))")
        expect(f"on paper nothing is cut at the right margin: {cut}", cut == [])
        height = page.run("document.querySelector('footer table').checkVisibility({ contentVisibilityAuto: true }) &&"
                          " document.querySelector('footer table').getBoundingClientRect().height")
        expect(f"on paper one reads how the report was made: {height}", height and height > 50)
        pdf = base64.b64decode(page.call("Page.printToPDF")["data"])
        expect("it can be printed", pdf.startswith(b"%PDF") and len(pdf) > 20000)
        if SCREENSHOTS:
            with open(f"{SCREENSHOTS}/report.pdf", "wb") as file:
                file.write(pdf)
        with open(f"{folder}/out/n/report.html") as file:
            expect("the report is one file without scripts", "<script" not in file.read())
        expect("no messages in the console: " + " ".join(browser.messages), not browser.messages)
    finally:
        if browser:
            browser.close()
        shutil.rmtree(folder, ignore_errors=True)
    finish()


main()
