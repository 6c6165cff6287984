/// What a watched page has in addition to a report: marks on its cells, a bar with the state of the work, and the script that follows.
enum LivePageText {
  static func head(version: Int) -> String {
    """
    <meta name="page-version" content="\(version)" />
    <link rel="icon" href="data:," />
    <style>
    \(css)
    </style>
    <script src="follow.js" defer="defer"></script>

    """
  }

  /// Empty until the script fills it. Nothing of it moves the text.
  static let end = """
    <div id="watch-problem" role="alert" hidden="hidden"></div>
    <div id="watch-bar" role="group" aria-label="State of the work"><span id="watch-text">connecting</span>
    <button id="watch-stop" type="button" hidden="hidden" title="Stop the running cell and keep what it has so far">Stop</button></div>

    """

  private static let css = """
    html { overflow-anchor: none; }
    body { padding-bottom: 6rem; }
    main .cell { position: relative; scroll-margin-top: 2rem; }
    main .cell::before { content: ""; position: absolute; left: -1rem; top: 0; bottom: 0; width: 3px;
      border-radius: 2px; background: var(--line); }
    main .cell[data-state="running"]::before { background: var(--accent); }
    main .cell[data-state="stale"]::before { background: var(--number); }
    main .cell[data-state="failed"]::before { background: var(--bad); }
    main .cell[data-state="stopped"]::before { background: var(--warn); }
    main .cell[data-state="fresh"]::before { background: var(--string); opacity: .45; }
    main .cell[data-state="stale"] > :not(.code):not(.watch-mark):not(.fold),
    main .cell[data-state="running"] > :not(.code):not(.watch-mark):not(.fold) { opacity: .5; }
    main .cell[data-state="stale"] > .status, main .cell[data-state="running"] > .status {
      visibility: hidden; }
    .watch-mark { position: absolute; right: .5rem; top: -1.35rem; max-width: 100%; display: flex;
      gap: .6rem; align-items: center; color: var(--soft);
      font: .75rem/1.3rem system-ui, "Segoe UI", "Helvetica Neue", Arial, "DejaVu Sans", sans-serif; }
    .watch-mark > span { white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
    .watch-mark progress { width: 6rem; height: .45rem; accent-color: var(--accent); }
    #watch-bar, #watch-problem { position: fixed; z-index: 2; right: 1rem; bottom: 1rem;
      max-width: calc(100vw - 2rem); background: var(--page); border: 1px solid var(--line);
      border-radius: 8px; box-shadow: 0 2px 10px rgb(0 0 0 / .18); padding: .5rem .8rem;
      font: .875rem/1.4 system-ui, "Segoe UI", "Helvetica Neue", Arial, "DejaVu Sans", sans-serif; }
    #watch-bar { display: flex; gap: .8rem; align-items: center; }
    #watch-problem { bottom: 4.4rem; left: 1rem; max-height: 45vh; overflow: auto;
      border-color: var(--bad); background: var(--bad-ground); color: var(--bad); }
    #watch-problem[hidden], #watch-bar [hidden] { display: none; }
    #watch-problem pre { background: none; margin: 0; padding: 0; }
    #watch-bar button, .watch-mark button { font: inherit; color: var(--ink); cursor: pointer;
      background: var(--ground); border: 1px solid var(--line); border-radius: 5px;
      padding: .1rem .6rem; }
    #watch-bar button:focus-visible, .watch-mark button:focus-visible {
      outline: 2px solid var(--accent); outline-offset: 1px; }
    @media print { #watch-bar, #watch-problem, .watch-mark, main .cell::before { display: none; } }
    """

