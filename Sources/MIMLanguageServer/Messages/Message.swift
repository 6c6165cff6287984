import MIMFormats
import MIMScript
import MIMSession

/// What a client sends.
package enum Message: Sendable {
  /// Asks for an answer.
  case request(id: JSON, method: String, params: JSON)
  /// Asks for none.
  case notification(method: String, params: JSON)
  /// Answers something that was never asked.
  case response
  /// Nothing of the protocol.
  case invalid

  init(_ json: JSON) {
    guard case .object = json else {
      self = .invalid
      return
    }
    guard let method = json["method"].string else {
      self = json["id"] == .null ? .invalid : .response
      return
    }
    switch json["id"] {
    case .null: self = .notification(method: method, params: json["params"])
    case .number, .string: self = .request(id: json["id"], method: method, params: json["params"])
    default: self = .invalid
    }
  }
}

/// Why a request has no result.
struct RequestError: Error {
  let code: Int
  let message: String

  static let parse = RequestError(code: -32700, message: "this is not JSON")
  static let invalidRequest = RequestError(
    code: -32600, message: "this is no message of the protocol")
  static let notInitialized = RequestError(
    code: -32002, message: "`initialize` has to come first")
  static let cancelled = RequestError(code: -32800, message: "cancelled")
  static let changed = RequestError(code: -32801, message: "the text has changed meanwhile")

  static func unknownMethod(_ method: String) -> RequestError {
    RequestError(code: -32601, message: "there is no method `\(method.prefix(100))`")
  }

  static func invalidParams(_ what: String) -> RequestError {
    RequestError(code: -32602, message: what)
  }

  /// What was asked for can't be done with this text.
  static func failed(_ why: String) -> RequestError { RequestError(code: -32803, message: why) }
}

/// What the server sends, as JSON.
enum Reply {
  static func result(_ result: JSON, to id: JSON) -> JSON {
    .members(["jsonrpc": .string("2.0"), "id": id, "result": result])
  }

  static func error(_ error: RequestError, to id: JSON) -> JSON {
    .members([
      "jsonrpc": .string("2.0"), "id": id,
      "error": .members([
        "code": .int(error.code), "message": .string(VisibleText.onOneLine(error.message)),
      ]),
    ])
  }

  static func notification(_ method: String, _ params: JSON) -> JSON {
    .members(["jsonrpc": .string("2.0"), "method": .string(method), "params": params])
  }

  /// A message as it goes over the stream.
  static func framed(_ json: JSON) -> [UInt8] {
    let content = Array(json.text().utf8)
    return Array("Content-Length: \(content.count)\r\n\r\n".utf8) + content
  }
}
