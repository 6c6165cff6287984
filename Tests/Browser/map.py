#!/usr/bin/env python3
"""Makes maps, looks around in them in headless Chromium as a reader would, and checks what is there.

usage: map.py MIM_REPL_BINARY [FOLDER_FOR_SCREENSHOTS]
"""

import csv
import gzip
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import axe
from checks import expect, finish
from chromium import Browser

SCREENSHOTS = sys.argv[2] if len(sys.argv) > 2 else None
FASHION = "/usr/share/datasets/fashion-mnist"


def picture(page, name):
    if SCREENSHOTS:
        page.picture(f"{SCREENSHOTS}/{name}.png")


def status(page):
    return page.run("document.getElementById('status').textContent")


def within(seconds, holds):
    """Whether it holds soon: the browser tells the page of a change when it draws next."""
    end = time.time() + seconds
    while not holds():
        if time.time() > end:
            return False
        time.sleep(0.05)
    return True


def drawn(page):
    """The pixels of the map, as a number that is another for another picture."""
    return page.run(
        "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => {"
        " const c = document.getElementById('points'); const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;"
        " let sum = 0; for (let i = 0; i < d.length; i += 4) sum = (sum * 31 + d[i] + d[i + 1] * 256 + d[i + 2] * 65536) % 1000000007;"
        " done(sum); })))")


def middle(page):
    box = page.run("(() => { const b = document.getElementById('over').getBoundingClientRect();"
                   " return [b.x + b.width / 2, b.y + b.height / 2, b.width, b.height]; })()")
    return box


def focus(page):
    page.run("document.getElementById('over').focus()")


def find(page, words):
    page.run(f"document.getElementById('query').value = {words!r}")
    page.click("#search button")


def check_map(page, folder, count, name_of_5):
    """What every map of points with classes and pictures can do."""
    errors = "document.documentElement.classList.contains('works')"
    expect("the script runs under the page's own policy", page.run(errors))
    whole = drawn(page)
    x, y, width, height = middle(page)

    # Zoom and pan with the wheel, the mouse and the keys.
    page.mouse("mouseWheel", x, y, deltaX=0, deltaY=-200)
    zoomed = drawn(page)
    expect("the wheel zooms", zoomed != whole)
    page.drag([(x, y), (x + 40, y + 30)])
    expect("dragging moves the map", drawn(page) != zoomed)
    page.click("#whole")
    expect("the whole map again", drawn(page) == whole)
    focus(page)
    page.key("+")
    closer = drawn(page)
    expect("plus zooms", closer != whole)
    page.key("ArrowLeft")
    expect("arrow keys move", drawn(page) != closer)
    page.key("0")
    expect("0 shows everything", drawn(page) == whole)

    # The legend.
    first = "#legend li:first-child button"
    page.click(first)
    expect("a class is hidden", page.run(f"document.querySelector('{first}').getAttribute('aria-pressed')") == "false")
    expect("and its points are gone", drawn(page) != whole)
    page.click(first)
    expect("shown again", drawn(page) == whole)
    page.click("#no-classes")
    focus(page)
    page.key("a")
    expect("hidden classes cannot be selected", status(page) == "There is nothing inside.")
    page.click("#all-classes")

    # Search: by number, then what is in the middle of the map is pointed at.
    find(page, "5")
    expect(f"an item is found by its number: {status(page)}", status(page).startswith(f"item 5, {name_of_5}"))
    page.wait("document.querySelector('#card canvas') !== null")
    page.mouse("mouseMoved", x + 1, y + 1)
    tip = page.run("document.getElementById('tip').innerText")
    expect(f"pointing shows label and number: {tip!r}", "item " in tip and not page.run("document.getElementById('tip').hidden"))
    expect("and a picture", page.wait(
        "(() => { const c = document.querySelector('#tip canvas'); if (!c) return false;"
        " const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data; return d.some((v, i) => i % 4 !== 3 && v > 0); })()", 10))
    picture(page, "found")
    find(page, "0-9")
    expect("numbers from to", "10 items by number" in status(page))
    expect("are listed", page.run("document.querySelectorAll('#chosen li').length") == 10)
    find(page, name_of_5.lower())
    expect("a label finds its class", f"“{name_of_5.lower()}”" in status(page) and "items whose label" in status(page))
    find(page, "no such thing")
    expect("nothing found is said", "Nothing is called" in status(page))

    # A lasso over a part, and its CSV.
    focus(page)
    page.key("Escape")
    page.key("0")
    steps = [(x - 0.2 * width, y - 0.3 * height), (x + 0.2 * width, y - 0.3 * height),
             (x + 0.2 * width, y + 0.3 * height), (x - 0.2 * width, y + 0.3 * height)]
    path = []
    for (ax, ay), (bx, by) in zip(steps, steps[1:] + steps[:1]):
        path += [(ax + (bx - ax) * k / 8, ay + (by - ay) * k / 8) for k in range(8)]
    page.drag(path, shift=True)
    words = status(page)
    number = int(words.split(" ")[0].replace(",", "")) if words[:1].isdigit() else 0
    expect(f"a lasso selects a part: {words}", 0 < number < count)
    picture(page, "lasso")
    page.click("#export")
    rows = download(folder)
    expect("the CSV has a line for each", len(rows) == number + 1 and rows[0] == ["item", "label"])
    items = [int(row[0]) for row in rows[1:]]
    expect("in order, each once", items == sorted(set(items)) and items[-1] < count)
    expect("with labels", all(len(row) == 2 and row[1] for row in rows[1:]))
    # The same selection is told by the classes beside it.
    counts = page.run("[...document.querySelectorAll('#counts li')].map((e) => e.textContent)")
    told = sum(int(line.rsplit(": ", 1)[1].replace(",", "")) for line in counts if ": " in line)
    expect(f"classes of the selection add up: {counts}", told == number)

    # Without a mouse: everything in the window, then from item to item.
    focus(page)
    page.key("a")
    expect("A selects the view", status(page) == f"{count:,} items selected.")
    page.key("]")
    one = status(page)
    page.key("]")
    two = status(page)
    page.key("[")
    expect(f"brackets step: {one} | {two}", one.startswith("item 0") and two.startswith("item 1,") and status(page) == one)
    page.key("Escape")
    expect("Escape clears", status(page) == "Nothing is selected.")
    page.key("p")
    time.sleep(0.5)
    picture(page, "pictures")
    page.key("p")
    return rows


