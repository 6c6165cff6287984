extension MapScript {
  /// The part of the map that is in the window, and how it is painted.
  static let view = #"""

      // Two canvases: the points, and what is written over them.
      const stage = $("stage");
      const points = $("points");
      const over = $("over");
      const ink = points.getContext("2d", { alpha: false, willReadFrequently: true });
      const pen = over.getContext("2d");
      const view = { x: 0, y: 0, zoom: 1, kx: 1, ky: 1, width: 1, height: 1, ratio: 1 };
      const largestZoom = 5000;
      let colors = {};
      let showsPictures = map.isGrid;
      let selected = [];
      let isSelected = null;
      let current = -1;
      let lasso = null;
      let waits = false;

      const screenX = (value) => view.width / 2 + (value - view.x) * view.kx * view.zoom;
      const screenY = (value) => view.height / 2 - (value - view.y) * view.ky * view.zoom;
      const placeX = (pixel) => view.x + (pixel - view.width / 2) / (view.kx * view.zoom);
      const placeY = (pixel) => view.y - (pixel - view.height / 2) / (view.ky * view.zoom);

      // Takes the size of the window; the same places stay in the middle.
      function measure() {
        const box = stage.getBoundingClientRect();
        view.ratio = Math.min(2, window.devicePixelRatio || 1);
        view.width = Math.max(50, box.width);
        view.height = Math.max(50, box.height);
        for (const canvas of [points, over]) {
          canvas.width = Math.round(view.width * view.ratio);
          canvas.height = Math.round(view.height * view.ratio);
        }
        const margin = map.isGrid ? 0.5 : 0;
        const edge = map.hasAxes ? 46 : 14;
        view.kx = Math.max(20, view.width - 2 * edge) / (xRange[1] - xRange[0] + 2 * margin);
        view.ky = Math.max(20, view.height - 2 * edge) / (yRange[1] - yRange[0] + 2 * margin);
        if (map.isEqual) view.kx = view.ky = Math.min(view.kx, view.ky);
      }

      function showAll() {
        view.x = (xRange[0] + xRange[1]) / 2;
        view.y = (yRange[0] + yRange[1]) / 2;
        view.zoom = 1;
        draw();
      }

      // Zooms around a place in the window.
      function zoom(factor, left = view.width / 2, top = view.height / 2) {
        const [fixedX, fixedY] = [placeX(left), placeY(top)];
        view.zoom = Math.min(largestZoom, Math.max(0.2, view.zoom * factor));
        view.x += fixedX - placeX(left);
        view.y += fixedY - placeY(top);
        draw();
      }

      function pan(right, down) {
        view.x -= right / (view.kx * view.zoom);
        view.y += down / (view.ky * view.zoom);
        draw();
      }

      function readColors() {
        const style = getComputedStyle(document.documentElement);
        for (const name of ["page", "ink", "soft", "line", "accent"]) {
          colors[name] = style.getPropertyValue("--" + name).trim();
        }
        colors.isDark = matchMedia("(prefers-color-scheme: dark)").matches;
      }

      // What would vanish on its ground is drawn in the opposite.
      function onGround(color) {
        const [red, green, blue] = parts(color);
        const light = 0.299 * red + 0.587 * green + 0.114 * blue;
        return colors.isDark && light < 40 ? "#e8e8e8" : color;
      }

      function parts(color) {
        const number = parseInt(color.slice(1), 16);
        return [(number >> 16) & 255, (number >> 8) & 255, number & 255];
      }

      // 256 steps of the scale of colours, as red, green and blue.
      const steps = Array.from({ length: 256 }, (_, step) => {
        const place = (step / 255) * (map.scale.length - 1);
        const index = Math.min(Math.floor(place), map.scale.length - 2);
        const [from, to] = [parts(map.scale[index]), parts(map.scale[index + 1])];
        return from.map((part, i) => part + (to[i] - part) * (place - index));
      });
      const missing = [150, 150, 150];

      function scaled(value) {
        if (!Number.isFinite(value)) return missing;
        const share = (value - map.range[0]) / (map.range[1] - map.range[0] || 1);
        return steps[Math.round(255 * Math.min(1, Math.max(0, share)))];
      }

      // A marker's pixels around its middle, with how much they cover (0 to 255).
      function stamp(corners, radius) {
        const reach = Math.ceil(radius * 1.6) + 1;
        const canvas = document.createElement("canvas");
        canvas.width = canvas.height = 2 * reach + 1;
        const context = canvas.getContext("2d");
        trace(context, corners, reach + 0.5, reach + 0.5, radius);
        context.fill();
        const pixels = context.getImageData(0, 0, canvas.width, canvas.height).data;
        const found = [];
        for (let i = 0; i < canvas.width * canvas.width; i++) {
          const cover = pixels[4 * i + 3];
          if (cover < 12) continue;
          found.push(i % canvas.width - reach, Math.floor(i / canvas.width) - reach, cover);
        }
        return Int16Array.from(found);
      }

      function trace(context, corners, left, top, radius) {
        context.beginPath();
        if (corners.length === 0) {
          context.arc(left, top, radius, 0, 2 * Math.PI);
        } else {
          for (const [dx, dy] of corners) context.lineTo(left + dx * radius, top + dy * radius);
          context.closePath();
        }
      }

      // Points grow a little with the zoom.
      function radius() {
        const size = map.size ?? (count < 200 ? 9 : count < 1000 ? 7 : count < 5000 ? 5 : 3.4);
        return (size / 2) * Math.min(2.5, Math.pow(Math.max(1, view.zoom), 0.25)) * view.ratio;
      }

      const stamps = new Map();
      function stampOf(marker, size) {
        const key = marker + " " + size;
        if (!stamps.has(key)) {
          if (stamps.size > 64) stamps.clear();
          stamps.set(key, stamp(map.shapes[marker] ?? [], size));
        }
        return stamps.get(key);
      }

      // Points are put into the picture one by one: that needs no graphics card, and is quick enough for a hundred
      // thousand of them.
      function paintPoints() {
        const width = points.width;
        const height = points.height;
        const image = ink.createImageData(width, height);
        const bytes = image.data;
        const words = new Uint32Array(bytes.buffer);
        const ground = parts(colors.page);
        words.fill((255 << 24) | (ground[2] << 16) | (ground[1] << 8) | ground[0]);
        const size = Math.round(radius() * 4) / 4;
        const kinds = (byClass ? map.markers : [0]).map((marker) => stampOf(marker, size));
        const other = kinds[0] ?? stampOf(0, size);
        const classes = map.colors.map((color) => parts(onGround(color)));
        const single = parts(onGround(map.single));
        const kx = view.kx * view.zoom * view.ratio;
        const ky = view.ky * view.zoom * view.ratio;
        const fade = (part, at) => part * 0.22 + ground[at] * 0.78;

        function put(item, isFaded) {
          const left = Math.round(width / 2 + (x[item] - view.x) * kx);
          const top = Math.round(height / 2 - (y[item] - view.y) * ky);
          if (left < -20 || top < -20 || left > width + 20 || top > height + 20) return;
          const group = groupOf(item);
          const color = values !== null ? scaled(values[item]) : (classes[group] ?? single);
          const r = isFaded ? fade(color[0], 0) : color[0];
          const g = isFaded ? fade(color[1], 1) : color[1];
          const b = isFaded ? fade(color[2], 2) : color[2];
          const pixels = kinds[group] ?? other;
          const word = (255 << 24) | (b << 16) | (g << 8) | r;
          for (let k = 0; k < pixels.length; k += 3) {
            const column = left + pixels[k];
            const row = top + pixels[k + 1];
            if (column < 0 || row < 0 || column >= width || row >= height) continue;
            const place = row * width + column;
            const cover = pixels[k + 2];
            if (cover > 240) {
              words[place] = word;
              continue;
            }
            const at = 4 * place;
            const share = cover / 255;
            bytes[at] += (r - bytes[at]) * share;
            bytes[at + 1] += (g - bytes[at + 1]) * share;
            bytes[at + 2] += (b - bytes[at + 2]) * share;
          }
        }
        for (let i = 0; i < count; i++) {
          if (isShown(i) && isSelected?.[i] !== 1) put(i, isSelected !== null);
        }
        if (isSelected !== null) {
          for (const item of selected) if (isShown(item)) put(item, false);
        }
        ink.putImageData(image, 0, 0);
      }

      function paintOver() {
        pen.setTransform(view.ratio, 0, 0, view.ratio, 0, 0);
        pen.clearRect(0, 0, view.width, view.height);
        if (showsPictures && map.pictures !== null) paintPictures();
        if (map.hasAxes) paintAxes();
        if (lasso !== null && lasso.length > 1) {
          pen.beginPath();
          for (const [left, top] of lasso) pen.lineTo(left, top);
          pen.closePath();
          pen.fillStyle = colors.accent + "22";
          pen.fill();
          pen.strokeStyle = colors.accent;
          pen.lineWidth = 1.5;
          pen.stroke();
        }
        if (current >= 0 && hasPlace(current)) {
          const ring = Math.max(8, radius() / view.ratio + 5);
          for (const [color, width] of [[colors.page, 5], [colors.ink, 2]]) {
            pen.beginPath();
            pen.arc(screenX(x[current]), screenY(y[current]), ring, 0, 2 * Math.PI);
            pen.strokeStyle = color;
            pen.lineWidth = width;
            pen.stroke();
          }
        }
      }

      // Steps of 1, 2 or 5 times a power of ten, about `wanted` of them.
      function ticks(low, high, wanted) {
        const rough = (high - low) / Math.max(1, wanted);
        const power = Math.pow(10, Math.floor(Math.log10(rough)));
        const step = power * [1, 2, 5, 10].find((factor) => power * factor >= rough * 0.999);
        const found = [];
        for (let k = Math.ceil(low / step); k * step <= high && found.length < 50; k++) found.push(k * step);
        return found;
      }

      function paintAxes() {
        pen.font = "12px system-ui, 'DejaVu Sans', sans-serif";
        pen.lineWidth = 1;
        const halo = (words, left, top) => {
          pen.strokeStyle = colors.page;
          pen.lineWidth = 4;
          pen.strokeText(words, left, top);
          pen.fillStyle = colors.soft;
          pen.fillText(words, left, top);
        };
        pen.textAlign = "center";
        pen.textBaseline = "bottom";
        for (const value of ticks(placeX(0), placeX(view.width), view.width / 110)) {
          const left = screenX(value);
          pen.fillStyle = colors.line;
          pen.fillRect(left, view.height - 5, 1, 5);
          halo(text(value), left, view.height - 6);
        }
        pen.textAlign = "left";
        pen.textBaseline = "middle";
        for (const value of ticks(placeY(view.height), placeY(0), view.height / 70)) {
          const top = screenY(value);
          pen.fillStyle = colors.line;
          pen.fillRect(0, top, 5, 1);
          halo(text(value), 8, top);
        }
        pen.textAlign = "right";
        pen.textBaseline = "bottom";
        halo(map.axes[0], view.width - 8, view.height - 22);
        pen.textAlign = "left";
        pen.textBaseline = "top";
        halo(map.axes[1], 8, 6);
      }

      function draw() {
        if (waits) return;
        waits = true;
        requestAnimationFrame(() => {
          waits = false;
          paintPoints();
          paintOver();
          if (performance.getEntriesByName("map-drawn").length === 0) performance.mark("map-drawn");
        });
      }

      function drawOver() {
        if (!waits) requestAnimationFrame(() => { if (!waits) paintOver(); });
      }

    """#
}
