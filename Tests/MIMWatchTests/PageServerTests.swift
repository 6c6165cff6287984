import Foundation
import MIMSession
import MIMWatch
import Testing

/// Runs what blocks on a thread of its own: the server under test works on Swift's own few.
private func onThread<Value: Sendable>(
  _ body: @escaping @Sendable () throws -> Value
) async throws -> Value {
  try await withCheckedThrowingContinuation { continuation in
    Thread { continuation.resume(with: Result(catching: body)) }.start()
  }
}

/// Requests as bytes over a real connection, so that every header is what the test says.
private enum Wire {
  struct Failed: Error {}

  static func connect(_ port: UInt16) throws -> Int32 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let code = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Foundation.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    var limit = timeval(tv_sec: 20, tv_usec: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    guard code == 0 else { throw Failed() }
    return descriptor
  }

  static func send(_ text: String, to descriptor: Int32) {
    let bytes = Array(text.utf8)
    _ = Foundation.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
  }

  static func read(_ descriptor: Int32) -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: 65536)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    return Array(buffer.prefix(max(0, count)))
  }

  /// The whole answer to one request.
  static func ask(
    _ server: PageServer, _ method: String = "GET", _ path: String, _ headers: [String]
  ) throws -> String {
    let descriptor = try connect(server.port)
    defer { close(descriptor) }
    let lines = ["\(method) \(path) HTTP/1.1"] + headers + ["Connection: close", "", ""]
    send(lines.joined(separator: "\r\n"), to: descriptor)
    var answer: [UInt8] = []
    while case let bytes = read(descriptor), !bytes.isEmpty { answer += bytes }
    return String(decoding: answer, as: UTF8.self)
  }
}

/// Each check runs in a process of its own: the server answers on Swift's own few threads, which the other suites hold for minutes
/// where there are two cores.
@Suite("The server of a watched page")
struct PageServerTests {
  @Test("who knows the address gets the page, its script and its body")
  func known() async {
    await #expect(processExitsWith: .success) { try await ServerChecks().known() }
  }

  @Test("a wrong token, and none")
  func token() async {
    await #expect(processExitsWith: .success) { try await ServerChecks().token() }
  }

  @Test("a page of another site: a name of its own for this machine, or a foreign origin")
  func foreign() async {
    await #expect(processExitsWith: .success) { try await ServerChecks().foreign() }
  }

  @Test(
    "many readers at once, each of which is gone when its connection is; a foreign one gets no socket"
  )
  func readers() async {
    await #expect(processExitsWith: .success) { try await ServerChecks().readers() }
  }

  @Test("files that the page links to, and no others; what runs in them reaches nothing")
  func files() async {
    await #expect(processExitsWith: .success) { try await ServerChecks().files() }
  }

  @Test("a port that is taken is said, with a way out; without --port the next one is taken")
  func taken() async {
    await #expect(processExitsWith: .success) { try await ServerChecks().taken() }
  }

  @Test("bytes that are no request, and a request that never ends, harm nobody else")
  func garbage() async {
    await #expect(processExitsWith: .success) { try await ServerChecks().garbage() }
  }

  @Test("tokens are of 128 bits, and each is another")
  func tokens() async {
    await #expect(processExitsWith: .success) { try await ServerChecks().tokens() }
  }
}

/// One server, and what is asked of it.
private struct ServerChecks {
  private let page: LivePage
  private let server: PageServer

  init() async throws {
    let page = LivePage()
    self.page = page
    server = try await onThread { try PageServer.start(page, port: 0) }
  }

  private func ask(_ method: String, _ path: String, _ headers: String...) async throws -> String {
    try await onThread { [server] in try Wire.ask(server, method, path, headers) }
  }

  /// The path of the page, with a slash at its end.
  private var base: String {
    server.address.replacingOccurrences(of: "http://127.0.0.1:\(server.port)", with: "")
  }

  private var host: String { "Host: 127.0.0.1:\(server.port)" }

  func known() async throws {
    defer { server.stop() }
    let answer = try await ask("GET", base, host)
    #expect(answer.hasPrefix("HTTP/1.1 200 ") && answer.contains("<main>"))
    #expect(answer.contains("Content-Security-Policy: default-src 'none'"))
    #expect(answer.contains("Referrer-Policy: no-referrer"))
    #expect(try await ask("GET", base + "follow.js", host).contains("replaceBlocks"))
    #expect(try await ask("GET", base + "body", "Host: localhost:9000").contains("\"version\""))
    #expect(try await ask("GET", String(base.dropLast()), host).contains("Location: \(base)"))
    #expect(try await ask("GET", base + "other", host).hasPrefix("HTTP/1.1 404"))
    #expect(try await ask("PUT", base, host).hasPrefix("HTTP/1.1 405"))
  }

  func token() async throws {
    defer { server.stop() }
    let last = base.dropLast(2) + (base.dropLast().hasSuffix("0") ? "1/" : "0/")
    for path in ["/", "/body", "/" + base.dropFirst(2), String(last), "//body", ""] {
      let answer = try await ask("GET", path.isEmpty ? "/favicon.ico" : path, host)
      #expect(answer.hasPrefix("HTTP/1.1 403"), "\(path)")
      #expect(!answer.contains("<main>"))
    }
    #expect(try await ask("POST", "/stop", host).hasPrefix("HTTP/1.1 403"))
  }