def download(folder):
    path = f"{folder}/items.csv"
    limit = time.time() + 10
    while time.time() < limit and not os.path.exists(path):
        time.sleep(0.05)
    time.sleep(0.2)
    with open(path, newline="") as file:
        rows = list(csv.reader(file))
    os.remove(path)
    return rows


def look(browser, path, folder, width=1200, height=800):
    page = browser.open(f"file://{path}", width, height)
    browser.call("Browser.setDownloadBehavior", behavior="allow", downloadPath=folder)
    page.wait("performance.getEntriesByName('map-drawn').length > 0")
    return page


def first_picture(page):
    return page.run("performance.getEntriesByName('map-drawn')[0].startTime") / 1000


def frame_times(page):
    """Milliseconds of one frame while the map is moved."""
    return page.run(
        "new Promise((done) => { const times = []; const over = document.getElementById('over'); over.focus(); let last = null;"
        " const step = (now) => { if (last !== null) times.push(now - last); last = now;"
        " if (times.length === 40) return done(times);"
        " over.dispatchEvent(new KeyboardEvent('keydown', {key: times.length % 2 ? 'ArrowLeft' : 'ArrowRight'}));"
        " requestAnimationFrame(step); }; requestAnimationFrame(step); })")


def check_large(browser, path, folder, count, name_of_5):
    size = os.path.getsize(path) / 1e6
    page = look(browser, path, folder)
    seconds = first_picture(page)
    painted = page.run("(performance.getEntriesByName('first-contentful-paint')[0] ?? {startTime: NaN}).startTime") / 1000
    times = frame_times(page)
    print(f"{count:,} points with images: {size:.1f} MB, first picture after {seconds:.2f} s (painted {painted:.2f} s), "
          f"a frame while moving takes {statistics.median(times):.0f} ms (the slowest of 40: {max(times):.0f} ms)")
    expect("the file is smaller than 40 MB", size < 40)
    expect("the first picture comes within 2 s", seconds < 2)
    expect("moving is smooth: ten pictures a second or more on a machine without graphics card", statistics.median(times) < 100)
    page.key("0")
    picture(page, "large")
    check_map(page, folder, count, name_of_5)
    return page


def fashion_name(item):
    """The class of a training item, from the file itself."""
    names = "T-shirt/top Trouser Pullover Dress Coat Sandal Shirt Sneaker Bag Ankle boot"
    with gzip.open(f"{FASHION}/train-labels-idx1-ubyte.gz") as file:
        return names.split(" ", 9)[file.read()[8 + item]]


def make(binary, folder, code):
    environment = dict(os.environ, XDG_CACHE_HOME=f"{folder}/cache")
    result = subprocess.run([binary, "--quiet", "-c", code], cwd=folder, env=environment, capture_output=True, text=True)
    if result.returncode != 0:
        print(result.stderr, file=sys.stderr)
    expect("the maps were written", result.returncode == 0)


# Labels as an attacker or a spreadsheet would write them.
HOSTILE = ["</script><script>document.title='owned'</script>", "<img src=x onerror=\"document.title='owned'\">",
           "a, \"b\" & 'c'", "ünï → 漢字"]


