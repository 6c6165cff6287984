extension MapScript {
  /// Search, lists, the legend and the CSV.
  static let selection = #"""

      // The selection: what the lasso or a search found.
      const status = $("status");
      const chosen = $("chosen");
      const perPage = 120;
      let listed = 0;

      function select(items, words) {
        selected = items;
        isSelected = null;
        if (items.length > 0) {
          isSelected = new Uint8Array(count);
          for (const item of items) isSelected[item] = 1;
        }
        status.textContent = words;
        $("export").hidden = $("clear").hidden = items.length === 0;
        fillCounts();
        chosen.replaceChildren();
        listed = 0;
        listMore();
        draw();
      }

      function fillCounts() {
        const counts = $("counts");
        counts.replaceChildren();
        if (labels === null || selected.length === 0) return;
        const found = new Map();
        for (const item of selected) found.set(nameOf(item), (found.get(nameOf(item)) ?? 0) + 1);
        const most = [...found].sort((a, b) => b[1] - a[1]);
        for (const [name, number] of most.slice(0, 12)) element("li", `${name}: ${many(number)}`, counts);
        if (most.length > 12) element("li", `and ${many(most.length - 12)} classes more`, counts);
      }

      function listMore() {
        for (const item of selected.slice(listed, listed + perPage)) {
          const entry = element("li", undefined, chosen);
          const button = element("button", undefined, entry);
          button.type = "button";
          button.title = describe(item).join(", ");
          if (map.pictures !== null) {
            button.append(pictureOf(item, 1));
            button.setAttribute("aria-label", button.title);
          } else {
            button.textContent = labels === null ? String(item) : `${item} · ${nameOf(item)}`;
          }
          button.addEventListener("click", () => goTo(item));
        }
        listed = Math.min(selected.length, listed + perPage);
        const rest = selected.length - listed;
        $("more").hidden = rest === 0;
        $("more").textContent = `Show ${many(Math.min(rest, perPage))} more of ${many(rest)}`;
      }

      function clear() {
        current = -1;
        showTip(-1);
        showCard();
        select([], "Nothing is selected.");
      }

      // The item that keys step to, and its card.
      function showCard() {
        const card = $("card");
        card.replaceChildren();
        card.hidden = current < 0;
        if (current < 0) return;
        if (map.pictures !== null) card.append(pictureOf(current, pictureScale()));
        const words = element("div", undefined, card);
        for (const line of describe(current)) element("p", line, words);
      }

      function goTo(item) {
        current = item;
        if (isHidden[groupOf(item)] === 1) setHidden(groupOf(item), false);
        if (hasPlace(item)) [view.x, view.y] = [x[item], y[item]];
        showCard();
        draw();
      }

      // The next item of the selection, without one of all that are shown.
      function step(by) {
        const from = selected.length > 0 ? selected : null;
        const length = from === null ? count : from.length;
        let place = from === null ? current : from.indexOf(current);
        if (place < 0 && by < 0) place = 0;
        for (let tried = 0; tried < length; tried++) {
          place = (place + by + length) % length;
          const item = from === null ? place : from[place];
          if (!isShown(item)) continue;
          goTo(item);
          status.textContent = describe(item).join(", ");
          return;
        }
      }

      // Items whose place is inside a polygon of the window (the number of edges above it is odd).
      function inside(polygon) {
        const found = [];
        let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
        for (const [a, b] of polygon) {
          left = Math.min(left, a);
          right = Math.max(right, a);
          top = Math.min(top, b);
          bottom = Math.max(bottom, b);
        }
        within(placeX(left), placeX(right), placeY(bottom), placeY(top), (item) => {
          if (!isShown(item)) return;
          const [a, b] = [screenX(x[item]), screenY(y[item])];
          let isIn = false;
          for (let k = 0, last = polygon.length - 1; k < polygon.length; last = k++) {
            const [[x1, y1], [x2, y2]] = [polygon[k], polygon[last]];
            if (y1 > b !== y2 > b && a < ((x2 - x1) * (b - y1)) / (y2 - y1) + x1) isIn = !isIn;
          }
          if (isIn) found.push(item);
        });
        return found.sort((a, b) => a - b);
      }

      function selectInside(polygon) {
        const found = inside(polygon);
        select(found, found.length === 0 ? "There is nothing inside." : `${many(found.length)} items selected.`);
      }

      function selectView() {
        selectInside([[0, 0], [view.width, 0], [view.width, view.height], [0, view.height]]);
      }

      // A search for numbers of items (12, 40-60), or for a part of a label or of a line's name.
      function search(query) {
        const words = query.trim();
        if (words === "") return clear();
        const found = new Set();
        const pieces = words.split(/[\s,;]+/);
        if (pieces.every((piece) => /^#?\d+(-\d+)?$/.test(piece))) {
          for (const piece of pieces) {
            const [first, last] = piece.replace("#", "").split("-").map(Number);
            for (let item = first; item <= Math.min(count - 1, last ?? first); item++) found.add(item);
          }
        }
        const numbered = found.size;
        const low = words.toLowerCase();
        const isNumber = /^\d+$/.test(words);
        function fits(name) {
          const own = name.toLowerCase();
          return isNumber ? own === low : own.includes(low);
        }
        const classes = new Set();
        map.names.forEach((name, index) => {
          if (fits(name)) classes.add(index);
        });
        if (map.lines !== null) {
          map.lines.forEach((name, item) => {
            if (fits(name)) found.add(item);
          });
        }
        if (labels !== null && classes.size > 0) {
          for (let i = 0; i < count; i++) if (classes.has(labels[i])) found.add(i);
        }
        for (const item of found) if (isHidden[groupOf(item)] === 1) setHidden(groupOf(item), false);
        const items = [...found];
        if (items.length === 0) {
          return select([], `Nothing is called “${words}”; items have the numbers 0 to ${count - 1}.`);
        }
        current = -1;
        const labelled = items.length - numbered;
        const parts = [];
        if (numbered > 0) parts.push(numbered === 1 ? describe(items[0]).join(", ") : `${many(numbered)} items by number`);
        if (labelled > 0) parts.push(`${many(labelled)} items whose ${map.lines === null ? "label" : `label or ${map.lineColumn}`} is or contains “${words}”`);
        if (numbered > 0) {
          if (view.zoom < 4) view.zoom = 4;
          goTo(items[0]);
        } else {
          showCard();
        }
        select(items, parts.join("; ") + ".");
      }

      function cell(value) {
        return /[",\r\n]/.test(value) ? '"' + value.replaceAll('"', '""') + '"' : value;
      }

      // Lines as in other files of mim-repl: item numbers, rows of the table and labels where there are some.
      function exportSelection() {
        const columns = [["item", (item) => item]];
        if (map.lines !== null) columns.push([cell(map.lineColumn), (item) => cell(map.lines[item])]);
        if (rows !== null) columns.push(["row", (item) => rows[item]]);
        if (labels !== null) columns.push(["label", (item) => cell(nameOf(item))]);
        const lines = [columns.map(([name]) => name).join(",")];
        for (const item of selected) lines.push(columns.map(([, of]) => of(item)).join(","));
        const link = document.createElement("a");
        link.href = URL.createObjectURL(new Blob([lines.join("\n") + "\n"], { type: "text/csv" }));
        link.download = "items.csv";
        link.click();
        setTimeout(() => URL.revokeObjectURL(link.href), 10000);
        status.textContent = `${many(selected.length)} item numbers were written to items.csv.`;
      }

      // The legend: a button for each class.
      const buttons = [];
      function setHidden(group, hides) {
        isHidden[group] = hides ? 1 : 0;
        buttons[group]?.setAttribute("aria-pressed", String(!hides));
      }

      function fillLegend() {
        const legend = $("legend");
        if (!byClass) return;
        const sizes = new Uint32Array(map.names.length);
        for (let i = 0; i < count; i++) if (labels[i] >= 0 && labels[i] < sizes.length) sizes[labels[i]]++;
        map.names.forEach((name, group) => {
          const button = element("button", undefined, element("li", undefined, legend));
          button.type = "button";
          button.append(document.createElement("canvas"));
          element("span", name, button);
          element("span", many(sizes[group]), button).className = "number";
          button.addEventListener("click", () => {
            setHidden(group, isHidden[group] === 0);
            draw();
          });
          button.addEventListener("dblclick", () => {
            map.names.forEach((_, other) => setHidden(other, other !== group));
            draw();
          });
          buttons.push(button);
          setHidden(group, false);
        });
        $("classes").hidden = false;
      }

      function paintSwatches() {
        buttons.forEach((button, group) => {
          const canvas = button.querySelector("canvas");
          canvas.width = canvas.height = 28;
          const context = canvas.getContext("2d");
          context.fillStyle = onGround(map.colors[group]);
          trace(context, map.shapes[map.markers[group]] ?? [], 14, 14, 8);
          context.fill();
        });
        const bar = $("scale");
        if (values === null) return;
        bar.hidden = false;
        const context = bar.querySelector("canvas").getContext("2d");
        steps.forEach(([r, g, b], step) => {
          context.fillStyle = `rgb(${r}, ${g}, ${b})`;
          context.fillRect(step, 0, 1, 12);
        });
      }

    """#
}
