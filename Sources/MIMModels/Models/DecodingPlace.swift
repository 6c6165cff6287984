/// Where in a JSON text decoding failed, in a few words: ` at config.layers: …`.
struct DecodingPlace: CustomStringConvertible {
  let description: String

  init(_ error: any Error) {
    guard let error = error as? DecodingError else {
      description = ": \(error)"
      return
    }
    let context: DecodingError.Context
    var last: [any CodingKey] = []
    switch error {
    case .typeMismatch(_, let found), .valueNotFound(_, let found), .dataCorrupted(let found):
      context = found
    case .keyNotFound(let key, let found):
      context = found
      last = [key]
    @unknown default:
      description = ""
      return
    }
    let path = (context.codingPath + last).map(\.stringValue).joined(separator: ".")
    description = (path.isEmpty ? "" : " at \(path)") + ": \(context.debugDescription)"
  }
}
