import MIMCPU
import MIMFormats
import MIMTensor
import Synchronization

/// The items of a table that is as regular as most are: as many cells in each line as in the first, none in quotes, numbers with decimal
/// points. It is cut into parts at the ends of lines, which are read several at a time; the numbers are the same whatever their sizes.
///
/// Of any other table there is nothing here: the reading line by line (``DelimitedReader``) takes it, or says where it is wrong.
struct RegularTable {
  /// The numbers, line by line.
  private(set) var values: [Float] = []
  /// What the classes are called, in the order of their first items.
  private(set) var classNames: [String] = []
  /// The place of each item's class among the names.
  private(set) var classes: [Int32] = []

  /// - Parameters:
  ///   - start: where the first line of items begins.
  ///   - partSize: how many bytes are read at a time.
  ///   - meanwhile: other work on the same bytes, as long as that of many parts, which is done beside them.
  /// - Returns: nil for a table that is not so regular.
  /// - Throws: `CancellationError` where the running work should end.
  init?(
    _ bytes: [UInt8], from start: Int, delimiter: UInt8, layout: TableLayout,
    partSize: Int = 1 << 20, meanwhile: @Sendable () -> Void = {}
  ) throws {
    let cuts = Cuts(bytes, from: start, partSize: partSize)
    let width = layout.featureColumns.count
    // A number and what ends it take two bytes at least: where lines are shorter, some are blank.
    guard let room = cuts.room(width: width), room <= bytes.count / 2 + width else {
      meanwhile()
      return nil
    }
    let parts = Mutex([Int: Part]())
    let stop = StopRequest.current
    let isIrregular = Atomic<Bool>(false)
    values = [Float](unsafeUninitializedCapacity: room) { values, count in
      LargePages.prefer(UnsafeMutableRawBufferPointer(values))
      nonisolated(unsafe) let values = values
      // The other work comes first, as it is the longest piece.
      inParallel(count: cuts.parts.count + 1, chunk: 1, threads: nil) { range in
        guard range.lowerBound > 0 else { return meanwhile() }
        guard !isIrregular.load(ordering: .relaxed), stop?.isMade != true else { return }
        let index = range.lowerBound - 1
        let rows = cuts.rows(index)
        let part = bytes.withUnsafeBufferPointer { bytes -> Part? in
          var lines = Lines(
            bytes, delimiter: delimiter, layout: layout,
            values: UnsafeMutableBufferPointer(
              rebasing: values[rows.lowerBound * width..<rows.upperBound * width]))
          return lines.take(cuts.parts[index], start: start, stop: stop) ? lines.part : nil
        }
        guard let part else { return isIrregular.store(true, ordering: .relaxed) }
        parts.withLock { $0[index] = part }
      }
      count = Self.closeGaps(values, cuts, parts.withLock { $0 }, width: width)
    }
    try StopRequest.check()
    guard !isIrregular.load(ordering: .relaxed) else { return nil }
    let inOrder = parts.withLock { $0.sorted { $0.key < $1.key }.map(\.value) }
    classes.reserveCapacity(inOrder.reduce(0) { $0 + $1.classes.count })
    var places: [String: Int32] = [:]
    for part in inOrder {
      let own = part.names.all.map { name in
        let place = places[name] ?? Int32(truncatingIfNeeded: classNames.count)
        if places.updateValue(place, forKey: name) == nil { classNames.append(name) }
        return place
      }
      classes += part.classes.lazy.map { own[Int($0)] }
    }
  }

  /// Moves the numbers of each part to those of the part before, from which blank lines keep them; gives how many there are.
  private static func closeGaps(
    _ values: UnsafeMutableBufferPointer<Float>, _ cuts: Cuts, _ parts: [Int: Part], width: Int
  ) -> Int {
    var end = 0
    guard let base = values.baseAddress else { return 0 }
    for index in cuts.parts.indices {
      let (place, count) = (cuts.rows(index).lowerBound * width, parts[index]?.count ?? 0)
      if place != end { (base + end).update(from: base + place, count: count) }
      end += count
    }
    return end
  }

