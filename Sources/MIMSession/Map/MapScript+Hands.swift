extension MapScript {
  /// Mouse, fingers and keys.
  static let hands = #"""

      // Mouse, fingers and keys.
      const held = new Map();
      let isLasso = false;

      function setLasso(on) {
        isLasso = on;
        $("lasso").setAttribute("aria-pressed", String(on));
        over.classList.toggle("lasso", on);
      }

      function setPictures(on) {
        showsPictures = on;
        $("pictures").setAttribute("aria-pressed", String(on));
        drawOver();
      }

      const at = (event) => {
        const box = over.getBoundingClientRect();
        return [event.clientX - box.left, event.clientY - box.top];
      };

      over.addEventListener("pointerdown", (event) => {
        if (event.button !== 0) return;
        over.setPointerCapture(event.pointerId);
        held.set(event.pointerId, at(event));
        showTip(-1);
        lasso = held.size === 1 && (isLasso || event.shiftKey) ? [at(event)] : null;
        over.dataset.moved = "";
      });

      over.addEventListener("pointermove", (event) => {
        const here = at(event);
        const before = held.get(event.pointerId);
        if (before === undefined) return showTip(nearest(...here), ...here);
        if (Math.hypot(here[0] - before[0], here[1] - before[1]) > 2) over.dataset.moved = "yes";
        if (lasso !== null) {
          lasso.push(here);
          drawOver();
        } else if (held.size === 1) {
          pan(here[0] - before[0], here[1] - before[1]);
        } else {
          // Two fingers: what lies between them stays there.
          const other = [...held].find(([id]) => id !== event.pointerId)[1];
          const apart = (a) => Math.max(10, Math.hypot(a[0] - other[0], a[1] - other[1]));
          pan((here[0] - before[0]) / 2, (here[1] - before[1]) / 2);
          zoom(apart(here) / apart(before), (here[0] + other[0]) / 2, (here[1] + other[1]) / 2);
        }
        held.set(event.pointerId, here);
      });

      function release(event) {
        if (!held.delete(event.pointerId)) return;
        const polygon = lasso;
        lasso = null;
        if (polygon !== null && polygon.length > 2) return selectInside(polygon);
        drawOver();
        if (event.type !== "pointerup" || over.dataset.moved === "yes") return;
        const item = nearest(...at(event));
        current = item;
        showCard();
        if (item >= 0) status.textContent = describe(item).join(", ");
        drawOver();
      }
      over.addEventListener("pointerup", release);
      over.addEventListener("pointercancel", release);
      over.addEventListener("pointerleave", () => showTip(-1));

      over.addEventListener("wheel", (event) => {
        event.preventDefault();
        const lines = event.deltaMode === 1 ? 16 : 1;
        zoom(Math.exp(-Math.max(-300, Math.min(300, event.deltaY * lines)) * 0.0022), ...at(event));
      }, { passive: false });
      over.addEventListener("dblclick", (event) => zoom(2, ...at(event)));

      const stride = 0.12;
      const keys = {
        ArrowLeft: () => pan(stride * view.width, 0),
        ArrowRight: () => pan(-stride * view.width, 0),
        ArrowUp: () => pan(0, stride * view.height),
        ArrowDown: () => pan(0, -stride * view.height),
        "+": () => zoom(1.3),
        "=": () => zoom(1.3),
        "-": () => zoom(1 / 1.3),
        0: showAll,
        Home: showAll,
        "]": () => step(1),
        "[": () => step(-1),
        a: selectView,
        l: () => setLasso(!isLasso),
        p: () => map.pictures !== null && setPictures(!showsPictures),
        "/": () => $("query").focus(),
        Escape: () => {
          if (isLasso) setLasso(false);
          clear();
        },
      };
      over.addEventListener("keydown", (event) => {
        if (event.ctrlKey || event.metaKey || event.altKey) return;
        const act = keys[event.key];
        if (act === undefined) return;
        event.preventDefault();
        act();
      });

      const pressed = {
        closer: () => zoom(1.5),
        farther: () => zoom(1 / 1.5),
        whole: showAll,
        lasso: () => setLasso(!isLasso),
        pictures: () => setPictures(!showsPictures),
        "in-view": selectView,
        clear,
        more: listMore,
        export: exportSelection,
        "all-classes": () => {
          map.names.forEach((_, group) => setHidden(group, false));
          draw();
        },
        "no-classes": () => {
          map.names.forEach((_, group) => setHidden(group, true));
          draw();
        },
      };
      for (const [id, act] of Object.entries(pressed)) $(id).addEventListener("click", act);
      $("search").addEventListener("submit", (event) => {
        event.preventDefault();
        search($("query").value);
      });

      function dress() {
        readColors();
        paintSwatches();
        draw();
      }

      document.documentElement.classList.add("works");
      if (map.pictures === null) $("pictures").hidden = true;
      $("pictures").setAttribute("aria-pressed", String(showsPictures));
      fillLegend();
      measure();
      showAll();
      dress();
      matchMedia("(prefers-color-scheme: dark)").addEventListener("change", dress);
      new ResizeObserver(() => {
        measure();
        draw();
      }).observe(stage);
    })();

    """#
}
