extension MapScript {
  /// The numbers of the page, and what they say of an item.
  static let data = #"""
    "use strict";
    (() => {
      const $ = (id) => document.getElementById(id);
      const map = JSON.parse($("map-data").textContent);

      function numbers(text, type) {
        const raw = atob(text);
        const bytes = new Uint8Array(raw.length);
        for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
        return new type(bytes.buffer);
      }

      const count = map.count;
      const x = numbers(map.x, Float32Array);
      const y = numbers(map.y, Float32Array);
      // The class of each item, −1 where it has none.
      const labels = map.labels === null ? null : numbers(map.labels, Int32Array);
      // The row of each item in its table.
      const rows = map.rows === null ? null : numbers(map.rows, Int32Array);
      const values = map.values === null ? null : numbers(map.values, Float32Array);
      // Whether colours are those of the classes.
      const byClass = map.colors.length > 0;
      const isHidden = new Uint8Array(map.names.length);

      const groupOf = (item) => (byClass && labels !== null ? labels[item] : -1);
      const hasPlace = (item) => Number.isFinite(x[item]) && Number.isFinite(y[item]);
      const isShown = (item) => hasPlace(item) && isHidden[groupOf(item)] !== 1;

      function nameOf(item) {
        if (labels === null) return "";
        return map.names[labels[item]] ?? String(labels[item]);
      }

      // The range of the places; a range without extent gets one.
      function range(places) {
        let low = Infinity;
        let high = -Infinity;
        for (let i = 0; i < count; i++) {
          if (!hasPlace(i)) continue;
          if (places[i] < low) low = places[i];
          if (places[i] > high) high = places[i];
        }
        if (!(low <= high)) return [-1, 1];
        if (low === high) return [low - 1, high + 1];
        return [low, high];
      }
      const xRange = range(x);
      const yRange = range(y);

      const text = (number) => String(Number(number.toPrecision(4)));
      const many = (number) => number.toLocaleString("en");

    """#
}