def main():
    binary = os.path.realpath(sys.argv[1])
    folder = tempfile.mkdtemp()
    browser = None
    try:
        with open(f"{folder}/hostile.csv", "w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["a", "b", "what", "who"])
            for row in range(80):
                writer.writerow([row % 9, row % 7 + row / 100, HOSTILE[row % 4], f"{HOSTILE[row % 4]} p{row}"])
        make(binary, folder, 'd = load "hostile.csv" label="what" id=who split=[.8, .1, .1]; plot d.train save="hostile.html"\n'
             'toy = load toy "4" n=300; plot toy.test color=x1 save="values.html"\n'
             'figure cols=2 save="both.html" { plot d.train; plot toy.test color=label }')
        browser = Browser(f"{folder}/profile")
        page = look(browser, f"{folder}/hostile.html", folder)
        expect("no label is read as HTML or script", page.run("document.title").startswith("hostile.csv"))
        names = page.run("[...document.querySelectorAll('#legend span:not(.number)')].map((e) => e.textContent)")
        expect(f"labels are shown as they are: {names}", sorted(names) == sorted(HOSTILE))
        focus(page)
        page.key("a")
        page.click("#export")
        rows = download(folder)
        expect("the CSV has names of lines, rows and labels", rows[0] == ["item", "who", "row", "label"])
        expect("labels with commas and quotes are cells of the CSV", {row[3] for row in rows[1:]} == set(HOSTILE))
        expect("so are names of lines", all(row[1] == f"{HOSTILE[(int(row[2]) - 1) % 4]} p{int(row[2]) - 1}" for row in rows[1:]))
        expect("the field says what is found", page.run("document.querySelector('#search label').innerText") == "Item numbers, label or who")
        find(page, rows[5][1])
        expect(f"a line is found by its name: {status(page)}", status(page).startswith("1 item") and "who" in status(page))
        focus(page)
        page.key("]")
        expect("and told with its row", f"row {rows[5][2]}" in status(page) and rows[5][1] in status(page))
        picture(page, "hostile")
        page = browser.open(f"file://{folder}/both.html", 1500, 900)
        frames = "[...document.querySelectorAll('iframe')].map((f) => f.contentDocument)"
        both = frames + ".map((d) => d && d.documentElement.classList.contains('works') && d.querySelectorAll('#legend button').length)"
        expect("of two panels both are maps", within(10, lambda: page.run(both) == [4, 5]))
        time.sleep(0.5)
        picture(page, "both")
        page.run(frames + "[1].getElementById('in-view').click()")
        selected = page.run(frames + "[1].getElementById('status').textContent")
        other = page.run(frames + "[0].getElementById('status').textContent")
        expect(f"a selection in one is its own: {selected}", "300" in selected and other == "Nothing is selected.")
        page.run(frames + "[1].getElementById('export').click()")
        expect("a map within the page writes its CSV", len(download(folder)) == 301)
        page.resize(390, 800)
        expect("two maps don't stick out at 390 px", page.run("document.documentElement.scrollWidth <= innerWidth"))
        titles = page.run("[...document.querySelectorAll('iframe')].map((f) => f.title)")
        expect(f"each has a name of its own: {titles}", len(set(titles)) == 2 and all(titles))
        page = look(browser, f"{folder}/values.html", folder, 390, 800)
        expect("values have a scale", not page.run("document.getElementById('scale').hidden"))
        expect("nothing sticks out at 390 px", page.run("document.documentElement.scrollWidth <= innerWidth"))
        page.scheme("light")
        light = drawn(page)
        page.scheme("dark")
        expect("light and dark have grounds of their own", within(5, lambda: drawn(page) != light))
        page.scheme("dark")
        picture(page, "values-390-dark")
        script = axe.source()
        for width in (390, 900, 1400) if script else ():
            for scheme in ("light", "dark"):
                page.resize(width, 800)
                page.scheme(scheme)
                for problem in axe.violations(page, script):
                    expect(f"at {width} px, {scheme}: {problem}", False)
        page.run("document.getElementById('summary').open = true")
        rows = page.run("[...document.querySelectorAll('#summary tbody tr')].map((e) => e.innerText)")
        expect(f"the table tells the classes: {rows}", len(rows) == 6 and "300" in rows[-1])

        if os.path.isdir(FASHION):
            make(binary, folder, 'f = load fashion; e = pca f.all; save e "all.html"; plot take(f.test, 100) cols=10 save="grid.html"')
            check_large(browser, f"{folder}/all.html", folder, 70000, fashion_name(5))
            page = look(browser, f"{folder}/grid.html", folder)
            time.sleep(0.5)
            picture(page, "grid")
            x, y, _, _ = middle(page)
            page.mouse("mouseMoved", x + 3, y + 3)
            expect("an image of a grid tells its label", "item " in page.run("document.getElementById('tip').innerText"))
        else:
            print(f"not tried: 70,000 points, since {FASHION} is not there")
        expect("no messages in the console: " + " ".join(browser.messages), not browser.messages)
    finally:
        if browser:
            browser.close()
        shutil.rmtree(folder, ignore_errors=True)
    finish()


if __name__ == "__main__":
    main()
