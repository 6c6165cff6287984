extension MapScript {
  /// Which item is where, its picture and its description.
  static let picking = #"""

      // Items by their place: the items of each square of a net over the map, one square after the other.
      const net = (() => {
        const side = Math.min(512, Math.max(1, Math.ceil(Math.sqrt(count / 4))));
        const square = (item) => column(x[item]) + side * row(y[item]);
        const column = (value) => slot(value, xRange);
        const row = (value) => slot(value, yRange);
        function slot(value, [low, high]) {
          return Math.min(side - 1, Math.max(0, Math.floor(((value - low) / (high - low)) * side)));
        }
        const starts = new Uint32Array(side * side + 1);
        for (let i = 0; i < count; i++) if (hasPlace(i)) starts[square(i) + 1]++;
        for (let k = 1; k < starts.length; k++) starts[k] += starts[k - 1];
        const next = starts.slice();
        const items = new Uint32Array(starts[side * side]);
        for (let i = 0; i < count; i++) if (hasPlace(i)) items[next[square(i)]++] = i;
        return { side, starts, items, column, row };
      })();

      // Calls `visit` for the items of all squares that meet a rectangle of the map.
      function within(left, right, bottom, top, visit) {
        for (let row = net.row(bottom); row <= net.row(top); row++) {
          const begin = net.starts[row * net.side + net.column(left)];
          const end = net.starts[row * net.side + net.column(right) + 1];
          for (let k = begin; k < end; k++) visit(net.items[k]);
        }
      }

      // The shown item nearest to a place in the window; −1: none is near.
      function nearest(left, top) {
        let reach = 14;
        if (map.isGrid) reach = Math.max(reach, 0.72 * view.kx * view.zoom);
        let [best, distance] = [-1, reach * reach];
        within(placeX(left - reach), placeX(left + reach), placeY(top + reach), placeY(top - reach), (item) => {
          if (!isShown(item)) return;
          const [dx, dy] = [screenX(x[item]) - left, screenY(y[item]) - top];
          const square = dx * dx + dy * dy;
          if (square < distance || (square === distance && item > best)) [best, distance] = [item, square];
        });
        return best;
      }

      // Pictures lie in sheets, which are unpacked when the first of their pictures is wanted.
      const sheets = new Map();
      function sheetOf(item) {
        const number = Math.floor(item / map.pictures.perSheet);
        if (!sheets.has(number)) {
          const source = $("sheet-" + number);
          // The end of a large file may not be read yet.
          if (source === null) {
            if (document.readyState !== "complete") addEventListener("load", redraw, { once: true });
            return null;
          }
          const sheet = new Image();
          sheets.set(number, sheet);
          sheet.onload = redraw;
          sheet.src = "data:image/png;base64," + source.textContent.trim();
        }
        const sheet = sheets.get(number);
        return sheet.complete && sheet.naturalWidth > 0 ? sheet : null;
      }

      // What is to be drawn once a sheet is there.
      const waiting = new Set();
      function redraw() {
        drawOver();
        for (const paint of [...waiting]) {
          waiting.delete(paint);
          paint();
        }
      }

      // Draws an item's picture; false: it isn't there yet.
      function drawPicture(context, item, left, top, width, height) {
        const sheet = sheetOf(item);
        if (sheet === null) return false;
        const { perSheet, columns, width: w, height: h } = map.pictures;
        const place = item % perSheet;
        context.imageSmoothingEnabled = width < w;
        context.drawImage(
          sheet, (place % columns) * w, Math.floor(place / columns) * h, w, h, left, top, width, height);
        return true;
      }

      // A canvas with an item's picture, filled as soon as it can be.
      function pictureOf(item, scale) {
        const canvas = document.createElement("canvas");
        canvas.width = map.pictures.width * scale;
        canvas.height = map.pictures.height * scale;
        canvas.setAttribute("aria-hidden", "true");
        const paint = () => {
          const context = canvas.getContext("2d");
          if (!drawPicture(context, item, 0, 0, canvas.width, canvas.height)) waiting.add(paint);
        };
        paint();
        return canvas;
      }

      const pictureScale = () => {
        const side = Math.max(map.pictures.width, map.pictures.height);
        return Math.max(1, Math.floor(112 / side));
      };

      // Pictures instead of points: in a grid all of them, else one in each place that has room for one.
      function paintPictures() {
        const { width, height } = map.pictures;
        const longest = Math.max(width, height);
        const side = map.isGrid ? 0.94 * view.kx * view.zoom : 34;
        const [w, h] = [(side * width) / longest, (side * height) / longest];
        const cell = side + 2;
        const columns = Math.ceil(view.width / cell) + 1;
        const taken = new Set();
        within(placeX(-side), placeX(view.width + side), placeY(view.height + side), placeY(-side), (item) => {
          if (!isShown(item) || (isSelected !== null && isSelected[item] !== 1)) return;
          const [left, top] = [screenX(x[item]), screenY(y[item])];
          if (left < -side || top < -side || left > view.width + side || top > view.height + side) return;
          if (!map.isGrid) {
            const place = Math.floor(left / cell) + columns * Math.floor(top / cell);
            if (taken.has(place)) return;
            taken.add(place);
          }
          drawPicture(pen, item, left - w / 2, top - h / 2, w, h);
          if (!byClass || map.isGrid) return;
          pen.strokeStyle = onGround(map.colors[groupOf(item)] ?? map.single);
          pen.lineWidth = 2;
          pen.strokeRect(left - w / 2 - 1, top - h / 2 - 1, w + 2, h + 2);
        });
      }

      function element(name, words, parent) {
        const made = document.createElement(name);
        if (words !== undefined) made.textContent = words;
        parent?.append(made);
        return made;
      }

      // What is known of an item, as text.
      function describe(item) {
        const words = ["item " + item];
        if (map.lines !== null) words.push(`${map.lineColumn}: ${map.lines[item]}`);
        if (rows !== null) words.push("row " + rows[item]);
        if (labels !== null) words.push(nameOf(item));
        if (values !== null) words.push(`${map.valueTitle ?? "value"}: ${text(values[item])}`);
        if (map.hasAxes) words.push(`(${text(x[item])}, ${text(y[item])})`);
        return words;
      }

      const tip = $("tip");
      let tipped = -1;
      function showTip(item, left, top) {
        if (item !== tipped) {
          tipped = item;
          tip.replaceChildren();
          if (item >= 0) {
            if (map.pictures !== null) tip.append(pictureOf(item, pictureScale()));
            for (const words of describe(item)) element("span", words, tip);
          }
        }
        tip.hidden = item < 0;
        if (item < 0) return;
        const box = tip.getBoundingClientRect();
        const right = left + 18 + box.width > view.width ? left - box.width - 14 : left + 18;
        tip.style.left = Math.max(2, right) + "px";
        tip.style.top = Math.max(2, Math.min(view.height - box.height - 2, top + 12)) + "px";
      }

    """#
}