  /// The page is one list of blocks. A newer page comes as text; blocks that are the same stay where they are, so that nothing of them
  /// is drawn again, and the block under the reader's eyes keeps its place in the window.
  static let script = #"""
    "use strict";
    (() => {
      const main = document.querySelector("main");
      const text = document.getElementById("watch-text");
      const stop = document.getElementById("watch-stop");
      const problem = document.getElementById("watch-problem");
      const mark = document.querySelector("meta[name=page-version]");
      let version = Number(mark.content);
      let status = null;
      let isFetching = false;
      let heard = Date.now();
      let socket = null;

      // What each block was made from, without what is written into it below.
      const sources = new WeakMap();
      for (const block of main.children) sources.set(block, block.outerHTML);
      const parts = { header: null, footer: null };
      for (const name of Object.keys(parts)) parts[name] = document.querySelector(name).innerHTML;

      // Blocks are the same by their cell, else by their text.
      function key(block, source) {
        const cell = block.matches("section.cell") ? block : block.querySelector("section.cell");
        return cell ? "cell " + cell.id : "text " + source;
      }

      function* detailsOf(block) {
        if (block.matches("details")) yield block;
        yield* block.querySelectorAll("details");
      }

      function keepOpen(old, fresh) {
        const before = [...detailsOf(old)];
        [...detailsOf(fresh)].forEach((details, index) => {
          if (before[index]) details.open = before[index].open;
        });
      }

      // New pictures are loaded before they are put in, so that the text below doesn't jump.
      async function loadPictures(content) {
        const known = new Set([...document.images].map((image) => image.getAttribute("src")));
        const waiting = [];
        for (const image of content.querySelectorAll("img")) {
          const source = image.getAttribute("src");
          if (known.has(source)) continue;
          const ahead = new Image();
          ahead.src = source;
          waiting.push(ahead.decode().catch(() => {}));
        }
        if (waiting.length === 0) return;
        const limit = new Promise((done) => setTimeout(done, 3000));
        await Promise.race([Promise.all(waiting), limit]);
      }

      function replaceBlocks(content) {
        const old = new Map();
        for (const block of main.children) {
          const name = key(block, sources.get(block));
          if (!old.has(name)) old.set(name, []);
          old.get(name).push(block);
        }
        // What takes the place of each old block that stays in some form.
        const heirs = new Map();
        const blocks = [...content.children].map((fresh) => {
          const source = fresh.outerHTML;
          const kept = (old.get(key(fresh, source)) || []).shift();
          if (kept && sources.get(kept) === source) {
            heirs.set(kept, kept);
            return kept;
          }
          sources.set(fresh, source);
          if (kept) {
            keepOpen(kept, fresh);
            heirs.set(kept, fresh);
          }
          return fresh;
        });

        // The first block in the window that stays keeps its place there.
        let anchor = null;
        let top = 0;
        if (scrollY > 0) {
          for (const block of main.children) {
            const box = block.getBoundingClientRect();
            if (!heirs.has(block) || box.height === 0) continue;
            if (anchor && box.top > innerHeight) break;
            anchor = block;
            top = box.top;
            if (box.bottom > 0) break;
          }
        }

        for (const block of [...main.children]) {
          const heir = heirs.get(block);
          if (!heir) block.remove();
          else if (heir !== block) block.replaceWith(heir);
        }
        let place = main.firstElementChild;
        for (const block of blocks) {
          if (block === place) place = place.nextElementSibling;
          else main.insertBefore(block, place);
        }
        if (anchor) scrollBy(0, heirs.get(anchor).getBoundingClientRect().top - top);
      }

      async function apply(page) {
        const holder = document.createElement("template");
        holder.innerHTML = page.main;
        await loadPictures(holder.content);
        for (const name of Object.keys(parts)) {
          if (parts[name] === page[name]) continue;
          const element = document.querySelector(name);
          const before = element.getBoundingClientRect().height;
          const isAbove = element.getBoundingClientRect().bottom <= 0;
          const open = [...element.querySelectorAll("details")].map((details) => details.open);
          element.innerHTML = page[name];
          element.querySelectorAll("details").forEach((details, index) => {
            details.open = open[index] || false;
          });
          parts[name] = page[name];
          if (isAbove) scrollBy(0, element.getBoundingClientRect().height - before);
        }
        replaceBlocks(holder.content);
        const title = document.createElement("textarea");
        title.innerHTML = page.title;
        document.title = title.value;
        version = page.version;
        mark.content = String(version);
      }

      async function follow() {
        if (isFetching) return;
        isFetching = true;
        try {
          while (status && status.version !== version) {
            const answer = await fetch("body", { cache: "no-store" });
            if (!answer.ok) throw new Error(answer.statusText);
            await apply(await answer.json());
            show();
          }
        } catch {
          setTimeout(follow, 1000);
        } finally {
          isFetching = false;
        }
      }

      const words = {
        fresh: "", stale: "stale", running: "running", failed: "failed",
        stopped: "stopped", "not-run": "not run", skipped: "",
      };

      function ask(action) {
        fetch(action, { method: "POST" }).catch(() => {});
      }

      function button(label, action) {
        const made = document.createElement("button");
        made.type = "button";
        made.textContent = label;
        made.addEventListener("click", () => ask(action));
        return made;
      }

      function describe(cell) {
        if (cell.state === "stopped" && cell.partial) return "stopped; what it had made is kept";
        if (cell.state !== "running") return words[cell.state] ?? cell.state;
        const parts = [cell.text || "running"];
        if (cell.left) parts.push("ETA " + cell.left);
        else if (cell.seconds > 0) parts.push(cell.seconds + " s");
        return parts.join(" · ");
      }

      function showCell(section, cell) {
        section.dataset.state = cell.state;
        let line = section.querySelector(":scope > .watch-mark");
        const said = describe(cell);
        if (!said) {
          if (line) line.remove();
          return;
        }
        const kind = cell.state + (cell.partial ? " partial" : "");
        if (!line || line.dataset.kind !== kind) {
          if (line) line.remove();
          line = document.createElement("div");
          line.className = "watch-mark";
          line.dataset.kind = kind;
          line.append(document.createElement("span"));
          if (cell.state === "stopped" && cell.partial) line.append(button("Go on below", "go-on"));
          if (cell.state === "stopped" || cell.state === "failed") {
            line.append(button("Run again", "run-again"));
          }
          section.append(line);
        }
        line.firstChild.textContent = said;
        line.firstChild.title = said;
        let bar = line.querySelector("progress");
        if (cell.fraction === undefined) {
          if (bar) bar.remove();
        } else {
          if (!bar) {
            bar = document.createElement("progress");
            bar.max = 1;
            line.append(bar);
          }
          bar.value = cell.fraction;
        }
      }

      function summary() {
        const cells = Object.entries(status.cells);
        const running = cells.find(([, cell]) => cell.state === "running");
        if (running) return `${running[0]}: ${describe(running[1])}`;
        const count = (state) => cells.filter(([, cell]) => cell.state === state).length;
        const bad = ["failed", "stopped"].filter(count).map((state) => `${count(state)} ${state}`);
        const waiting = count("stale") + count("not-run");
        if (waiting > 0) bad.push(`${waiting} not up to date`);
        if (status.problem) bad.push("the last save has a mistake");
        if (bad.length > 0) return bad.join(", ");
        if (status.busy) return "working";
        return status.notice ? "not up to date" : "up to date";
      }

      function show() {
        if (!status) return;
        for (const section of document.querySelectorAll("main section.cell")) {
          const cell = status.cells[section.id.replace(/^cell-/, "")];
          if (cell) showCell(section, cell);
        }
        const isRunning = Object.values(status.cells).some((cell) => cell.state === "running");
        text.textContent = summary();
        stop.hidden = !isRunning;
        const trouble = [status.notice, status.problem].filter(Boolean).join("\n\n");
        problem.hidden = !trouble;
        if (problem.textContent !== trouble) {
          const block = document.createElement("pre");
          block.textContent = trouble;
          problem.replaceChildren(block);
        }
        document.documentElement.dataset.watch = isRunning || status.busy ? "busy" : "idle";
      }

      function lost() {
        text.textContent = "not connected: is mim-repl watch still running?";
        stop.hidden = true;
        document.documentElement.dataset.watch = "lost";
      }

      function connect() {
        const address = new URL("live", location.href);
        address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
        socket = new WebSocket(address);
        heard = Date.now();
        socket.addEventListener("message", (event) => {
          heard = Date.now();
          status = JSON.parse(event.data);
          show();
          follow();
        });
        socket.addEventListener("close", () => {
          lost();
          setTimeout(connect, 1000);
        });
      }

      // A tunnel may lose a connection without a word.
      setInterval(() => {
        if (Date.now() - heard > 30000 && socket.readyState === WebSocket.OPEN) socket.close();
      }, 5000);
      stop.addEventListener("click", () => ask("stop"));
      connect();
    })();

    """#
}
