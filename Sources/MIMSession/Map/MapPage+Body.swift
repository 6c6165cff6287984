import MIMFormats

/// What stands in a map's page before its script fills it, and what readers have who run no script or see no picture.
extension MapPage {
  /// The page's header, map, tools and text alternative.
  static func body(_ map: PointMap) -> String {
    let about = HTML.escaped("\(map.about). Items are counted from 0.")
    let name = HTML.escaped(map.title)
    return """
      <header><h1>\(name)</h1><p id="about">\(about)</p></header>
      <main>
      <div id="stage"><canvas id="points" aria-hidden="true"></canvas>
      <canvas id="over" tabindex="0" role="application" aria-label="Map: \(name)"
      aria-describedby="about keys-hint"></canvas>
      <div id="tip" aria-hidden="true" hidden="hidden"></div></div>
      <aside aria-label="Tools and lists">
      <noscript><p>The map needs JavaScript. The table says what it holds.</p></noscript>
      <div class="needs-script">
      \(tools(map))
      \(legend(map))
      \(selection)
      \(keys)
      </div>
      \(summary(map))
      </aside>
      </main>
      """
  }

  private static func tools(_ map: PointMap) -> String {
    let sought = map.lineNames.map { "Item numbers, label or \(VisibleText.onOneLine($0.column))" }
    return """
      <div class="tools" role="group" aria-label="View">
      <button type="button" id="closer" aria-label="Zoom in" title="Zoom in (+)">+</button>
      <button type="button" id="farther" aria-label="Zoom out" title="Zoom out (−)">−</button>
      <button type="button" id="whole" title="Show everything (0)">Whole map</button>
      <button type="button" id="lasso" aria-pressed="false"
      title="Draw around items to select them (L, or hold Shift)">Lasso</button>
      <button type="button" id="in-view" title="Select what is in the window (A)">Select view</button>
      <button type="button" id="pictures" aria-pressed="false"
      title="Draw pictures in place of points (P)">Pictures</button>
      </div>
      <form id="search" role="search"><label for="query">\(HTML.escaped(sought ?? "Item numbers or label"))</label>
      <input id="query" type="search" autocomplete="off" /><button type="submit">Find</button></form>
      <div id="card" hidden="hidden"></div>
      """
  }

  private static func legend(_ map: PointMap) -> String {
    var scale = ""
    if case .values(let values, let title) = map.coloring {
      let finite = values.lazy.filter(\.isFinite)
      let ends = [finite.min() ?? 0, finite.max() ?? 1].map { HTML.escaped($0.text()) }
      scale = """
        <section id="scale" hidden="hidden"><h2>\(HTML.escaped(title ?? "Value"))</h2>
        <canvas width="256" height="12" aria-hidden="true"></canvas>
        <div><span>\(ends[0])</span><span>\(ends[1])</span></div></section>

        """
    }
    return scale + """
      <section id="classes" aria-labelledby="classes-name" hidden="hidden"><h2 id="classes-name">Classes</h2>
      <ul id="legend"></ul>
      <button type="button" id="all-classes">Show all</button>
      <button type="button" id="no-classes">Hide all</button></section>
      """
  }

  private static let selection = """
    <section aria-labelledby="selection-name"><h2 id="selection-name">Selection</h2>
    <p id="status" role="status">Nothing is selected.</p>
    <ul id="counts"></ul>
    <button type="button" id="export" hidden="hidden">Save item numbers (CSV)</button>
    <button type="button" id="clear" hidden="hidden">Clear</button>
    <ol id="chosen"></ol>
    <button type="button" id="more" hidden="hidden">Show more</button></section>
    """

  private static let keys = """
    <details><summary>Mouse and keys</summary>
    <p id="keys-hint">Arrow keys move the map, plus and minus zoom, 0 shows everything, A selects what is in the
    window, brackets step from item to item, Escape clears.</p>
    <dl><dt>drag, wheel</dt><dd>move, zoom</dd><dt><kbd>Shift</kbd> + drag</dt><dd>lasso</dd>
    <dt>click</dt><dd>keep an item's card</dd>
    <dt>double click</dt><dd>on a class: only this one</dd>
    <dt><kbd>+</kbd> <kbd>−</kbd> <kbd>0</kbd></dt><dd>zoom, show everything</dd>
    <dt><kbd>[</kbd> <kbd>]</kbd></dt><dd>the item before, the next one</dd>
    <dt><kbd>A</kbd></dt><dd>select what is in the window</dd>
    <dt><kbd>L</kbd> <kbd>P</kbd></dt><dd>lasso, pictures</dd>
    <dt><kbd>/</kbd></dt><dd>find</dd><dt><kbd>Esc</kbd></dt><dd>clear</dd></dl></details>
    """

  // MARK: Text alternative

  /// The classes with their sizes and middles; without classes all items together.
  private static func summary(_ map: PointMap) -> String {
    var groups: [(name: String, items: [Int])] = [("all items", Array(0..<map.count))]
    if let labels = map.labels {
      let members = Dictionary(grouping: 0..<map.count) { labels[$0] }
      groups =
        members.keys.sorted().map {
          (name: map.className($0), items: members[$0] ?? [])
        } + groups
    }
    let rows = groups.map { group in
      let cells =
        ["\(group.items.count)"]
        + [map.x, map.y].map { mean(of: $0, at: group.items).text(3) }
      return "<tr><th scope=\"row\">\(HTML.escaped(group.name))</th>"
        + cells.map { "<td>\(HTML.escaped($0))</td>" }.joined() + "</tr>"
    }
    let heads = ["class", "items", "mean x", "mean y"].map { "<th scope=\"col\">\($0)</th>" }
    return """
      <details id="summary"><summary>The map as a table</summary>
      <table><caption>\(HTML.escaped(map.about))</caption>
      <thead><tr>\(heads.joined())</tr></thead>
      <tbody>
      \(rows.joined(separator: "\n"))
      </tbody></table></details>
      """
  }

  private static func mean(of values: [Double], at items: [Int]) -> Double {
    let finite = items.lazy.map { values[$0] }.filter(\.isFinite)
    var (sum, number) = (0.0, 0.0)
    for value in finite {
      sum += value
      number += 1
    }
    return number > 0 ? sum / number : .nan
  }
}
