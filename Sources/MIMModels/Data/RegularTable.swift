import MIMCPU
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
  /// - Returns: nil for a table that is not so regular.
  /// - Throws: `CancellationError` where the running work should end.
  init?(
    _ bytes: [UInt8], from start: Int, delimiter: UInt8, layout: TableLayout,
    partSize: Int = 1 << 20
  ) throws {
    let count = max(0, bytes.count - start)
    let parts = Mutex([Int: Part]())
    let stop = StopRequest.current
    let isIrregular = Atomic<Bool>(false)
    inParallel(count: count, chunk: partSize, threads: nil) { range in
      guard !isIrregular.load(ordering: .relaxed), stop?.isMade != true else { return }
      let part = bytes.withUnsafeBufferPointer { bytes -> Part? in
        var lines = Lines(bytes, delimiter: delimiter, layout: layout)
        let range = start + range.lowerBound..<start + range.upperBound
        return lines.take(range, start: start, stop: stop) ? lines.part : nil
      }
      guard let part else { return isIrregular.store(true, ordering: .relaxed) }
      parts.withLock { $0[range.lowerBound] = part }
    }
    try StopRequest.check()
    guard !isIrregular.load(ordering: .relaxed) else { return nil }
    let inOrder = parts.withLock { $0.sorted { $0.key < $1.key }.map(\.value) }
    values.reserveCapacity(inOrder.reduce(0) { $0 + $1.values.count })
    classes.reserveCapacity(inOrder.reduce(0) { $0 + $1.classes.count })
    var places: [String: Int32] = [:]
    for part in inOrder {
      values += part.values
      let own = part.names.all.map { name in
        let place = places[name] ?? Int32(truncatingIfNeeded: classNames.count)
        if places.updateValue(place, forKey: name) == nil { classNames.append(name) }
        return place
      }
      classes += part.classes.lazy.map { own[Int($0)] }
    }
  }

  /// What some lines hold.
  private struct Part {
    var values: [Float] = []
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

    init(_ bytes: UnsafeBufferPointer<UInt8>, delimiter: UInt8, layout: TableLayout) {
      self.bytes = bytes
      self.delimiter = delimiter
      let features = Set(layout.featureColumns)
      contents = (0..<layout.columnCount).map { column -> Content in
        column == layout.labelColumn ? .label : features.contains(column) ? .number : .nothing
      }
    }

    /// Takes the lines that begin in a range; false where one of them is irregular.
    mutating func take(_ range: Range<Int>, start: Int, stop: StopRequest?) -> Bool {
      // Digits, a point and what ends them take some six bytes at least; an array grows where they are fewer.
      part.values.reserveCapacity(range.count / 6)
      var place = range.lowerBound
      if place > start, bytes[place - 1] != 0x0a { place = lineEnd(from: place) + 1 }
      var lines = 0
      while place < range.upperBound {
        lines += 1
        if lines % 1024 == 0, stop?.isMade == true { break }
        guard let end = takeLine(from: place) else { return false }
        place = end
      }
      return true
    }

    /// Takes a line; gives where the next one begins, or nil for an irregular one.
    private mutating func takeLine(from start: Int) -> Int? {
      var place = start
      for (column, content) in contents.enumerated() {
        let isLast = column == contents.count - 1
        guard place < bytes.count, bytes[place] != UInt8(ascii: "\"") else {
          return column == 0 && place == bytes.count ? place : nil
        }
        switch content {
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

    /// Takes a number; gives where its cell ends, or nil where there is none.
    private mutating func takeNumber(from start: Int) -> Int? {
      var place = start
      while place < bytes.count, bytes[place] == 0x20 { place += 1 }
      let first = place
      if place < bytes.count, bytes[place] == UInt8(ascii: "-") { place += 1 }
      let isNegative = place > first
      let digits = place
      var mantissa: UInt64 = 0
      while place < bytes.count, case let digit = bytes[place] &- UInt8(ascii: "0"), digit < 10 {
        mantissa = mantissa &* 10 &+ UInt64(digit)
        place += 1
      }
      var (count, decimals) = (place - digits, 0)
      let isPointed = count > 0 && place < bytes.count && bytes[place] == UInt8(ascii: ".")
      if isPointed {
        place += 1
        let begin = place
        while place < bytes.count, case let digit = bytes[place] &- UInt8(ascii: "0"), digit < 10 {
          mantissa = mantissa &* 10 &+ UInt64(digit)
          place += 1
        }
        decimals = place - begin
        count += decimals
      }
      if isEnd(place), count > 0, count <= 19, !isPointed || decimals > 0,
        let value = PlainDecimal.value(mantissa, exponent: -decimals, isNegative: isNegative)
      {
        part.values.append(value)
        return place
      }
      return takeOther(from: start)
    }

    /// The same of a number that is written otherwise.
    private mutating func takeOther(from start: Int) -> Int? {
      let end = cellEnd(from: start)
      let cell = UnsafeBufferPointer(rebasing: bytes[trimmed(start..<end)])
      if let plain = PlainDecimal(cell, point: UInt8(ascii: ".")) {
        part.values.append(plain.value)
        return end
      }
      guard let value = Float(Substring(decoding: cell, as: UTF8.self)), value.isFinite else {
        return nil
      }
      part.values.append(value)
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
