extension InformationVariable {
  /// A class number for each element, in the order in which they first occur.
  public static func numbered<Element: Hashable>(_ elements: [Element]) -> [Int32] {
    var numbers: [Element: Int32] = [:]
    return elements.map { element in
      if let number = numbers[element] { return number }
      let number = Int32(numbers.count)
      numbers[element] = number
      return number
    }
  }

  /// How many values one column of whole numbers has where each occurs five times or more on average and
  /// there are at most `most` of them; nil for anything else. Such a column is likely made of classes.
  public func repeatedWholeNumbers(most: Int = 1_000) -> Int? {
    guard dimensions == 1, values.allSatisfy({ $0 == $0.rounded() }) else { return nil }
    let distinct = distinctRows
    return distinct <= most && distinct * 5 <= count ? distinct : nil
  }
}