  /// Where a table is cut, and how many lines there are in each part, blank ones, too.
  private struct Cuts: Sendable {
    let parts: [Range<Int>]
    /// The lines before each part, and of all.
    private let lines: [Int]

    init(_ bytes: [UInt8], from start: Int, partSize: Int) {
      let parts = stride(from: start, to: bytes.count, by: partSize).map {
        $0..<min($0 + partSize, bytes.count)
      }
      let counts = Mutex([Int](repeating: 0, count: parts.count))
      inParallel(count: parts.count, chunk: 1, threads: nil) { range in
        for index in range {
          // A line begins at the start, or after the end of another.
          let places = max(start, parts[index].lowerBound - 1)..<parts[index].upperBound - 1
          let first = index == 0 ? 1 : 0
          let count = bytes.withUnsafeBytes {
            lineEnds(UnsafeRawBufferPointer(rebasing: $0[places]))
          }
          counts.withLock { $0[index] = first + count }
        }
      }
      self.parts = parts
      lines = counts.withLock { $0 }.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1) }
    }

    /// The places of a part's lines among all.
    func rows(_ part: Int) -> Range<Int> { lines[part]..<lines[part + 1] }

    /// How many numbers there may be; nil for more than a machine can have.
    func room(width: Int) -> Int? {
      let (room, overflow) = (lines.last ?? 0).multipliedReportingOverflow(by: width)
      return overflow ? nil : room
    }
  }

  /// What some lines hold besides numbers.
  private struct Part {
    /// How many numbers there are.
    var count = 0
    /// The places of the classes among the names of this part.
    var classes: [Int32] = []
    var names = Names()
  }

  /// Lines being read.
  private struct Lines {
    private(set) var part = Part()

    /// What is in a column.
    private enum Content { case number, label, nothing }

    private let bytes: UnsafeBufferPointer<UInt8>
    private let delimiter: UInt8
    private let contents: [Content]
    private let width: Int
    /// The place of the numbers.
    private let values: UnsafeMutableBufferPointer<Float>

    init(
      _ bytes: UnsafeBufferPointer<UInt8>, delimiter: UInt8, layout: TableLayout,
      values: UnsafeMutableBufferPointer<Float>
    ) {
      self.bytes = bytes
      self.delimiter = delimiter
      self.values = values
      let features = Set(layout.featureColumns)
      width = features.count
      contents = (0..<layout.columnCount).map { column -> Content in
        column == layout.labelColumn ? .label : features.contains(column) ? .number : .nothing
      }
    }

    /// Takes the lines that begin in a range; false where one of them is irregular.
    mutating func take(_ range: Range<Int>, start: Int, stop: StopRequest?) -> Bool {
      var place = range.lowerBound
      if place > start, bytes[place - 1] != 0x0a { place = lineEnd(from: place) + 1 }
      var lines = 0
      while place < range.upperBound {
        lines += 1
        if lines % 1024 == 0, stop?.isMade == true { break }
        guard part.count + width <= values.count, let end = takeLine(from: place) else {
          return false
        }
        place = end
      }
      return true
    }

    /// Takes a line; gives where the next one begins, or nil for an irregular one.
    private mutating func takeLine(from start: Int) -> Int? {
      var place = start
      for column in contents.indices {
        let isLast = column == contents.count - 1
        guard place < bytes.count, bytes[place] != UInt8(ascii: "\"") else {
          return column == 0 && place == bytes.count ? place : nil
        }
        switch contents[column] {
        case .number:
          guard let end = takeNumber(from: place) else {
            // A line without anything is none.
            return column == 0 ? blankLineEnd(from: place) : nil
          }
          place = end
        case .label:
          let cell = trimmed(place..<cellEnd(from: place))
          guard !cell.isEmpty else { return column == 0 ? blankLineEnd(from: place) : nil }
          part.classes.append(part.names.place(of: UnsafeBufferPointer(rebasing: bytes[cell])))
          place = cellEnd(from: cell.upperBound)
        case .nothing:
          place = cellEnd(from: place)
        }
        guard isLast || place < bytes.count && bytes[place] == delimiter else {
          return column == 0 ? blankLineEnd(from: start) : nil
        }
        if !isLast { place += 1 }
      }
      return nextLine(from: place)
    }

    private mutating func append(_ value: Float) {
      values[part.count] = value
      part.count += 1
    }

    /// Takes a number; gives where its cell ends, or nil where there is none.
    private mutating func takeNumber(from start: Int) -> Int? {
      var place = start
      while place < bytes.count, bytes[place] == 0x20 { place += 1 }
      let isNegative = place < bytes.count && bytes[place] == UInt8(ascii: "-")
      if isNegative { place += 1 }
      let whole = Digits(bytes, from: place)
      place += whole.count
      let isPointed = place < bytes.count && bytes[place] == UInt8(ascii: ".")
      if isPointed { place += 1 }
      let decimals = isPointed ? Digits(bytes, from: place) : Digits()
      place += decimals.count
      if isEnd(place), whole.count > 0, !isPointed || decimals.count > 0,
        let mantissa = whole.followed(by: decimals),
        let value = PlainDecimal.value(
          mantissa, exponent: -decimals.count, isNegative: isNegative)
      {
        append(value)
        return place
      }
      return takeOther(from: start)
    }

    /// The same of a number that is written otherwise.
    private mutating func takeOther(from start: Int) -> Int? {
      let end = cellEnd(from: start)
      let cell = UnsafeBufferPointer(rebasing: bytes[trimmed(start..<end)])
      if let plain = PlainDecimal(cell, point: UInt8(ascii: ".")) {
        append(plain.value)
        return end
      }
      guard let value = Float(Substring(decoding: cell, as: UTF8.self)), value.isFinite else {
        return nil
      }
      append(value)
      return end
    }

    // MARK: Places

    private func isEnd(_ place: Int) -> Bool {
      guard place < bytes.count else { return true }
      let byte = bytes[place]
      return byte == delimiter || byte == 0x0a || byte == 0x0d
    }

    private func cellEnd(from start: Int) -> Int {
      var place = start
      while !isEnd(place) { place += 1 }
      return place
    }

    private func lineEnd(from start: Int) -> Int {
      var place = start
      while place < bytes.count, bytes[place] != 0x0a { place += 1 }
      return place
    }

    private func trimmed(_ cell: Range<Int>) -> Range<Int> {
      var (start, end) = (cell.lowerBound, cell.upperBound)
      while start < end, bytes[start] == 0x20 { start += 1 }
      while start < end, bytes[end - 1] == 0x20 { end -= 1 }
      return start..<end
    }

    /// Where the line after one that ends here begins; nil where none ends here. A carriage return alone, by which parts aren't cut, is
    /// irregular.
    private func nextLine(from end: Int) -> Int? {
      guard end < bytes.count else { return end }
      if bytes[end] == 0x0a { return end + 1 }
      guard bytes[end] == 0x0d, end + 1 < bytes.count, bytes[end + 1] == 0x0a else { return nil }
      return end + 2
    }

    /// Where the line after a line of nothing but blanks begins; nil where it has more.
    private func blankLineEnd(from start: Int) -> Int? {
      let end = cellEnd(from: start)
      guard trimmed(start..<end).isEmpty else { return nil }
      return nextLine(from: end)
    }
  }

  /// The names of classes, each once. Most tables have few, and lines of one class often follow each other.
  private struct Names {
    private(set) var all: [String] = []
    private var bytes: [[UInt8]] = []
    private var places: [String: Int32] = [:]
    private var last = 0

    mutating func place(of name: UnsafeBufferPointer<UInt8>) -> Int32 {
      if last < bytes.count, bytes[last].elementsEqual(name) {
        return Int32(truncatingIfNeeded: last)
      }
      for index in bytes.indices.prefix(16) where bytes[index].elementsEqual(name) {
        last = index
        return Int32(truncatingIfNeeded: index)
      }
      let text = String(decoding: name, as: UTF8.self)
      if let place = places[text] { return place }
      last = all.count
      let place = Int32(truncatingIfNeeded: last)
      places[text] = place
      all.append(text)
      bytes.append(Array(name))
      return place
    }
  }
}
