import Foundation
import MIMScript

extension JSON {
  /// Reads a JSON text; nil where it is none.
  package init?(parsing bytes: [UInt8]) {
    guard let read = try? JSONDecoder().decode(DecodedJSON.self, from: Data(bytes)) else {
      return nil
    }
    self = read.json
  }

  /// The value of a member; null where there is none, and for what is no object.
  package subscript(_ key: String) -> JSON {
    guard case .object(let members) = self else { return .null }
    return members.first { $0.key == key }?.value ?? .null
  }

  /// The text that it is.
  package var string: String? { if case .string(let text) = self { text } else { nil } }
  /// Whether it is true, where it says so.
  package var bool: Bool? { if case .bool(let flag) = self { flag } else { nil } }
  /// The elements of a list; none for anything else.
  package var elements: [JSON] { if case .array(let elements) = self { elements } else { [] } }
  /// A whole number that fits.
  package var int: Int? { if case .number(let number) = self { Int(exactly: number) } else { nil } }

  /// An object without the members that are nil.
  package static func members(_ pairs: KeyValuePairs<String, JSON?>) -> JSON {
    .object(pairs.compactMap { key, value in value.map { (key: key, value: $0) } })
  }

  /// A whole number.
  package static func int(_ number: Int) -> JSON { .number(Double(number)) }
}

/// Any JSON value. A text that nests too deeply is refused by the decoder.
private struct DecodedJSON: Decodable {
  let json: JSON

  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  init(from decoder: any Decoder) throws {
    if let object = try? decoder.container(keyedBy: Key.self) {
      json = .object(
        try object.allKeys.map {
          (key: $0.stringValue, value: try object.decode(DecodedJSON.self, forKey: $0).json)
        })
      return
    }
    if var array = try? decoder.unkeyedContainer() {
      var elements: [JSON] = []
      while !array.isAtEnd { elements.append(try array.decode(DecodedJSON.self).json) }
      json = .array(elements)
      return
    }
    let single = try decoder.singleValueContainer()
    if single.decodeNil() {
      json = .null
    } else if let flag = try? single.decode(Bool.self) {
      json = .bool(flag)
    } else if let number = try? single.decode(Double.self) {
      json = .number(number)
    } else {
      json = .string(try single.decode(String.self))
    }
  }
}
