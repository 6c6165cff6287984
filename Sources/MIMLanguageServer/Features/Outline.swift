import MIMFormats
import MIMScript
import MIMSession

/// A line of the outline, with what stands below it.
struct OutlineItem {
  /// The protocol's numbers for kinds of symbols.
  enum Kind: Int {
    case cell = 2
    case variable = 13
    case heading = 15
  }

  let name: String
  let kind: Kind
  let detail: String
  var range: TextRange
  /// What is selected when somebody goes there.
  let selection: TextRange
  var children: [OutlineItem] = []

  /// As a tree.
  var json: JSON {
    .members([
      "name": .string(shownName), "detail": detail.isEmpty ? nil : .string(detail),
      "kind": .int(kind.rawValue), "range": range.json, "selectionRange": selection.json,
      "children": .array(children.map(\.json)),
    ])
  }

  /// As a list, for clients that know no trees.
  func flat(_ uri: String, in container: String? = nil) -> [JSON] {
    let own: JSON = .members([
      "name": .string(shownName), "kind": .int(kind.rawValue),
      "location": .members(["uri": .string(uri), "range": range.json]),
      "containerName": container.map { .string($0) },
    ])
    return [own] + children.flatMap { $0.flat(uri, in: shownName) }
  }

  /// The protocol wants no empty names.
  private var shownName: String {
    let text = VisibleText.onOneLine(name)
    return text.allSatisfy(\.isWhitespace) ? "–" : text
  }
}

extension DraftedDocument {
  /// Headings, below them cells, and in cells the names that they bind.
  var outline: [OutlineItem] {
    let variables = self.variables
    guard !document.isScript else { return variables.flatMap(\.items) }
    var items = headings + cells(variables)
    items.sort { $0.item.range.start < $1.item.range.start }
    var place = 0
    return Self.tree(items, &place, above: 0)
  }

  private typealias Entry = (level: Int?, item: OutlineItem)

  private var headings: [Entry] {
    let headings = draft.headings
    return headings.enumerated().map { number, heading in
      let next = headings[(number + 1)...].first { $0.level <= heading.level }
      let last = max(heading.line - 1, (next?.line ?? document.lines.count + 1) - 2)
      let line = heading.line - 1
      let start = TextPosition(line: line, character: 0)
      return (
        heading.level,
        OutlineItem(
          name: heading.text, kind: .heading, detail: "",
          range: TextRange(
            start, TextPosition(line: last, character: document.lines.width(last))),
          selection: TextRange(
            start, TextPosition(line: line, character: document.lines.width(line))))
      )
    }
  }

  private func cells(_ variables: [(cell: String, items: [OutlineItem])]) -> [Entry] {
    draft.notebook.cells.map { cell in
      let range = range(of: cell)
      return (
        nil,
        OutlineItem(
          name: cell.name, kind: .cell, detail: cell.options.caption ?? "", range: range,
          selection: TextRange(range.start, range.start),
          children: variables.first { $0.cell == cell.name }?.items ?? [])
      )
    }
  }

  /// The names of each cell, once each.
  private var variables: [(cell: String, items: [OutlineItem])] {
    draft.notebook.cells.map { cell in
      var seen: Set<String> = []
      let bindings = draft.occurrences.filter {
        $0.role == .binding && $0.scope == nil && $0.span.source.firstLine == cell.source.firstLine
          && seen.insert($0.name).inserted
      }
      return (
        cell.name,
        bindings.map { binding in
          let range = range(of: binding.span)
          let end = TextPosition(
            line: range.start.line, character: document.lines.width(range.start.line))
          return OutlineItem(
            name: binding.name, kind: .variable, detail: "", range: TextRange(range.start, end),
            selection: range)
        }
      )
    }
  }

  /// Puts entries below the headings before them.
  private static func tree(
    _ entries: [Entry], _ place: inout Int, above level: Int
  ) -> [OutlineItem] {
    var items: [OutlineItem] = []
    while place < entries.count {
      let entry = entries[place]
      var item = entry.item
      if let own = entry.level, own <= level { break }
      place += 1
      if let own = entry.level { item.children = tree(entries, &place, above: own) }
      items.append(item)
    }
    return items
  }
}
