import Foundation
import MIMSession
import MIMWatch
import Testing

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

@Suite("The server of a watched page")
struct PageServerTests {
  private let page: LivePage
  private let server: PageServer

  init() throws {
    page = LivePage()
    server = try PageServer.start(page, port: 0)
  }

  private func ask(_ method: String, _ path: String, _ headers: String...) throws -> String {
    try Wire.ask(server, method, path, headers)
  }

  /// The path of the page, with a slash at its end.
  private var base: String {
    server.address.replacingOccurrences(of: "http://127.0.0.1:\(server.port)", with: "")
  }

  private var host: String { "Host: 127.0.0.1:\(server.port)" }

  @Test("who knows the address gets the page, its script and its body")
  func known() throws {
    defer { server.stop() }
    let answer = try ask("GET", base, host)
    #expect(answer.hasPrefix("HTTP/1.1 200 ") && answer.contains("<main>"))
    #expect(answer.contains("Content-Security-Policy: default-src 'none'"))
    #expect(answer.contains("Referrer-Policy: no-referrer"))
    #expect(try ask("GET", base + "follow.js", host).contains("replaceBlocks"))
    #expect(try ask("GET", base + "body", "Host: localhost:9000").contains("\"version\""))
    #expect(try ask("GET", String(base.dropLast()), host).contains("Location: \(base)"))
    #expect(try ask("GET", base + "other", host).hasPrefix("HTTP/1.1 404"))
    #expect(try ask("PUT", base, host).hasPrefix("HTTP/1.1 405"))
  }

  @Test("a wrong token, and none")
  func token() throws {
    defer { server.stop() }
    let last = base.dropLast(2) + (base.dropLast().hasSuffix("0") ? "1/" : "0/")
    for path in ["/", "/body", "/" + base.dropFirst(2), String(last), "//body", ""] {
      let answer = try ask("GET", path.isEmpty ? "/favicon.ico" : path, host)
      #expect(answer.hasPrefix("HTTP/1.1 403"), "\(path)")
      #expect(!answer.contains("<main>"))
    }
    #expect(try ask("POST", "/stop", host).hasPrefix("HTTP/1.1 403"))
  }

  @Test("a page of another site: a name of its own for this machine, or a foreign origin")
  func foreign() throws {
    defer { server.stop() }
    let hosts = [
      "Host: evil.example", "Host: evil.example:\(server.port)", "Host: 127.0.0.1.evil.example",
      "Host: localhost.evil.example:80", "Host: 127.0.0.1:80:80", "Host: 127.0.0.1:x", "Host:",
      "X: y",
    ]
    for host in hosts {
      #expect(try ask("GET", base, host).hasPrefix("HTTP/1.1 403"), "\(host)")
    }
    let origins = [
      "https://evil.example", "null", "http://127.0.0.1:1", "http://localhost:\(server.port)",
    ]
    for origin in origins {
      let answer = try ask("POST", base + "stop", host, "Origin: \(origin)", "Content-Length: 0")
      #expect(answer.hasPrefix("HTTP/1.1 403"), "\(origin)")
    }
    let own = "Origin: http://127.0.0.1:\(server.port)"
    let none = "Content-Length: 0"
    #expect(try ask("POST", base + "stop", host, own, none).hasPrefix("HTTP/1.1 200"))
    #expect(try ask("POST", base + "delete", host, own, none).hasPrefix("HTTP/1.1 404"))
  }

  private func upgrade(_ origin: String) throws -> Int32 {
    let descriptor = try Wire.connect(server.port)
    let lines = [
      "GET \(base)live HTTP/1.1", host, "Origin: \(origin)", "Upgrade: websocket",
      "Connection: Upgrade", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
      "Sec-WebSocket-Version: 13", "", "",
    ]
    Wire.send(lines.joined(separator: "\r\n"), to: descriptor)
    return descriptor
  }

  @Test(
    "many readers at once, each of which is gone when its connection is; a foreign one gets no socket"
  )
  func readers() throws {
    defer { server.stop() }
    let foreign = try upgrade("https://evil.example")
    #expect(String(decoding: Wire.read(foreign), as: UTF8.self).hasPrefix("HTTP/1.1 403"))
    close(foreign)
    let readers = try (0..<20).map { _ in try upgrade("http://127.0.0.1:\(server.port)") }
    for reader in readers {
      // The answer to this key is in RFC 6455, section 1.3.
      let answer = String(decoding: Wire.read(reader), as: UTF8.self)
      #expect(answer.hasPrefix("HTTP/1.1 101") && answer.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="))
    }
    #expect(wait { page.readerCount == 20 })
    readers.forEach { close($0) }
    #expect(wait { page.readerCount == 0 })
  }

  private func wait(_ condition: () -> Bool) -> Bool {
    for _ in 0..<1000 where !condition() { usleep(10_000) }
    return condition()
  }

  @Test("a port that is taken is said, with a way out; without --port the next one is taken")
  func taken() throws {
    defer { server.stop() }
    let error = #expect(throws: (any Error).self) {
      _ = try PageServer.start(LivePage(), port: server.port)
    }
    let text = "\(error.map { "\($0)" } ?? "")"
    #expect(text.contains("is in use") && text.contains("--port"))
    let (first, second) = (
      try PageServer.start(LivePage(), port: nil), try PageServer.start(LivePage(), port: nil)
    )
    #expect(first.port != second.port && PageServer.usualPorts.contains(second.port))
    first.stop()
    second.stop()
  }

  @Test("bytes that are no request, and a request that never ends, harm nobody else")
  func garbage() throws {
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
    #expect(try ask("GET", base, host).hasPrefix("HTTP/1.1 200"))
    close(slow)
  }

  @Test("tokens are of 128 bits, and each is another")
  func tokens() {
    server.stop()
    let tokens = (0..<100).map { _ in Doorkeeper().token }
    #expect(tokens.allSatisfy { $0.utf8.count == 32 && $0.allSatisfy(\.isHexDigit) })
    #expect(Set(tokens).count == 100)
  }
}
