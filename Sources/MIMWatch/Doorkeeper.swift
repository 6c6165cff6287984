/// Decides who may read the page of a watched notebook: only who knows its address, and no page of another site. A site that makes
/// its own name point to this machine is known by the name it asks for (Host), and one that sends requests here by its own (Origin).
package struct Doorkeeper: Sendable {
  /// What makes the address secret.
  package let token: String

  /// A token of 128 random bits from the operating system.
  package init() {
    var generator = SystemRandomNumberGenerator()
    token = (0..<2).map { _ in
      let digits = String(generator.next(), radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }

  /// The part of a request's path behind the token; nil where the request is refused.
  /// - Parameters:
  ///   - path: the path of the request, without its query.
  ///   - host: the header Host.
  ///   - origin: the header Origin, which browsers send with what changes something and with sockets.
  package func admits(path: String, host: String?, origin: String?) -> String? {
    guard let host, Self.names.contains(Self.name(host)) else { return nil }
    if let origin, origin != "http://\(host)" { return nil }
    let parts = path.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0].isEmpty else { return nil }
    let (word, rest) = parts[1].span(upTo: "/")
    return isToken(word) ? rest : nil
  }

  /// The names of this machine, for itself.
  private static let names: Set<String> = ["127.0.0.1", "localhost"]

  /// A host without its port. The port may be another: a tunnel can begin at any.
  private static func name(_ host: String) -> String {
    guard let colon = host.lastIndex(of: ":") else { return host.lowercased() }
    let port = host[host.index(after: colon)...]
    guard !port.isEmpty, port.utf8.count <= 5, port.allSatisfy(\.isNumber) else { return "" }
    return host[..<colon].lowercased()
  }

  /// Compares in a time that doesn't tell how much of it is right.
  private func isToken(_ word: Substring) -> Bool {
    let (right, given) = (Array(token.utf8), Array(word.utf8))
    guard right.count == given.count else { return false }
    return zip(right, given).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
  }
}

extension Substring {
  /// What stands before the first `mark`, and the rest with it.
  fileprivate func span(upTo mark: Character) -> (Substring, String) {
    let word = prefix { $0 != mark }
    return (word, String(dropFirst(word.count)))
  }
}