  func foreign() async throws {
    defer { server.stop() }
    let hosts = [
      "Host: evil.example", "Host: evil.example:\(server.port)", "Host: 127.0.0.1.evil.example",
      "Host: localhost.evil.example:80", "Host: 127.0.0.1:80:80", "Host: 127.0.0.1:x", "Host:",
      "X: y",
    ]
    for host in hosts {
      #expect(try await ask("GET", base, host).hasPrefix("HTTP/1.1 403"), "\(host)")
    }
    let origins = [
      "https://evil.example", "null", "http://127.0.0.1:1", "http://localhost:\(server.port)",
    ]
    for origin in origins {
      let answer = try await ask(
        "POST", base + "stop", host, "Origin: \(origin)", "Content-Length: 0")
      #expect(answer.hasPrefix("HTTP/1.1 403"), "\(origin)")
    }
    let own = "Origin: http://127.0.0.1:\(server.port)"
    let none = "Content-Length: 0"
    #expect(try await ask("POST", base + "stop", host, own, none).hasPrefix("HTTP/1.1 200"))
    #expect(try await ask("POST", base + "delete", host, own, none).hasPrefix("HTTP/1.1 404"))
  }

  func files() async throws {
    defer { server.stop() }
    let folder = NSTemporaryDirectory() + "mim-watch-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for name in ["a b.html", "t.csv", "other.html"] {
      try "the text of \(name)".write(
        toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
    }
    page.link([
      "maps/a b.html": "\(folder)/a b.html", "t.csv": "\(folder)/t.csv", "gone": "\(folder)/x",
    ])
    let map = try await ask("GET", base + "files/maps/a%20b.html", host)
    #expect(map.hasPrefix("HTTP/1.1 200") && map.contains("the text of a b.html"))
    #expect(map.contains("Content-Type: text/html"))
    #expect(
      map.contains(
        "Content-Security-Policy: sandbox allow-scripts allow-downloads; default-src 'none'"))
    #expect(!map.contains("allow-same-origin"))
    let table = try await ask("GET", base + "files/t.csv", host)
    #expect(
      table.contains("the text of t.csv") && table.contains("Content-Disposition: attachment"))
    for name in ["other.html", "../other.html", "maps/../t.csv", "%2e%2e/t.csv", "gone", "", "%zz"]
    {
      let answer = try await ask("GET", base + "files/" + name, host)
      #expect(answer.hasPrefix("HTTP/1.1 404"), "\(name)")
    }
    #expect(try await ask("GET", "/files/t.csv", host).hasPrefix("HTTP/1.1 403"))
    #expect(
      try await ask("GET", base + "files/t.csv", host, "Origin: null").hasPrefix("HTTP/1.1 403"))
  }

  private func upgrade(_ origin: String) async throws -> (Int32, answer: String) {
    let lines = [
      "GET \(base)live HTTP/1.1", host, "Origin: \(origin)", "Upgrade: websocket",
      "Connection: Upgrade", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
      "Sec-WebSocket-Version: 13", "", "",
    ]
    return try await onThread { [server] in
      let descriptor = try Wire.connect(server.port)
      Wire.send(lines.joined(separator: "\r\n"), to: descriptor)
      return (descriptor, String(decoding: Wire.read(descriptor), as: UTF8.self))
    }
  }

  func readers() async throws {
    defer { server.stop() }
    let foreign = try await upgrade("https://evil.example")
    #expect(foreign.answer.hasPrefix("HTTP/1.1 403"))
    close(foreign.0)
    var readers: [Int32] = []
    for _ in 0..<20 {
      let (reader, answer) = try await upgrade("http://127.0.0.1:\(server.port)")
      // The answer to this key is in RFC 6455, section 1.3.
      #expect(answer.hasPrefix("HTTP/1.1 101") && answer.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="))
      readers.append(reader)
    }
    #expect(try await wait { page.readerCount == 20 })
    readers.forEach { close($0) }
    #expect(try await wait { page.readerCount == 0 })
  }

  private func wait(_ condition: () -> Bool) async throws -> Bool {
    for _ in 0..<10_000 where !condition() { try await Task.sleep(for: .milliseconds(10)) }
    return condition()
  }

  func taken() async throws {
    defer { server.stop() }
    let port = server.port
    let error = await #expect(throws: (any Error).self) {
      _ = try await onThread { try PageServer.start(LivePage(), port: port) }
    }
    let text = "\(error.map { "\($0)" } ?? "")"
    #expect(text.contains("is in use") && text.contains("--port"))
    let (first, second) = try await onThread {
      (try PageServer.start(LivePage(), port: nil), try PageServer.start(LivePage(), port: nil))
    }
    #expect(first.port != second.port && PageServer.usualPorts.contains(second.port))
    first.stop()
    second.stop()
  }

  func garbage() async throws {
    defer { server.stop() }
    let slow = try Wire.connect(server.port)
    Wire.send("GET / HTTP/1.1\r\nHost: 127", to: slow)
    let texts = [
      "\r\n\r\n", "GET\r\n\r\n", "\u{0}\u{1}\u{2}\r\n\r\n", "GET /%zz%% HTTP/9\r\n: :\r\n\r\n",
    ]
    for text in texts {
      let descriptor = try Wire.connect(server.port)
      Wire.send(text, to: descriptor)
      close(descriptor)
    }
    #expect(try await ask("GET", base, host).hasPrefix("HTTP/1.1 200"))
    close(slow)
  }

  func tokens() {
    server.stop()
    let tokens = (0..<100).map { _ in Doorkeeper().token }
    #expect(tokens.allSatisfy { $0.utf8.count == 32 && $0.allSatisfy(\.isHexDigit) })
    #expect(Set(tokens).count == 100)
  }
}
